//! One row for each text: what it is, and which bytes decide (`*` is the whole).

use super::{all, verdict};
use crate::endpoint::{Credentials, Hints, Zone};

/// Text, verdict, deciding bytes.
const PLAIN: &[(&str, &str, &str)] = &[
    ("http://api.corp-internal.net/v1", "cleartext", "http"),
    ("HTTP://API.CORP.NET", "cleartext", "HTTP"),
    ("https://api.corp.net", "verified", "https"),
    ("  'http://api.corp.net/' ", "cleartext", "http"),
    ("http://localhost:8080/health", "local", ""),
    ("http://[::1]:8080", "local", ""),
    ("http://127.9.8.7", "local", ""),
    ("http://10.1.2.3/api", "cleartext", "http"),
    ("http://db:5984", "cleartext", "http"),
    ("http://orders.prod.svc.cluster.local", "cleartext", "http"),
    ("ws://feed.corp.net/live", "cleartext", "ws"),
    ("http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "local", ""),
    ("http://www.w3.org/2001/XMLSchema", "identifier", ""),
    ("postgres://a:b@db/x", "opportunistic", "*"),
    ("postgres://a:b@db/x?sslmode=disable", "cleartext", "sslmode=disable"),
    ("postgres://a:b@db/x?sslmode=nonsense", "unknown", ""),
    ("postgres://a:p@ss@db/x?sslmode=disable", "cleartext", "sslmode=disable"),
    ("postgresql://a@db/x?sslmode=require", "unverified", "sslmode=require"),
    ("postgresql://a@db/x?sslmode=require&channel_binding=require", "unverified", "sslmode=require"),
    ("postgresql://a@db/x?sslmode=require&sslrootcert=/ca.pem", "host-unverified", "sslrootcert=/ca.pem"),
    ("postgresql://a@db/x?sslrootcert=system", "verified", "sslrootcert=system"),
    ("postgresql://a@db/x?sslmode=verify-full", "verified", "sslmode=verify-full"),
    ("postgresql://a@db/x?sslmode=disable&gssencmode=require", "verified", "gssencmode=require"),
    ("postgresql:///x?host=%2Fvar%2Frun%2Fpostgresql", "local", ""),
    ("postgresql+asyncpg://a:b@db/x", "opportunistic", "*"),
    ("postgresql+psycopg2://a:b@h1:1,h2:2/x?sslmode=allow", "opportunistic", "sslmode=allow"),
    ("jdbc:postgresql://db/x", "opportunistic", "*"),
    ("jdbc:postgresql://db/x?ssl=true", "verified", "ssl=true"),
    ("jdbc:postgresql://db/x?ssl=true&sslmode=require", "unverified", "sslmode=require"),
    ("jdbc:postgresql://db/x?ssl=false", "opportunistic", "ssl=false"),
    (
        "jdbc:postgresql://db/x?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory",
        "unverified",
        "sslfactory=org.postgresql.ssl.NonValidatingFactory",
    ),
    ("r2dbc:postgresql://db/x", "cleartext", "*"),
    ("r2dbcs:postgresql://db/x", "verified", "r2dbcs:postgresql"),
    ("jdbc:mysql://db/x?useSSL=false", "cleartext", "useSSL=false"),
    (
        "jdbc:mysql://db/x?useSSL=true&requireSSL=true&verifyServerCertificate=false",
        "unverified",
        "verifyServerCertificate=false",
    ),
    ("jdbc:mysql://db/x?useSSL=true&requireSSL=true", "unverified", "requireSSL=true"),
    (
        "jdbc:mysql://db/x?useSSL=true&amp;verifyServerCertificate=true",
        "host-unverified",
        "verifyServerCertificate=true",
    ),
    ("jdbc:mysql://db/x", "opportunistic", "*"),
    ("jdbc:mysql://db/x?sslMode=VERIFY_IDENTITY", "verified", "sslMode=VERIFY_IDENTITY"),
    ("jdbc:p6spy:mysql://db/x?sslMode=DISABLED", "cleartext", "sslMode=DISABLED"),
    ("jdbc:mariadb://db/x", "cleartext", "*"),
    ("jdbc:mariadb://db/x?useSsl=true", "verified", "useSsl=true"),
    ("jdbc:mariadb://db/x?sslMode=verify-full&trustServerCertificate", "unverified", "trustServerCertificate"),
    ("mysql+pymysql://a:b@db/x", "cleartext", "*"),
    ("mysql:host=db;dbname=x", "opportunistic", "*"),
    ("pgsql:host=db;dbname=x;sslmode=disable", "cleartext", "sslmode=disable"),
    ("a:b@tcp(db:3306)/x", "cleartext", "*"),
    ("a:b@tcp(db:3306)/x?tls=skip-verify", "unverified", "tls=skip-verify"),
    ("a:b@tcp(db:3306)/x?tls=preferred", "opportunistic", "tls=preferred"),
    ("a:b@tcp(db:3306)/x?tls=custom", "unknown", ""),
    ("a:b@unix(/run/mysqld.sock)/x", "local", ""),
    ("Server=db;Database=x;User Id=a;Password=b", "unknown", ""),
    ("Server=db;Database=x;User Id=a;Password=b;Encrypt=False", "cleartext", "Encrypt=False"),
    (
        "Server=tcp:db.corp.net,1433;Initial Catalog=x;Encrypt=True;TrustServerCertificate=True",
        "unverified",
        "TrustServerCertificate=True",
    ),
    ("Server=db;Database=x;Encrypt=Strict;TrustServerCertificate=True", "verified", "Encrypt=Strict"),
    ("Server=(localdb)\\mssqllocaldb;Database=x;Encrypt=False", "local", ""),
    ("jdbc:sqlserver://db;encrypt=true;trustServerCertificate=true", "unverified", "trustServerCertificate=true"),
    ("jdbc:sqlserver://db:1433;databaseName=x;encrypt=false; loginTimeout=3", "cleartext", "encrypt=false"),
    ("jdbc:sqlserver://;serverName=db;encrypt=false", "cleartext", "encrypt=false"),
    ("Driver={ODBC Driver 17 for SQL Server};Server=db", "cleartext", "*"),
    ("Driver={ODBC Driver 18 for SQL Server};Server=db", "verified", "*"),
    ("Host=db;Username=a;Password=b;Database=x;SSL Mode=Disable", "cleartext", "SSL Mode=Disable"),
    ("host=db user=a password='p w' sslmode=disable", "cleartext", "sslmode=disable"),
    ("host=/run/postgresql dbname=x", "local", ""),
    ("mongodb://a:b@m1,m2/x?replicaSet=r", "cleartext", "mongodb"),
    ("mongodb+srv://a:b@c.cloud.net/x", "verified", "mongodb+srv"),
    ("mongodb+srv://a:b@c/x?tls=false", "cleartext", "tls=false"),
    ("mongodb://a@m/x?tls=true&tlsInsecure=true", "unverified", "tlsInsecure=true"),
    ("mongodb://a@m/x?ssl=true&tlsAllowInvalidHostnames=true", "host-unverified", "tlsAllowInvalidHostnames=true"),
    ("redis://:pw@cache:6379", "cleartext", "redis"),
    ("rediss://cache:6380", "verified", "rediss"),
    ("rediss://cache:6380/#insecure", "unverified", "insecure"),
    ("rediss://cache:6380/0?ssl_cert_reqs=none", "unverified", "ssl_cert_reqs=none"),
    ("amqp://guest:guest@mq/", "cleartext", "amqp"),
    ("amqps://mq/", "verified", "amqps"),
    ("nats://n1:4222,nats://n2:4222", "opportunistic", "nats"),
    ("neo4j+ssc://g", "unverified", "neo4j+ssc"),
    ("couchbases://c?tls_verify=none", "unverified", "tls_verify=none"),
    ("ldap://dc.corp", "cleartext", "ldap"),
    ("ftp://ftp.corp/pub", "cleartext", "ftp"),
    ("git+http://code.corp.net/x.git", "cleartext", "git+http"),
    ("(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=o)(PORT=1521)))", "cleartext", "PROTOCOL=TCP"),
    (
        "(DESCRIPTION = (ADDRESS = (PROTOCOL = TCPS)(HOST = o)(PORT = 2484))(SECURITY=(SSL_SERVER_DN_MATCH=NO)))",
        "host-unverified",
        "SSL_SERVER_DN_MATCH=NO",
    ),
    ("jdbc:oracle:thin:@db:1521:orcl", "cleartext", "*"),
    ("jdbc:oracle:thin:@//db:1521/svc", "cleartext", "*"),
    ("jdbc:oracle:thin:@tcps://db:2484/svc", "verified", "tcps"),
    ("jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=o)(PORT=1521)))", "cleartext", "PROTOCOL=tcp"),
    ("jdbc:db2://db:50000/x:sslConnection=false;", "cleartext", "sslConnection=false"),
    ("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=k", "cleartext", "DefaultEndpointsProtocol=http"),
    ("UseDevelopmentStorage=true", "local", ""),
    ("sb://ns.servicebus.windows.net", "verified", "sb"),
    ("Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k", "verified", "sb"),
    ("failover:(tcp://a:61616,ssl://b:61617)?randomize=false", "cleartext", "tcp"),
    ("PLAINTEXT://0.0.0.0:9092", "cleartext", "PLAINTEXT"),
    ("PLAINTEXT://:9092,SASL_SSL://:9093", "cleartext", "PLAINTEXT"),
    ("jdbc:h2:mem:t", "local", ""),
    ("jdbc:h2:tcp://db/x", "cleartext", "jdbc:h2:tcp"),
    ("sqlite:///x.db", "local", ""),
    ("jdbc:tc:postgresql:15:///x", "local", ""),
    ("smtp://mail.corp.net:587?requireTLS=true", "verified", "requireTLS=true"),
    ("smtp://mail.corp.net", "opportunistic", "*"),
    ("qemu+tls://h/system?no_verify=1", "unverified", "no_verify=1"),
    ("http::addr=db:9000;username=a;", "cleartext", "http:"),
];

#[test]
fn plain_texts() {
    let hints = Hints::default();
    let wrong: Vec<String> = PLAIN
        .iter()
        .filter_map(|(text, expected, bytes)| {
            let (verdict, decided) = verdict(text, &hints);
            let right = verdict == *expected && decided == *bytes;
            (!right).then(|| format!("{text}\n    expected {expected} by `{bytes}`, is {verdict} by `{decided}`"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn drivers_and_protocols_of_the_caller() {
    let rows = [
        (None, Some("node-postgres"), "postgres://db/x", "cleartext"),
        (None, Some("node-postgres"), "postgres://db/x?sslmode=require", "verified"),
        (None, Some("libpq"), "postgres://db/x", "opportunistic"),
        (None, Some("microsoft-data-sqlclient"), "Server=db;Database=x;User Id=a", "verified"),
        (None, Some("system-data-sqlclient"), "Server=db;Database=x;User Id=a", "cleartext"),
        (None, Some("npgsql"), "Host=db;SSL Mode=VerifyFull;Trust Server Certificate=true", "verified"),
        (None, Some("npgsql-7"), "Host=db;SSL Mode=Require;Trust Server Certificate=true", "unverified"),
        (None, Some("redis-py-5"), "rediss://cache", "host-unverified"),
        (None, Some("rabbitmq-java-5.32"), "amqps://mq", "unverified"),
        (None, Some("mysql_async"), "mysql://db/x?require_ssl=true&verify_ca=false", "unverified"),
        (Some("redis"), None, "cache:6379", "cleartext"),
        (Some("redis"), None, "cache:6380", "unknown"),
        (Some("redis"), None, "cache:6379,other:6379,password=x,ssl=True,abortConnect=false", "verified"),
        (Some("redis"), None, "cache:6379,ssl=false", "cleartext"),
        (Some("redis"), None, "/run/redis.sock", "local"),
        (Some("redis"), None, "tls://cache:6380", "verified"),
        (Some("kafka"), None, "k1:9092,k2:9092", "cleartext"),
        (Some("kafka"), None, "SSL://k1:9093", "verified"),
        (Some("zookeeper"), None, "z1:2181,z2:2181/chroot", "cleartext"),
        (Some("http"), None, ":8080", "cleartext"),
        (Some("https"), None, "api.corp.net", "verified"),
        (Some("elasticsearch"), None, "http://es:9200", "cleartext"),
        (Some("oracle"), None, "tcps://db:2484/svc", "verified"),
        (Some("oracle"), None, "db:1521/svc", "cleartext"),
        (Some("oracle"), None, "a/b@db:1521/svc", "cleartext"),
    ];
    for (protocol, driver, text, expected) in rows {
        let hints = Hints { protocol, driver, ..Hints::default() };
        assert_eq!(verdict(text, &hints).0, expected, "{text} with {protocol:?} {driver:?}");
    }
}

#[test]
fn each_member_is_an_endpoint() {
    let hints = Hints::default();
    let hosts = |text: &str| {
        all(text, &hints)
            .iter()
            .map(|endpoint| format!("{}:{:?}", endpoint.host.name, endpoint.port))
            .collect::<Vec<_>>()
    };
    assert_eq!(hosts("mongodb://a:b@M1:1,m2/x"), ["m1:Some(1)", "m2:None"]);
    assert_eq!(hosts("http://a:1;http://b:2"), ["a:Some(1)", "b:Some(2)"]);
    assert_eq!(hosts("http://[2001:4860::1]:80/"), ["2001:4860::1:Some(80)"]);
    assert_eq!(
        hosts("(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=a)(PORT=1))(ADDRESS=(PROTOCOL=TCP)(HOST=b)(PORT=2)))"),
        ["a:Some(1)", "b:Some(2)"]
    );
    assert_eq!(hosts("Server=tcp:db.corp.net,1433;Database=x;Encrypt=no"), ["db.corp.net:Some(1433)"]);
    assert_eq!(hosts("mysql:host=db;port=3307;dbname=x"), ["db:Some(3307)"]);
}

#[test]
fn secrets_are_known_and_not_shown() {
    let rows = [
        ("http://api.corp.net", Credentials::None, "http://api.corp.net"),
        ("http://me@api.corp.net/", Credentials::User, "http://me@api.corp.net/"),
        ("http://me:pw@api.corp.net/", Credentials::Secret, "http://me:***@api.corp.net/"),
        ("http://me:p@w:x@api.corp.net/", Credentials::Secret, "http://me:***@api.corp.net/"),
        ("http://me:@api.corp.net/", Credentials::User, "http://me:@api.corp.net/"),
        (
            "http://api.corp.net/?a=1&access_token=abc&b=2",
            Credentials::Secret,
            "http://api.corp.net/?a=1&access_token=***&b=2",
        ),
        ("a:b@tcp(db)/x", Credentials::Secret, "a:***@tcp(db)/x"),
        ("Server=db;Database=x;Uid=a;Pwd={p;w}", Credentials::Secret, "Server=db;Database=x;Uid=a;Pwd={***}"),
    ];
    for (text, credentials, shown) in rows {
        let endpoints = all(text, &Hints::default());
        assert_eq!(endpoints.len(), 1, "{text}");
        assert_eq!((endpoints[0].credentials, endpoints[0].shown.as_str()), (credentials, shown), "{text}");
    }
}

#[test]
fn what_is_plain_by_design() {
    for text in ["http://169.254.169.254/latest/meta-data", "http://ocsp.vendor.net", "http://pki.vendor.net/root.crl"]
    {
        assert_eq!(all(text, &Hints::default())[0].host.zone, Zone::ByDesign, "{text}");
    }
}
