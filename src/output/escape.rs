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

/// Text as the message of a workflow command of GitHub, behind its `::`. Always one line.
pub fn workflow_message(text: &str) -> String {
    line(text).replace('%', "%25")
}

/// Text as the value of a property of a workflow command, where `,` would begin the next one and `:` end them all.
pub fn workflow_property(text: &str) -> String {
    workflow_message(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text as a field of a CSV table. A spreadsheet takes one that begins like a formula as text.
pub fn cell(text: &str) -> Cow<'_, str> {
    let shown = line(text);
    if shown.trim_start().starts_with(['=', '+', '-', '@']) { Cow::Owned(format!("'{shown}")) } else { shown }
}

/// One line of Markdown that shows the text and does nothing else: no markup, HTML, link or mention is left in it, also
/// in the cell of a table. What stands between backticks is shown as code.
pub fn markdown(text: &str) -> String {
    let shown = line(text);
    let mut out = String::with_capacity(shown.len() + 16);
    let mut parts = shown.split('`').peekable();
    let mut code = false;
    while let Some(part) = parts.next() {
        // A backtick without its partner is a character like any other, and a bar would end the cell even in code.
        match (code, parts.peek().is_some()) {
            (true, true) if !part.is_empty() && !part.contains('|') => {
                out.push('`');
                out.push_str(part);
                out.push('`');
            }
            (true, false) => {
                out.push_str("\\`");
                push_markdown(&mut out, part);
            }
            _ => push_markdown(&mut out, part),
        }
        code = !code;
    }
    out
}

/// Text as inline code in Markdown, or as plain text where code cannot show it.
pub fn markdown_code(text: &str) -> String {
    let shown = line(text);
    if shown.contains(['`', '|']) || shown.trim() != shown || shown.is_empty() {
        markdown(&shown)
    } else {
        format!("`{shown}`")
    }
}

fn push_markdown(out: &mut String, text: &str) {
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let _ = match character {
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '&' => out.write_str("&amp;"),
            '|' => out.write_str("&#124;"),
            // What GitHub would make a link or a mention of, whatever stands before it.
            '@' => out.write_str("&#64;&#8203;"),
            ':' if characters.peek().is_some_and(|next| !next.is_whitespace()) => out.write_str("&#58;"),
            '.' if before == 'w' || before == 'W' => out.write_str("&#46;"),
            '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '#' | '$' | '!' => write!(out, "\\{character}"),
            _ => out.write_char(character),
        };
        before = character;
    }
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
    fn workflow_commands_end_where_they_should() {
        assert_eq!(workflow_message("100%0A::error::x\n"), "100%250A::error::x\\n");
        assert_eq!(workflow_property("a:b,c=d%"), "a%3Ab%2Cc=d%25");
    }

    #[test]
    fn cells_are_no_formulas() {
        for (text, shown) in [("=1+1", "'=1+1"), (" @SUM(A1)", "' @SUM(A1)"), ("-1\n2", "'-1\\n2"), ("a=b", "a=b")] {
            assert_eq!(cell(text), shown);
        }
    }

    #[test]
    fn markdown_shows_and_does_nothing() {
        let cases = [
            ("`sslmode=prefer` is *weak*", "`sslmode=prefer` is \\*weak\\*"),
            ("<img src=x> [a](https://evil.test)", "&lt;img src=x&gt; \\[a\\](https&#58;//evil.test)"),
            ("a | `b|c` d", "a &#124; b&#124;c d"),
            ("`` x ` y", " x \\` y"),
            ("@team www.evil.test", "&#64;&#8203;team www&#46;evil.test"),
            ("one\n# two", "one\\\\n\\# two"),
        ];
        for (text, shown) in cases {
            assert_eq!(markdown(text), shown);
        }
        assert_eq!(markdown_code("a/b c.yml"), "`a/b c.yml`");
        assert_eq!(markdown_code("a`b|"), "a\\`b&#124;");
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
