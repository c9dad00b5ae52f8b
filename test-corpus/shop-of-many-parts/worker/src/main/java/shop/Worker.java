package shop;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

class Worker {
    Connection open() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(System.getenv("AMQP_URL"));
        return factory.newConnection();
    }
}
