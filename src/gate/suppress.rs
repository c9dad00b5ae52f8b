//! Suppressions in comments: `barewire: ignore[check-id] reason`, in the comment syntax of any language.
//!
//! `ignore` holds for its own line and, where the comment stands alone, for the next line that is none; `ignore-file`
//! holds for the whole file. Without `[...]` it holds for every check. A suppression that does nothing is a problem.

use crate::kind::COMMENT_MARKERS;
use crate::nearest::nearest;
use crate::report::{Finding, Sources, SuppressionProblem};
use crate::source::{FileId, Place, Source, Span};
use crate::tree::Ident;
use std::collections::{BTreeMap, BTreeSet};

const NAME: &str = "barewire:";

/// What words begin with that are meant as a directive.
const MISSPELT: [&str; 7] = ["ignor", "disabl", "allow", "skip", "suppress", "nosec", "noqa"];

/// No directive is looked for in a longer line, in bytes.
const LONGEST_LINE: usize = 8192;

/// A comment goes on for at most so many lines below its directive.
const LONGEST_COMMENT: u32 = 50;

/// One suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// From `barewire:` to the end of the list of checks.
    pub place: Place,
    pub scope: Scope,
    /// `None` is every check.
    pub checks: Option<Vec<Ident>>,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    File,
    /// From 1, both included.
    Lines {
        first: u32,
        last: u32,
    },
}

/// The suppressions of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSuppressions {
    pub suppressions: Vec<Suppression>,
    /// Directives that could not be understood.
    pub problems: Vec<SuppressionProblem>,
    /// Nothing was given up in the file, so that a suppression without effect is one too many.
    pub fully_analysed: bool,
}

/// What [`apply`] makes of the findings of a run; their order stays.
#[derive(Debug, Default)]
pub struct Applied {
    pub shown: Vec<Finding>,
    pub suppressed: Vec<Finding>,
    pub problems: Vec<SuppressionProblem>,
}

/// The suppressions of a file, which counts as fully analysed until the caller knows better.
pub fn parse(source: &Source) -> FileSuppressions {
    let mut file = FileSuppressions { fully_analysed: true, ..FileSuppressions::default() };
    let text = source.text();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(NAME)) {
        let line = Line::at(source, from + at);
        if line.text.len() <= LONGEST_LINE
            && let Some(directive) = line.directive()
        {
            match suppression(source, &line, &directive) {
                Some(Ok(suppression)) => file.suppressions.push(suppression),
                Some(Err(problem)) => file.problems.push(problem),
                None => {}
            }
        }
        from = line.start + line.text.len();
        from += text.get(from..).map_or(0, |rest| rest.find('\n').unwrap_or(rest.len()));
    }
    file
}

/// Takes the suppressed findings out. To be called before anything else hides findings, or suppressions seem unused.
pub fn apply(
    findings: Vec<Finding>,
    files: &BTreeMap<FileId, FileSuppressions>,
    sources: &Sources,
    known: &[&str],
) -> Applied {
    let mut applied = Applied::default();
    let mut used = BTreeSet::new();
    for finding in findings {
        let holding = holding(&finding, files, sources);
        if holding.is_empty() {
            applied.shown.push(finding);
        } else {
            applied.suppressed.push(finding);
        }
        used.extend(holding);
    }
    for (id, file) in files {
        applied.problems.extend(file.problems.iter().cloned());
        for (number, suppression) in file.suppressions.iter().enumerate() {
            let is_used = |check: usize| !file.fully_analysed || used.contains(&(*id, number, check));
            applied.problems.extend(complaints(suppression, known, is_used));
        }
    }
    applied
}

/// A suppression that holds: its file, its number there, and which of its checks (0 where it has no list).
type Use = (FileId, usize, usize);

