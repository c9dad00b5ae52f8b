import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;

class Orders {
    KafkaProducer<String, String> open() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", "kafka.acme-bank.net:9093");
        settings.put("security.protocol", "SASL_SSL");  //~ unverified-database-hostname: "security.protocol", "SASL_SSL"
        return new KafkaProducer<>(settings);
    }
}
