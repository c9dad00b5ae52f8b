import requests

requests.get("http://payments.acme-bank.com", verify=False)