fn holding(finding: &Finding, files: &BTreeMap<FileId, FileSuppressions>, sources: &Sources) -> Vec<Use> {
    let mut uses = Vec::new();
    for place in [finding.place, finding.statement] {
        let (Some(file), Some(source)) = (files.get(&place.file), sources.get(place.file)) else {
            continue;
        };
        if file.suppressions.is_empty() {
            continue;
        }
        let (first, last) = lines(source, place.span);
        for (number, suppression) in file.suppressions.iter().enumerate() {
            if suppression.scope.meets(first, last)
                && let Some(check) = suppression.names(&finding.check)
            {
                uses.push((place.file, number, check));
            }
        }
    }
    uses
}

fn lines(source: &Source, span: Span) -> (u32, u32) {
    let last = span.end.saturating_sub(1).max(span.start);
    (source.position(span.start).line, source.position(last).line)
}

impl Scope {
    fn meets(self, from: u32, to: u32) -> bool {
        match self {
            Self::File => true,
            Self::Lines { first, last } => first <= to && from <= last,
        }
    }
}

impl Suppression {
    fn names(&self, check: &str) -> Option<usize> {
        self.checks.as_ref().map_or(Some(0), |checks| checks.iter().position(|named| named.text == check))
    }
}

fn complaints(suppression: &Suppression, known: &[&str], is_used: impl Fn(usize) -> bool) -> Vec<SuppressionProblem> {
    let Some(checks) = &suppression.checks else {
        let message = "this suppresses nothing: remove it".to_owned();
        let unused = SuppressionProblem { place: suppression.place, message };
        return if is_used(0) { Vec::new() } else { vec![unused] };
    };
    let mut found = Vec::new();
    for (number, check) in checks.iter().enumerate() {
        let message = if !known.contains(&check.text.as_str()) {
            unknown_check(&check.text, known)
        } else if !is_used(number) {
            format!("`{}` suppresses nothing here: remove it", check.text)
        } else {
            continue;
        };
        found.push(SuppressionProblem { place: Place { file: suppression.place.file, span: check.span }, message });
    }
    found
}

fn unknown_check(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(check) => format!("there is no check `{name}`; did you mean `{check}`?"),
        None => format!("there is no check `{name}`"),
    }
}

/// One line with its place.
struct Line<'a> {
    number: u32,
    start: usize,
    text: &'a str,
}

/// A directive as it stands in its line; offsets are in the line.
struct Directive<'a> {
    /// Where the comment begins.
    comment: usize,
    marker: &'static str,
    start: usize,
    /// What follows the name.
    body: &'a str,
}

impl<'a> Line<'a> {
    fn at(source: &'a Source, offset: usize) -> Self {
        let number = source.position(offset as u32).line;
        Self::number(source, number).unwrap_or(Self { number, start: offset, text: "" })
    }

    fn number(source: &'a Source, number: u32) -> Option<Self> {
        let span = source.line_span(number)?;
        Some(Self { number, start: span.start as usize, text: source.slice(span) })
    }

    /// The first directive of the line: directly behind a comment marker, and in no string.
    fn directive(&self) -> Option<Directive<'a>> {
        self.text.match_indices(NAME).find_map(|(start, _)| {
            let before = self.text[..start].trim_end();
            let marker = marker_at_end(before)?;
            let comment = before.len() - marker.len();
            let body = &self.text[start + NAME.len()..];
            (!in_string(&self.text[..comment], body)).then_some(Directive { comment, marker, start, body })
        })
    }

    fn starts_with(&self, marker: &str) -> bool {
        self.text.trim_start().starts_with(marker)
    }
}

/// The comment marker that a text ends with. Markers that are operators as well count only where they begin the line or
/// a word.
fn marker_at_end(before: &str) -> Option<&'static str> {
    let marker = COMMENT_MARKERS.into_iter().find(|marker| before.ends_with(marker))?;
    let ahead = &before[..before.len() - marker.len()];
    let counts = match marker {
        "#" | "/*" | "<!--" => true,
        // Not the `//` of a URL; `///` is a comment.
        "//" => !ahead.ends_with(':'),
        ";" | "--" => ahead.is_empty() || ahead.ends_with(char::is_whitespace),
        _ => matches!(ahead.trim_start(), "" | "/*"),
    };
    counts.then_some(marker)
}

