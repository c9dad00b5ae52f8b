from confluent_kafka import Producer


def orders():
    return Producer({"bootstrap.servers": "kafka.acme-bank.net:9093", "security.protocol": "SASL_SSL"})  #~ unverified-database-hostname: "security.protocol": "SASL_SSL"


def named():
    settings = {"bootstrap.servers": "kafka.acme-bank.net:9093", "security.protocol": "SASL_SSL"}
    return Producer({**settings, "ssl.endpoint.identification.algorithm": "https"})
