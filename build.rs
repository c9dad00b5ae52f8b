//! Checks the rules and compiles them, so that a run never parses its own knowledge. A mistake fails the build with
//! file, line and reason.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "the modules below are the crate's own; the build needs only their readers"
)]

#[path = "src/checks.rs"]
mod checks;
#[path = "src/grades.rs"]
mod grades;
#[path = "src/kind.rs"]
mod kind;
#[path = "src/map/knowledge.rs"]
mod map;
#[path = "src/nearest.rs"]
mod nearest;
#[path = "src/endpoint/protocols/mod.rs"]
mod protocols;
#[path = "src/versions/mod.rs"]
mod versions;
mod rules {
    #[path = "../src/rules/block.rs"]
    mod block;
    #[path = "../src/rules/load.rs"]
    pub(crate) mod load;
    #[path = "../src/rules/matchers.rs"]
    mod matchers;
    #[path = "../src/rules/model.rs"]
    pub(crate) mod model;
    #[path = "../src/rules/notation.rs"]
    mod notation;
    #[path = "../src/rules/program.rs"]
    mod program;
    #[path = "../src/rules/raw.rs"]
    mod raw;
    #[path = "../src/rules/schema.rs"]
    mod schema;
}

use rules::model::Packed;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/rules");
    println!("cargo::rerun-if-changed=src/endpoint/protocols");
    println!("cargo::rerun-if-changed=src/checks.rs");
    println!("cargo::rerun-if-changed=src/kind.rs");
    println!("cargo::rerun-if-changed=src/grades.rs");
    println!("cargo::rerun-if-changed=src/nearest.rs");
    println!("cargo::rerun-if-changed=src/map/knowledge.rs");
    println!("cargo::rerun-if-changed=src/versions");
    let mut mistakes = Vec::new();
    let checks = read_checks(&mut mistakes);
    let protocols = read_protocols(&mut mistakes);
    let kinds = kind::Kinds::from_yaml(&text(Path::new("rules/kinds.yml")));
    let kinds = kinds.map_err(|error| mistakes.push(format!("rules/kinds.yml: {error}"))).ok();
    let map = read_map().map_err(|error| mistakes.push(error)).ok();
    let models = read_models(&mut mistakes, &checks, protocols.as_ref());
    let triggers: Result<Vec<String>, _> = serde_yaml::from_str(&text(Path::new("rules/triggers.yml")));
    let triggers = triggers.map_err(|error| mistakes.push(format!("rules/triggers.yml: {error}"))).ok();
    for mistake in &mistakes {
        println!("cargo::error={}", mistake.replace('\n', " "));
    }
    if !mistakes.is_empty() {
        return;
    }
    write("checks.bin", &checks);
    write("protocols.bin", &protocols.expect("no mistakes, so there are protocols"));
    write("map.bin", &map.expect("no mistakes, so there is knowledge of the map"));
    write("kinds.bin", &kinds.expect("no mistakes, so there are kinds"));
    let bytes: Vec<Vec<u8>> = models.iter().map(packed).collect();
    let packed: Vec<_> = models
        .iter()
        .zip(&bytes)
        .map(|(model, bytes)| Packed { languages: model.languages.clone(), model: bytes })
        .collect();
    write("models.bin", &packed);
    write("triggers.bin", &triggers.expect("no mistakes, so there are triggers"));
}

fn read_checks(mistakes: &mut Vec<String>) -> checks::Checks {
    let mut all = Vec::new();
    for path in files("rules/checks") {
        match checks::Check::from_yaml(&path.to_string_lossy(), &text(&path)) {
            Ok(check) => all.push(check),
            Err(error) => mistakes.push(format!("{}:{}:{}: {}", error.file, error.line, error.column, error.message)),
        }
    }
    checks::Checks::new(all).unwrap_or_else(|id| {
        mistakes.push(format!("rules/checks: the check `{id}` stands twice"));
        checks::Checks::default()
    })
}

