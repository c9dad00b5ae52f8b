import jakarta.mail.Session;
import java.util.Properties;

class Mails {
    Session session() {
        Properties settings = new Properties();
        settings.put("mail.smtp.host", "mail.acme-bank.com");
        settings.put("mail.smtp.ssl.enable", "true");  //~ unverified-hostname: settings.put("mail.smtp.ssl.enable", "true")
        return Session.getInstance(settings);
    }
}
