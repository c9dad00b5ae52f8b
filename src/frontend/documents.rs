//! Documents inside documents: `application.yaml: |` in a ConfigMap, `content: |` of a file that a playbook writes.
//!
//! The name of the key, or of the file that is named beside it, says what the text is, and where none does its lines may; it is
//! read as a file of that name would be. Every span of what is read lies in the outermost file.

mod assignments;
mod scripts;

use super::{Lowered, find};
use crate::commands::{self, Programs};
use crate::kind::{FileKind, Kinds};
use crate::settings::{Key, Setting, Settings};
use crate::source::{Place, Source, Span};
use crate::text::{Part, Template};
use crate::tree::{Problem, ProblemKind};
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;

/// Documents within documents deeper than this stay texts.
const MAX_DEPTH: usize = 3;
/// More documents of one file stay texts.
const MAX_DOCUMENTS: usize = 2_000;
/// A longer name is no file's.
const MAX_NAME: usize = 200;
/// How many settings away a file's name may stand from its content.
const MAX_APART: usize = 8;
/// Keys that hold what is in a file.
const CONTENTS: [&str; 4] = ["content", "contents", "data", "inline"];
/// Keys beside it that hold the file's name.
const NAMES: [&str; 6] = ["path", "dest", "target", "filename", "file", "name"];

/// A document that was a text in another one.
#[derive(Debug)]
pub struct Inside {
    /// What it would be called beside the file that holds it.
    pub path: Utf8PathBuf,
    pub language: CompactString,
    pub settings: Settings,
}

/// What says how documents are read.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub kinds: &'a Kinds,
    pub programs: &'a Programs,
}

/// Takes the documents out of the settings of a file, which no longer hold them as texts, and makes settings of its own
/// command text.
pub fn take(source: &Source, settings: &mut Settings, known: Known<'_>) -> (Vec<Inside>, Vec<Problem>) {
    let mut out = (Vec::new(), Vec::new());
    inside(source, settings, known, 0, &mut out);
    out
}

fn inside(
    source: &Source,
    settings: &mut Settings,
    known: Known<'_>,
    depth: usize,
    out: &mut (Vec<Inside>, Vec<Problem>),
) {
    let kinds = known.kinds;
    let own = std::mem::take(&mut settings.scripts);
    settings.items.extend(commands::understand(&own, known.programs));
    if depth == MAX_DEPTH {
        return;
    }
    if own.is_empty() {
        out.0.extend(scripts::take(source, settings, known));
    }
    let mut taken = Vec::new();
    for index in 0..settings.items.len() {
        let item = &settings.items[index];
        if out.0.len() >= MAX_DOCUMENTS {
            break;
        }
        let told = || name_of(&settings.items, index, kinds).filter(|_| is_document(item));
        let name = known_content(item, kinds).or_else(told);
        if name.is_none() && !is_document(item) {
            continue;
        }
        let (text, map) = written(source, &item.value);
        let Some(name) = name.or_else(|| assignments::file_of(&text).map(CompactString::from)) else { continue };
        let Some(kind) = kind_of(&name, text.as_bytes(), kinds) else { continue };
        let path = source.path.parent().unwrap_or(Utf8Path::new("")).join(name.as_str());
        let inner = Source::new(source.id, path, text.into_bytes());
        let Some((Lowered::Settings(mut found), problems)) = find(&kind.language).map(|reader| reader.lower(&inner))
        else {
            continue;
        };
        if found.items.is_empty() && found.scripts.is_empty() {
            continue;
        }
        let (first, first_problem) = (out.0.len(), out.1.len());
        // A document that is a template or an extract need not be whole; the file around it was understood.
        out.1.extend(problems.into_iter().filter(|problem| problem.kind == ProblemKind::GaveUp));
        inside(&inner, &mut found, known, depth + 1, out);
        out.0.push(Inside { path: inner.path, language: kind.language, settings: found });
        for document in &mut out.0[first..] {
            map.settings(&mut document.settings);
        }
        for problem in &mut out.1[first_problem..] {
            problem.span = problem.span.map(|span| map.span(span));
        }
        taken.push(index);
    }
    let mut index = 0;
    settings.items.retain(|_| {
        index += 1;
        taken.binary_search(&(index - 1)).is_err()
    });
}

