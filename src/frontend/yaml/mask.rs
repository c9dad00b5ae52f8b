//! Hides the actions of template languages from the YAML parser without moving a byte.
//!
//! An action becomes nothing where it stands alone, so that it cannot clash with the lines that it produces: line breaks on
//! lines of its own, spaces as all of a value. Elsewhere it becomes letters. The original text stays at hand and gives the holes.

use super::outline::header;
use crate::frontend::collect::lines;
use crate::frontend::interpolate::is_control;
use std::ops::Range;

/// An action longer than this many bytes is taken as text.
const MAX_ACTION: usize = 8192;

/// The text with its actions hidden, of the same length; `None` where there are none.
pub(super) fn mask(text: &str) -> Option<String> {
    let actions = actions(text);
    let filtered = filtered(text);
    if actions.is_empty() && filtered.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut rest = actions.as_slice();
    while let Some(first) = rest.first() {
        let start = text[..first.start].rfind('\n').map_or(0, |at| at + 1);
        let (count, end) = same_lines(text, rest);
        let (group, later) = rest.split_at(count);
        hide(text, start..end, group, &mut bytes);
        rest = later;
    }
    for at in filtered {
        bytes[at] = b'x';
    }
    for empty in empty_ways(text) {
        bytes[empty].fill(b' ');
    }
    String::from_utf8(bytes).ok()
}

/// Where nothing but an empty list or map stands between two actions: what another way fills.
fn empty_ways(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut after_action, mut waiting) = (false, None);
    for (offset, line) in lines(text) {
        let body = line.trim();
        if body.is_empty() {
            continue;
        }
        if let Some(range) = waiting.take().filter(|_| body.starts_with("{{") || body.starts_with("{%")) {
            found.push(range);
        }
        waiting = (after_action && matches!(body, "[]" | "{}")).then(|| offset..offset + line.len());
        after_action = body.ends_with("}}") || body.ends_with("%}");
    }
    found
}

/// Where a value begins with a placeholder of the build, `@project.version@`: no scalar of YAML begins so. Nor does the parser
/// take one that begins with a colon, `:{{ port }}`.
fn filtered(text: &str) -> Vec<usize> {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let begins = |at: &usize| {
        let name = text.as_bytes()[at + 1..].iter().take_while(|byte| part(byte)).count();
        name > 0 && text.as_bytes().get(at + 1 + name) == Some(&b'@') && text[..*at].ends_with([' ', '\t'])
    };
    let placeholders = memchr::memchr_iter(b'@', text.as_bytes()).filter(begins);
    let ports = memchr::memmem::find_iter(text.as_bytes(), b" :{{").map(|at| at + 1);
    placeholders.chain(ports).collect()
}

/// How many actions, from the first on, share lines, and where the last of these lines ends.
fn same_lines(text: &str, actions: &[Range<usize>]) -> (usize, usize) {
    let (mut count, mut end) = (0, 0);
    for action in actions {
        if count > 0 && action.start >= end {
            break;
        }
        count += 1;
        end = text[action.end..].find('\n').map_or(text.len(), |at| action.end + at);
    }
    (count, end)
}

fn hide(text: &str, lines: Range<usize>, group: &[Range<usize>], bytes: &mut [u8]) {
    if is_key_elsewhere(text, &lines, group) {
        bytes[lines].fill(b'\n');
        return;
    }
    let alone = stands_alone(text, &lines, group) || is_map(text, &lines, group);
    let first_word = lines.start + text[lines.clone()].len() - text[lines.clone()].trim_start().len();
    for action in group {
        let steers = action.start != first_word && is_control(inner(&text[action.clone()]));
        // Blanks before the first line of a block scalar must not reach behind its column.
        let whole_line = alone && group[0].start == first_word;
        let from = if whole_line { lines.start } else { action.start };
        for byte in &mut bytes[from..action.end] {
            match (alone, *byte) {
                (true, b'\n' | b'\r') => {}
                (true, _) => *byte = if whole_line { b'\n' } else { b' ' },
                (false, _) => *byte = if steers || is_block(text, &lines, action) { b' ' } else { b'x' },
            }
        }
    }
    other_ways(text, group, bytes);
    element(text, &lines, group, bytes);
}

