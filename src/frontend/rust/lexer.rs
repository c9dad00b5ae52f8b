//! A tolerant lexer: finds strings, delimiters and what stands in a proper lexer's way. Linear in the text's length.

mod tokens;

use crate::source::Span;

/// Delimiters may nest this deep.
const MAX_DELIMITERS: usize = 200;

/// Operators and keywords that may nest within one statement, summed over the delimiters around it.
const MAX_CHAIN: usize = 1500;

/// What a `<` counts for: generics cost the parser several times the stack of an operator.
const GENERIC: usize = 6;

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
        frames: vec![Frame { delimiter: 0, at: start, chain: 0 }],
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
        if std::mem::take(&mut self.after_brace) && begins_statement(token, &self.text[start..self.at]) {
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
            self.deep = Some(Deep { start: self.at, level: self.frames.len() });
        }
    }

    /// A statement or element ends before `at`.
    fn reset(&mut self, at: usize) {
        let level = self.frames.len();
        if self.deep.as_ref().is_some_and(|deep| deep.level == level && level <= MAX_DELIMITERS) {
            self.end_deep(at);
        }
        if let Some(frame) = self.frames.last_mut() {
            self.chain -= frame.chain;
            frame.chain = 0;
        }
    }

    fn open(&mut self, delimiter: u8, start: usize) {
        self.frames.push(Frame { delimiter, at: start, chain: 0 });
        self.open[index(delimiter)] += 1;
        if self.deep.is_none() && self.frames.len() > MAX_DELIMITERS {
            self.deep = Some(Deep { start: self.at, level: self.frames.len() });
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
            if self.deep.as_ref().is_some_and(|deep| deep.level > self.frames.len()) {
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
