mod status;

fn main() {
    let news = reqwest::blocking::get("http://news.acme-bank.com/forum").unwrap(); //~ cleartext-http: http
    println!("{}", news.status());
}
