/*
 * Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0
 */
import javax.net.ssl.HttpsURLConnection;
import javax.xml.parsers.DocumentBuilderFactory;

final class Noise {
    void quiet(DocumentBuilderFactory factory, HttpsURLConnection connection) throws Exception {
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        connection.setHostnameVerifier(HttpsURLConnection.getDefaultHostnameVerifier());
        if ("http://acme-bank.com".equals(connection.getURL().toString())) {
            throw new IllegalStateException("http://acme-bank.com is the old address");
        }
    }
}
