//! The classifier against the shipped data.

mod examples;
mod hosts;
mod negatives;
mod parts;
mod properties;
mod vectors;
mod words;

use super::protocols::folded;
use super::{Classified, Classifier, Endpoint, Endpoints, Hints, Judged, Protocols, Transport};
use crate::source::{FileId, Place, Span};
use crate::text::Template;
use std::sync::OnceLock;

/// Names and texts of the files in `rules/protocols/`, in order.
#[expect(clippy::disallowed_methods, reason = "a test reads the rules from where they are written")]
fn files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/protocols");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &std::path::Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// The data of `rules/protocols/`.
pub(super) fn shipped() -> &'static Protocols {
    static SHIPPED: OnceLock<Protocols> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let texts = files();
        let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        Protocols::from_yaml(&files).unwrap_or_else(|errors| panic!("{errors:#?}"))
    })
}

fn endpoints() -> Endpoints<'static> {
    Endpoints::new(shipped())
}

/// A literal that starts at byte 100 of its file.
fn literal(text: &str) -> Template {
    Template::literal(text, place(100, text.len()))
}

fn place(start: usize, length: usize) -> Place {
    Place { file: FileId(0), span: Span::new(start, start + length) }
}

fn all(text: &str, hints: &Hints<'_>) -> Vec<Endpoint> {
    all_with(endpoints(), text, hints)
}

fn all_with(endpoints: Endpoints<'_>, text: &str, hints: &Hints<'_>) -> Vec<Endpoint> {
    match endpoints.classify(&literal(text), hints) {
        Classified::Endpoints(all) => all,
        Classified::Other | Classified::Identifier => Vec::new(),
    }
}

/// The worst of the endpoints in words, and the bytes that decide.
fn verdict(text: &str, hints: &Hints<'_>) -> (String, String) {
    verdict_with(endpoints(), text, hints)
}

fn verdict_with(endpoints: Endpoints<'_>, text: &str, hints: &Hints<'_>) -> (String, String) {
    match endpoints.classify(&literal(text), hints) {
        Classified::Other => ("other".into(), String::new()),
        Classified::Identifier => ("identifier".into(), String::new()),
        Classified::Endpoints(all) => all.iter().map(|endpoint| said_of(endpoint, text)).min_by_key(rank).unwrap(),
    }
}

fn rank(said: &(String, String)) -> usize {
    let worst_first = ["cleartext", "opportunistic", "unverified", "host-unverified", "unknown", "verified", "local"];
    worst_first.iter().position(|word| *word == said.0).unwrap_or(0)
}

fn said_of(endpoint: &Endpoint, text: &str) -> (String, String) {
    use super::Zone;
    if matches!(endpoint.host.zone, Zone::Loopback | Zone::UnixSocket) {
        return ("local".into(), String::new());
    }
    match &endpoint.transport {
        Judged::Unknown { .. } => ("unknown".into(), String::new()),
        Judged::Known { transport, decided_by } => {
            let span = decided_by.place.span;
            let bytes = &text[span.start as usize - 100..span.end as usize - 100];
            (word(*transport).into(), if bytes == text { "*".into() } else { bytes.into() })
        }
    }
}

fn word(transport: Transport) -> &'static str {
    match transport {
        Transport::Cleartext => "cleartext",
        Transport::Opportunistic => "opportunistic",
        Transport::Unverified => "unverified",
        Transport::HostUnverified => "host-unverified",
        Transport::Verified => "verified",
    }
}
