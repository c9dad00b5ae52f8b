//! Settings inside settings: `- KEY=value`, `name: KEY` beside `value: V`, and the flags of command lines.
//!
//! What is found is added behind the setting that it was found in, with a path in which the key takes the place of the
//! list's index, so that `environment: [A=b]` and `environment: {A: b}` read the same.

mod arguments;
mod variables;

use super::collect::MAX_PATH;
use crate::settings::{Key, Scalar, Setting};
use crate::source::{Place, Span};
use crate::text::{Part, Template, span_within};
use compact_str::CompactString;

/// A key that is longer is no key.
const MAX_KEY: usize = 200;
/// How far apart, in settings, the two halves of a pair may stand.
const MAX_APART: usize = 12;
/// Command lines with more words are cut off.
const MAX_WORDS: usize = 20_000;

/// Adds the embedded settings of a file; `left` bounds the keys that may be added.
pub fn add(items: &mut Vec<Setting>, left: &mut usize) {
    let mut added: Vec<(usize, Setting)> = Vec::new();
    let mut variables = Vec::new();
    let mut next_command = 0;
    fill_placeholders(items);
    for index in 0..items.len() {
        let mut found: Vec<(usize, Setting)> = Vec::new();
        found.extend(assignment(&items[index]).map(|setting| (index, setting)));
        found.extend(arguments::read(&items[index]).into_iter().map(|setting| (index, setting)));
        if let Some(setting) = pair(items, index) {
            variables.extend(setting.path.last().map(|key| (key.text.clone(), setting.value.clone())));
            found.push((index, setting));
        }
        if index >= next_command && is_command(&items[index]) {
            next_command = command_end(items, index);
            found.extend(flags(items, index..next_command));
        }
        for (after, setting) in found {
            let cost: usize = setting.path.iter().map(|key| 1 + key.text.len() / 32).sum();
            let Some(rest) = left.checked_sub(cost) else {
                break;
            };
            *left = rest;
            added.push((after, setting));
        }
    }
    variables.extend(variables::of_settings(items));
    variables::resolve(items.iter_mut().chain(added.iter_mut().map(|(_, setting)| setting)), variables);
    added.sort_by_key(|(after, _)| *after);
    if !added.is_empty() {
        insert(items, added);
    }
}

/// `url: http://{host}/x` beside `variables: { host: { default: localhost } }`: the placeholder is a hole with that default.
fn fill_placeholders(items: &mut [Setting]) {
    let is_default = |item: &Setting| {
        let [.., variables, _, last] = item.path.as_slice() else { return false };
        variables.text == "variables" && last.text == "default"
    };
    let defaults: Vec<Setting> = items.iter().filter(|item| is_default(item)).cloned().collect();
    for default in &defaults {
        let [holder @ .., _, name, _] = default.path.as_slice() else { continue };
        let mark = format!("{{{}}}", name.text);
        let beside = |item: &&mut Setting| {
            item.document == default.document && item.path.len() == holder.len() + 1 && item.path.starts_with(holder)
        };
        for item in items.iter_mut().filter(beside) {
            fill(&mut item.value, &mark, name, &default.value);
        }
    }
}

fn fill(template: &mut Template, mark: &str, name: &Key, default: &Template) {
    let found = template.parts.iter().enumerate().find_map(|(index, part)| match part {
        Part::Literal { text, at } => Some((index, text.find(mark)?, text.clone(), *at)),
        Part::Hole { .. } => None,
    });
    let Some((index, start, text, at)) = found else { return };
    let end = start + mark.len();
    let piece = |range: std::ops::Range<usize>| {
        let literal = Part::Literal { text: text[range.clone()].into(), at: span_within(&text, at, range.clone()) };
        (!range.is_empty()).then_some(literal)
    };
    let hole = Part::Hole {
        name: name.text.clone(),
        default: Some(Box::new(default.clone())),
        at: span_within(&text, at, start..end),
    };
    let parts = piece(0..start).into_iter().chain([hole]).chain(piece(end..text.len()));
    template.parts.splice(index..=index, parts);
}

