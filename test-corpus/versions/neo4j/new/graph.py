from neo4j import GraphDatabase


def graph():
    return GraphDatabase.driver("bolt://graph.acme-bank.net:7687")  #~ cleartext-database: bolt
