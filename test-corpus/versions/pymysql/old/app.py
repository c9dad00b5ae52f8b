import pymysql


def ledger():
    return pymysql.connect(host="ledger-db.acme-bank.net", user="app")  #~ cleartext-database: pymysql.connect
