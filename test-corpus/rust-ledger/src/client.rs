use crate::addresses::{AUDIT, SETTLE};

pub fn client(strict: bool) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().danger_accept_invalid_certs(!strict).build()
}

pub async fn report(body: String) -> reqwest::Result<()> {
    let client = reqwest::Client::new();
    client.post(format!("{AUDIT}/entries")).body(body.clone()).send().await?;
    client.post(format!("{SETTLE}/entries")).body(body).send().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    const HERE: &str = "http://test.acme-bank.com";
}
