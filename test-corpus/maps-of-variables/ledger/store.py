import os

import psycopg2


def connect():
    return psycopg2.connect(os.environ["STORE_URL"])


def owner(cursor, account):
    cursor.execute("SELECT first_name, email FROM owners WHERE account = %s", (account,))
