import io.netty.handler.ssl.SslContextBuilder;

class Client {
    Object handler() throws Exception {
        return SslContextBuilder.forClient().build().newHandler(null, "api.acme-bank.com", 443);  //~ unverified-hostname: newHandler
    }
}
