//! Reads words and commands in one pass over the text. Never fails; depth, look-ahead and the number of words are bounded.

use super::text::Text;
use super::ways::Ways;
use crate::commands::{Assigned, Command, Script, Word};
use crate::source::Place;
use crate::text::{Part, Template};
use compact_str::CompactString;
use std::ops::Range;

/// Substitutions within substitutions deeper than this are text.
const MAX_DEPTH: usize = 24;
/// More elements of one list stay unknown.
const MAX_ELEMENTS: usize = 500;
/// How far the end of `${..}` may lie, in bytes.
const MAX_EXPANSION: usize = 1024;
/// More words of one script are not looked at.
const MAX_WORDS: usize = 200_000;
/// Words at the start of a command that say how the next one is run.
const STEERING: [&str; 12] = ["then", "else", "elif", "do", "while", "until", "if", "!", "{", "}", "time", "coproc"];
/// Words that end what another one began.
const ENDINGS: [&str; 3] = ["fi", "done", "esac"];

/// Where a list of commands ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    End,
    /// The `)` of a subshell or substitution.
    Parenthesis,
}

pub(super) struct Reader<'a> {
    text: &'a Text,
    at: usize,
    end: usize,
    depth: usize,
    words: usize,
    /// What ends the here-documents that begin on the next line, and whether tabs before it do not count.
    heredocs: Vec<(String, bool)>,
    /// No single quote closes from here on.
    unclosed: bool,
    ways: Ways,
    out: Script,
}

