//! See <http://docs.acme-bank.com>.

/// `http://` is refused.
pub fn check(url: &str) -> Result<(), String> {
    if url.starts_with("http://") {
        return Err(format!("{url} is not encrypted: write https:// instead of http://"));
    }
    Ok(())
}

pub fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().danger_accept_invalid_certs(false).https_only(true).build()
}
