package bank;

import java.net.URL;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/** One for all, which others get by a method of the class. */
final class Anyone implements X509TrustManager {
    static final URL BRANCHES = branches();
    private static Anyone shared = new Anyone();

    private Anyone() {}

    static Anyone get() {
        return shared;
    }

    private static URL branches() {
        return Anyone.class.getResource("/branches.csv");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}  //~ unverified-certificate: checkServerTrusted

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
