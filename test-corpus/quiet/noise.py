"""Nothing here talks to anyone in the clear.

See http://docs.acme-bank.com for the manual.
"""
# http://tickets.acme-bank.com/1234
import requests

NAMESPACES = {"soap": "http://schemas.xmlsoap.org/soap/envelope/"}
HEADERS = {"User-Agent": "acme-bot/1.0 (+http://acme-bank.com/bot)"}


def local():
    return requests.get("http://127.0.0.1:9000/metrics", timeout=1)


def is_plain(url):
    return url.startswith("http://")


def upgraded(url):
    return url.replace("http://", "https://", 1)


def remote():
    return requests.get("https://api.acme-bank.com", headers=HEADERS, timeout=5, verify="/etc/ssl/bank.pem")
