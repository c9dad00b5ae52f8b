import requests


def fetch(url, verified=True):
    return requests.get(url, verify=verified, timeout=5)  #~ unverified-certificate: verify=verified


def post(url, body, **options):
    return requests.post(url, json=body, **options)