/// The names of the files that a text may hold, found line by line without a parse; those may be more than there are.
pub fn names<'a>(text: &'a str, kinds: &'a Kinds) -> impl Iterator<Item = (&'a str, FileKind)> + 'a {
    let untold = assignments::names_in(text).iter();
    let untold = untold.filter_map(|name| kinds.of_path(name).map(|kind| (*name, kind)));
    let told = text.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.trim();
        let key = key.trim_start_matches([' ', '\t', '-', '{']).trim_end().trim_matches(['"', '\'']);
        if kinds.announces_commands(key) {
            return kinds.of_path(scripts::NAME).map(|kind| (scripts::NAME, kind));
        }
        if let Some(name) = kinds.file_of_key(key) {
            return kinds.of_path(name).map(|kind| (name, kind));
        }
        let name = if NAMES.contains(&key) { last_name(value.trim_matches(['"', '\'', ','])) } else { key };
        let quoted = value.starts_with(['"', '\'']) && (value[1..].starts_with(['{', '<']) || value.contains("\\n"));
        let text = key != name || quoted || value.starts_with(['|', '>']);
        if !text || name.len() > MAX_NAME || name.contains(char::is_whitespace) {
            return None;
        }
        kinds.of_path(name).filter(|kind| !kind.code).map(|kind| (name, kind))
    });
    untold.chain(told)
}

/// The file that a text, or the list that it is in, would be by the name of its key alone.
fn known_content(item: &Setting, kinds: &Kinds) -> Option<CompactString> {
    let key = item.path.iter().rev().find(|key| !key.text.starts_with('['))?;
    kinds.file_of_key(&key.text).map(CompactString::from)
}

/// A text of several lines, or one that is written as JSON or XML.
fn is_document(item: &Setting) -> bool {
    let first = item.value.parts.first();
    let opens = matches!(first, Some(Part::Literal { text, .. }) if text.starts_with(['{', '<']));
    let breaks = |part: &Part| matches!(part, Part::Literal { text, .. } if text.contains('\n'));
    opens || item.value.parts.iter().any(breaks)
}

fn kind_of(name: &str, text: &[u8], kinds: &Kinds) -> Option<FileKind> {
    let kind = kinds.of_path(name)?;
    let told = if kind.gives_way { kinds.of_content(text) } else { None };
    Some(told.unwrap_or(kind)).filter(|kind| !kind.code)
}

/// What the file is called whose content a setting is.
fn name_of(items: &[Setting], index: usize, kinds: &Kinds) -> Option<CompactString> {
    let item = &items[index];
    let [holder @ .., last] = item.path.as_slice() else { return None };
    let is_name = |name: &str| {
        name.len() <= MAX_NAME
            && !name.contains(char::is_whitespace)
            && kinds.of_path(name).is_some_and(|kind| !kind.code)
    };
    if is_name(&last.text) {
        return Some(last.text.clone());
    }
    if !CONTENTS.contains(&last.text.as_str()) {
        return None;
    }
    let around = index.saturating_sub(MAX_APART)..(index + MAX_APART).min(items.len());
    let beside = items[around].iter().filter(|other| {
        other.path.len() == holder.len() + 1
            && other.path.starts_with(holder)
            && other.path.last().is_some_and(|key| NAMES.contains(&key.text.as_str()))
    });
    let told = beside.filter_map(|other| other.value.as_known()).map(|path| CompactString::from(last_name(&path)));
    let own = holder.last().map(|key| key.text.clone());
    told.chain(own).find(|name| is_name(name))
}

fn last_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The text as it is written, placeholders and all, and where its bytes stand.
fn written(source: &Source, value: &Template) -> (String, Map) {
    let mut text = String::new();
    let mut pieces = Vec::new();
    for part in &value.parts {
        let at = part.place().span;
        let reads = match part {
            Part::Literal { text, .. } => text.as_str(),
            Part::Hole { .. } => source.slice(at),
        };
        pieces.push(Piece { start: text.len() as u32, same: reads.len() == at.len(), at });
        text.push_str(reads);
    }
    (text, Map { pieces })
}

/// From places in a text to places in the file that holds it.
struct Map {
    pieces: Vec<Piece>,
}

struct Piece {
    /// Where it begins in the text.
    start: u32,
    at: Span,
    /// It reads as it is written, byte by byte.
    same: bool,
}

