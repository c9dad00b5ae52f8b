//! The page of one check, for `barewire explain CHECK` and for the rule help in SARIF.

use crate::checks::{Check, Checks};
use std::fmt::Write as _;

/// An id that no check has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no check `{id}`{}", .nearest.as_ref().map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default())]
pub struct UnknownCheck {
    pub id: String,
    /// The id that was probably meant.
    pub nearest: Option<String>,
}

/// The check of that id, or the one that was probably meant.
pub fn find<'a>(checks: &'a Checks, id: &str) -> Result<&'a Check, UnknownCheck> {
    let wanted = id.trim().to_ascii_lowercase().replace('_', "-");
    checks.get(&wanted).ok_or_else(|| UnknownCheck {
        id: crate::output::escape::line(id).into_owned(),
        nearest: meant(checks, &wanted),
    })
}

/// Close in spelling, or the only one whose id holds the text.
fn meant(checks: &Checks, wanted: &str) -> Option<String> {
    if let Some(check) = crate::nearest::nearest(wanted, checks.iter().map(|check| check.id.as_str())) {
        return Some(check.to_owned());
    }
    let mut holding = checks.iter().filter(|check| wanted.len() > 2 && check.id.contains(wanted));
    let only = holding.next()?;
    holding.next().is_none().then(|| only.id.to_string())
}

/// The page as markdown.
pub fn markdown(check: &Check) -> String {
    let mut page = format!("# {}: {}\n\n{}\n\n", check.id, check.title, check.summary);
    let _ = writeln!(page, "- severity: {}\n- class: {}", check.severity.name(), check.class.name());
    let _ = writeln!(page, "- weakness: {}", weaknesses(check).join(", "));
    if !check.owasp.is_empty() {
        let _ = writeln!(page, "- OWASP Top 10: {}", check.owasp.join(", "));
    }
    page.push('\n');
    page.push_str(&help(check));
    page
}

/// The part of the page that says why it matters, what to write instead and where to read on.
pub fn help(check: &Check) -> String {
    let mut help = format!(
        "## Why it matters\n\n{}\n\n## What to write instead\n\n{}\n\n## References\n\n",
        check.explanation, check.instead
    );
    for address in &check.references {
        let _ = writeln!(help, "- <{address}>");
    }
    help
}

/// The page as text for a terminal, at most `width` characters wide where words allow it.
pub fn text(check: &Check, width: usize) -> String {
    let mut page = format!("{}: {}\n\n", check.id, check.title);
    let _ = writeln!(page, "severity  {}", check.severity.name());
    let _ = writeln!(page, "class     {}", check.class.name());
    let _ = writeln!(page, "weakness  {}", weaknesses(check).join(", "));
    if !check.owasp.is_empty() {
        let _ = writeln!(page, "OWASP     {}", check.owasp.join(", "));
    }
    for (title, body) in [
        ("What is wrong", &check.summary),
        ("Why it matters", &check.explanation),
        ("What to write instead", &check.instead),
    ] {
        let _ = writeln!(page, "\n{title}\n{}", indented(body, width));
    }
    page.push_str("\nReferences\n");
    for address in &check.references {
        let _ = writeln!(page, "  {address}");
    }
    page
}

fn weaknesses(check: &Check) -> Vec<String> {
    check.cwe.iter().map(|number| format!("CWE-{number}")).collect()
}

fn indented(body: &str, width: usize) -> String {
    let lines = reflow(body).lines().flat_map(|line| wrap(line, width.saturating_sub(2))).collect::<Vec<_>>();
    lines.iter().map(|line| format!("  {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Markdown with each paragraph on one line; fenced code keeps its lines and is indented instead of fenced.
pub fn reflow(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut fenced = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let joins = !fenced && !line.is_empty() && !out.is_empty() && !out.ends_with('\n');
        let (before, after) = match (fenced, line.is_empty()) {
            (true, _) if out.ends_with('\n') || out.is_empty() => ("    ", "\n"),
            (true, _) => ("\n    ", "\n"),
            (false, true) => ("\n", "\n"),
            (false, false) if joins => (" ", ""),
            (false, false) => ("", ""),
        };
        out.push_str(before);
        out.push_str(line);
        out.push_str(after);
    }
    out
}

/// Breaks one line between words, and never inside one; indented lines (code) stay whole.
pub fn wrap(line: &str, width: usize) -> Vec<String> {
    if line.starts_with(' ') || line.chars().count() <= width {
        return vec![line.to_owned()];
    }
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(last) = lines.last_mut() {
            if used > 0 {
                last.push(' ');
                used += 1;
            }
            last.push_str(word);
        }
        used += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks() -> Checks {
        let page = |id: &str| {
            let text = format!(
                "check: {id}\nclass: cert-unverified\ntitle: T\nseverity: high\ncwe: [295]\nowasp: []\n\
                 summary: S.\nexplanation: E.\ninstead: I\nreferences: ['https://a.org']\n"
            );
            Check::from_yaml(&format!("{id}.yml"), &text).expect("the sample is good")
        };
        Checks::new(vec![page("unverified-certificate"), page("weak-cipher")]).expect("two names")
    }

    #[test]
    fn a_slip_of_the_pen_is_guessed() {
        let checks = checks();
        let cases = [
            ("unverified-certificat", Some("unverified-certificate")),
            ("cipher", Some("weak-cipher")),
            ("zzz", None),
            ("\u{1b}[31m", None),
        ];
        for (id, nearest) in cases {
            let unknown = find(&checks, id).expect_err(id);
            assert_eq!(unknown.nearest.as_deref(), nearest, "{id}");
            assert!(!unknown.to_string().contains('\u{1b}'), "{id}");
        }
        assert!(find(&checks, "Weak_Cipher").is_ok());
    }

    #[test]
    fn paragraphs_are_joined_and_code_is_kept() {
        let markdown = "one\ntwo\n\nthree:\n```rust\na\n\n  b\n```\nfour";
        assert_eq!(reflow(markdown), "one two\n\nthree:\n    a\n    \n      b\nfour");
    }

    #[test]
    fn words_are_never_broken() {
        assert_eq!(wrap("aa bb cccccccc d", 5), ["aa bb", "cccccccc", "d"]);
        assert_eq!(wrap("  code is left alone", 5), ["  code is left alone"]);
    }
}
