//! Findings for people, by file, with the deciding bytes underlined and a summary at the end.

use super::snippet::Snippet;
use super::{Format, Look, escape, mask};
use crate::explain;
use crate::report::{Finding, Report, Severity};
use crate::source::{Place, Source};
use codespan_reporting::diagnostic::{self, Diagnostic, Label};
use codespan_reporting::term::termcolor::{Ansi, Color, ColorSpec, NoColor, WriteColor};
use codespan_reporting::term::{self, Config};
use std::io;

/// The default format.
pub(super) struct Terminal;

impl Format for Terminal {
    fn name(&self) -> &'static str {
        "terminal"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        look.colored(to, |to| write_report(report, look, to))
    }
}

fn write_report(report: &Report, look: &Look<'_>, to: &mut dyn WriteColor) -> io::Result<()> {
    if look.quiet {
        return report.findings.iter().try_for_each(|finding| write_line(report, finding, to));
    }
    for group in report.findings.chunk_by(|a, b| a.place.file == b.place.file) {
        write_heading(report, group, to)?;
        for finding in group {
            write_finding(report, finding, look, to)?;
        }
    }
    super::summary::write(report, look, to)
}

fn write_heading(report: &Report, group: &[Finding], to: &mut dyn WriteColor) -> io::Result<()> {
    let path = group.first().and_then(|first| report.sources.get(first.place.file)).map(path_of);
    to.set_color(ColorSpec::new().set_bold(true).set_underline(true))?;
    write!(to, "{}", path.unwrap_or_default())?;
    to.reset()?;
    writeln!(to, "\n")
}

/// `path:line:column: severity[check]: message`.
fn write_line(report: &Report, finding: &Finding, to: &mut dyn WriteColor) -> io::Result<()> {
    write!(to, "{}: ", location(report, finding.place))?;
    write_header(finding, to)
}

fn write_header(finding: &Finding, to: &mut dyn WriteColor) -> io::Result<()> {
    to.set_color(ColorSpec::new().set_bold(true).set_fg(Some(color(finding.severity))))?;
    write!(to, "{}[{}]", finding.severity.name(), escape::line(&finding.check))?;
    to.reset()?;
    to.set_color(ColorSpec::new().set_bold(true))?;
    write!(to, ": {}", shown(&finding.message))?;
    to.reset()?;
    writeln!(to)
}

fn write_finding(report: &Report, finding: &Finding, look: &Look<'_>, to: &mut dyn WriteColor) -> io::Result<()> {
    write_header(finding, to)?;
    let notes = notes(report, finding, look);
    let Some(source) = report.sources.get(finding.place.file) else {
        notes.iter().try_for_each(|note| writeln!(to, "  = {}", note.replace('\n', "\n    ")))?;
        return writeln!(to);
    };
    let near = finding.related.iter().filter(|related| related.place.file == source.id).collect::<Vec<_>>();
    let mut spans = vec![finding.place.span];
    spans.extend(near.iter().map(|related| related.place.span));
    let snippet = Snippet::new(source, &spans);
    let mut labels = vec![Label::primary((), snippet.shown(source, finding.place.span))];
    labels.extend(near.iter().map(|related| {
        Label::secondary((), snippet.shown(source, related.place.span)).with_message(shown(&related.message))
    }));
    let diagnostic = Diagnostic::new(level(finding.severity)).with_labels(labels).with_notes(notes);
    // The renderer's first line can only name its own five severities; ours has been written instead.
    let rendered = render(&snippet, &diagnostic, to.supports_color())?;
    let body = rendered.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    to.write_all(&rendered[body..])
}

fn render(snippet: &Snippet, diagnostic: &Diagnostic<()>, color: bool) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let config = Config::default();
    if color {
        term::emit_to_write_style(&mut Ansi::new(&mut bytes), &config, snippet, diagnostic)
    } else {
        term::emit_to_write_style(&mut NoColor::new(&mut bytes), &config, snippet, diagnostic)
    }
    .map_err(io::Error::other)?;
    Ok(bytes)
}

/// Why it matters, what to write instead, and where in other files the rest of it is.
fn notes(report: &Report, finding: &Finding, look: &Look<'_>) -> Vec<String> {
    let check = look.checks.get(&finding.check);
    let mut notes = Vec::new();
    for related in finding.related.iter().filter(|related| related.place.file != finding.place.file) {
        notes.push(format!("{}: {}", location(report, related.place), shown(&related.message)));
    }
    if let Some(check) = check.filter(|check| check.summary != finding.message) {
        notes.push(note("why: ", &check.summary, look.width));
    }
    match check.filter(|_| finding.help.trim().is_empty()) {
        Some(check) => notes.push(note("help: ", &explain::reflow(&check.instead), look.width)),
        None if finding.help.trim().is_empty() => {}
        None => notes.push(note("help: ", &finding.help, look.width)),
    }
    if look.verbose {
        let facts = format!("{} confidence, found by {}", finding.confidence.name(), finding.library);
        notes.push(format!("{}, fingerprint {}", escape::line(&facts), escape::line(&finding.fingerprint)));
    }
    notes
}

/// A note of several lines, the later ones indented under the first word.
fn note(title: &str, text: &str, width: usize) -> String {
    let width = width.saturating_sub(title.len() + 8).max(40);
    let text = escape::lines(&mask::secrets(text));
    let lines = text.lines().flat_map(|line| explain::wrap(line, width)).collect::<Vec<_>>();
    format!("{title}{}", lines.join(&format!("\n{}", " ".repeat(title.len()))))
}

fn shown(text: &str) -> String {
    escape::line(&escape::shorten(&mask::secrets(text))).into_owned()
}

fn path_of(source: &Source) -> String {
    escape::line(source.path.as_str()).into_owned()
}

fn location(report: &Report, place: Place) -> String {
    report.sources.get(place.file).map_or_else(String::new, |source| {
        let at = source.position(place.span.start);
        format!("{}:{}:{}", path_of(source), at.line, at.column)
    })
}

/// The renderer's severity that has our colour.
fn level(severity: Severity) -> diagnostic::Severity {
    match severity {
        Severity::Critical | Severity::High => diagnostic::Severity::Error,
        Severity::Medium => diagnostic::Severity::Warning,
        Severity::Low => diagnostic::Severity::Note,
        Severity::Info => diagnostic::Severity::Help,
    }
}

pub(super) fn color(severity: Severity) -> Color {
    match severity {
        Severity::Critical | Severity::High => Color::Red,
        Severity::Medium => Color::Yellow,
        Severity::Low => Color::Green,
        Severity::Info => Color::Cyan,
    }
}
