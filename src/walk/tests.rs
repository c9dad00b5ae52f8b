//! The walk over small real folders.

use super::*;
use std::os::unix::fs::symlink;
use std::process::Command;
use tempfile::TempDir;

fn kinds() -> Kinds {
    Kinds::from_yaml(include_str!("../../rules/kinds.yml")).expect("the shipped data is right")
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("created");
        fs::write(path, text).expect("written");
    }
    folder
}

fn options(folder: &TempDir) -> WalkOptions {
    WalkOptions { paths: vec![folder.path().to_owned()], ..WalkOptions::default() }
}

/// The found paths below the folder, with their context where it is not production.
fn found(folder: &TempDir, options: &WalkOptions) -> (Vec<String>, Walked) {
    let walked = walk(options, &kinds()).expect("good patterns");
    let shown = walked.files.iter().map(|file| {
        let relative = file.real.strip_prefix(folder.path()).expect("below the folder").display();
        match file.context {
            Context::Production => format!("{relative}"),
            Context::Sample => format!("{relative} (sample)"),
            Context::Development => format!("{relative} (development)"),
            Context::Test => format!("{relative} (test)"),
        }
    });
    (shown.collect(), walked)
}

#[test]
fn ignore_files_hold_without_a_repository() {
    let folder = folder(&[
        (".gitignore", "out/\n*.tmp.py\n"),
        ("a.py", ""),
        ("b.tmp.py", ""),
        ("out/c.py", ""),
        (".ci/deploy.yml", ""),
        (".git/hooks/x.py", ""),
        ("picture.png", ""),
    ]);
    let (files, walked) = found(&folder, &options(&folder));
    assert_eq!(files, [".ci/deploy.yml", "a.py"]);
    assert_eq!(walked.left_out, LeftOut { other: 2, ..LeftOut::default() });
    let (files, _) = found(&folder, &WalkOptions { no_ignore: true, ..options(&folder) });
    assert_eq!(files, [".ci/deploy.yml", "a.py", "b.tmp.py", "out/c.py"]);
}

#[test]
fn what_is_for_developers_says_so_by_its_name() {
    let folder = folder(&[
        ("ledger/settings/development.py", ""),
        ("ledger/settings/production.py", ""),
        ("ledger/development.py", ""),
        ("docker/devstack_overrides.yml", ""),
        ("src/main/smoketest/check.py", ""),
        ("tools/webhook_examples/push.json", ""),
    ]);
    let (files, _) = found(&folder, &WalkOptions { include_tests: true, ..options(&folder) });
    assert_eq!(
        files,
        [
            "docker/devstack_overrides.yml (development)",
            "ledger/development.py",
            "ledger/settings/development.py (development)",
            "ledger/settings/production.py",
            "src/main/smoketest/check.py (test)",
            "tools/webhook_examples/push.json (test)",
        ]
    );
}

#[test]
fn what_is_left_out_is_counted() {
    let folder = folder(&[
        ("a.py", ""),
        ("tests/b.py", ""),
        ("src/test/java/C.java", ""),
        ("node_modules/d/package.json", ""),
        ("package-lock.json", "{}"),
        ("x.min.json", "{}"),
        (".env.example", ""),
        ("examples/.env.example", ""),
    ]);
    let (files, walked) = found(&folder, &options(&folder));
    assert_eq!(files, [".env.example (sample)", "a.py"]);
    assert_eq!(walked.left_out, LeftOut { tests: 3, vendored: 1, generated: 2, ..LeftOut::default() });
    let (files, _) = found(&folder, &WalkOptions { include_tests: true, ..options(&folder) });
    assert_eq!(
        files,
        [
            ".env.example (sample)",
            "a.py",
            "examples/.env.example (test)",
            "src/test/java/C.java (test)",
            "tests/b.py (test)"
        ]
    );
    let (files, _) = found(&folder, &WalkOptions { no_ignore: true, ..options(&folder) });
    assert_eq!(
        files,
        [".env.example (sample)", "a.py", "node_modules/d/package.json", "package-lock.json", "x.min.json"]
    );
}

