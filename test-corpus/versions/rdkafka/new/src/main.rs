use rdkafka::config::ClientConfig;
use rdkafka::producer::FutureProducer;

fn main() {
    let _: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", "kafka.acme-bank.net:9093")
        .set("security.protocol", "ssl")
        .create()
        .expect("the settings are sound");
}
