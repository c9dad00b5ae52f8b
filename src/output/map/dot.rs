//! The map as a graph of Graphviz.

use super::graph::{Graph, color};
use crate::map::document::Document;
use crate::output::{Format, Look, escape};
use crate::report::Report;
use std::io;

/// `barewire map --output-format dot`.
pub(super) struct Dot;

impl Format for Dot {
    fn name(&self) -> &'static str {
        "dot"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let map = Document::new(report, look.version);
        let graph = Graph::new(&map);
        writeln!(to, "digraph map {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];")?;
        for (number, node) in graph.nodes.iter().enumerate() {
            let shape = if node.own { "box" } else { "ellipse" };
            writeln!(to, "  n{number} [shape={shape}, label={}];", quoted(&node.label))?;
        }
        for edge in &graph.edges {
            let width = if edge.connection.sensitive.is_empty() { 1 } else { 3 };
            let color = color(edge.connection.verdict);
            let label = quoted(&edge.label());
            writeln!(to, "  n{} -> n{} [label={label}, color=\"{color}\", penwidth={width}];", edge.from, edge.to)?;
        }
        writeln!(to, "}}")
    }
}

/// A quoted string of the language; a backslash would begin an escape of it.
fn quoted(label: &str) -> String {
    format!("\"{}\"", escape::line(label).replace('\\', "\\\\").replace('"', "\\\""))
}
