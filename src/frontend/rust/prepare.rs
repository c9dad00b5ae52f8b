//! Makes a text fit for the parser: nothing nests too deep, and one stray delimiter does not hide the rest.
//!
//! What is in the way is overwritten by blanks of the same length, so that every offset stays. String contents are
//! read from the file itself, never from the overwritten text.

use super::lexer::{self, Scan};
use crate::source::Span;
use crate::tree::{Problem, ProblemKind};
use proc_macro2::TokenStream;
use std::str::FromStr;

/// How often a byte that the tokeniser refuses is overwritten before giving up.
const REPAIRS: usize = 32;

/// A file's tokens.
pub(super) struct Prepared {
    /// `None` where no repair made the text tokenise.
    pub(super) tokens: Option<TokenStream>,
    /// What to add to the tokens' offsets to have those of the file.
    pub(super) offset: usize,
    pub(super) strings: Vec<Span>,
    pub(super) problems: Vec<Problem>,
}

/// Tokenises a file.
pub(super) fn prepare(text: &str) -> Prepared {
    let offset = code_start(text);
    let scan = lexer::scan(text, offset);
    let mut problems: Vec<Problem> = scan.deep.iter().take(1).map(|span| too_deep(*span)).collect();
    let mut bytes = text.as_bytes().to_vec();
    for span in &scan.deep {
        overwrite(&mut bytes, *span, b' ');
    }
    let first = tokenise(&bytes, offset);
    let tokens = match first {
        Ok(tokens) => Some(tokens),
        Err(at) => {
            problems.push(refused(scan.stray.iter().min().copied().unwrap_or(at)));
            repair(bytes, &scan, offset)
        }
    };
    Prepared { tokens, offset, strings: scan.strings, problems }
}

/// Where the code begins: behind byte order marks and a `#!` line, which is none when it is an inner attribute.
fn code_start(text: &str) -> usize {
    let body = text.trim_start_matches('\u{feff}');
    let start = text.len() - body.len();
    let Some(line) = body.strip_prefix("#!") else {
        return start;
    };
    if line.trim_start().starts_with('[') {
        return start;
    }
    let end = start + body.find('\n').unwrap_or(body.len());
    let rest = &text[end..];
    end + (rest.len() - rest.trim_start_matches('\u{feff}').len())
}

fn overwrite(bytes: &mut [u8], span: Span, by: u8) {
    if let Some(bytes) = bytes.get_mut(span.range()) {
        bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = by);
    }
}

/// The tokens, or the place that the tokeniser refuses.
fn tokenise(bytes: &[u8], offset: usize) -> Result<TokenStream, Span> {
    let text = String::from_utf8_lossy(&bytes[offset..]);
    TokenStream::from_str(&text).map_err(|error| {
        let start = offset + error.span().byte_range().start;
        let width = String::from_utf8_lossy(&bytes[start.min(bytes.len())..]).chars().next().map_or(0, char::len_utf8);
        Span::new(start, start + width)
    })
}

fn repair(mut bytes: Vec<u8>, scan: &Scan, offset: usize) -> Option<TokenStream> {
    for span in &scan.stray {
        overwrite(&mut bytes, *span, b' ');
    }
    for span in &scan.strings {
        neutralise(&mut bytes[span.range()]);
    }
    for at in memchr::memchr_iter(b'\r', &bytes.clone()) {
        bytes[at] = b' ';
    }
    for _ in 0..REPAIRS {
        match tokenise(&bytes, offset) {
            Ok(tokens) => return Some(tokens),
            Err(at) if at.is_empty() => return None,
            Err(at) => overwrite(&mut bytes, at, b' '),
        }
    }
    None
}

/// Hides escape sequences, which may be wrong ones.
fn neutralise(string: &mut [u8]) {
    string.iter_mut().filter(|byte| **byte == b'\\' || !byte.is_ascii()).for_each(|byte| *byte = b'_');
    let quotes = [string.iter().position(|byte| *byte == b'"'), string.iter().rposition(|byte| *byte == b'"')];
    let [Some(first), Some(last)] = quotes else {
        return;
    };
    let inside = string.get_mut(first + 1..last).unwrap_or_default();
    inside.iter_mut().filter(|byte| **byte == b'"' || **byte == 0).for_each(|byte| *byte = b'_');
}

fn too_deep(span: Span) -> Problem {
    let message = "the code nests too deep; what lies deeper was not looked at".into();
    Problem { kind: ProblemKind::GaveUp, message, span: Some(span) }
}

fn refused(span: Span) -> Problem {
    let message = "this is not a Rust token, or a delimiter without its partner".into();
    Problem { kind: ProblemKind::SyntaxError, message, span: Some(span) }
}