fn read_protocols(mistakes: &mut Vec<String>) -> Option<protocols::Protocols> {
    let texts: Vec<(String, String)> =
        files("rules/protocols").iter().map(|path| (path.to_string_lossy().into_owned(), text(path))).collect();
    let borrowed: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    match protocols::Protocols::from_yaml(&borrowed) {
        Ok(protocols) => Some(protocols),
        Err(errors) => {
            for error in errors {
                mistakes.push(format!("{}:{}:{}: {}", error.file, error.line, error.column, error.message));
            }
            None
        }
    }
}

fn read_map() -> Result<map::MapKnowledge, String> {
    let texts: Vec<(String, String)> =
        files("rules/map").iter().map(|path| (path.to_string_lossy().into_owned(), text(path))).collect();
    let borrowed: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    map::MapKnowledge::from_yaml(&borrowed)
}

fn read_models(
    mistakes: &mut Vec<String>,
    checks: &checks::Checks,
    protocols: Option<&protocols::Protocols>,
) -> Vec<rules::model::Model> {
    let mut models = Vec::new();
    for folder in ["rules/config", "rules/java", "rules/python", "rules/rust", "rules/shell"] {
        for path in files(folder) {
            let file = path.to_string_lossy().into_owned();
            match rules::load::model_from_yaml(&file, &text(&path)) {
                Ok(model) => {
                    references(&model, checks, protocols, mistakes);
                    models.push(model);
                }
                Err(error) => mistakes.push(error.to_string()),
            }
        }
    }
    models
}

/// Every check, protocol and driver that a model names must exist.
fn references(
    model: &rules::model::Model,
    checks: &checks::Checks,
    protocols: Option<&protocols::Protocols>,
    mistakes: &mut Vec<String>,
) {
    use rules::model::Means;
    for block in &model.blocks {
        let mut wrong = |what: &str, name: &str| {
            mistakes.push(format!("{}:{}:1: there is no {what} `{name}`", model.file, block.line));
        };
        if let Some(check) = block.check.as_ref().filter(|check| checks.get(check).is_none()) {
            wrong("check", check);
        }
        let Some(protocols) = protocols else { continue };
        let kinds = block.kinds.iter().map(|(_, kind)| kind);
        for name in kinds.chain(&block.protocol).chain(&block.driver) {
            if !protocols.has_protocol(name) && !protocols.has_driver(name) {
                wrong("protocol or driver", name);
            }
        }
    }
    for rule in &model.rules {
        let (check, protocol, driver) = match &rule.means {
            Means::Reports(reports) => (Some(&reports.check), None, None),
            Means::Connects(connects) => {
                (connects.check.as_ref(), connects.protocol.as_ref(), connects.driver.as_ref())
            }
            Means::Names => (None, None, None),
        };
        let mut wrong = |what: &str, name: &str| {
            mistakes.push(format!("{}:{}:1: there is no {what} `{name}`", model.file, rule.line));
        };
        if let Some(check) = check.filter(|check| checks.get(check).is_none()) {
            wrong("check", check);
        }
        let Some(protocols) = protocols else { continue };
        if let Some(protocol) = protocol.filter(|protocol| !protocols.has_protocol(protocol)) {
            wrong("protocol", protocol);
        }
        if let Some(driver) = driver.filter(|driver| !protocols.has_driver(driver)) {
            wrong("driver", driver);
        }
    }
}

/// The rule files below a folder, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ending| ending == "yml"))
        .collect();
    all.sort();
    all
}

#[expect(clippy::disallowed_methods, reason = "the build reads the rules")]
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn packed<T: serde::Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("plain data can be written")
}

#[expect(clippy::disallowed_methods, reason = "cargo says by the environment where to write")]
fn write<T: serde::Serialize>(name: &str, value: &T) {
    let folder = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&folder).join(name), packed(value)).expect("OUT_DIR can be written");
}
