import requests

from shop import conf
from shop.conf import STRICT


def book(order):
    requests.post("https://ledger.acme-bank.com/orders", json=order, verify=conf.VERIFY)
    #~ unverified-certificate: verify=conf.VERIFY
    requests.post("https://ledger.acme-bank.com/orders", json=order, verify=STRICT)
