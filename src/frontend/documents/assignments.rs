//! Texts that nobody names, and whose lines alone say what they are: `key = value`, with `[sections]` and comments.

/// A text of fewer assignments may be anything.
const FEWEST: usize = 2;

/// What begins and ends a text of several lines in TOML.
const TRIPLE: [&str; 2] = ["\"\"\"", "'''"];

/// The name of a file that would hold such a text: HCL where there are blocks, TOML where every value is written as its values
/// are, else an INI file.
pub(super) fn file_of(text: &str) -> Option<&'static str> {
    let (mut assignments, mut toml, mut blocks) = (0, true, Blocks::default());
    // How many brackets of a value that goes on over several lines are open, and the quotes that end one.
    let (mut open, mut until) = (0_usize, None);
    for line in text.lines().map(str::trim) {
        if let Some(quotes) = until {
            until = until.filter(|_| !line.contains(quotes));
            continue;
        }
        if line.is_empty() || line.starts_with(['#', ';']) || is_action(line) {
            continue;
        }
        if open > 0 {
            open = brackets(line, open);
            continue;
        }
        if line.starts_with('[') && line.split(" #").next().unwrap_or(line).trim_end().ends_with(']') {
            continue;
        }
        if blocks.takes(line) {
            continue;
        }
        let value = value_of(line)?;
        assignments += 1;
        toml &= is_toml(value);
        until = TRIPLE.into_iter().find(|quotes| value.starts_with(quotes) && value.matches(quotes).count() == 1);
        open = if toml && until.is_none() { brackets(value, 0) } else { 0 };
    }
    let name = match (blocks, toml) {
        (Blocks { seen: true, open }, _) => return (open == 0 && assignments > 0).then_some("settings.hcl"),
        (_, true) => "settings.toml",
        (_, false) => "settings.ini",
    };
    (assignments >= FEWEST && open == 0 && until.is_none()).then_some(name)
}

/// The blocks of a text: `listener "tcp" {` and the `}` on a line of its own.
#[derive(Default)]
struct Blocks {
    seen: bool,
    open: usize,
}

impl Blocks {
    /// Whether a line opens or closes a block.
    fn takes(&mut self, line: &str) -> bool {
        if line == "}" {
            self.open = self.open.saturating_sub(1);
            return self.seen;
        }
        let Some(head) = line.strip_suffix('{').map(str::trim_end) else { return false };
        let mut words = head.split(' ');
        let name = words.next().is_some_and(|name| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        let opens = name && words.all(|label| label.len() > 2 && label.starts_with('"') && label.ends_with('"'));
        self.seen |= opens;
        self.open += usize::from(opens);
        opens
    }
}

/// The names under which a text may hold such texts, found line by line.
pub(super) fn names_in(text: &str) -> &'static [&'static str] {
    let any = text.lines().any(|line| value_of(line.trim()).is_some());
    if any { &["settings.ini", "settings.toml", "settings.hcl"] } else { &[] }
}

/// What stands behind `word = `; without the blanks it may be a line of a script.
fn value_of(line: &str) -> Option<&str> {
    let (key, value) = line.split_once('=')?;
    let blanks = key.ends_with(' ') && (value.is_empty() || value.starts_with(' '));
    let key = key.trim_end();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    let good = blanks && key.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && key.bytes().all(word);
    good.then(|| value.trim())
}

/// A line that only steers a template.
fn is_action(line: &str) -> bool {
    [("{{", "}}"), ("{%", "%}"), ("<%", "%>")]
        .iter()
        .any(|(open, close)| line.starts_with(open) && line.ends_with(close))
}

fn is_toml(value: &str) -> bool {
    value.starts_with(['"', '\'', '[', '{'])
        || matches!(value.split([' ', '#']).next(), Some("true" | "false"))
        || value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'))
}

/// How many brackets are open behind a line, strings aside.
fn brackets(line: &str, open: usize) -> usize {
    let (mut open, mut quote) = (open, None);
    for c in line.chars() {
        match (quote, c) {
            (None, '#') => break,
            (None, '"' | '\'') => quote = Some(c),
            (Some(with), _) if with == c => quote = None,
            (None, '[' | '{') => open += 1,
            (None, ']' | '}') => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_a_text_is() {
        for (text, expected) in [
            ("# c\na = \"b\"\n\n[x.y]\nd-e = [\n  \"f\", # ]\n]\n{{- if g }}\nh = true\n", Some("settings.toml")),
            ("[x]\na = b\nc.d = {{ e }}\nf =\n", Some("settings.ini")),
            ("a = 1\nb = '''\n  if c { d }\n'''\n", Some("settings.toml")),
            ("a = 1\nb = \"\"\"\nc = 2\n", None),
            ("# c\na = true\nb \"c\" {\n  d = 1\n}\n", Some("settings.hcl")),
            ("a {\n  b = 1\n", None),
            ("a {\n}\n", None),
            ("a = b\n", None),
            ("a = b\necho c\n", None),
            ("a=b\nc=d\n", None),
            ("if a == b\nc = d\n", None),
            ("a: b\nc = d\n", None),
            ("a = [\n\"b\"\nc = 1\n", None),
        ] {
            assert_eq!(file_of(text), expected, "{text}");
        }
        assert_eq!(names_in("x: |\n  a = b\n").len(), 3);
        assert_eq!(names_in("x: a=b\n").len(), 0);
    }
}
