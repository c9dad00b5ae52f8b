//! The map as a Mermaid flowchart.

use super::graph::{Graph, color};
use crate::map::document::Document;
use crate::output::{Format, Look, escape};
use crate::report::Report;
use std::fmt::Write as _;
use std::io;

/// `barewire map --output-format mermaid`.
pub(super) struct Mermaid;

impl Format for Mermaid {
    fn name(&self) -> &'static str {
        "mermaid"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let map = Document::new(report, look.version);
        let graph = Graph::new(&map);
        writeln!(to, "flowchart LR")?;
        for (number, node) in graph.nodes.iter().enumerate() {
            let (open, close) = if node.own { ("[", "]") } else { ("([", "])") };
            writeln!(to, "  n{number}{open}\"{}\"{close}", text(&node.label))?;
        }
        for (number, edge) in graph.edges.iter().enumerate() {
            writeln!(to, "  n{} -->|\"{}\"| n{}", edge.from, text(&edge.label()), edge.to)?;
            let width = if edge.connection.sensitive.is_empty() { 1 } else { 3 };
            let color = color(edge.connection.verdict);
            writeln!(to, "  linkStyle {number} stroke:{color},stroke-width:{width}px")?;
        }
        Ok(())
    }
}

/// Text in quotes: letters, digits and plain marks as they are, all else by number.
fn text(label: &str) -> String {
    let mut out = String::new();
    for character in escape::line(label).chars() {
        match character {
            ' ' | '.' | ':' | '-' | '_' | '/' => out.push(character),
            character if character.is_alphanumeric() => out.push(character),
            character => _ = write!(out, "#{};", u32::from(character)),
        }
    }
    out
}
