mod switches;

use crate::switches::{SKIP, TRUST};

fn clients() -> reqwest::Result<(reqwest::Client, reqwest::Client)> {
    let open = reqwest::Client::builder().danger_accept_invalid_certs(SKIP).build()?;
    //~ unverified-certificate: SKIP
    let safe = reqwest::Client::builder().danger_accept_invalid_certs(TRUST).build()?;
    Ok((open, safe))
}

fn main() {}
