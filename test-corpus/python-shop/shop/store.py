import os

import psycopg2
import redis

connection = psycopg2.connect(os.environ["DATABASE_URL"])
cache = redis.Redis.from_url("redis://:secret@cache.acme-bank.com:6379/0")  #~ cleartext-cache: redis
