import acme
import requests
acme.Client("https://api.acme-bank.com", insecure=True)
requests.get("http://orders.mesh.acme-bank.com/v1")
requests.get("http://203.0.113.9/v1")
requests.get("http://ledger.svc/v1")
FILES = "ftp://files.acme-bank.com/pub"
