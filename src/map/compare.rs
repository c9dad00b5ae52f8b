//! What has become of the connections of a repository: two maps beside each other.

use super::Verdict;
use super::document::{Connection, Document};
use crate::report::Direction;
use serde::Serialize;
use std::collections::BTreeMap;

/// What differs between an earlier map and one of today. Each list is in the order of the map that it is from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Connections that the earlier map does not have.
    pub appeared: Vec<Connection>,
    /// Connections that only the earlier map has.
    pub vanished: Vec<Connection>,
    pub changed: Vec<Change>,
}

/// A connection whose verdict is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub before: Verdict,
    pub connection: Connection,
}

impl Change {
    /// Whether less is shown than before.
    pub fn is_worse(&self) -> bool {
        self.connection.verdict < self.before
    }
}

/// What makes a connection the same in both maps; lines move, and so do files.
type Key<'a> = (&'a str, Direction, &'a str, &'a str, Option<u16>);

fn key(connection: &Connection) -> Key<'_> {
    let peer = &connection.peer;
    let who = peer.component.as_ref().unwrap_or(&peer.host);
    (&connection.component, connection.direction, &connection.protocol, who, peer.port)
}

impl Comparison {
    pub fn new(before: &Document, after: &Document) -> Self {
        let mut old: BTreeMap<Key<'_>, Vec<&Connection>> = BTreeMap::new();
        for connection in before.connections.iter().rev() {
            old.entry(key(connection)).or_default().push(connection);
        }
        let mut this = Self::default();
        for connection in &after.connections {
            match old.get_mut(&key(connection)).and_then(Vec::pop) {
                None => this.appeared.push(connection.clone()),
                Some(was) if was.verdict != connection.verdict => {
                    this.changed.push(Change { before: was.verdict, connection: connection.clone() });
                }
                Some(_) => {}
            }
        }
        let mut left: BTreeMap<Key<'_>, usize> = old.into_iter().map(|(key, left)| (key, left.len())).collect();
        for connection in before.connections.iter().rev() {
            if let Some(left) = left.get_mut(&key(connection)).filter(|left| **left > 0) {
                *left -= 1;
                this.vanished.push(connection.clone());
            }
        }
        this.vanished.reverse();
        this
    }

    pub fn is_empty(&self) -> bool {
        self.appeared.is_empty() && self.vanished.is_empty() && self.changed.is_empty()
    }

    /// `2 connections appeared, 1 vanished, 1 changed (for the worse: 1)`.
    pub fn summary(&self) -> String {
        if self.is_empty() {
            return "no connection appeared, vanished or changed".to_owned();
        }
        let worse = self.changed.iter().filter(|change| change.is_worse()).count();
        let worse = if worse > 0 { format!(", {worse} for the worse") } else { String::new() };
        let (appeared, vanished, changed) = (self.appeared.len(), self.vanished.len(), self.changed.len());
        format!("connections: {appeared} appeared, {vanished} vanished, {changed} changed{worse}")
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
