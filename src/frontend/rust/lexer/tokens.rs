//! Reading one token: where it ends, and what it is.

use super::{Scanner, Token};

/// After an unterminated literal, later ones must end within this many bytes, which keeps the scan linear.
const SHORT: usize = 200;

impl Scanner<'_> {
    pub(super) fn rest(&self) -> &[u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// The next token and its start; `at` is then its end.
    pub(super) fn next(&mut self) -> Option<(Token, usize)> {
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
            b'!' | b'#'..=b'&' | b'*'..=b'/' | b':'..=b'@' | b'^' | b'|' | b'~' => self.one(Token::Punct(first)),
            _ => self.word_or_prefix(first),
        }
    }

    fn one(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn word_or_prefix(&mut self, first: u8) -> Token {
        let rest = self.rest();
        let prefix = rest.iter().take_while(|byte| matches!(byte, b'r' | b'b' | b'c')).count();
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
                    let hashes = rest[prefix..].iter().take_while(|byte| **byte == b'#').count();
                    if rest.get(prefix + hashes) == Some(&b'"') {
                        return self.raw(prefix, hashes);
                    }
                    if prefix == 1 && hashes == 1 && rest.get(2).is_some_and(u8::is_ascii_alphabetic) {
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
        let width = self.text[self.at..].chars().next().map_or(1, char::len_utf8);
        self.at += width;
        Token::Unknown
    }

    fn word(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
    }

    /// How far a literal may be looked for.
    fn horizon(&self) -> usize {
        if self.unterminated { self.text.len().min(self.at + SHORT) } else { self.text.len() }
    }

    fn string(&mut self, prefix: usize) -> Token {
        let bytes = &self.text.as_bytes()[..self.horizon()];
        let mut at = self.at + prefix + 1;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
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
            let following = tail.iter().take(hashes).take_while(|byte| **byte == b'#').count();
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
