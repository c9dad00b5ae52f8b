import os

import requests

STOCK = os.getenv("STOCK_URL", "https://stock.acme-bank.com")


def stock():
    return requests.get(STOCK)