fn insert(items: &mut Vec<Setting>, added: Vec<(usize, Setting)>) {
    let mut out = Vec::with_capacity(items.len() + added.len());
    let mut added = added.into_iter().peekable();
    for (index, item) in items.drain(..).enumerate() {
        out.push(item);
        while let Some((_, setting)) = added.next_if(|(after, _)| *after == index) {
            out.push(setting);
        }
    }
    *items = out;
}

fn is_index(key: &Key) -> bool {
    key.text.starts_with('[') && key.text.ends_with(']')
}

/// The path of the list or map that holds the setting: without its index, if it stands in a list.
fn holder(path: &[Key]) -> &[Key] {
    match path {
        [outer @ .., last] if is_index(last) => outer,
        path => path,
    }
}

fn below(holder: &[Key], key: Key) -> Option<Vec<Key>> {
    (holder.len() < MAX_PATH).then(|| holder.iter().cloned().chain([key]).collect())
}

/// `- KEY=value` in a list.
fn assignment(item: &Setting) -> Option<Setting> {
    item.path.last().filter(|key| is_index(key))?;
    let Part::Literal { text, at } = item.value.parts.first()? else {
        return None;
    };
    let name = &text[..text.bytes().take(MAX_KEY + 1).position(|byte| byte == b'=')?];
    let good = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    if !good {
        return None;
    }
    let key = Key { text: name.into(), at: span_within(text, *at, 0..name.len()) };
    Some(Setting {
        path: below(holder(&item.path), key)?,
        value: cut(&item.value, name.len() + 1),
        scalar: Scalar::Text,
        span: covered(&item.value, item.span),
        document: item.document,
    })
}

/// The template without the first `from` bytes of its first literal.
fn cut(template: &Template, from: usize) -> Template {
    let mut parts = template.parts.clone();
    if let Some(Part::Literal { text, at }) = parts.first_mut() {
        *at = span_within(text, *at, from..text.len());
        *text = CompactString::from(text.get(from..).unwrap_or_default());
        if text.is_empty() {
            parts.remove(0);
        }
    }
    Template { parts }
}

fn covered(template: &Template, otherwise: Span) -> Span {
    template.place().map_or(otherwise, |place| place.span)
}

/// `name: KEY` and `value: V` in one element of a list.
fn pair(items: &[Setting], index: usize) -> Option<Setting> {
    let name = &items[index];
    let [holder @ .., element, last] = name.path.as_slice() else {
        return None;
    };
    let wanted = match last.text.as_str() {
        "name" | "key" => "value",
        "Name" | "Key" | "OptionName" => "Value",
        "ParameterKey" | "ParameterName" => "ParameterValue",
        _ => return None,
    };
    if !is_index(element) {
        return None;
    }
    let text = name.value.as_known()?;
    if text.is_empty() || text.len() > MAX_KEY || text.contains(char::is_whitespace) {
        return None;
    }
    let key = Key { text, at: name.value.place()? };
    let Some(value) = partner(items, index, wanted) else {
        // `valueFrom`: somebody else sets it.
        let elsewhere = partner_map(items, index, "valueFrom")?;
        let field = partner_field(items, index).unwrap_or_else(|| key.text.clone());
        let value = Template::hole(field, elsewhere.value.place().unwrap_or(key.at));
        let path = below(holder, key)?;
        return Some(Setting { path, value, scalar: Scalar::Text, span: name.span, document: name.document });
    };
    let span = name.span.cover(value.span);
    Some(Setting {
        path: below(holder, key)?,
        value: value.value.clone(),
        scalar: value.scalar,
        span,
        document: name.document,
    })
}

