import requests

requests.get("http://pay.acme-bank.com/v1")
