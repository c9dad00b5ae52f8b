package bank;

final class RatesTest {
    String address = "http://rates.acme-bank.com";
}