/// Whether a quote is open before the comment and closed behind it.
fn in_string(before: &str, behind: &str) -> bool {
    ['"', '\'', '`'].into_iter().any(|quote| before.matches(quote).count() % 2 == 1 && behind.contains(quote))
}

fn closer(marker: &str) -> Option<&'static str> {
    match marker {
        "/*" | "*" => Some("*/"),
        "<!--" => Some("-->"),
        _ => None,
    }
}

/// `None` where the comment only speaks of barewire.
fn suppression(
    source: &Source,
    line: &Line<'_>,
    directive: &Directive<'_>,
) -> Option<Result<Suppression, SuppressionProblem>> {
    let end_of_comment = closer(directive.marker).and_then(|closer| directive.body.find(closer));
    let body = &directive.body[..end_of_comment.unwrap_or(directive.body.len())];
    let word_start = body.len() - body.trim_start().len();
    let word_length = body[word_start..].find(|c: char| !c.is_ascii_lowercase() && c != '-');
    let word_end = word_length.map_or(body.len(), |length| word_start + length);
    // Offsets in the body become places in the file.
    let body_start = line.start + directive.start + NAME.len();
    let span = |start: usize, end: usize| Span::new(body_start + start, body_start + end);
    let whole = |end: usize| source.place(Span::new(line.start + directive.start, body_start + end));
    let refused = |message: String| SuppressionProblem { place: whole(word_end), message };

    let scope = match &body[word_start..word_end] {
        "ignore" => line_scope(source, line, directive),
        "ignore-file" => Scope::File,
        other if MISSPELT.iter().any(|start| other.starts_with(start)) => {
            return Some(Err(refused(format!("`{other}` is not known here: write `ignore` or `ignore-file`"))));
        }
        _ => return None,
    };
    let rest = &body[word_end..];
    let Some(list) = rest.strip_prefix('[') else {
        return Some(Ok(Suppression { place: whole(word_end), scope, checks: None, reason: reason(rest) }));
    };
    let Some(length) = list.find(']') else {
        return Some(Err(refused("the list of checks has no `]`".to_owned())));
    };
    let checks = idents(&list[..length], |start, end| span(word_end + 1 + start, word_end + 1 + end));
    if checks.is_empty() {
        let message = "the list of checks is empty: leave it out to suppress every check";
        return Some(Err(refused(message.to_owned())));
    }
    let place = whole(word_end + length + 2);
    Some(Ok(Suppression { place, scope, checks: Some(checks), reason: reason(&list[length + 1..]) }))
}

fn reason(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || c == ':').to_owned()
}

fn idents(list: &str, span: impl Fn(usize, usize) -> Span) -> Vec<Ident> {
    let mut idents = Vec::new();
    let mut start = 0;
    for part in list.split(',') {
        let name = part.trim();
        let at = start + part.len() - part.trim_start().len();
        if !name.is_empty() {
            idents.push(Ident { text: name.into(), span: span(at, at + name.len()) });
        }
        start += part.len() + 1;
    }
    idents
}

/// The directive's own line; where nothing but the comment is on it, also the lines to the first behind the comment.
fn line_scope(source: &Source, line: &Line<'_>, directive: &Directive<'_>) -> Scope {
    let first = line.number;
    let closer = closer(directive.marker);
    let end = closer.and_then(|closer| directive.body.find(closer).map(|at| &directive.body[at + closer.len()..]));
    let before = &line.text[..directive.comment];
    // `///` and `/**` end with a marker and begin with another one.
    let nothing_before = before.trim().chars().all(|c| "/*#;-!".contains(c));
    let alone = nothing_before && end.is_none_or(|behind| behind.trim().is_empty());
    if !alone {
        return Scope::Lines { first, last: first };
    }
    let mut open = closer.is_some() && end.is_none();
    let mut last = first + 1;
    while last < first + LONGEST_COMMENT
        && let Some(next) = Line::number(source, last)
        && (open || next.starts_with(directive.marker))
    {
        open = closer.is_some_and(|closer| !next.text.contains(closer));
        last += 1;
    }
    Scope::Lines { first, last }
}

#[cfg(test)]
mod tests;
