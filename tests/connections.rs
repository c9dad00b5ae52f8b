//! What a user sees of one connection string that stands in a setting: check, severity, the bytes underlined, and the
//! line as the fix leaves it.

mod common;

use barewire::knowledge::Knowledge;
use common::scan_all;

/// The value of a setting, then `check severity: bytes`, or nothing where nothing is reported.
const SETTINGS: &[(&str, &str)] = &[
    ("http://api.acme-bank.net/v1", "cleartext-http high: http"),
    ("http://me:pw@api.acme-bank.net/v1", "cleartext-http critical: http"),
    ("http://10.1.2.3/api", "cleartext-http medium: http"),
    ("http://orders.prod.svc.cluster.local", "cleartext-http low: http"),
    ("http://localhost:8080/health", ""),
    ("http://example.com/api", ""),
    ("http://169.254.169.254/latest", ""),
    ("postgres://a:b@db/x", "opportunistic-database-tls low: postgres://a:b@db/x"),
    ("postgres://a:b@db.acme-bank.net/x?sslmode=disable", "cleartext-database critical: sslmode=disable"),
    ("postgres://a:b@db/x?sslmode=disable", "cleartext-database medium: sslmode=disable"),
    ("postgresql://a@db.acme-bank.net/x?sslmode=require", "unverified-database-certificate high: sslmode=require"),
    (
        "postgresql://a@db.acme-bank.net/x?sslmode=require&channel_binding=require",
        "unverified-database-certificate low: sslmode=require",
    ),
    ("postgresql:///x?host=%2Fvar%2Frun%2Fpostgresql", ""),
    ("jdbc:postgresql://db.acme-bank.net/x?ssl=true", ""),
    ("jdbc:mysql://db.acme-bank.net/x?useSSL=false", "cleartext-database high: useSSL=false"),
    (
        "jdbc:mysql://db.acme-bank.net/x?useSSL=false&allowPublicKeyRetrieval=true",
        "cleartext-database critical: useSSL=false",
    ),
    (
        "jdbc:mysql://db.acme-bank.net/x?sslMode=VERIFY_IDENTITY&enabledTLSProtocols=TLSv1,TLSv1.2",
        "weak-tls-version medium: enabledTLSProtocols=TLSv1,TLSv1.2",
    ),
    ("jdbc:h2:mem:t", ""),
    ("app:pw@tcp(db.acme-bank.net:3306)/x", "cleartext-database critical: app:pw@tcp(db.acme-bank.net:3306)/x"),
    (
        "Server=db.acme-bank.net;Database=x;User Id=a;Password=b;Encrypt=False",
        "cleartext-database critical: Encrypt=False",
    ),
    ("Server=db.acme-bank.net;Database=x;User Id=a;Password=b", ""),
    ("mongodb://a:b@m1.acme-bank.net,m2.acme-bank.net/x", "cleartext-database critical: mongodb"),
    ("redis://:pw@cache:6379", "cleartext-cache medium: redis"),
    ("redis://:pw@cache.acme-bank.net:6379", "cleartext-cache critical: redis"),
    ("ftp://ftp.corp/pub", "cleartext-ftp-url medium: ftp"),
    ("ftp://me:pw@ftp.corp/pub", "cleartext-ftp-url high: ftp"),
    (
        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=k",
        "cleartext-http critical: DefaultEndpointsProtocol=http",
    ),
    ("failover:(tcp://a.acme-bank.net:61616,ssl://b.acme-bank.net:61617)", "cleartext-messaging high: tcp"),
    // What is filled in elsewhere: the deciding place is not known, or its default is the evidence.
    ("postgres://a@db.acme-bank.net/x?sslmode=${SSLMODE}", ""),
    (
        "postgres://a@db.acme-bank.net/x?sslmode=${SSLMODE:-disable}",
        "cleartext-database high: sslmode=${SSLMODE:-disable}",
    ),
    ("postgres://a@db.acme-bank.net/x?sslmode=${SSLMODE:-verify-full}", ""),
    ("${SCHEME}://api.acme-bank.net", ""),
    ("${API_URL:http://api.acme-bank.net}", "cleartext-http high: http"),
    ("http://{{ .Values.host }}/v1", "cleartext-http medium: http"),
    ("postgres://a@${DB_HOST}/x?sslmode=disable", "cleartext-database medium: sslmode=disable"),
];

#[test]
fn settings_are_reported_as_they_are_bad() {
    let knowledge = Knowledge::new(Vec::new());
    let mut wrong = Vec::new();
    for (value, expected) in SETTINGS {
        let text = format!("database_url: \"{value}\"\n");
        let report = scan_all(&knowledge, "settings.yaml", &text);
        let said: Vec<String> = report
            .findings
            .iter()
            .map(|finding| {
                let bytes = &text[finding.place.span.start as usize..finding.place.span.end as usize];
                format!("{} {}: {bytes}", finding.check, format!("{:?}", finding.severity).to_lowercase())
            })
            .collect();
        if said.join(" | ") != *expected {
            wrong.push(format!("{value}\n    expected {expected}\n    is       {}", said.join(" | ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file, and the same with the fix of its one finding made.
const MENDED: &[(&str, &str, &str)] = &[
    (
        "a.env",
        "DATABASE_URL=postgres://a@db.internal/shop\n",
        "DATABASE_URL=postgres://a@db.internal/shop?sslmode=verify-full\n",
    ),
    ("a.yaml", "url: jdbc:sqlserver://db.internal;encrypt=false\n", "url: jdbc:sqlserver://db.internal;encrypt=true\n"),
    (
        "a.xml",
        "<a><url>postgres://a@db.internal/shop?application_name=b</url></a>\n",
        "<a><url>postgres://a@db.internal/shop?application_name=b&amp;sslmode=verify-full</url></a>\n",
    ),
    (
        "appsettings.json",
        "{ \"ConnectionStrings\": { \"Shop\": \"Host=db.internal;Username=a;Database=shop\" } }\n",
        "{ \"ConnectionStrings\": { \"Shop\": \"Host=db.internal;Username=a;Database=shop;SslMode=VerifyFull\" } }\n",
    ),
];

#[test]
fn fixes_are_what_one_would_paste() {
    let knowledge = Knowledge::new(Vec::new());
    for (name, text, expected) in MENDED {
        let report = scan_all(&knowledge, name, text);
        let fixes: Vec<String> =
            report.findings.iter().filter_map(|finding| Some(finding.fix.as_ref()?.apply(text))).collect();
        assert_eq!(fixes, [*expected], "{name}");
        let after = scan_all(&knowledge, name, expected);
        assert!(after.findings.is_empty() && after.problems.is_empty(), "{name}: {:?}", after.findings);
    }
}
