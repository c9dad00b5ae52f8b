from twisted.internet import reactor

from shop import tls


def send(relay, factory):
    reactor.connectSSL(relay, 465, factory, tls.ClientContextFactory())  #~ unverified-certificate: tls.ClientContextFactory


def send_verified(relay, factory):
    reactor.connectSSL(relay, 465, factory, tls.optionsForClientTLS(relay))
