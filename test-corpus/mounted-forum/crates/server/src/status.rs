pub fn ask() -> bool {
    reqwest::blocking::get("https://status.acme-bank.com/forum").is_ok()
}
