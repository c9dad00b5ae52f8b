//! The words, texts and signs of files of statements.

use std::ops::Range;

/// What the languages that are read in this way do differently.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// What begins a comment up to the end of the line.
    pub(crate) comments: &'static [&'static str],
    /// `$name` in a text is a placeholder.
    pub(crate) bare_dollar: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// In quotes; `plain` if nothing in it is a placeholder.
    Text {
        plain: bool,
    },
    /// `=`, `:`, `=>`, `+=`.
    Sign,
    Comma,
    Semicolon,
    Line,
    /// An opening bracket, with the one that closes it.
    Open(u8),
    Close(u8),
}

/// Offsets are bytes of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// How long its quotes are, on either side.
    quotes: usize,
}

impl Token {
    /// Without the quotes.
    pub(super) fn inner(&self) -> Range<usize> {
        self.start + self.quotes..self.end - self.quotes
    }
}

pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The token that comes next.
    ahead: Option<Token>,
    pub(super) dialect: Dialect,
    /// What was found to be closed nowhere from here on, so that it is not looked for again.
    unclosed: Vec<&'static str>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        let mut tokens = Self { text, at: 0, ahead: None, dialect, unclosed: Vec::new() };
        tokens.ahead = tokens.read();
        tokens
    }

    /// The kind of the token after the last one that [`Self::next`] gave.
    pub(super) fn peek(&self) -> Option<Kind> {
        self.ahead.map(|token| token.kind)
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let token = self.ahead.take()?;
        self.ahead = self.read();
        Some(token)
    }

    fn read(&mut self) -> Option<Token> {
        self.skip();
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        let sign = |kind, length| (kind, length, 0);
        let (kind, length, quotes) = match first {
            '\n' => sign(Kind::Line, 1),
            ',' => sign(Kind::Comma, 1),
            ';' => sign(Kind::Semicolon, 1),
            '{' => sign(Kind::Open(b'}'), 1),
            '(' => sign(Kind::Open(b')'), 1),
            '[' => sign(Kind::Open(b']'), 1),
            '}' | ')' | ']' => sign(Kind::Close(first as u8), 1),
            '=' => sign(Kind::Sign, rest.len() - rest.trim_start_matches(['=', '>']).len()),
            '+' if rest.starts_with("+=") => sign(Kind::Sign, 2),
            ':' if colon_parts(&rest[1..]) => sign(Kind::Sign, 1),
            '"' | '\'' => self.quoted(rest, first).unwrap_or(sign(Kind::Word, 1)),
            _ => sign(Kind::Word, word_length(rest)),
        };
        let token = Token { kind, start: self.at, end: self.at + length, quotes };
        self.at = token.end;
        Some(token)
    }

    /// Over blanks and comments.
    fn skip(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() && c != '\n').len();
            let rest = &self.text[self.at..];
            if self.dialect.comments.iter().any(|mark| rest.starts_with(mark)) {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(inner) = rest.strip_prefix("/*") {
                let Some(end) = self.closing(inner, "*/") else { return };
                self.at += 2 + end + 2;
            } else if rest.starts_with("\\\n") {
                self.at += 2;
            } else {
                return;
            }
        }
    }

    /// The offset of what closes something, unless it is known to stand nowhere.
    fn closing(&mut self, rest: &str, close: &'static str) -> Option<usize> {
        if self.unclosed.contains(&close) {
            return None;
        }
        let found = rest.find(close);
        if found.is_none() {
            self.unclosed.push(close);
        }
        found
    }

    /// A text in three quotes may reach over lines, one in a single pair not.
    fn quoted(&mut self, rest: &str, quote: char) -> Option<(Kind, usize, usize)> {
        let (three, plain) = if quote == '"' { ("\"\"\"", false) } else { ("'''", true) };
        let kind = Kind::Text { plain };
        if rest.starts_with(three) {
            let end = self.closing(&rest[3..], three)?;
            return Some((kind, end + 6, 3));
        }
        let mut escaped = false;
        for (offset, c) in rest.char_indices().skip(1) {
            match c {
                '\n' => return None,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == quote => return Some((kind, offset + 1, 1)),
                _ => {}
            }
        }
        None
    }
}

/// Up to what can be no part of a word. `${...}` is one, whatever it holds.
fn word_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(c) = rest[at..].chars().next() {
        if c == '$' && bytes.get(at + 1) == Some(&b'{') {
            let line = rest[at..].split('\n').next().unwrap_or_default();
            if let Some(end) = line.bytes().take(256).position(|byte| byte == b'}') {
                at += end + 1;
                continue;
            }
        }
        let ends = c.is_whitespace()
            || matches!(c, '"' | '\'' | '{' | '}' | '(' | ')' | '[' | ']' | '=' | ',' | ';')
            || (c == ':' && at > 0 && colon_parts(&rest[at + 1..]))
            || (c == '+' && bytes.get(at + 1) == Some(&b'='));
        if ends {
            break;
        }
        at += c.len_utf8();
    }
    at.max(rest.chars().next().map_or(1, char::len_utf8))
}

/// Whether a colon before this text stands between a name and a value, and not inside of a word.
fn colon_parts(after: &str) -> bool {
    after.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '[' | '{' | '('))
}
