import os

import requests


def prices():
    return requests.get("https://prices.acme-bank.com/v1", headers={"Authorization": os.environ["PRICES_TOKEN"]})
