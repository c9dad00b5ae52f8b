//! The formats of the map. They are formats as the others are, with a list of their own.

pub mod changes;
mod csv;
mod cyclonedx;
mod dot;
mod graph;
mod html;
mod json;
mod markdown;
mod mermaid;
mod table;

use super::Format;

/// Every format of the map, in the order in which help lists them. To add one: a file here, its `mod` line, its entry.
pub static ALL: &[&dyn Format] = &[
    &table::Table,
    &json::Json,
    &csv::Csv,
    &markdown::Markdown,
    &mermaid::Mermaid,
    &dot::Dot,
    &cyclonedx::CycloneDx,
    &html::Html,
];