#[test]
fn folders_above_the_scanned_one_say_nothing() {
    let folder = folder(&[("tests/vendor/app/a.py", "")]);
    let (files, _) =
        found(&folder, &WalkOptions { paths: vec![folder.path().join("tests/vendor")], ..options(&folder) });
    assert_eq!(files, ["tests/vendor/app/a.py"]);
}

#[test]
fn a_named_file_is_always_looked_at_and_only_once() {
    let folder =
        folder(&[(".gitignore", "*"), ("vendor/a.py", ""), ("tool", "#!/usr/bin/env python3\n"), ("b.txt", "")]);
    let mut options = options(&folder);
    options.paths.extend(["vendor/a.py", "tool", "b.txt", "./tool"].map(|name| folder.path().join(name)));
    let (files, walked) = found(&folder, &options);
    assert_eq!(files, ["tool", "vendor/a.py"]);
    assert!(walked.files.iter().all(|file| file.explicit));
    assert_eq!(walked.left_out.other, 1);
}

#[test]
fn a_named_link_is_followed_and_a_met_one_is_not() {
    let folder = folder(&[("tree/a.py", ""), ("outside/b.py", "")]);
    let tree = folder.path().join("tree");
    symlink(folder.path().join("outside"), tree.join("out")).expect("linked");
    symlink(folder.path().join("outside/b.py"), tree.join("b.py")).expect("linked");
    symlink(&tree, tree.join("loop")).expect("linked");
    symlink("self", tree.join("self")).expect("linked");
    let (files, walked) = found(&folder, &WalkOptions { paths: vec![tree.clone()], ..options(&folder) });
    assert_eq!((files, walked.problems), (vec!["tree/a.py".to_owned()], vec![]));
    let paths = vec![tree.join("b.py"), tree.join("self")];
    let (files, walked) = found(&folder, &WalkOptions { paths, ..options(&folder) });
    assert_eq!(files, ["tree/b.py"]);
    assert_eq!(walked.problems.len(), 1, "a link to itself: {:?}", walked.problems);
}

#[test]
fn pipes_are_reported_and_never_opened() {
    let folder = folder(&[("a.py", "")]);
    let pipe = folder.path().join("pipe.py");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    for paths in [vec![folder.path().to_owned()], vec![folder.path().join("a.py"), pipe]] {
        let (files, walked) = found(&folder, &WalkOptions { paths, ..options(&folder) });
        assert_eq!(files, ["a.py"]);
        assert_eq!(walked.problems.len(), 1);
        assert_eq!(walked.problems[0].message, "not a regular file");
    }
}

#[test]
fn a_path_that_does_not_exist_is_missing() {
    let folder = folder(&[]);
    let (_, walked) = found(&folder, &WalkOptions { paths: vec![folder.path().join("no")], ..options(&folder) });
    assert_eq!(walked.missing, [shown(&folder.path().join("no"))]);
}

#[test]
fn a_name_that_is_not_utf8_is_shown_and_read() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder(&[]);
    fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"a\xff.py")), "x").expect("written");
    let (_, walked) = found(&folder, &options(&folder));
    assert!(walked.files[0].path.as_str().ends_with("a\u{fffd}.py"));
    assert_eq!(read(&walked.files[0], &options(&folder), &kinds()), Ok(Content::Text(b"x".to_vec())));
}

#[test]
fn content_decides_where_the_ending_does_not() {
    let folder =
        folder(&[("web.config", "<?xml version='1.0'?>"), ("app.config", "a=b"), ("run", "#!/usr/bin/python")]);
    let (_, walked) = found(&folder, &options(&folder));
    let languages: Vec<_> = walked.files.iter().map(|file| file.kind.language.as_str()).collect();
    assert_eq!(languages, ["ini", "python", "xml"]);
}

fn base(folder: &TempDir) -> Base {
    let path = camino::Utf8Path::from_path(folder.path()).expect("a UTF-8 path");
    Base::new(path, path)
}

