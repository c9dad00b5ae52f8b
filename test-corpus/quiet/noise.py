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


def behind_a_proxy(proxy_host, proxy_port):
    proxy_url = f"http://{proxy_host}:{proxy_port}"
    return {"http_proxy": proxy_url, "https_proxy": proxy_url}


def labelled(flow, cache_host):
    flow.transit_uri = f"redis://{cache_host}"
    relations_url = "http://ledger.acme-bank.com/ns/relations/stage"
    return relations_url


def shown_in_the_browser(browser_host, enable_https):
    if enable_https:
        browser_url = "https://%s:8443/" % browser_host
    else:
        browser_url = "http://%s:8443/" % browser_host
    return browser_url


def remote():
    return requests.get("https://api.acme-bank.com", headers=HEADERS, timeout=5, verify="/etc/ssl/bank.pem")
