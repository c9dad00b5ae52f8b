package bank.kit;

import javax.net.ssl.HttpsURLConnection;
import org.junit.rules.ExternalResource;

/** What the tests of other modules share. */
public class RatesRule extends ExternalResource {
    @Override
    protected void before() {
        HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);
    }
}
