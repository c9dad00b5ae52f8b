//! How many strings a second the classifier judges: connection strings of every shape, and the texts that programs are
//! full of and that are none. `cargo bench --bench endpoint`.

use barewire::endpoint::{Classifier, Endpoints, Hints};
use barewire::knowledge::Knowledge;
use barewire::source::{FileId, Place, Span};
use barewire::text::Template;
use divan::Bencher;
use divan::counter::ItemsCount;

const CONNECTIONS: [&str; 12] = [
    "http://api.acme-bank.net/v1/accounts",
    "https://www.acme-bank.net/",
    "postgres://app:pw@db.acme-bank.net:5432/shop?sslmode=require",
    "jdbc:mysql://db.acme-bank.net:3306/shop?useSSL=true&requireSSL=true",
    "jdbc:sqlserver://db:1433;databaseName=shop;encrypt=true;trustServerCertificate=true",
    "Server=db;Database=shop;User Id=app;Password=pw;Encrypt=False",
    "host=db user=app dbname=shop sslmode=prefer",
    "app:pw@tcp(db:3306)/shop?tls=skip-verify",
    "mongodb://app:pw@m1:27017,m2:27017/shop?replicaSet=r",
    "redis://:pw@cache:6379/0",
    "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=ledger)(PORT=1521))(CONNECT_DATA=(SID=x)))",
    "http://www.w3.org/2001/XMLSchema-instance",
];

const OTHERS: [&str; 8] = [
    "created_at",
    "The account could not be opened: %s",
    "Content-Type: text/html; charset=utf-8",
    "SELECT id, name FROM accounts WHERE branch = $1",
    "std::collections::HashMap",
    "a, b, c",
    "color=red; width=3",
    "2026-11-28T10:30:00Z",
];

fn main() {
    divan::main();
}

fn judge(bencher: Bencher<'_, '_>, texts: &[&str]) {
    let knowledge = Knowledge::new(Vec::new());
    let endpoints = Endpoints::new(&knowledge.protocols);
    let place = |text: &str| Place { file: FileId(0), span: Span::new(0, text.len()) };
    let templates: Vec<Template> = texts.iter().map(|text| Template::literal(*text, place(text))).collect();
    bencher.counter(ItemsCount::new(templates.len())).bench_local(|| {
        for template in &templates {
            divan::black_box(endpoints.classify(divan::black_box(template), &Hints::default()));
        }
    });
}

#[divan::bench]
fn connections(bencher: Bencher<'_, '_>) {
    judge(bencher, &CONNECTIONS);
}

#[divan::bench]
fn other_texts(bencher: Bencher<'_, '_>) {
    judge(bencher, &OTHERS);
}