/// Whether the line is an entry whose key is moved to its column by the action that yields it: `{{ $key | indent 8 }}: x`.
fn is_key_elsewhere(text: &str, lines: &Range<usize>, group: &[Range<usize>]) -> bool {
    let Some(first) = group.first() else { return false };
    text[lines.start..first.start].trim().is_empty()
        && text[first.end..].starts_with(':')
        && inner(&text[first.clone()]).contains("indent ")
}

/// Whether an action yields the lines of a block scalar, behind its header: `{{ $key }}: | {{ $value | nindent 4 }}`.
fn is_block(text: &str, lines: &Range<usize>, action: &Range<usize>) -> bool {
    header(&text[lines.start..action.start]).is_some_and(|(key, _)| key.ends_with(':'))
        && text[action.end..lines.end].trim().is_empty()
}

/// Of the ways between which actions choose within a line, the first one stays: `{{ if x }}"a"{{ else }}"b"{{ end }}`.
fn other_ways(text: &str, group: &[Range<usize>], bytes: &mut [u8]) {
    let word = |action: &Range<usize>| {
        let text = inner(&text[action.clone()]).trim_start_matches(['-', '~', '+']).trim();
        text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
    };
    let is_else = |action: &&Range<usize>| matches!(word(action), "else" | "elif" | "elsif");
    for (number, action) in group.iter().enumerate().filter(|(_, action)| is_else(action)) {
        let end = group[number + 1..].iter().find(|other| word(other).starts_with("end"));
        let way = end.map(|end| action.end..end.start).filter(|way| !text[way.clone()].contains('\n'));
        bytes[way.unwrap_or_default()].fill(b' ');
    }
}

/// An element behind the action that decides whether it is there begins where that does: `{{ if x }}- a{{ end }}`.
fn element(text: &str, lines: &Range<usize>, group: &[Range<usize>], bytes: &mut [u8]) {
    let Some(first) = group.first().filter(|first| is_control(inner(&text[(*first).clone()]))) else { return };
    let rest = &text[first.end..lines.end];
    let dash = first.end + rest.len() - rest.trim_start_matches(' ').len();
    if text[lines.start..first.start].trim().is_empty() && text[dash..].starts_with("- ") {
        bytes[first.start..=dash].fill(b' ');
        bytes[first.start] = b'-';
    }
}

/// The text of an action without its delimiters.
fn inner(action: &str) -> &str {
    action.get(2..action.len().saturating_sub(2)).unwrap_or_default()
}

/// Whether the lines hold nothing but actions, or a key whose whole value they are (`key: {{ x }}`, `key: |- {{ x }}`).
fn stands_alone(text: &str, lines: &Range<usize>, group: &[Range<usize>]) -> bool {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return false;
    };
    let before = text[lines.start..first.start].trim();
    let before = header(before).map_or(before, |(key, _)| key);
    let after = text[last.end..lines.end].trim();
    let between = group.windows(2).all(|pair| text[pair[0].end..pair[1].start].trim().is_empty());
    let key = before.ends_with(':')
        && !before.ends_with(" :")
        && !before.starts_with('#')
        && before.matches(['"', '\'']).count().is_multiple_of(2);
    between && (after.is_empty() || after.starts_with('#')) && (before.is_empty() || key)
}

/// Whether an action is all of an element (`- {{ x | toYaml }}`) that goes on below it with keys: it yields keys as well.
fn is_map(text: &str, lines: &Range<usize>, group: &[Range<usize>]) -> bool {
    let [action] = group else { return false };
    let dash = &text[lines.start..action.start];
    let column = dash.len() - dash.trim_start().len();
    let next = text[lines.end..].lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let deeper = next.len() - next.trim_start().len() > column;
    dash.trim() == "-"
        && text[action.end..lines.end].trim().is_empty()
        && deeper
        && next
            .split_once(':')
            .is_some_and(|(key, rest)| !key.contains('{') && (rest.is_empty() || rest.starts_with(' ')))
}

