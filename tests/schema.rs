//! The JSON schema of the configuration is the one that its types make.

use barewire::config;

#[test]
fn the_schema_is_that_of_the_types() {
    let shipped = include_str!("../schemas/barewire.schema.json");
    assert!(
        shipped.replace("\r\n", "\n") == config::schema(),
        "the configuration has changed: run `cargo run -- config --schema > schemas/barewire.schema.json`"
    );
}
