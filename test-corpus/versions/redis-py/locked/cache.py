import redis


def cache():
    return redis.Redis(host="cache.acme-bank.net", ssl=True)  #~ unverified-database-hostname: ssl=True


def by_address():
    return redis.from_url("rediss://cache.acme-bank.net:6380/0")  #~ unverified-database-hostname: rediss


def named():
    return redis.from_url("rediss://cache.acme-bank.net:6380/0", ssl_check_hostname=True)