#[test]
fn named_files_are_left_out_when_forced() {
    let folder = folder(&[("a.py", ""), ("old/b.py", ""), ("tests/c.py", "")]);
    let paths = ["a.py", "old/b.py", "tests/c.py"].map(|name| folder.path().join(name)).to_vec();
    let named = WalkOptions { paths, exclude: vec!["old/".into()], base: base(&folder), ..WalkOptions::default() };
    assert_eq!(walk(&named, &kinds()).expect("patterns").files.len(), 3);
    let forced = walk(&WalkOptions { force_exclude: true, ..named }, &kinds()).expect("patterns");
    assert_eq!((forced.files.len(), forced.left_out.excluded), (1, 1));
}

#[test]
fn a_named_folder_is_looked_into_although_it_is_excluded() {
    let folder = folder(&[("corpus/shop/a.py", ""), ("corpus/shop/old/b.py", ""), ("c.py", "")]);
    let named = |path: &str, force_exclude| {
        let options = WalkOptions {
            paths: vec![folder.path().join(path)],
            exclude: vec!["/corpus/".into(), "old/".into()],
            base: base(&folder),
            force_exclude,
            ..options(&folder)
        };
        found(&folder, &options).0
    };
    assert_eq!(named("", false), ["c.py"]);
    assert_eq!(named("corpus/shop", false), ["corpus/shop/a.py"]);
    assert_eq!(named("corpus/shop/old", false), ["corpus/shop/old/b.py"]);
    assert!(named("corpus/shop", true).is_empty());
}

#[test]
fn the_users_patterns_hold() {
    let folder = folder(&[("a.py", ""), ("old/b.py", ""), ("tests/c.py", ""), ("check/d.py", "")]);
    let own = WalkOptions {
        exclude: vec!["old/".into(), "/a.*".into()],
        test_paths: vec!["check/".into(), "!tests/".into()],
        base: base(&folder),
        ..options(&folder)
    };
    assert_eq!(found(&folder, &own).0, ["tests/c.py"]);
    let only = WalkOptions { include: vec!["/old/".into()], base: base(&folder), ..options(&folder) };
    assert_eq!(found(&folder, &only).0, ["old/b.py"]);
    let broken = WalkOptions { exclude: vec!["a[".into()], ..options(&folder) };
    assert!(walk(&broken, &kinds()).is_err());
}

#[test]
fn reading_is_bounded_and_tells_what_it_refuses() {
    let generated = "# @generated\nx = 1\n";
    let folder = folder(&[("a.py", "12345"), ("b.py", "123456"), ("c.py", "a\0b"), ("g.py", generated), ("u.py", "")]);
    fs::write(folder.path().join("u.py"), b"\xff\xfea\0").expect("written");
    let small = WalkOptions { max_file_size: 5, ..options(&folder) };
    let (_, walked) = found(&folder, &small);
    let read_as = |index: usize, options: &WalkOptions| read(&walked.files[index], options, &kinds());
    assert_eq!(read_as(0, &small), Ok(Content::Text(b"12345".to_vec())));
    assert_eq!(read_as(1, &small).map_err(|problem| problem.kind), Err(ProblemKind::TooLarge));
    assert_eq!(read_as(2, &small), Ok(Content::Binary));
    assert_eq!(read_as(3, &options(&folder)), Ok(Content::Generated));
    let all = WalkOptions { no_ignore: true, ..options(&folder) };
    assert_eq!(read_as(3, &all), Ok(Content::Text(generated.into())));
    assert_eq!(read_as(4, &small).map_err(|problem| problem.kind), Err(ProblemKind::Encoding));
    fs::remove_file(folder.path().join("a.py")).expect("removed");
    assert_eq!(read_as(0, &small).map_err(|problem| problem.kind), Err(ProblemKind::Unreadable));
}

#[test]
fn the_order_does_not_depend_on_the_threads() {
    let names: Vec<String> = (0..60).map(|n| format!("{}/{n}.py", n % 7)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let folder = folder(&files);
    let one = found(&folder, &WalkOptions { jobs: 1, ..options(&folder) }).0;
    let eight = found(&folder, &WalkOptions { jobs: 8, ..options(&folder) }).0;
    assert_eq!((one.len(), &one), (60, &eight));
}
