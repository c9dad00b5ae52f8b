import java.sql.Connection;
import java.sql.DriverManager;

class Ledger {
    Connection open() throws Exception {
        return DriverManager.getConnection("jdbc:mysql://ledger-db.acme-bank.net/ledger");  //~ opportunistic-database-tls: jdbc:mysql://ledger-db.acme-bank.net/ledger
    }
}