impl Map {
    fn piece(&self, offset: u32) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        after.checked_sub(1).and_then(|index| self.pieces.get(index))
    }

    fn span(&self, span: Span) -> Span {
        let within = |piece: &Piece, offset: u32| (piece.at.start + (offset - piece.start)).min(piece.at.end);
        let start = self.piece(span.start).map_or(0, |piece| match piece {
            piece if piece.same => within(piece, span.start),
            piece => piece.at.start,
        });
        let end = self.piece(span.end.saturating_sub(1)).map_or(start, |piece| match piece {
            piece if piece.same => within(piece, span.end),
            piece => piece.at.end,
        });
        if span.is_empty() { Span { start, end: start } } else { Span { start, end: end.max(start) } }
    }

    fn place(&self, place: &mut Place) {
        place.span = self.span(place.span);
    }

    fn settings(&self, settings: &mut Settings) {
        for item in &mut settings.items {
            item.span = self.span(item.span);
            for Key { at, .. } in &mut item.path {
                self.place(at);
            }
            self.template(&mut item.value);
        }
    }

    /// Placeholders nest no deeper than `interpolate` reads them.
    fn template(&self, template: &mut Template) {
        for part in &mut template.parts {
            match part {
                Part::Literal { at, .. } => self.place(at),
                Part::Hole { at, default, .. } => {
                    self.place(at);
                    if let Some(default) = default {
                        self.template(default);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::Frontend;
    use crate::frontend::yaml::Yaml;
    use crate::source::FileId;

    /// Each setting of each document inside a text: its file's name, its keys, and the bytes of its value.
    fn inner(text: &str) -> Vec<String> {
        let kinds = Kinds::from_yaml(include_str!("../../rules/kinds.yml")).expect("the shipped data is right");
        let source = Source::new(FileId(0), "k8s/a.yaml", text.into());
        let Lowered::Settings(mut settings) = Yaml.lower(&source).0 else { return Vec::new() };
        let (documents, _) = take(&source, &mut settings, Known { kinds: &kinds, programs: &Programs::default() });
        let show = |document: &Inside| -> Vec<String> {
            let value = |item: &Setting| source.slice(item.value.place().unwrap_or_default().span).to_owned();
            let name = document.path.file_name().unwrap_or_default();
            let items = document.settings.items.iter();
            items.map(|item| format!("{name} {} <{}>", item.dotted(), value(item))).collect()
        };
        documents.iter().flat_map(show).collect()
    }

    #[test]
    fn the_name_of_the_key_says_what_a_text_is() {
        let text = "data:\n  app.env: |\n    A=é\n    URL=http://x\n  note: |\n    B=c\n  x.properties: \"a.b=\\u0063\\nd = e\\n\"\n";
        assert_eq!(
            inner(text),
            ["app.env A <é>", "app.env URL <http://x>", "x.properties a.b <\\u0063>", "x.properties d <e>"]
        );
    }

    #[test]
    fn the_name_of_the_file_beside_it_does_too() {
        let text = "tasks:\n- copy:\n    dest: /etc/a/app.toml\n    content: |\n      [db]\n      url = \"http://x\"\nconfigs:\n  b.json:\n    content: '{\"a\": \"b\"}'\n";
        assert_eq!(inner(text), ["app.toml db.url <http://x>", "b.json a <b>"]);
    }

    #[test]
    fn its_lines_do_where_no_name_does() {
        let text =
            "config: |-\n  a = \"b\"\n  c.d = true\ntemplate: |\n  e = f\n  g = {{ .h }}\nnotes: |\n  i = 1\n  run\n";
        assert_eq!(
            inner(text),
            ["settings.toml a <b>", "settings.toml c.d <true>", "settings.ini e <f>", "settings.ini g <{{ .h }}>"]
        );
    }

    #[test]
    fn documents_nest() {
        let text = "data:\n  o.yaml: |\n    k: ${X:-y}\n    data:\n      i.ini: |-\n        [s]\n        a = {{ .b }}\n        c = d";
        assert_eq!(inner(text), ["i.ini s.a <{{ .b }}>", "i.ini s.c <d>", "o.yaml k <${X:-y}>"]);
    }

    #[test]
    fn the_filter_sees_their_names() {
        let kinds = Kinds::from_yaml(include_str!("../../rules/kinds.yml")).expect("the shipped data is right");
        let text = "a:\n  \"pg_hba.conf\": |\n  - path: /etc/x.toml\n  b.py: |\n  c.env: true\n  pgHba:\n";
        assert_eq!(
            names(text, &kinds).map(|(name, _)| name).collect::<Vec<_>>(),
            ["pg_hba.conf", "x.toml", "pg_hba.conf"]
        );
    }
}
