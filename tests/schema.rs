//! The JSON schemas for editors and programs are the ones that the types make.

use barewire::map::document;
use barewire::{config, rules};

#[test]
fn the_schema_of_the_configuration_is_that_of_its_types() {
    let shipped = include_str!("../schemas/barewire.schema.json");
    assert!(
        shipped.replace("\r\n", "\n") == config::schema(),
        "the configuration has changed: run `cargo run -- config --schema > schemas/barewire.schema.json`"
    );
}

#[test]
fn the_schema_of_rules_is_that_of_their_types() {
    let shipped = include_str!("../schemas/rules.schema.json");
    assert!(
        shipped.replace("\r\n", "\n") == rules::schema(),
        "the form of rules has changed: run `cargo run -- rules --schema > schemas/rules.schema.json`"
    );
}

#[test]
fn the_schema_of_the_map_is_that_of_the_types() {
    let shipped = include_str!("../schemas/map.schema.json");
    assert!(
        shipped.replace("\r\n", "\n") == document::schema(),
        "the map has changed: run `cargo run -- map --schema > schemas/map.schema.json`"
    );
}
