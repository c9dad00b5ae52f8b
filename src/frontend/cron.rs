//! Tables of cron: the command of each line, behind its times and, in `cron.d`, the user's name.

use super::collect::{lines, range_of};
use super::shell;
use super::{Frontend, Lowered};
use crate::source::{Source, Span};
use crate::text::Template;
use crate::tree::Problem;

/// Minutes, hours, days, months, days of the week.
const TIMES: usize = 5;

#[derive(Clone, Copy, Debug)]
pub struct Cron;

impl Frontend for Cron {
    fn name(&self) -> &'static str {
        "cron"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let owned = source.path.as_str().contains("cron.d") || source.path.ends_with("etc/crontab");
        shell::lowered(source, |text, script| {
            for (start, line) in lines(text) {
                let Some(body) = command(line, owned) else { continue };
                let at = start + range_of(line, body).start;
                script.append(shell::read(Template::literal(body, source.place(Span::new(at, at + body.len())))));
            }
        })
    }
}

/// What a line runs, or the variable that it sets.
fn command(line: &str, owned: bool) -> Option<&str> {
    let body = line.trim_start();
    if body.is_empty() || body.starts_with('#') {
        return None;
    }
    let times = match body.as_bytes() {
        [b'@', ..] => 1,
        [b'0'..=b'9' | b'*', ..] => TIMES,
        _ => return body.contains('=').then_some(body),
    };
    let mut rest = body;
    for _ in 0..times + usize::from(owned) {
        let word = rest.split_whitespace().next()?;
        rest = rest[range_of(rest, word).end..].trim_start();
    }
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn times_and_users_are_no_commands() {
        for (line, owned, expected) in [
            ("*/5 0 * * 1-5 a b", false, Some("a b")),
            ("0 0 * * * root a b", true, Some("a b")),
            ("@daily root a", true, Some("a")),
            ("A=b", false, Some("A=b")),
            ("# 0 0 * * * a", false, None),
            ("0 0 * *", false, None),
        ] {
            assert_eq!(command(line, owned), expected, "{line}");
        }
    }
}
