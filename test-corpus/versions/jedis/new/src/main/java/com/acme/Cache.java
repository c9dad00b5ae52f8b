package com.acme;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;

class Cache {
    Jedis open() {
        return new Jedis("rediss://cache.acme-bank.net:6380");
    }

    Object settings() {
        return DefaultJedisClientConfig.builder().ssl(true).build();
    }
}