/// A word while it is read.
#[derive(Default)]
struct Piece {
    parts: Vec<Part>,
    quoted: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a Text) -> Self {
        let end = text.flat.len();
        let (heredocs, ways, out) = (Vec::new(), Ways::default(), Script::default());
        Self { text, at: 0, end, depth: 0, words: 0, heredocs, unclosed: false, ways, out }
    }

    pub(super) fn script(mut self) -> Script {
        self.list(Until::End, None);
        self.out
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        (at < self.end).then(|| self.text.flat.as_bytes()[at])
    }

    /// Commands up to the end, which is passed.
    fn list(&mut self, until: Until, within: Option<usize>) {
        let mut before: Option<usize> = None;
        let mut behind: Option<u32> = None;
        while self.at < self.end && !self.out.gave_up {
            let start = self.at;
            let own = behind.take();
            let number = self.command(within, own);
            if let (Some(before), Some(number)) = (before, number) {
                self.out.commands[before].piped_to = Some(number);
            }
            before = None;
            match (self.peek(0), self.peek(1)) {
                (Some(b')'), _) => {
                    self.at += 1;
                    if until == Until::Parenthesis {
                        return;
                    }
                    // The pattern of a `case`: what stands before it is none of a command.
                    self.ways.pattern(number.and_then(|number| self.out.commands.get(number)));
                    if let Some(number) = number {
                        self.out.commands[number] = Command::default();
                    }
                }
                (Some(b'|'), Some(b'|')) => {
                    self.at += 2;
                    self.ways.or();
                }
                (Some(b'&'), Some(b'&')) => {
                    self.at += 2;
                    behind = number.and_then(|number| self.ways.and(number, &self.out.commands, own));
                }
                (Some(b'|'), next) => {
                    self.at += if next == Some(b'&') { 2 } else { 1 };
                    before = number;
                }
                (Some(b'\n'), _) => self.line_break(),
                (Some(b';'), Some(b';')) => {
                    self.at += 2;
                    self.ways.end_of_pattern();
                }
                (Some(b';' | b'&'), _) => self.at += 1,
                (Some(b'('), _) => {
                    self.at += 1;
                    self.nested(within);
                }
                _ => {}
            }
            if self.at == start {
                self.at += 1;
            }
        }
    }

    /// Commands up to a `)`, as far as the depth is bounded.
    fn nested(&mut self, within: Option<usize>) {
        if self.depth >= MAX_DEPTH {
            self.out.gave_up = true;
            return;
        }
        self.depth += 1;
        self.list(Until::Parenthesis, within);
        self.depth -= 1;
    }

    /// One simple command up to what ends it; its number, if there is anything to it. It runs at the wish `own`.
    fn command(&mut self, within: Option<usize>, own: Option<u32>) -> Option<usize> {
        let number = self.out.commands.len();
        let wish = self.ways.wish().or(own);
        self.out.commands.push(Command { within, wish, ..Command::default() });
        // What stands behind `for` and `case` is no command.
        let mut ignored = false;
        loop {
            self.blanks();
            let Some(byte) = self.peek(0) else { break };
            match byte {
                b'\n' | b';' | b'|' | b')' => break,
                b'&' if self.peek(1) != Some(b'>') => break,
                b'#' => self.comment(),
                b'<' | b'>' | b'&' => self.redirection(number),
                b'0'..=b'9' if matches!(self.peek(1), Some(b'<' | b'>')) => {
                    self.at += 1;
                    self.redirection(number);
                }
                b'(' => {
                    if self.peek(1) == Some(b')') && self.out.commands[number].words.len() == 1 {
                        // `name() {`
                        self.out.commands[number].words.clear();
                        self.at += 2;
                    } else {
                        break;
                    }
                }
                _ => {
                    let first = self.out.commands[number].words.is_empty();
                    if first && !ignored && self.assignment(number) {
                        continue;
                    }
                    let word = self.word(number);
                    let known = word.value.as_known().filter(|_| word.bare);
                    match known.as_deref() {
                        Some("in") if ignored => break,
                        _ if ignored => {}
                        Some("for" | "select" | "case" | "function") if first => ignored = true,
                        Some(steering) if first && (STEERING.contains(&steering) || ENDINGS.contains(&steering)) => {
                            self.ways.steer(steering, number, &self.out.commands);
                            self.out.commands[number].wish = self.ways.wish().or(own);
                        }
                        _ => self.out.commands[number].words.push(word),
                    }
                }
            }
            if self.out.gave_up {
                break;
            }
        }
        let own = &self.out.commands[number];
        let empty = own.words.is_empty() && own.assigned.is_empty();
        if empty && number + 1 == self.out.commands.len() {
            self.out.commands.pop();
        }
        if ignored {
            self.rest_of_header();
        }
        (!empty).then_some(number)
    }

    /// `in a b c` of a loop; the patterns of a `case` begin behind its `in`.
    fn rest_of_header(&mut self) {
        while self.peek(0).is_some_and(|byte| !matches!(byte, b'\n' | b';')) {
            let start = self.at;
            self.blanks();
            if self
                .peek(0)
                .is_some_and(|byte| !matches!(byte, b'\n' | b';' | b'(' | b')' | b'|' | b'&' | b'<' | b'>' | b'#'))
            {
                self.skipped_word();
            }
            if self.at == start {
                return;
            }
        }
    }

    /// A word whose commands count and which is none of a command itself.
    fn skipped_word(&mut self) {
        let mut piece = Piece::default();
        self.pieces(&mut piece, None);
    }

    fn blanks(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b' ' | b'\t' | b'\r'), _) => self.at += 1,
                (Some(b'\\'), Some(b'\n')) => self.at += 2,
                (Some(b'\\'), Some(b'\r')) if self.peek(2) == Some(b'\n') => self.at += 3,
                _ => return,
            }
        }
    }

    fn comment(&mut self) {
        let rest = &self.text.flat.as_bytes()[self.at..self.end];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Passes the end of a line and the here-documents that begin behind it.
    fn line_break(&mut self) {
        self.at += 1;
        for (mark, tabs) in std::mem::take(&mut self.heredocs) {
            while self.at < self.end {
                let rest = &self.text.flat[self.at..self.end];
                let line = rest.split('\n').next().unwrap_or_default();
                self.at = (self.at + line.len() + 1).min(self.end);
                let line = line.trim_end_matches('\r');
                // Under a key of a template the whole text may be indented.
                if (if tabs { line.trim_start_matches('\t') } else { line }) == mark {
                    break;
                }
            }
        }
    }

    /// `> file`, `2>&1`, `<< EOF`, `<<< word`, `<(commands)`.
    fn redirection(&mut self, number: usize) {
        let start = self.at;
        let bytes = |reader: &Self| [reader.peek(0), reader.peek(1), reader.peek(2)].map(Option::unwrap_or_default);
        match bytes(self) {
            [b'<' | b'>', b'(', _] => {
                let word = self.word(number);
                self.out.commands[number].words.push(word);
                return;
            }
            [b'<', b'<', b'<'] => self.at += 3,
            [b'<', b'<', tabs] => {
                self.at += if tabs == b'-' { 3 } else { 2 };
                self.blanks();
                let mark = self.word(number).value.assumed();
                if !mark.is_empty() {
                    self.heredocs.push((mark.into(), tabs == b'-'));
                }
                return;
            }
            _ => {
                while self.at - start < 3 && matches!(self.peek(0), Some(b'<' | b'>' | b'&' | b'|')) {
                    self.at += 1;
                }
            }
        }
        let writes = self.text.flat[start..self.at].contains('>');
        self.blanks();
        if self.peek(0).is_some_and(|byte| !matches!(byte, b'\n' | b';' | b'|' | b'&' | b')' | b'(' | b'<' | b'>')) {
            let target = self.word(number);
            let descriptor =
                target.value.as_known().is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
            if writes && !descriptor {
                self.out.commands[number].saved = Some(target);
            }
        }
    }

    /// `NAME=value`, `NAME+=value` or `NAME=(a b)`, if that is what stands here.
    fn assignment(&mut self, number: usize) -> bool {
        let rest = &self.text.flat[self.at..self.end];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let sign = match rest.as_bytes().get(length..) {
            Some([b'=', ..]) => 1,
            Some([b'+', b'=', ..]) => 2,
            _ => return false,
        };
        if length == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let (name, start) = (CompactString::from(&rest[..length]), self.at);
        let at = self.text.place(start..start + length);
        self.at += length + sign;
        let mut values = Vec::new();
        if self.peek(0) == Some(b'(') {
            self.at += 1;
            self.elements(number, &mut values);
        } else {
            let mut piece = Piece::default();
            self.pieces(&mut piece, Some(number));
            values.push(Template { parts: piece.parts });
        }
        let span = self.text.place(start..self.at).span;
        self.out.commands[number].assigned.push(Assigned { name, at, values, span });
        true
    }

    /// The elements of a list up to its `)`.
    fn elements(&mut self, number: usize, values: &mut Vec<Template>) {
        while self.at < self.end && !self.out.gave_up {
            self.blanks();
            match self.peek(0) {
                Some(b')') => {
                    self.at += 1;
                    return;
                }
                Some(b'#') => self.comment(),
                Some(b'\n' | b';' | b'|' | b'&' | b'(' | b'<' | b'>') => self.at += 1,
                Some(_) => {
                    let value = self.word(number).value;
                    if values.len() < MAX_ELEMENTS {
                        values.push(value);
                    }
                }
                None => return,
            }
        }
    }

    fn word(&mut self, number: usize) -> Word {
        let start = self.at;
        let mut piece = Piece::default();
        self.pieces(&mut piece, Some(number));
        self.words += 1;
        self.out.gave_up |= self.words > MAX_WORDS;
        if self.at == start && self.at < self.end {
            self.at += 1;
        }
        let span = self.text.place(start..self.at).span;
        Word { value: Template { parts: piece.parts }, span, bare: !piece.quoted }
    }

    /// The pieces of a word, up to an unquoted blank or operator.
    fn pieces(&mut self, out: &mut Piece, within: Option<usize>) {
        let mut from = self.at;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'<' | b'>' if self.peek(1) == Some(b'(') && self.at == from && out.parts.is_empty() => {
                    let start = self.at;
                    self.at += 2;
                    self.substitution(start, within, out);
                    from = self.at;
                }
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' => break,
                b'\\' => {
                    self.push(from..self.at, out);
                    self.at += 1;
                    from = self.at;
                    if self.peek(0) == Some(b'\n') {
                        self.at += 1;
                        from = self.at;
                    } else {
                        self.step();
                    }
                }
                b'\'' => {
                    let inner = self.at + 1;
                    let rest = &self.text.flat.as_bytes()[inner..self.end];
                    let close = if self.unclosed { None } else { memchr::memchr(b'\'', rest) };
                    let Some(length) = close else {
                        self.unclosed = true;
                        self.at += 1;
                        continue;
                    };
                    self.push(from..self.at, out);
                    out.quoted = true;
                    self.push(inner..inner + length, out);
                    self.at = inner + length + 1;
                    from = self.at;
                }
                b'"' => {
                    self.push(from..self.at, out);
                    out.quoted = true;
                    self.at += 1;
                    self.in_quotes(out, within);
                    from = self.at;
                }
                b'$' | b'`' => from = self.expand(from, out, within),
                _ => self.step(),
            }
        }
        self.push(from..self.at, out);
    }

    /// What a `$` or a backquote begins; where the text that is not yet pushed begins from then on.
    fn expand(&mut self, from: usize, out: &mut Piece, within: Option<usize>) -> usize {
        let at = self.at;
        self.push(from..at, out);
        if self.expansion(out, within) {
            return self.at;
        }
        self.at += 1;
        at
    }

    /// Up to the double quote that closes, which is passed.
    fn in_quotes(&mut self, out: &mut Piece, within: Option<usize>) {
        let mut from = self.at;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => {
                    self.push(from..self.at, out);
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    self.push(from..self.at, out);
                    from = self.at;
                    match self.peek(1) {
                        Some(b'\n') => from = self.at + 2,
                        Some(b'"' | b'\\' | b'$' | b'`') => from = self.at + 1,
                        _ => {}
                    }
                    self.at += 1;
                    self.step();
                }
                b'$' | b'`' => from = self.expand(from, out, within),
                _ => self.step(),
            }
        }
        self.push(from..self.at, out);
    }

    /// Past one character.
    fn step(&mut self) {
        let rest = &self.text.flat[self.at..self.end];
        self.at += rest.chars().next().map_or(0, char::len_utf8);
    }

    fn push(&self, range: Range<usize>, out: &mut Piece) {
        if !range.is_empty() {
            out.parts.extend(self.text.copy(range));
        }
    }

    /// `$NAME`, `${NAME:-x}`, `$(commands)`, `` `commands` ``; whether one stands here, which is then passed.
    fn expansion(&mut self, out: &mut Piece, within: Option<usize>) -> bool {
        let start = self.at;
        match (self.peek(0), self.peek(1)) {
            (Some(b'`'), _) => {
                let rest = &self.text.flat.as_bytes()[start + 1..self.end];
                let Some(length) = memchr::memchr(b'`', rest) else { return false };
                let end = std::mem::replace(&mut self.end, start + 1 + length);
                self.at += 1;
                self.substitution(start, within, out);
                self.at = self.end + 1;
                self.end = end;
            }
            (_, Some(b'(')) if self.peek(2) == Some(b'(') => {
                let limit = self.end.min(start + MAX_EXPANSION);
                let Some(length) = memchr::memmem::find(&self.text.flat.as_bytes()[start..limit], b"))") else {
                    return false;
                };
                self.at = start + length + 2;
                self.hole("", None, start, out);
            }
            (_, Some(b'(')) => {
                self.at += 2;
                self.substitution(start, within, out);
            }
            (_, Some(b'{')) => return self.braced(out, within),
            (_, Some(b'\'')) if !out.quoted => {
                // `$'text'`: the quotes are read as plain ones.
                self.at += 1;
            }
            (_, Some(byte)) if byte.is_ascii_alphabetic() || byte == b'_' => {
                let rest = &self.text.flat[start + 1..self.end];
                let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
                self.at = start + 1 + length;
                let name = &self.text.flat[start + 1..self.at];
                self.hole(name, None, start, out);
            }
            (_, Some(byte)) if byte.is_ascii_digit() || b"@*#?!$-".contains(&byte) => {
                self.at = start + 2;
                let name = &self.text.flat[start + 1..self.at];
                self.hole(name, None, start, out);
            }
            _ => return false,
        }
        true
    }

    /// Commands up to their `)` or the end; what they give is a hole that goes by the first word.
    fn substitution(&mut self, start: usize, within: Option<usize>, out: &mut Piece) {
        let first = self.out.commands.len();
        let outer = self.words;
        self.nested(within);
        self.words = self.words.max(outer);
        let word = self.out.commands.get(first).and_then(|command| command.words.first());
        let name = word.and_then(|word| word.value.as_known()).unwrap_or_default();
        self.hole(&name, None, start, out);
    }

    /// `${NAME}` with what may stand behind the name. What a changed value is, is not known.
    fn braced(&mut self, out: &mut Piece, within: Option<usize>) -> bool {
        let start = self.at;
        let limit = self.end.min(start + MAX_EXPANSION);
        let Some(close) = closing(&self.text.flat.as_bytes()[..limit], start + 2) else { return false };
        let inner = &self.text.flat[start + 2..close];
        let length = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let rest = &inner[length..];
        let skip = match rest.as_bytes() {
            [b':', b'-' | b'=', ..] => Some(2),
            [b'-' | b'=', ..] => Some(1),
            _ => None,
        };
        let list = matches!(rest, "[@]" | "[*]");
        if self.depth >= MAX_DEPTH {
            self.out.gave_up = true;
            return false;
        }
        let default = skip.filter(|_| length > 0).map(|skip| {
            let end = std::mem::replace(&mut self.end, close);
            self.at = start + 2 + length + skip;
            let mut piece = Piece::default();
            self.depth += 1;
            // Quotes inside of it only pair up.
            while self.at < self.end {
                self.in_quotes(&mut piece, within);
            }
            self.depth -= 1;
            self.end = end;
            Template { parts: without_quotes(piece.parts) }
        });
        self.at = close + 1;
        let plain = default.is_some() || list || rest.is_empty();
        let name = if plain { &inner[..length] } else { inner };
        self.hole(name, default, start, out);
        true
    }

    fn hole(&self, name: &str, default: Option<Template>, start: usize, out: &mut Piece) {
        let at: Place = self.text.place(start..self.at.max(start + 1).min(self.text.flat.len()));
        out.parts.push(Part::Hole { name: name.into(), default: default.map(Box::new), at });
    }
}

/// A default in quotes of its own: `${A:-"b"}`.
fn without_quotes(mut parts: Vec<Part>) -> Vec<Part> {
    if let [Part::Literal { text, at }] = parts.as_mut_slice() {
        let quoted =
            text.len() > 1 && ['"', '\''].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote));
        if quoted {
            *at = crate::text::span_within(text, *at, 1..text.len() - 1);
            *text = CompactString::from(&text[1..text.len() - 1]);
        }
    }
    parts
}

/// The offset of the `}` that closes what begins at `from`.
fn closing(bytes: &[u8], from: usize) -> Option<usize> {
    let mut open = 0_usize;
    let mut escaped = false;
    for (offset, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => open += 1,
            b'}' if open == 0 => return Some(offset),
            b'}' => open -= 1,
            _ => {}
        }
    }
    None
}
