mod addresses;
mod client;
mod peers;
mod tls;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let unchecked = reqwest::Client::builder().danger_accept_invalid_certs(true).build()?; //~ unverified-certificate: true
    drop(unchecked);
    client::report(String::new()).await?;
    Ok(())
}
