//! The invariants of the architecture. Each message says what to do instead.
#![expect(clippy::disallowed_methods, reason = "the test reads the source tree")]

use barewire::gate::wires;
use barewire::knowledge::Knowledge;
use barewire::{frontend, output};
use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A file of the project: its path from the root with `/`, and its text.
struct File {
    path: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text files below the folder, in the order of their paths.
fn files(folder: &str) -> Vec<File> {
    walkdir::WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some("target" | ".git")))
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(root()).ok()?.to_str()?.replace('\\', "/");
            Some(File { path, text: fs::read_to_string(entry.path()).ok()? })
        })
        .collect()
}

/// The code of the library, without tests.
fn code() -> Vec<File> {
    let mut all = files("src");
    all.retain(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        Path::new(name).extension().is_some_and(|ending| ending == "rs")
            && !name.contains("tests")
            && !file.path.contains("/tests/")
            && !matches!(name, "testing.rs" | "hostile.rs" | "print.rs")
    });
    for file in &mut all {
        if let Some(tests) = file.text.find("#[cfg(test)]\nmod tests {") {
            file.text.truncate(tests);
        }
    }
    assert!(all.len() > 50, "the source tree was not found");
    all
}

/// `path:line` of every line of code (comments aside) that the pattern matches.
fn lines(files: &[File], pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a pattern of this file");
    let mut found = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if pattern.is_match(code) {
                found.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn parsers_are_named_only_in_front_ends() {
    let mut all = code();
    all.retain(|file| !file.path.starts_with("src/frontend/"));
    let found = lines(&all, r"\b(syn|proc_macro2|tree_sitter\w*|saphyr_parser|toml_edit|jsonc_parser|roxmltree)::");
    assert!(
        found.is_empty(),
        "only src/frontend/ knows a parser; lower what you need to src/tree.rs or src/settings.rs and read it from there:\n{}",
        found.join("\n")
    );
}

#[test]
fn only_readers_touch_files_and_environment() {
    let mut all = code();
    all.retain(|file| {
        file.path != "src/walk.rs" && !file.path.starts_with("src/walk/") && !file.path.starts_with("src/cli/")
    });
    let found = lines(&all, r"\b(std::(fs|env)|fs|File|TcpStream)::");
    assert!(
        found.is_empty(),
        "the analysis is pure: read files in src/walk.rs, arguments and environment in src/cli/, and pass values on:\n{}",
        found.join("\n")
    );
}

#[test]
fn only_the_reader_of_git_starts_processes() {
    let mut all = code();
    all.retain(|file| file.path != "src/git.rs");
    let found = lines(&all, r"\bprocess::(Command|Child|Stdio)\b|\bCommand::new\(");
    assert!(
        found.is_empty(),
        "nothing is executed by a scan; what git knows is asked in src/git.rs, and passed on as values:\n{}",
        found.join("\n")
    );
}

#[test]
fn engine_names_no_check() {
    let knowledge = Knowledge::new(Vec::new());
    let ids: Vec<&str> = knowledge.checks.iter().map(|check| check.id.as_str()).collect();
    let mut all = code();
    all.retain(|file| ["src/flow/", "src/judge/", "src/endpoint/"].iter().any(|folder| file.path.starts_with(folder)));
    let found = lines(&all, &format!("\"({})\"", ids.join("|")));
    assert!(
        found.is_empty(),
        "which check speaks is data: give the protocol or the model a field in rules/ and read it:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_readme_lists_every_check() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let listed: Vec<&str> = readme.lines().filter(|line| line.contains("](rules/checks/")).collect();
    let row = |check: &barewire::checks::Check| {
        format!("| [`{0}`](rules/checks/{0}.yml) | {1} | {2} |", check.id, check.severity.name(), check.summary)
    };
    let wanted: Vec<String> = Knowledge::new(Vec::new()).checks.iter().map(row).collect();
    assert_eq!(listed, wanted, "make the table of README.md so:\n{}\n", wanted.join("\n"));
}

#[test]
fn no_query_per_rule() {
    let found = lines(&code(), r"\b(Query|QueryCursor)::new\b");
    assert!(
        found.is_empty(),
        "one cursor walk per file lowers it to the tree, and rules match facts; extend the front-end instead:\n{}",
        found.join("\n")
    );
}

/// The members of a folder that must each stand in its list: sub-folders and files, those that are shared left out.
fn members(folder: &str, shared: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join(folder))
        .expect("a folder of the project")
        .filter_map(Result::ok)
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "mod" && !shared.contains(&name.as_str()))
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn front_ends_are_listed() {
    let shared = [
        "collect",
        "documents",
        "embedded",
        "interpolate",
        "print",
        "statements",
        "templates",
        "testing",
        "treesitter",
    ];
    let listed: BTreeSet<&str> = frontend::ALL.iter().map(|frontend| frontend.name()).collect();
    for name in members("src/frontend", &shared) {
        assert!(
            listed.contains(name.as_str()),
            "src/frontend/{name} is not in ALL: add `mod {name};` and its entry to src/frontend/mod.rs (or, where it is \
             shared by several, its name to this test)"
        );
    }
}

#[test]
fn output_formats_are_listed() {
    let shared = ["escape", "map", "mask", "place", "snippet", "summary", "words"];
    let listed: BTreeSet<&str> = output::ALL.iter().map(|format| format.name()).collect();
    for name in members("src/output", &shared) {
        assert!(
            listed.contains(name.as_str()),
            "src/output/{name} is not in ALL: add `mod {name};` and its entry to src/output/mod.rs (or, where it is \
             shared by several, its name to this test)"
        );
    }
}

#[test]
fn formats_of_the_map_are_listed() {
    let listed: BTreeSet<&str> = output::map::ALL.iter().map(|format| format.name()).collect();
    // The table is called as the terminal that it is for; the graph is what drawings share; changes have a list of their own.
    for name in members("src/output/map", &["changes", "graph", "table"]) {
        assert!(
            listed.contains(name.as_str()),
            "src/output/map/{name} is not in ALL: add `mod {name};` and its entry to src/output/map/mod.rs"
        );
    }
}

#[test]
fn every_front_end_has_names_of_files() {
    let kinds = fs::read_to_string(root().join("rules/kinds.yml")).expect("rules/kinds.yml");
    for frontend in frontend::ALL {
        let name = frontend.name();
        assert!(
            kinds.contains(&format!("- name: {name}\n")),
            "no file is ever `{name}`: say in rules/kinds.yml which names and endings it has"
        );
    }
}

#[test]
fn checks_and_their_uses_agree() {
    let knowledge = Knowledge::new(Vec::new());
    let known: BTreeSet<&str> = knowledge.checks.iter().map(|check| check.id.as_str()).collect();
    let mut used: BTreeSet<&str> = knowledge.protocols.checks().into_iter().collect();
    for model in knowledge.rules.models() {
        used.extend(model.checks());
    }
    used.extend(wires::CHECKS);
    let missing: Vec<&&str> = used.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "these checks are used and do not exist, add rules/checks/<id>.yml or use one that exists: {missing:?}"
    );
    let idle: Vec<&&str> = known.difference(&used).collect();
    assert!(
        idle.is_empty(),
        "nothing reports these checks, let a model or protocol use them or remove rules/checks/<id>.yml: {idle:?}"
    );
}

#[test]
fn nothing_points_outside_the_project() {
    // Written in parts, so that this file does not name them.
    let outside = [concat!("..", "/shared"), concat!("/wo", "rk/")];
    for file in files(".") {
        for place in outside {
            assert!(
                !file.text.contains(place),
                "{} names `{place}`, which a fresh clone does not have: bring what is needed into the project",
                file.path
            );
        }
    }
}

#[test]
fn modules_begin_with_their_promise() {
    let bare: Vec<String> =
        code().into_iter().filter(|file| !file.text.starts_with("//!")).map(|file| file.path).collect();
    assert!(
        bare.is_empty(),
        "begin each module with `//!` and what it promises, in units where it counts something: {}",
        bare.join(", ")
    );
}

#[test]
fn barewire_finds_nothing_in_its_own_repository() {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_barewire"))
        .args(["check", "--strict", "."])
        .current_dir(root())
        .output()
        .expect("the program was built");
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "mend it, or leave it out in barewire.yml with the reason\n{said}");
}
