import requests

requests.get("http://legacy.acme-bank.com/v1")
