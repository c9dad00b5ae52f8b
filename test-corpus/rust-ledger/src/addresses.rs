pub const AUDIT: &str = "http://audit.acme-bank.com"; //~ cleartext-http: http
pub const SETTLE: &str = "https://settle.acme-bank.com";
