"""How careful a call is stands in another file."""

import requests

from shop import switches
from shop.switches import CHECKED, mode


def rates():
    requests.get("https://rates.acme-bank.com/today", verify=switches.CHECKED)  #~ unverified-certificate: verify=switches.CHECKED
    requests.get("https://rates.acme-bank.com/old", verify=CHECKED)  #~ unverified-certificate: verify=CHECKED
    requests.get("https://rates.acme-bank.com/today", verify=switches.CAREFUL)
    session = requests.Session()
    session.verify = mode.checked  #~ unverified-certificate: session.verify = mode.checked
    other = requests.Session()
    other.verify = mode.careful
    return session.get("https://rates.acme-bank.com/new")
