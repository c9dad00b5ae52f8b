//! Where comments are, told without a parser and only as far as somebody asks.
//!
//! Wherever the text is doubtful (an unclosed comment, odd quotes), it is no comment: a file is then parsed in vain, and
//! nothing is missed.

use crate::kind::{CommentSyntax, Language};
use compact_str::CompactString;
use memchr::{memchr, memchr2, memchr3, memmem, memrchr};
use std::ops::Range;

/// How far a line-wise syntax looks back for the start of the line, in bytes.
const LOOK_BACK: usize = 1024;

/// The comments of one text. Each byte is looked at once, however often it is asked for; a line-wise syntax looks at
/// the line alone, and not at all of a very long one.
#[derive(Debug)]
pub(crate) struct Comments<'a> {
    text: &'a [u8],
    syntax: CommentSyntax,
    markers: &'a [CompactString],
    /// Comments that end before `at`, in order.
    found: Vec<Range<usize>>,
    /// What lies before is known.
    at: usize,
    /// Open brackets, for Python: a statement starts where there is none.
    depth: u32,
    /// Whether the token at `at` would begin a statement, for Python.
    statement_start: bool,
}

impl<'a> Comments<'a> {
    pub(crate) fn new(text: &'a str, language: &'a Language) -> Self {
        Self {
            text: text.as_bytes(),
            syntax: language.comments,
            markers: &language.markers,
            found: Vec::new(),
            at: 0,
            depth: 0,
            statement_start: true,
        }
    }

    /// Whether a byte is part of a comment.
    pub(crate) fn cover(&mut self, offset: usize) -> bool {
        match self.syntax {
            CommentSyntax::None => return false,
            CommentSyntax::LineStart | CommentSyntax::AfterSpace | CommentSyntax::OutsideQuotes => {
                return self.line_covers(offset);
            }
            _ => {}
        }
        while self.at <= offset && self.at < self.text.len() {
            self.step();
        }
        let after = self.found.partition_point(|comment| comment.end <= offset);
        self.found.get(after).is_some_and(|comment| comment.start <= offset)
    }

