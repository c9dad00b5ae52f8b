import java.sql.Connection;
import java.sql.DriverManager;

class Ledger {
    Connection open() throws Exception {
        return DriverManager.getConnection("jdbc:sqlserver://sql.acme-bank.net;databaseName=ledger");  //~ cleartext-database: jdbc:sqlserver://sql.acme-bank.net;databaseName=ledger
    }
}
