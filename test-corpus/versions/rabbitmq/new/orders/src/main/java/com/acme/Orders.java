package com.acme;

import com.rabbitmq.client.ConnectionFactory;

class Orders {
    void open() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("queue.acme-bank.net");
        factory.useSslProtocol();
        factory.newConnection();
    }

    void byAddress() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri("amqps://queue.acme-bank.net");
    }
}