/// The setting beside `items[index]` with the key `wanted`.
fn partner<'a>(items: &'a [Setting], index: usize, wanted: &str) -> Option<&'a Setting> {
    let prefix = items[index].path.split_last()?.1;
    let beside = |item: &&Setting| {
        item.document == items[index].document
            && item.path.len() > prefix.len()
            && item.path[prefix.len() - 1] == prefix[prefix.len() - 1]
    };
    let before = items[..index].iter().rev().take(MAX_APART).take_while(beside);
    let after = items[index + 1..].iter().take(MAX_APART).take_while(beside);
    after.chain(before).find(|item| {
        item.path.len() == prefix.len() + 1
            && item.path.last().is_some_and(|key| key.text == wanted)
            && item.path.starts_with(prefix)
    })
}

/// A setting below the key `wanted` beside `items[index]`.
fn partner_map<'a>(items: &'a [Setting], index: usize, wanted: &str) -> Option<&'a Setting> {
    let prefix = items[index].path.split_last()?.1;
    items[index + 1..].iter().take(2).find(|item| {
        item.document == items[index].document
            && item.path.starts_with(prefix)
            && item.path.get(prefix.len()).is_some_and(|key| key.text == wanted)
    })
}

/// The field of the pod that fills a variable: `valueFrom: { fieldRef: { fieldPath: status.hostIP } }`.
fn partner_field(items: &[Setting], index: usize) -> Option<CompactString> {
    let prefix = items[index].path.split_last()?.1;
    let field = items[index + 1..].iter().take(MAX_APART).take_while(|item| item.path.starts_with(prefix));
    let mut field = field.filter(|item| item.path.last().is_some_and(|key| key.text == "fieldPath"));
    field.next()?.value.as_known()
}

