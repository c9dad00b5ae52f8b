import requests

requests.get("http://pay.acme-bank.com/v1")
requests.get("http://old.acme-bank.com/v1")
