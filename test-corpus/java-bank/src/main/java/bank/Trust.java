package bank;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

final class Trust implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}  //~ unverified-certificate: checkServerTrusted

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
