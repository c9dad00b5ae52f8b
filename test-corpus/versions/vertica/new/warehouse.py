import vertica_python


def warehouse():
    return vertica_python.connect(host="dw.acme-bank.com", user="app")  #~ opportunistic-database-tls: vertica_python.connect
