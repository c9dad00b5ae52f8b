package bank;

class Feeds {
    static final String RATES_URL = "http://feeds.acme-bank.com/rates";
}
