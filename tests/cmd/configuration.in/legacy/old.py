import requests

requests.get("http://old.acme-bank.com/v1")
requests.get("https://old.acme-bank.com/v2", verify=False)
