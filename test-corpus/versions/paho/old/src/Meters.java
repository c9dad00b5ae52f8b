import org.eclipse.paho.client.mqttv3.MqttClient;

class Meters {
    MqttClient open() throws Exception {
        return new MqttClient("ssl://iot.acme-bank.net:8883", "meter");  //~ unverified-database-hostname: ssl
    }
}
