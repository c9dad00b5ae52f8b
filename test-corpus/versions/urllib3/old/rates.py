import certifi
import urllib3


def rates():
    return urllib3.PoolManager()  #~ unverified-certificate: urllib3.PoolManager


def checked():
    return urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=certifi.where())
