import org.apache.activemq.ActiveMQConnectionFactory;

class Queue {
    Object open() {
        return new ActiveMQConnectionFactory("ssl://mq.acme-bank.net:61617");
    }
}
