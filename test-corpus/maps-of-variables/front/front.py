import os

import requests

LEDGER = os.environ["LEDGER_ADDR"]
RATES = os.environ["RATES_URL"]


def balance(account):
    return requests.get(f"http://{LEDGER}/balance", params={"account": account}) #~ cleartext-http: http


def rates():
    return requests.get(RATES)
