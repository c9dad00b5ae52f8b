import requests


def newest():
    return requests.get("https://version.acme-bank.com/reports").json()
