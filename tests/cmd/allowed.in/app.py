import requests

requests.get("http://legacy.acme-bank.com/v1")
requests.get("http://db.lab.acme-bank.com/v1")
requests.get("http://10.20.30.40/v1")
