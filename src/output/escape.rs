//! Text of scanned files is not to be trusted: everything that is printed passes here first.
//!
//! What a terminal, a CI log or a reader could take for something else is made visible: control characters and terminal
//! escapes, the bidirectional and invisible characters of "Trojan Source" (CVE-2021-42574), and the workflow commands
//! of GitHub (`::error::`, `##[error]`) and Azure (`##vso[`).

use serde_json::ser::{CharEscape, Formatter, PrettyFormatter};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// Whether a character must not reach an output as it is.
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Whether a `[` after this text would open a workflow command.
fn opens_command(before: &str) -> bool {
    before.ends_with("##") || before.ends_with("##vso")
}

/// Appends a character, visible: `\n`, `\x1b`, `\u{202e}`. The bracket of a workflow command gets a `\` before it.
pub fn push(out: &mut String, character: char) {
    let _ = match character {
        '[' if opens_command(out) => out.write_str("\\["),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        _ if !is_unsafe(character) => out.write_char(character),
        _ if character.is_ascii() => write!(out, "\\x{:02x}", u32::from(character)),
        _ => write!(out, "\\u{{{:x}}}", u32::from(character)),
    };
}

/// Text as one line that means nothing to a terminal or a CI log, wherever in a line it is put.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) && !text.contains("##") && !text.trim_start().starts_with("::") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    if text.trim_start().starts_with("::") {
        out.push('\\');
    }
    text.chars().for_each(|character| push(&mut out, character));
    Cow::Owned(out)
}

/// Text cut to what a reader takes in, with `…` where something is missing.
pub fn shorten(text: &str) -> Cow<'_, str> {
    const MAX: usize = 600;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Several lines, each as [`line`] makes it.
pub fn lines(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// JSON whose strings parse back to the same text, and whose bytes hold no unsafe character.
#[derive(Default)]
pub struct SafeJson(PrettyFormatter<'static>);

impl Formatter for SafeJson {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, to: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        let hidden = |text: &str, at: usize, character: char| {
            is_unsafe(character) || (character == '[' && opens_command(&text[..at]))
        };
        while let Some((at, character)) = rest.char_indices().find(|(at, character)| hidden(rest, *at, *character)) {
            to.write_all(&rest.as_bytes()[..at])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            rest = &rest[at + character.len_utf8()..];
        }
        to.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, to: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(to, escape)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_array(to)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array(to)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(to, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array_value(to)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object(to)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object(to)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(to, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object_value(to)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object_value(to)
    }
}

/// Writes a value as indented JSON with a line break at the end.
pub fn write_json(value: &impl serde::Serialize, to: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *to, SafeJson::default());
    value.serialize(&mut serializer)?;
    writeln!(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_dangerous_is_left() {
        let cases = [
            ("plain äöü 日本 reqwest::Client", "plain äöü 日本 reqwest::Client"),
            ("a\u{1b}[31mb\u{9b}2J", "a\\x1b[31mb\\u{9b}2J"),
            ("one\r\n::error::two", "one\\r\\n::error::two"),
            (" ::warning file=a::b", "\\ ::warning file=a::b"),
            ("x ##vso[task] ##[error]", "x ##vso\\[task] ##\\[error]"),
            ("user\u{202e}nimda\u{2066}", "user\\u{202e}nimda\\u{2066}"),
        ];
        for (text, shown) in cases {
            assert_eq!(line(text), shown);
        }
        assert_eq!(lines("a\n::b\n"), "a\n\\::b");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(shorten("é"), "é");
        assert_eq!(shorten(&"é".repeat(10_000)).chars().count(), 601);
    }

    #[test]
    fn json_strings_keep_their_meaning() {
        let text = "a\u{1b}\u{202e}\"\\\n\u{e0041}z ##[error] ##vso[x]";
        let mut bytes = Vec::new();
        write_json(&[text], &mut bytes).expect("a vector takes everything");
        let json = String::from_utf8(bytes).expect("JSON is text");
        assert!(!json.replace('\n', "").contains(is_unsafe), "{json:?}");
        assert!(!json.contains("##[") && !json.contains("##vso["), "{json:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).ok(), Some(vec![text.to_owned()]));
    }
}
