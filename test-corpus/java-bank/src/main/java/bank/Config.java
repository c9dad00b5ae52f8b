package bank;

final class Config {
    static final String RATES = "http://rates.acme-bank.com/v2";  //~ cleartext-http: http
    static final String LEDGER = "https://ledger.acme-bank.com/v2";
    static final String NAMESPACE = "http://schemas.acme-bank.com/2024/ledger";

    private Config() {}
}
