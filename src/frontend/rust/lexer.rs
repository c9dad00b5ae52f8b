//! A tolerant lexer: finds strings, delimiters and what stands in a proper lexer's way. Linear in the text's length.

use crate::source::Span;

/// Delimiters may nest this deep.
const MAX_DELIMITERS: usize = 200;

/// Operators and keywords that may nest within one statement, summed over the delimiters around it.
const MAX_CHAIN: usize = 1500;

/// What a `<` counts for: generics cost the parser several times the stack of an operator.
const GENERIC: usize = 6;

/// After an unterminated literal, later ones must end within this many bytes, which keeps the scan linear.
const SHORT: usize = 200;

/// What the scan found. All spans are in the scanned text and in order, except `stray`.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// String literals, with prefix and quotes.
    pub(super) strings: Vec<Span>,
    /// What nests too deep to be parsed.
    pub(super) deep: Vec<Span>,
    /// Delimiters without a partner, and bytes that begin no token.
    pub(super) stray: Vec<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Open(u8),
    Close(u8),
    Str,
    Word,
    Punct(u8),
    /// A number, a character, a lifetime.
    Other,
    Unknown,
}

struct Frame {
    delimiter: u8,
    at: usize,
    chain: usize,
}

struct Deep {
    start: usize,
    level: usize,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// A string, raw string or comment had no end.
    unterminated: bool,
    frames: Vec<Frame>,
    chain: usize,
    open: [usize; 3],
    deep: Option<Deep>,
    after_brace: bool,
    out: Scan,
}

/// Scans `text` from `start`.
pub(super) fn scan(text: &str, start: usize) -> Scan {
    let mut scanner = Scanner {
        text,
        at: start,
        unterminated: false,
        frames: vec![Frame {
            delimiter: 0,
            at: start,
            chain: 0,
        }],
        chain: 0,
        open: [0; 3],
        deep: None,
        after_brace: false,
        out: Scan::default(),
    };
    while let Some((token, start)) = scanner.next() {
        scanner.take(token, start);
    }
    scanner.end()
}