    fn step(&mut self) {
        match self.syntax {
            CommentSyntax::Slashes => self.step_slashes(),
            CommentSyntax::NestedSlashes => self.step_rust(),
            CommentSyntax::Docstrings => self.step_python(),
            CommentSyntax::Angles => self.step_xml(),
            _ => self.at = self.text.len(),
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn comment(&mut self, end: usize) {
        self.found.push(self.at..end);
        self.at = end;
    }

    fn line_end(&self, from: usize) -> usize {
        memchr(b'\n', &self.text[from..]).map_or(self.text.len(), |at| from + at)
    }

    /// What is open here is never closed. To look for the end of each such opener would take quadratic time.
    fn give_up(&mut self) {
        self.at = self.text.len();
    }

    /// Behind the next `close` after the `opener` bytes that stand here.
    fn behind(&self, opener: usize, close: &[u8]) -> Option<usize> {
        let from = self.at + opener;
        memmem::find(self.text.get(from..)?, close).map(|at| from + at + close.len())
    }

    // --- `//` and `/* */` ---

    fn step_slashes(&mut self) {
        let Some(next) = memchr3(b'/', b'"', b'\'', self.rest()) else {
            self.at = self.text.len();
            return;
        };
        self.at += next;
        match self.rest() {
            [b'/', b'/', ..] => self.comment(self.line_end(self.at)),
            [b'/', b'*', ..] => match self.behind(2, b"*/") {
                Some(end) => self.comment(end),
                None => self.give_up(),
            },
            [b'"', b'"', b'"', ..] => self.at = self.text_block(b'"'),
            [quote @ (b'"' | b'\''), ..] => self.at = self.one_line_string(self.at, *quote),
            _ => self.at += 1,
        }
    }

    /// Behind a string in three quotes.
    fn text_block(&self, quote: u8) -> usize {
        let mut at = self.at + 3;
        while let Some(next) = self.text.get(at..).and_then(|rest| memchr2(quote, b'\\', rest)) {
            at += next;
            match &self.text[at..] {
                [b'\\', ..] => at += 2,
                [a, b, c, ..] if *a == quote && *b == quote && *c == quote => return at + 3,
                _ => at += 1,
            }
        }
        self.text.len()
    }

    /// Behind a string that ends at its quote or else with its line.
    fn one_line_string(&self, start: usize, quote: u8) -> usize {
        let mut at = start + 1;
        while let Some(next) = self.text.get(at..).and_then(|rest| memchr3(quote, b'\\', b'\n', rest)) {
            at += next;
            match self.text[at] {
                b'\\' => at += 2,
                _ => return at + 1,
            }
        }
        self.text.len()
    }

    // --- Rust ---

    fn step_rust(&mut self) {
        let Some(next) = memchr3(b'/', b'"', b'\'', self.rest()) else {
            self.at = self.text.len();
            return;
        };
        self.at += next;
        match self.rest() {
            [b'/', b'/', ..] => self.comment(self.line_end(self.at)),
            [b'/', b'*', ..] => match self.nested_block() {
                Some(end) => self.comment(end),
                None => self.give_up(),
            },
            [b'"', ..] => self.at = self.rust_string(),
            [b'\'', ..] => self.at = self.char_or_lifetime(),
            _ => self.at += 1,
        }
    }

    fn nested_block(&self) -> Option<usize> {
        let mut depth = 0_u32;
        let mut at = self.at;
        while let Some(next) = memchr2(b'/', b'*', self.text.get(at..)?) {
            at += next;
            match self.text.get(at..at + 2)? {
                b"/*" => depth += 1,
                b"*/" => depth -= 1,
                _ => {
                    at += 1;
                    continue;
                }
            }
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    fn rust_string(&self) -> usize {
        let before = &self.text[..self.at];
        let hashes = before.iter().rev().take_while(|byte| **byte == b'#').count();
        let raw = before.len() > hashes && before[before.len() - hashes - 1] == b'r';
        if raw {
            let mut close = vec![b'"'];
            close.resize(hashes + 1, b'#');
            return self.behind(1, &close).unwrap_or(self.text.len());
        }
        let mut at = self.at + 1;
        while let Some(next) = self.text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += next;
            if self.text[at] == b'"' {
                return at + 1;
            }
            at += 2;
        }
        self.text.len()
    }

    /// `'a'`, `'\''`, or the quote of `'a`.
    fn char_or_lifetime(&self) -> usize {
        match self.rest() {
            [_, b'\\', _, rest @ ..] => {
                let close = rest.iter().take(10).position(|byte| *byte == b'\'');
                self.at + 3 + close.map_or(0, |at| at + 1)
            }
            [_, _, b'\'', ..] => self.at + 3,
            _ => self.at + 1,
        }
    }

    // --- Python ---

    fn step_python(&mut self) {
        let Some(byte) = self.rest().first().copied() else {
            return;
        };
        match byte {
            b'#' => {
                self.comment(self.line_end(self.at));
                return;
            }
            b'"' | b'\'' => return self.step_python_string(byte),
            b'\n' => {
                self.statement_start = self.depth == 0;
                self.at += 1;
                return;
            }
            b'\\' => {
                // An escaped line break starts no statement.
                self.at += if self.rest().starts_with(b"\\\r\n") { 3 } else { 2 };
                return;
            }
            b';' => self.statement_start = self.depth == 0,
            b' ' | b'\t' | b'\r' | 0x0c | 0xef | 0xbb | 0xbf => {}
            // A prefix of the string that may follow; a word of more letters clears the flag at its other letters.
            b'r' | b'R' | b'u' | b'U' if self.at_prefix() => {}
            _ => {
                self.depth = match byte {
                    b'(' | b'[' | b'{' => self.depth.saturating_add(1),
                    b')' | b']' | b'}' => self.depth.saturating_sub(1),
                    _ => self.depth,
                };
                self.statement_start = false;
                let plain = self.rest()[1..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                self.at += plain;
            }
        }
        self.at += 1;
    }

    fn at_prefix(&self) -> bool {
        matches!(self.rest(), [_, b'"' | b'\'', ..])
    }

    fn step_python_string(&mut self, quote: u8) {
        let start = self.at;
        let triple = self.rest().starts_with(&[quote; 3]);
        let end = if triple { self.text_block(quote) } else { self.one_line_string(start, quote) };
        let closed = end >= start + 6 && self.text.get(end - 3..end) == Some(&[quote; 3]);
        if triple && closed && self.statement_start && self.ends_statement(end) {
            self.comment(end);
        } else {
            self.at = end;
        }
        // A broken one-line string took its line break with it.
        let broken = !triple && self.text.get(end.wrapping_sub(1)) == Some(&b'\n');
        self.statement_start = broken && self.depth == 0;
    }

    fn ends_statement(&self, end: usize) -> bool {
        let rest = self.text.get(end..).unwrap_or_default();
        rest.iter()
            .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
            .is_none_or(|byte| matches!(byte, b'\n' | b'#' | b';'))
    }

    // --- XML ---

    fn step_xml(&mut self) {
        let Some(next) = memmem::find(self.rest(), b"<!") else {
            self.at = self.text.len();
            return;
        };
        self.at += next;
        if self.rest().starts_with(b"<!--") {
            match self.behind(4, b"-->") {
                Some(end) => self.comment(end),
                None => self.give_up(),
            }
        } else if self.rest().starts_with(b"<![CDATA[") {
            self.at = self.behind(9, b"]]>").unwrap_or(self.text.len());
        } else {
            self.at += 2;
        }
    }

    // --- line by line ---

    fn line_covers(&self, offset: usize) -> bool {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let near = before.len().saturating_sub(LOOK_BACK);
        let line_start = match memrchr(b'\n', &before[near..]) {
            Some(at) => near + at + 1,
            None if near == 0 => 0,
            None => return false,
        };
        let line = &before[line_start..];
        let blank = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if self.marker_at(line_start + blank) {
            return !continues(&self.text[..line_start]);
        }
        self.syntax != CommentSyntax::LineStart && self.marker_inside(line_start, line)
    }

    fn marker_at(&self, at: usize) -> bool {
        self.text.get(at..).is_some_and(|rest| self.markers.iter().any(|marker| rest.starts_with(marker.as_bytes())))
    }

    fn marker_inside(&self, line_start: usize, line: &[u8]) -> bool {
        let (mut single, mut double, mut space) = (false, false, true);
        for (index, byte) in line.iter().enumerate() {
            let may_begin = (space || self.syntax == CommentSyntax::OutsideQuotes) && !single && !double;
            if may_begin && self.marker_at(line_start + index) {
                return true;
            }
            single ^= *byte == b'\'' && !double;
            double ^= *byte == b'"' && !single;
            space = byte.is_ascii_whitespace();
        }
        false
    }
}

/// Whether the line that ends here goes on in the next one: an odd number of backslashes.
fn continues(before: &[u8]) -> bool {
    let line = before.strip_suffix(b"\n").unwrap_or(before);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests;