/// Whether the setting is a command line or an element of one, by the name of its key.
fn is_command(item: &Setting) -> bool {
    let Some(key) = holder(&item.path).last() else {
        return false;
    };
    let name = key.text.to_ascii_lowercase();
    matches!(name.as_str(), "cmd" | "exec" | "run" | "execstart")
        || [
            "command",
            "commands",
            "args",
            "arguments",
            "entrypoint",
            "opts",
            "options",
            "flags",
            "params",
            "jvm_args",
            "jvmargs",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// The options of a variable that holds those of a program, `JAVA_OPTS`, or what it holds where nobody sets it.
pub fn options(item: &Setting) -> Vec<Setting> {
    if !is_command(item) {
        return Vec::new();
    }
    let given = match item.value.parts.as_slice() {
        [Part::Hole { default: Some(default), .. }] => Setting { value: (**default).clone(), ..item.clone() },
        _ => item.clone(),
    };
    flags(&[given], 0..1).into_iter().map(|(_, option)| option).collect()
}

/// One after the last element of the list that `items[start]` begins.
fn command_end(items: &[Setting], start: usize) -> usize {
    let path = &items[start].path;
    if !path.last().is_some_and(is_index) {
        return start + 1;
    }
    let list = holder(path);
    let same = |item: &Setting| {
        item.document == items[start].document
            && item.path.len() == path.len()
            && item.path.last().is_some_and(is_index)
            && item.path.starts_with(list)
    };
    start + items[start..].iter().take_while(|item| same(item)).count()
}

/// The flags of one command line, given as one setting or as the elements of a list, each with the setting it is in.
fn flags(items: &[Setting], range: std::ops::Range<usize>) -> Vec<(usize, Setting)> {
    let mut words: Vec<(usize, Template)> = Vec::new();
    for index in range {
        for word in split(&items[index].value) {
            if words.len() < MAX_WORDS {
                words.push((index, word));
            }
        }
    }
    let mut found = Vec::new();
    for (at, (index, word)) in words.iter().enumerate() {
        let following = words.get(at + 1).map(|(_, word)| word);
        found.extend(flag(&items[*index], word, following).map(|setting| (*index, setting)));
    }
    found
}

/// `--flag=value`, `--flag value`, `--flag`, `-Dkey=value`, `-flag=value`, `-flag scheme://..`. A flag without a value is
/// `true` with an empty text.
fn flag(item: &Setting, word: &Template, following: Option<&Template>) -> Option<Setting> {
    let Part::Literal { text, at } = word.parts.first()? else {
        return None;
    };
    let java = text.starts_with("-D");
    let named = text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_alphanumeric());
    let name = text.split('=').next().unwrap_or(text);
    let url = |next: &Template| next.known_prefix().contains("://");
    let one_dash = is_long(name) && (name.len() < text.len() || following.is_some_and(url));
    if !(java || text.starts_with("--") || one_dash) || !named {
        return None;
    }
    if name.len() > MAX_KEY || name.contains(['"', '\'', '/', '(', ';']) {
        return None;
    }
    let key = Key { text: name.into(), at: span_within(text, *at, 0..name.len()) };
    let own = covered(word, item.span);
    let starts_flag = |word: &&Template| word.known_prefix().starts_with('-');
    let (value, scalar, span) = if name.len() < text.len() {
        (unquoted(cut(word, name.len() + 1)), Scalar::Text, own)
    } else if word.parts.len() > 1 {
        return None;
    } else if let Some(next) = following.filter(|next| !java && !starts_flag(next)) {
        (unquoted(next.clone()), Scalar::Text, own.cover(covered(next, own)))
    } else {
        (Template::default(), Scalar::Bool(true), own)
    };
    Some(Setting { path: below(holder(&item.path), key)?, value, scalar, span, document: item.document })
}

/// `-redis.addr`: one dash before more than a cluster of letters.
fn is_long(name: &str) -> bool {
    name.strip_prefix('-').is_some_and(|name| {
        name.len() > 3 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    })
}

/// The words of a command line. Quotes keep blanks together on one line and stay part of the word.
fn split(template: &Template) -> Vec<Template> {
    let mut words = vec![Template::default()];
    let mut quote: Option<u8> = None;
    for part in &template.parts {
        let Part::Literal { text, at } = part else {
            push(&mut words, part.clone());
            continue;
        };
        let mut from = 0;
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' || quote == Some(byte) {
                quote = None;
            } else if quote.is_none() && matches!(byte, b'"' | b'\'') {
                quote = Some(byte);
            }
            if quote.is_none() && byte.is_ascii_whitespace() {
                push_literal(&mut words, text, *at, from..offset);
                words.push(Template::default());
                from = offset + 1;
            }
            if words.len() > MAX_WORDS {
                return words;
            }
        }
        push_literal(&mut words, text, *at, from..text.len());
    }
    words.retain(|word| !word.parts.is_empty());
    words
}

fn push(words: &mut [Template], part: Part) {
    if let Some(word) = words.last_mut() {
        word.parts.push(part);
    }
}

fn push_literal(words: &mut [Template], text: &str, at: Place, range: std::ops::Range<usize>) {
    if let Some(piece) = text.get(range.clone()).filter(|piece| !piece.is_empty()) {
        push(words, Part::Literal { text: piece.into(), at: span_within(text, at, range) });
    }
}

/// A value without the quotes around it.
fn unquoted(mut value: Template) -> Template {
    let first = value.known_prefix().chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(Part::Literal { text, .. }) = value.parts.last() else {
        return value;
    };
    let closed = text.chars().last() == first && (value.parts.len() > 1 || text.len() > 1);
    if first.is_none() || !closed {
        return value;
    }
    if let Some(Part::Literal { text, at }) = value.parts.last_mut() {
        *at = span_within(text, *at, 0..text.len() - 1);
        text.pop();
        if text.is_empty() {
            value.parts.pop();
        }
    }
    cut(&value, 1)
}

#[cfg(test)]
mod tests {
    use crate::frontend::testing::{print, spans};
    use crate::frontend::yaml::Yaml;

