from shop import addresses
from shop.net import fetch, post


def nightly():
    fetch(addresses.STOCK + "/levels")
    fetch(addresses.STOCK + "/levels", verified=False)
    post(f"{addresses.PAYMENTS}/settle", {"day": 1})
    fetch(addresses.LOCAL + "/health")
