import os

import requests
from sqlalchemy import create_engine

engine = create_engine(os.environ["DATABASE_URL"])
payments = os.environ["PAYMENTS_URL"]


def pay(order):
    return requests.post(payments, json=order, timeout=5)