/// The actions of the text in order: `{{ }}`, `{% %}`, `{# #}`, `<% %>`.
pub(super) fn actions(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    let mut budget = text.len() * 4 + MAX_ACTION;
    while let Some(offset) = memchr::memchr2(b'{', b'<', &bytes[at..]) {
        let start = at + offset;
        at = match action_end(bytes, start, &mut budget) {
            Some(end) if text.is_char_boundary(end) => {
                found.push(start..end);
                end
            }
            _ => start + 1,
        };
    }
    found
}

fn action_end(bytes: &[u8], start: usize, budget: &mut usize) -> Option<usize> {
    if *budget == 0 {
        return None;
    }
    let close: &[u8] = match bytes.get(start..start + 2)? {
        b"{{" => b"}}",
        b"{%" => b"%}",
        b"{#" => b"#}",
        b"<%" => b"%>",
        _ => return None,
    };
    let within = &bytes[start + 2..bytes.len().min(start + MAX_ACTION)];
    // A comment may speak of actions: `{{/* {{ if }} */}}`.
    let comment = [&b"/*"[..], b"- /*"].iter().any(|open| within.starts_with(open));
    let from = if comment { memchr::memmem::find(within, b"*/").unwrap_or(0) } else { 0 };
    let length = memchr::memmem::find(&within[from..], close).map(|length| from + length);
    *budget = budget.saturating_sub(length.unwrap_or(within.len()));
    Some(start + 2 + length? + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_hidden_in_place() {
        for (text, expected) in [
            ("{{ if }}\na: b", "\n\n\n\n\n\n\n\n\na: b"),
            ("a:\n  {{x}} {{y}}\n", "a:\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"),
            ("a: |- {{ x }}\n", "a: |-        \n"),
            ("a: {{ x }} # c\n", "a:         # c\n"),
            ("a: {{ x }}:{{ y }}\n", "a: xxxxxxx:xxxxxxx\n"),
            ("a: \"{{ \"é\" }}\"\n", "a: \"xxxxxxxxxx\"\n"),
            ("a: b{{ end }}\n- <%= x %>", "a: b         \n- xxxxxxxx"),
            ("a: @b.c@\n- @d@ @e\nf: g@h@i\n", "a: xb.c@\n- xd@ @e\nf: g@h@i\n"),
            ("- {{ x }}\n  b: c\n", "-        \n  b: c\n"),
            ("- {{ x }}\n- b: c\n", "- xxxxxxx\n- b: c\n"),
            ("a: :{{ x }}\n", "a: xxxxxxxx\n"),
            (
                "- {{ if x -}}\"a\"{{- else -}}\"b\"{{- end }}\n- c\n",
                &format!("-            \"a\"{}\n- c\n", " ".repeat(25)),
            ),
            ("{{ $k | indent 8 }}: {{ $v }}\nb: c\n", &format!("{}b: c\n", "\n".repeat(30))),
            ("  {{ $k }}: | {{ $v }}\n", "  xxxxxxxx: |         \n"),
            ("- a\n{{ if x }}- b{{- end }}\n", "- a\n-           b          \n"),
            (
                "a:\n{{ if x }}\n- b\n{{ else }}\n  []\n{{ end }}\n",
                &format!("a:\n{}- b\n{}    \n{}", "\n".repeat(11), "\n".repeat(11), "\n".repeat(10)),
            ),
            ("{{/* a\n}} */}}\n", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"),
        ] {
            assert_eq!(mask(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(mask("a: {b: c} {{"), None);
        assert!(mask(&"{{".repeat(1 << 20)).is_none());
    }
}
