//! The map as a graph: nodes for components and peers, edges for connections. What the drawing formats share.

use crate::map::document::{Connection, Document};
use crate::map::{Verdict, shown_peer};
use crate::report::Direction;
use std::collections::BTreeMap;

/// Nodes in order; edges by the numbers of their nodes.
pub(super) struct Graph<'a> {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge<'a>>,
}

pub(super) struct Node {
    pub(super) label: String,
    /// A part of the software, and not something outside of it.
    pub(super) own: bool,
}

pub(super) struct Edge<'a> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) connection: &'a Connection,
}

impl<'a> Graph<'a> {
    pub(super) fn new(map: &'a Document) -> Self {
        let mut nodes: Vec<Node> = Vec::new();
        let mut numbers: BTreeMap<(bool, String), usize> = BTreeMap::new();
        let mut number = |own: bool, label: &str| {
            *numbers.entry((own, label.to_owned())).or_insert_with(|| {
                nodes.push(Node { label: label.to_owned(), own });
                nodes.len() - 1
            })
        };
        for component in &map.components {
            number(true, &component.name);
        }
        let mut edges = Vec::new();
        for connection in &map.connections {
            let own = number(true, &connection.component);
            let peer = match &connection.peer.component {
                Some(name) => number(true, name),
                None => number(false, &peer(connection)),
            };
            let (from, to) = if connection.direction == Direction::Out { (own, peer) } else { (peer, own) };
            edges.push(Edge { from, to, connection });
        }
        Self { nodes, edges }
    }
}

impl Edge<'_> {
    /// `postgresql: cleartext`.
    pub(super) fn label(&self) -> String {
        format!("{}: {}", self.connection.protocol, self.connection.verdict.name())
    }
}

/// Host and port for people.
pub(super) fn peer(connection: &Connection) -> String {
    shown_peer(&connection.peer.host, connection.peer.port, connection.direction)
}

pub(super) fn color(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Cleartext => "#c62828",
        Verdict::Opportunistic => "#e65100",
        Verdict::Unverified | Verdict::HostUnverified => "#b8860b",
        Verdict::Unknown => "#6a1b9a",
        Verdict::Verified => "#2e7d32",
    }
}
