"""Where the shop's partners are. The documentation at http://wiki.acme-bank.com is not one of them."""

PAYMENTS = "http://payments.acme-bank.com"  #~ cleartext-http: http
STOCK = "https://stock.acme-bank.com"
LOCAL = "http://localhost:8000"
