from elasticsearch import Elasticsearch


def search():
    return Elasticsearch(["search.acme-bank.net:9200"])
