import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

class Queue {
    Object open() {
        return new ActiveMQConnectionFactory("tcp://mq.acme-bank.net:61617?sslEnabled=true");
    }
}
