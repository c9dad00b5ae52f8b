use tiberius::Config;

fn main() {
    let _ = Config::from_ado_string("Server=tcp:sql.acme-bank.net,1433;User=shop");  //~ cleartext-database: Server=tcp:sql.acme-bank.net,1433;User=shop
}