impl Scanner<'_> {
    fn take(&mut self, token: Token, start: usize) {
        let span = Span::new(start, self.at);
        if std::mem::take(&mut self.after_brace)
            && begins_statement(token, &self.text[start..self.at])
        {
            self.reset(start);
        }
        match token {
            Token::Open(delimiter) => self.open(delimiter, start),
            Token::Close(delimiter) => self.close(delimiter, start),
            Token::Str => self.out.strings.push(span),
            Token::Unknown => self.out.stray.push(span),
            Token::Punct(b',' | b';') => self.reset(start),
            Token::Punct(b':') if self.rest().first() != Some(&b':') => {}
            Token::Punct(b'#' | b'$') | Token::Other => {}
            Token::Punct(b'<') => self.link(GENERIC),
            Token::Punct(_) => self.link(1),
            Token::Word => {
                if nests(&self.text[start..self.at]) {
                    self.link(1);
                }
            }
        }
    }

    /// One more operator in the statement.
    fn link(&mut self, weight: usize) {
        if self.deep.is_some() {
            return;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.chain += weight;
        }
        self.chain += weight;
        if self.chain > MAX_CHAIN {
            self.deep = Some(Deep {
                start: self.at,
                level: self.frames.len(),
            });
        }
    }

    /// A statement or element ends before `at`.
    fn reset(&mut self, at: usize) {
        let level = self.frames.len();
        if self
            .deep
            .as_ref()
            .is_some_and(|deep| deep.level == level && level <= MAX_DELIMITERS)
        {
            self.end_deep(at);
        }
        if let Some(frame) = self.frames.last_mut() {
            self.chain -= frame.chain;
            frame.chain = 0;
        }
    }

    fn open(&mut self, delimiter: u8, start: usize) {
        self.frames.push(Frame {
            delimiter,
            at: start,
            chain: 0,
        });
        self.open[index(delimiter)] += 1;
        if self.deep.is_none() && self.frames.len() > MAX_DELIMITERS {
            self.deep = Some(Deep {
                start: self.at,
                level: self.frames.len(),
            });
        }
    }

    fn close(&mut self, delimiter: u8, start: usize) {
        if self.open[index(delimiter)] == 0 {
            self.out.stray.push(Span::new(start, self.at));
            return;
        }
        while let Some(frame) = self.frames.pop() {
            self.chain -= frame.chain;
            self.open[index(frame.delimiter)] -= 1;
            if self
                .deep
                .as_ref()
                .is_some_and(|deep| deep.level > self.frames.len())
            {
                self.end_deep(start);
            }
            if frame.delimiter == delimiter {
                break;
            }
            self.out.stray.push(Span::new(frame.at, frame.at + 1));
        }
        self.after_brace = delimiter == b'{';
    }

    fn end_deep(&mut self, at: usize) {
        if let Some(deep) = self.deep.take()
            && deep.start < at
        {
            self.out.deep.push(Span::new(deep.start, at));
        }
    }

    fn end(mut self) -> Scan {
        self.end_deep(self.text.len());
        for frame in self.frames.iter().skip(1) {
            self.out.stray.push(Span::new(frame.at, frame.at + 1));
        }
        self.out
    }

    fn rest(&self) -> &[u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// The next token and its start; `at` is then its end.
    fn next(&mut self) -> Option<(Token, usize)> {
        loop {
            let rest = self.rest();
            let start = self.at;
            match *rest.first()? {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'/' if rest.starts_with(b"//") => {
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                b'/' if rest.starts_with(b"/*") => {
                    if !self.block_comment() {
                        self.at += 2;
                        return Some((Token::Unknown, start));
                    }
                }
                first => return Some((self.token(first), start)),
            }
        }
    }

    fn block_comment(&mut self) -> bool {
        if self.unterminated {
            return false;
        }
        let bytes = self.rest();
        let (mut depth, mut at) = (0_usize, 0);
        while at < bytes.len() {
            if bytes[at..].starts_with(b"/*") {
                depth += 1;
                at += 2;
            } else if bytes[at..].starts_with(b"*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    self.at += at;
                    return true;
                }
            } else {
                at += 1;
            }
        }
        self.unterminated = true;
        false
    }

    fn token(&mut self, first: u8) -> Token {
        match first {
            b'(' | b'[' | b'{' => self.one(Token::Open(first)),
            b')' => self.one(Token::Close(b'(')),
            b']' => self.one(Token::Close(b'[')),
            b'}' => self.one(Token::Close(b'{')),
            b'"' => self.string(0),
            b'\'' => self.quote(),
            b'0'..=b'9' => {
                self.word();
                Token::Other
            }
            b'!' | b'#'..=b'&' | b'*'..=b'/' | b':'..=b'@' | b'^' | b'|' | b'~' => {
                self.one(Token::Punct(first))
            }
            _ => self.word_or_prefix(first),
        }
    }

    fn one(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn word_or_prefix(&mut self, first: u8) -> Token {
        let rest = self.rest();
        let prefix = rest
            .iter()
            .take_while(|byte| matches!(byte, b'r' | b'b' | b'c'))
            .count();
        if prefix > 0 && prefix <= 2 {
            let raw = rest[prefix - 1] == b'r';
            match rest.get(prefix) {
                Some(b'"') if raw => return self.raw(prefix, 0),
                Some(b'"') => return self.string(prefix),
                Some(b'\'') if rest.starts_with(b"b'") => {
                    self.at += 1;
                    return self.quote();
                }
                Some(b'#') if raw => {
                    let hashes = rest[prefix..]
                        .iter()
                        .take_while(|byte| **byte == b'#')
                        .count();
                    if rest.get(prefix + hashes) == Some(&b'"') {
                        return self.raw(prefix, hashes);
                    }
                    if prefix == 1
                        && hashes == 1
                        && rest.get(2).is_some_and(u8::is_ascii_alphabetic)
                    {
                        self.at += 2;
                    }
                }
                _ => {}
            }
        }
        if first == b'_' || first.is_ascii_alphabetic() || first >= 0x80 {
            let before = self.at;
            self.word();
            if self.at > before {
                return Token::Word;
            }
        }
        let width = self.text[self.at..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        self.at += width;
        Token::Unknown
    }

    fn word(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest
            .find(|c: char| c != '_' && !c.is_alphanumeric())
            .unwrap_or(rest.len());
    }

    /// How far a literal may be looked for.
    fn horizon(&self) -> usize {
        if self.unterminated {
            self.text.len().min(self.at + SHORT)
        } else {
            self.text.len()
        }
    }

    fn string(&mut self, prefix: usize) -> Token {
        let bytes = &self.text.as_bytes()[..self.horizon()];
        let mut at = self.at + prefix + 1;
        while let Some(found) = bytes
            .get(at..)
            .and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
        {
            at += found;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return Token::Str;
            }
            at += 2;
        }
        self.no_end(prefix)
    }

    fn raw(&mut self, prefix: usize, hashes: usize) -> Token {
        let bytes = &self.text.as_bytes()[..self.horizon()];
        let mut at = self.at + prefix + hashes + 1;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
            at += found + 1;
            let tail = &bytes[at..];
            let following = tail
                .iter()
                .take(hashes)
                .take_while(|byte| **byte == b'#')
                .count();
            if following == hashes {
                self.at = at + hashes;
                return Token::Str;
            }
        }
        self.no_end(prefix)
    }

    /// A literal that does not end: its prefix is a word, its quote is stray.
    fn no_end(&mut self, prefix: usize) -> Token {
        self.unterminated = true;
        if prefix == 0 {
            return self.one(Token::Unknown);
        }
        self.at += prefix;
        Token::Word
    }

    /// A character literal or a lifetime.
    fn quote(&mut self) -> Token {
        let rest = &self.text[self.at + 1..];
        let mut chars = rest.char_indices();
        match chars.next() {
            Some((_, '\\')) => {
                let window = &rest.as_bytes()[..rest.len().min(14)];
                if let Some(end) = window.get(2..).and_then(|tail| memchr::memchr(b'\'', tail)) {
                    self.at += end + 4;
                    return Token::Other;
                }
            }
            Some((_, first)) => {
                if chars.next().is_some_and(|(_, second)| second == '\'') {
                    self.at += first.len_utf8() + 2;
                    return Token::Other;
                }
                if first == '_' || first.is_alphabetic() {
                    self.at += 1;
                    self.word();
                    return Token::Other;
                }
            }
            None => {}
        }
        self.one(Token::Unknown)
    }
}

fn index(delimiter: u8) -> usize {
    match delimiter {
        b'(' => 0,
        b'[' => 1,
        _ => 2,
    }
}

/// Words that may be repeated, each one level deeper in the syntax tree.
fn nests(word: &str) -> bool {
    matches!(
        word,
        "else"
            | "return"
            | "break"
            | "move"
            | "async"
            | "await"
            | "as"
            | "if"
            | "match"
            | "while"
            | "for"
            | "loop"
            | "let"
            | "mut"
            | "ref"
            | "dyn"
            | "impl"
            | "fn"
            | "const"
            | "static"
            | "unsafe"
            | "yield"
            | "in"
            | "box"
    )
}

fn begins_statement(token: Token, text: &str) -> bool {
    match token {
        Token::Word => !matches!(text, "else" | "as"),
        Token::Punct(byte) => byte == b'#',
        Token::Open(_) | Token::Str | Token::Other => true,
        Token::Close(_) | Token::Unknown => false,
    }
}
