package bank;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

final class Rates {
    private final HttpClient client = HttpClient.newHttpClient();

    String today() throws Exception {
        return get(Config.RATES + "/today") + get(Config.LEDGER + "/today");
    }

    private String get(String address) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
