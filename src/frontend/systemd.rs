//! Units of systemd: the commands that they start, and the environment in which they do.

use super::collect::{lines, range_of};
use super::shell;
use super::{Frontend, Lowered};
use crate::source::{Source, Span};
use crate::text::Template;
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Systemd;

impl Frontend for Systemd {
    fn name(&self) -> &'static str {
        "systemd"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        shell::lowered(source, |text, script| {
            let mut until = 0;
            for (start, line) in lines(text) {
                let Some((key, value)) =
                    line.split_once('=').filter(|_| start >= until && !line.starts_with(['#', ';']))
                else {
                    continue;
                };
                let key = key.trim();
                let command = key.starts_with("Exec");
                if !command && key != "Environment" {
                    continue;
                }
                // What a line ends with a backslash goes on behind it.
                let from = start + range_of(line, value).start;
                let rest = &text[from..];
                let goes_on = lines(rest).take_while(|(_, line)| line.trim_end().ends_with('\\')).count();
                let end = lines(rest).nth(goes_on).map_or(rest.len(), |(at, line)| at + line.len());
                until = from + end;
                let whole = &rest[..end];
                // `-`, `@`, `+` and the like say how systemd starts it.
                let body =
                    if command { whole.trim_start_matches(['-', '@', '+', '!', ':', ' ']) } else { whole.trim_start() };
                let at = from + range_of(whole, body).start;
                script.append(shell::read(Template::literal(body, source.place(Span::new(at, at + body.len())))));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::frontend::shell::tests::shown;

    #[test]
    fn units_start_commands() {
        let text = "[Service]\nUser=a\nEnvironment=A=b \"C=d\"\n#ExecStart=x\nExecStartPre=-/bin/e f\nExecStart=g \\\n  --h=$A\n";
        assert_eq!(shown(&super::Systemd, text), ["A=b <C=d>", "</bin/e> <f>", "<g> <--h=${A}>"]);
    }
}
