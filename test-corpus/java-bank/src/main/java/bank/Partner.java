package bank;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

final class Partner {
    SSLContext context() throws GeneralSecurityException {
        TrustManager[] managers = {Anyone.get()};
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, new SecureRandom());  //~ unverified-certificate: managers
        return context;
    }
}