    fn check(text: &str, expected: &[&str]) {
        let printed = print(&Yaml, "a.yml", text);
        let added: Vec<&str> = printed.lines().filter(|line| expected.contains(line)).collect();
        assert_eq!(added, expected, "{printed}");
    }

    #[test]
    fn entries_pairs_and_flags_become_settings() {
        check(
            "environment:\n  - A=http://x?b=c\n  - B=${H:-h}\n  - http://a?b=c\n",
            &["environment.A = http://x?b=c", "environment.B = ${H|h}"],
        );
        check(
            "env:\n- name: URL\n  value: \"http://x\"\n- value: 1\n  name: N\n",
            &["env.URL = http://x", "env.N = 1 (number)"],
        );
        check(
            "args: [--tls=false, --url, http://x, --insecure]\n",
            &["args.--tls = false", "args.--url = http://x", "args.--insecure =  (bool)"],
        );
        check("JAVA_OPTS: -Da.b=c -Xmx1g --u='http://x y'\n", &["JAVA_OPTS.-Da.b = c", "JAVA_OPTS.--u = http://x y"]);
        check(
            "args: [-redis.addr=redis://x, -peers, 'http://y', -abc, d, -o=e]\nPARAMS: --a.b=c\n",
            &["args.-redis.addr = redis://x", "args.-peers = http://y", "PARAMS.--a.b = c"],
        );
        check(
            "command: [sh, -c, 'run --host $H --no-tls']\n",
            &["command.--host = ${H}", "command.--no-tls =  (bool)"],
        );
    }

    #[test]
    fn arguments_of_modules_become_settings() {
        check(
            "- get_url: url=http://x dest='/a b' c={{ d }}\n- b: >\n    url=http://y\n    validate_certs=no\n",
            &[
                "[0].get_url.url = http://x",
                "[0].get_url.dest = /a b",
                "[0].get_url.c = ${d}",
                "[1].b.url = http://y",
                "[1].b.validate_certs = no",
            ],
        );
        let printed = print(&Yaml, "a.yml", "a: b=c\n- d: e f=g\n");
        assert!(!printed.contains("b.c") && !printed.contains("d.f"), "{printed}");
    }

    #[test]
    fn placeholders_have_the_defaults_beside_them() {
        check(
            "servers:\n- url: http://{host}:{port}/x\n  variables:\n    host: {default: localhost}\n    port: {default: 80}\n",
            &["servers.[0].url = http://${host|localhost}:${port|80}/x"],
        );
    }

    #[test]
    fn variables_of_the_file_are_known() {
        check(
            "env:\n- name: H\n  value: db\n- name: N\n  valueFrom:\n    fieldRef:\n      fieldPath: status.hostIP\n- name: U\n  value: http://$(H):1\n- name: V\n  value: http://$(N)/$(X)\n",
            &["env.N = ${status.hostIP}", "env.U = http://${H|db}:1", "env.V = http://${status.hostIP}/${X}"],
        );
        check("a:\n- name: H\n  value: b\nc:\n- name: H\n  value: d\n- name: U\n  value: $(H)\n", &["c.U = ${H}"]);
    }

    #[test]
    fn spans_are_exact() {
        let text = "environment:\n  - \"A=http://é\"\nargs:\n  - \"--u=\\\"http://x\\\" -v\"\n";
        let found = spans(&Yaml, "a.yml", text);
        assert!(found.contains(&"A=http://é <http://é>".to_owned()), "{found:?}");
        assert!(found.contains(&"--u=\\\"http://x\\\" <http://x>".to_owned()), "{found:?}");
    }

    #[test]
    fn long_commands_are_bounded() {
        let text = format!("args: \"{}\"\n{}", "--a ".repeat(200_000), "env:\n- name: A\n  value: b\n".repeat(10_000));
        assert!(print(&Yaml, "a.yml", &text).len() > 1000);
    }
}
