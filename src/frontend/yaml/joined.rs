//! What readers of YAML take and the parser refuses: flow collections and quoted scalars that go on, or end, no deeper than
//! the key that they belong to. They read the same when each is put on one line.

use super::outline::block_scalars;

/// The text with every flow collection and quoted scalar on one line, of the same length.
pub(super) fn joined(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let mut scan = Scan::default();
    let mut blocks = block_scalars(text).into_iter().peekable();
    let mut at = 0;
    while at < out.len() {
        if let Some(block) = blocks.next_if(|block| block.start <= at && scan.is_between()) {
            at = block.end.max(at);
            continue;
        }
        while blocks.next_if(|block| block.start < at).is_some() {}
        at = scan.step(&mut out, at);
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Where in the structure of the text one is.
#[derive(Default)]
struct Scan {
    quote: Option<u8>,
    /// How many flow collections are open.
    depth: usize,
    /// A value has begun: what comes is part of it.
    within: bool,
}

impl Scan {
    /// Whether neither a quoted scalar nor a flow collection is open.
    fn is_between(&self) -> bool {
        self.quote.is_none() && self.depth == 0
    }

    /// Takes the byte at `at`, and says where to go on.
    fn step(&mut self, bytes: &mut [u8], at: usize) -> usize {
        let byte = bytes[at];
        let blank = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
        match (self.quote, byte) {
            (_, b'\n' | b'\r') if !self.is_between() => bytes[at] = b' ',
            (Some(b'"'), b'\\') => {
                if bytes.get(at + 1).is_some_and(|next| *next != b'\n' && *next != b'\r') {
                    return at + 2;
                }
            }
            (Some(b'\''), b'\'') if bytes.get(at + 1) == Some(&b'\'') => return at + 2,
            (Some(quote), _) if byte == quote => self.quote = None,
            (Some(_), _) => {}
            (None, b'\n') => self.within = false,
            (None, b'#') if at == 0 || blank(bytes.get(at - 1)) => return self.comment(bytes, at),
            (None, b':' | b'-' | b'?') if blank(bytes.get(at + 1)) => self.within = false,
            (None, b',' | b':') if self.depth > 0 => self.within = false,
            (None, b'"' | b'\'') if !self.within => (self.quote, self.within) = (Some(byte), true),
            (None, b'[' | b'{') if !self.within || self.depth > 0 => {
                (self.depth, self.within) = (self.depth + 1, false);
            }
            (None, b']' | b'}') if self.depth > 0 => (self.depth, self.within) = (self.depth - 1, true),
            // Anchors and tags stand before the value.
            (None, b'&' | b'!') if !self.within => {
                let word = bytes[at..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
                return at + word;
            }
            (None, _) if byte.is_ascii_whitespace() => {}
            (None, _) => self.within = true,
        }
        at + 1
    }

    /// A comment ends with its line, which a flow collection that it stands in must not.
    fn comment(&self, bytes: &mut [u8], at: usize) -> usize {
        let length = bytes[at..].iter().take_while(|byte| **byte != b'\n').count();
        if self.depth > 0 {
            bytes[at..at + length].fill(b' ');
        }
        at + length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_put_on_one_line() {
        for (text, expected) in [
            ("a: [\n  b, # c\n  \"d\n\"\n]\ne: f\n", "a: [   b,       \"d \" ]\ne: f\n"),
            ("a: \"{\n 'b'\n}\"\nc: it's\nd: 'e''\nf'\n", "a: \"{  'b' }\"\nc: it's\nd: 'e'' f'\n"),
            ("a: |\n  \"b\n  [\nc: &x {\n}\n", "a: |\n  \"b\n  [\nc: &x { }\n"),
            ("- [a,\nb]\n- x [y\n- \"é\\\"\n\"\n", "- [a, b]\n- x [y\n- \"é\\\" \"\n"),
        ] {
            assert_eq!(joined(text), expected, "{text}");
        }
    }
}
