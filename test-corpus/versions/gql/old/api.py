from gql.transport.aiohttp import AIOHTTPTransport


def api():
    return AIOHTTPTransport(url="https://api.acme-bank.com/graphql")  #~ unverified-certificate: AIOHTTPTransport
