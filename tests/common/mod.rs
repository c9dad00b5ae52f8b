//! What the test drivers share: how a scan is started, and how expectations are written.
#![allow(dead_code, reason = "each driver uses a part")]

use barewire::filter::Filter;
use barewire::gate;
use barewire::gate::policy::{Policy, Thresholds};
use barewire::knowledge::Knowledge;
use barewire::manifests::Beside;
use barewire::report::{Report, Severity};
use barewire::rules::model::Example;
use barewire::scan::{Given, Options, scan_text};
use barewire::walk::WalkOptions;
use camino::Utf8Path;

/// An announced finding: `#~ check: text` at the end of its line, or alone on the line below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Marker {
    pub line: u32,
    pub check: String,
    pub text: String,
}

/// The markers of a text, in any comment syntax.
pub(crate) fn markers(text: &str) -> Vec<Marker> {
    let mut all = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((at, open)) = ["#~ ", "//~ ", "<!--~ ", ";~ ", "!~ "]
            .iter()
            .filter_map(|open| line.find(open).map(|at| (at, *open)))
            .min()
        else {
            continue;
        };
        let alone = line[..at].trim().is_empty();
        let body = line[at + open.len()..].trim().trim_end_matches("-->").trim_end();
        for marker in body.split(&format!(" {}", open.trim_end())) {
            let Some((check, text)) = marker.trim().split_once(": ") else { continue };
            let mut number = index as u32 + 1;
            if alone {
                number -= 1;
            }
            all.push(Marker { line: number, check: check.trim().to_owned(), text: text.trim().to_owned() });
        }
    }
    all
}

pub(crate) fn options() -> Options {
    Options {
        walk: WalkOptions::default(),
        gate: gate::Options {
            policy: Policy {
                thresholds: Thresholds { min_severity: Severity::Info, ..Thresholds::default() },
                ..Policy::default()
            },
            tests: true,
            ..gate::Options::default()
        },
    }
}

/// Manifests that lie in the folder of the text: name and text.
pub(crate) struct Folder<'a>(pub &'a [(String, String)]);

impl Beside for Folder<'_> {
    fn names(&self, folder: &Utf8Path) -> Vec<String> {
        let here = self.0.iter().filter(|_| folder.as_str().is_empty());
        here.map(|(name, _)| name.split('/').next().unwrap_or(name).to_owned()).collect()
    }

    fn text(&self, path: &Utf8Path) -> Option<Vec<u8>> {
        self.0.iter().find(|(name, _)| path == name.as_str()).map(|(_, text)| text.as_bytes().to_vec())
    }
}

pub(crate) fn scan_all(knowledge: &Knowledge, name: &str, text: &str) -> Report {
    scan_beside(knowledge, name, text, &[])
}

/// The only line of the drivers that knows how one text is scanned.
pub(crate) fn scan_beside(knowledge: &Knowledge, name: &str, text: &str, beside: &[(String, String)]) -> Report {
    let given = Given { path: name.into(), bytes: text.as_bytes().to_vec() };
    scan_text(knowledge, given, Some(&Folder(beside)), &options())
}

/// The name of the file that an example lies in.
pub(crate) fn file_name(library: &str, example: &Example) -> String {
    if let Some(path) = &example.path {
        return path.clone();
    }
    let ending = match example.language.as_str() {
        "python" => "py",
        "rust" => "rs",
        "yaml" => "yml",
        "shell" => "sh",
        other => other,
    };
    if example.language == "env" { ".env".to_owned() } else { format!("{}.{ending}", library.replace([' ', '/'], "-")) }
}

/// Whether a run would parse the file.
pub(crate) fn passes_filter(knowledge: &Knowledge, filter: &Filter<'_>, name: &str, text: &str) -> bool {
    let named = knowledge.kinds.of_path(name);
    let open = named.as_ref().is_none_or(|kind| kind.gives_way);
    let told = open.then(|| knowledge.kinds.of_content(text.as_bytes())).flatten();
    told.or(named).is_some_and(|kind| filter.wants(Utf8Path::new(name), &kind.language, text))
}

/// `BAREWIRE_ONLY=requests` looks at the models whose file name contains that.
#[allow(clippy::disallowed_methods, reason = "a switch for whoever writes a model")]
pub(crate) fn only() -> Option<String> {
    std::env::var("BAREWIRE_ONLY").ok()
}
