//! What a file is: its language or format, by name, ending, shebang or content mark, from the data of `rules/kinds.yml`.
//!
//! Nothing here touches the file system. The module needs no other module, so that the build can check the data with it.

use crate::versions::Ecosystem;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many bytes of a file suffice for [`Kinds::of_content`] and [`Kinds::is_generated`].
pub const HEAD: usize = 2048;

/// What a comment line may begin with, in any language that is read. Longer markers come first.
pub const COMMENT_MARKERS: [&str; 8] = ["<!--", "//", "/*", "--", "#", "*", ";", "!"];

/// The language or format of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileKind {
    /// The name of the front-end: `python`, `yaml`.
    pub language: CompactString,
    /// A programming language, not a configuration format.
    pub code: bool,
    /// Configuration that people copy: `.env.example`, `config.yml.dist`.
    pub sample: bool,
    /// The ending is shared by several formats: the content decides if it bears a mark.
    pub gives_way: bool,
}

/// How a language writes comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentSyntax {
    #[default]
    None,
    /// `//` and `/* */`; strings in double quotes, text blocks in three of them.
    Slashes,
    /// As `Slashes`, but blocks nest and strings may be raw (Rust).
    NestedSlashes,
    /// `#`, and a text in three quotes that is a statement by itself (Python).
    Docstrings,
    /// `<!-- -->`, outside of CDATA.
    Angles,
    /// A marker that is the first thing on its line.
    LineStart,
    /// A marker at the start of a line or after white space, outside of quotes.
    AfterSpace,
    /// A marker anywhere outside of quotes.
    OutsideQuotes,
}

/// One language or format and the files that are in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Language {
    pub name: CompactString,
    pub code: bool,
    /// What stands after the last dot, in lower case.
    pub endings: Vec<CompactString>,
    /// Whole file names.
    pub names: Vec<CompactString>,
    /// Names with `*` for any text, which win over endings; one with a `/` names the folders above as well.
    pub patterns: Vec<CompactString>,
    /// What a file name begins with, where the ending says nothing (`.env.production`).
    pub prefixes: Vec<CompactString>,
    /// Folders whose files without an ending it is, if their names begin with a small letter: `nginx/shop`.
    pub bare: Vec<CompactString>,
    /// Programs named by a shebang, without their version.
    pub interpreters: Vec<CompactString>,
    /// What the content begins with.
    pub marks: Vec<CompactString>,
    /// A mark of another language in the content wins over the ending.
    pub gives_way: bool,
    pub comments: CommentSyntax,
    /// What begins a comment, for the syntaxes that go line by line.
    pub markers: Vec<CompactString>,
    /// Whose packages programs in it use, where it is that of one kind of package alone.
    pub packages: Option<Ecosystem>,
    /// The language whose rules speak of it, where that is another one.
    pub rules: Option<CompactString>,
    /// What only test code imports, whatever the name of its folder.
    pub test_imports: Vec<CompactString>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawKinds {
    languages: Vec<Language>,
    no_endings: Vec<CompactString>,
    sample_endings: Vec<CompactString>,
    template_endings: Vec<CompactString>,
    sample_words: Vec<CompactString>,
    tests: Vec<CompactString>,
    deployments: Vec<CompactString>,
    test_keys: Vec<CompactString>,
    development: Vec<CompactString>,
    development_keys: Vec<CompactString>,
    vendored: Vec<CompactString>,
    generated: Vec<CompactString>,
    generated_marks: Vec<Vec<CompactString>>,
    contents: BTreeMap<CompactString, Vec<CompactString>>,
    variables: Vec<VariableFiles>,
    commands: Commands,
}

/// Files whose settings are variables of other files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VariableFiles {
    /// Path patterns.
    pub files: Vec<CompactString>,
    /// They hold for what lies below the folder so many above their own.
    pub up: usize,
    /// For other files too, as far as nothing nearer says it.
    #[serde(default)]
    pub shared: bool,
    /// Only as far as no file that does not give way says it.
    #[serde(default)]
    pub gives_way: bool,
    /// Only what stands below one of these keys.
    #[serde(default)]
    pub below: Vec<CompactString>,
}

/// Keys of configurations that hold command text. One of the form `scripts.*` stands for whatever lies below that key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Commands {
    /// A text, or each text of a list, is a line of a script or more.
    lines: Vec<CompactString>,
    /// A text is a command line; a list holds the words of one.
    words: Vec<CompactString>,
    /// A map of variables that commands beside it, and below, are given.
    variables: Vec<CompactString>,
}

/// How a key holds command text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKey {
    Lines,
    Words,
}

/// The checked data. Only [`Kinds::from_yaml`] makes it; it survives any serde format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kinds {
    languages: Vec<Language>,
    /// Indices into `languages`.
    names: BTreeMap<CompactString, u16>,
    endings: BTreeMap<CompactString, u16>,
    no_endings: Vec<CompactString>,
    sample_endings: Vec<CompactString>,
    template_endings: Vec<CompactString>,
    sample_words: Vec<CompactString>,
    tests: Vec<CompactString>,
    deployments: Vec<CompactString>,
    test_keys: Vec<CompactString>,
    development: Vec<CompactString>,
    development_keys: Vec<CompactString>,
    vendored: Vec<CompactString>,
    generated: Vec<CompactString>,
    generated_marks: Vec<Vec<CompactString>>,
    /// By key: the file whose content it holds.
    contents: BTreeMap<CompactString, CompactString>,
    variables: Vec<VariableFiles>,
    commands: Commands,
}

impl Kinds {
    /// Reads and checks the data; the error is a sentence for the author of it.
    pub fn from_yaml(text: &str) -> Result<Self, String> {
        let raw: RawKinds = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let names = index(&raw.languages, |language| &language.names)?;
        let endings = index(&raw.languages, |language| &language.endings)?;
        check_languages(&raw.languages)?;
        if let Some(ending) = endings.keys().find(|ending| ending.contains('.') || **ending != ending.to_lowercase()) {
            return Err(format!("ending `{ending}`: write it in lower case and without a dot"));
        }
        if raw.generated_marks.iter().any(|words| words.iter().all(CompactString::is_empty)) {
            return Err("an empty mark in `generated-marks` would leave out every file".to_owned());
        }
        let contents = raw.contents.iter().flat_map(|(file, keys)| keys.iter().map(|key| (key.clone(), file.clone())));
        Ok(Self {
            contents: contents.collect(),
            commands: raw.commands,
            languages: raw.languages,
            names,
            endings,
            no_endings: raw.no_endings,
            sample_endings: raw.sample_endings,
            template_endings: raw.template_endings,
            sample_words: raw.sample_words,
            tests: raw.tests,
            deployments: raw.deployments,
            test_keys: raw.test_keys,
            development: raw.development,
            development_keys: raw.development_keys,
            vendored: raw.vendored,
            generated: raw.generated,
            generated_marks: raw.generated_marks,
            variables: raw.variables,
        })
    }

    /// Whose packages programs in a language use, where it is that of one kind of package alone.
    pub fn packages(&self, language: &str) -> Option<Ecosystem> {
        self.languages.iter().find(|known| known.name == language)?.packages
    }

    /// The language whose rules speak of a language.
    pub fn rules_of<'a>(&'a self, language: &'a str) -> &'a str {
        let known = self.languages.iter().find(|known| known.name == language);
        known.and_then(|known| known.rules.as_deref()).unwrap_or(language)
    }

    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// Path patterns of test code, fixtures, documentation and examples.
    pub fn tests(&self) -> &[CompactString] {
        &self.tests
    }

    /// Whether only test code imports what a path names.
    pub fn is_test_import(&self, language: &str, path: &str) -> bool {
        let known = self.languages.iter().find(|known| known.name == language);
        let below = |one: &CompactString| {
            path.strip_prefix(one.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        known.is_some_and(|known| known.test_imports.iter().any(below))
    }

    /// Path patterns of configuration whose folders and files are named after what they deploy: a test there is one of the
    /// machines' environments.
    pub fn deployments(&self) -> &[CompactString] {
        &self.deployments
    }

    /// Whether what a key of a configuration holds is for tests alone; `root` for a key at the root of its file.
    pub fn is_test_key(&self, key: &str, root: bool) -> bool {
        self.test_keys.iter().any(|known| match known.strip_prefix('^') {
            Some(known) => root && key == known,
            None if known.ends_with('*') => key.starts_with(known.trim_end_matches('*')),
            None => key.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')),
        })
    }

    /// Path patterns of configuration for developers' own machines.
    pub fn development(&self) -> &[CompactString] {
        &self.development
    }

    /// Whether what a key at the root of a configuration holds is for developers' own machines.
    pub fn is_development_key(&self, key: &str) -> bool {
        self.development_keys.iter().any(|known| known == key)
    }

    /// Path patterns of other people's code.
    pub fn vendored(&self) -> &[CompactString] {
        &self.vendored
    }

    /// Path patterns of what a program wrote: lock files, build folders, minified files.
    pub fn generated(&self) -> &[CompactString] {
        &self.generated
    }

    /// Which files set variables of others.
    pub fn variables(&self) -> &[VariableFiles] {
        &self.variables
    }

    /// The kind that a path says, by its last part and for some patterns by the folders before it.
    pub fn of_path(&self, path: &str) -> Option<FileKind> {
        let (folder, file_name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
        let ends =
            |known: &CompactString| file_name.strip_suffix(known.as_str()).is_some_and(|rest| rest.ends_with('.'));
        if self.no_endings.iter().any(ends) {
            return None;
        }
        let (name, sample) = self.without_affixes(file_name);
        let index = self
            .names
            .get(name)
            .copied()
            .or_else(|| self.by_pattern(folder, name))
            .or_else(|| self.by_ending(name))
            .or_else(|| self.by_prefix(name))
            // `_helpers.tpl`: a template that does not say of what.
            .or_else(|| if name.contains('.') { None } else { self.by_pattern(folder, file_name) })
            .or_else(|| self.by_folder(folder, name))?;
        let mut kind = self.kind(usize::from(index))?;
        kind.sample = !kind.code && (sample || self.has_sample_word(name));
        Some(kind)
    }

    /// Whether a path is that of a template of a file, by its last ending.
    pub fn is_template(&self, path: &str) -> bool {
        path.rsplit_once('.').is_some_and(|(_, ending)| self.template_endings.iter().any(|known| known == ending))
    }

    /// The name of the file that the text of a key would be.
    pub fn file_of_key(&self, key: &str) -> Option<&str> {
        self.contents.get(key).map(CompactString::as_str)
    }

    /// Whether a key holds command text, and how; `above` is the key that it lies below.
    pub fn command_key(&self, above: &str, key: &str) -> Option<CommandKey> {
        let holds = |known: &CompactString| match known.strip_suffix(".*") {
            Some(known) => known == above,
            None => known == key,
        };
        let words = || self.commands.words.iter().any(holds).then_some(CommandKey::Words);
        self.commands.lines.iter().any(holds).then_some(CommandKey::Lines).or_else(words)
    }

    /// Whether a key of this name holds the variables that commands beside it are given.
    pub fn gives_variables(&self, key: &str) -> bool {
        self.commands.variables.iter().any(|known| known == key)
    }

    /// Whether below or behind a key of this name command text may stand.
    pub fn announces_commands(&self, key: &str) -> bool {
        self.commands
            .lines
            .iter()
            .chain(&self.commands.words)
            .any(|known| known.strip_suffix(".*").unwrap_or(known) == key)
    }

    /// The kind that the first bytes of a file say: a shebang or a mark.
    pub fn of_content(&self, head: &[u8]) -> Option<FileKind> {
        let text = head_text(head);
        let index = if let Some(line) = text.strip_prefix("#!") {
            let program = interpreter(line.lines().next()?)?;
            self.languages.iter().position(|language| language.interpreters.iter().any(|name| name == program))
        } else {
            let text = text.trim_start();
            let begins = |mark: &CompactString| text.starts_with(mark.as_str());
            self.languages.iter().position(|language| language.marks.iter().any(begins))
        };
        self.kind(index?)
    }

    /// Whether a comment near the start says that a program wrote the file.
    pub fn is_generated(&self, head: &[u8]) -> bool {
        let text = head_text(head);
        let holds = |text: &str, words: &[CompactString]| words.iter().all(|word| text.contains(word.as_str()));
        // Asked of every file: nearly none holds the words at all.
        let marks: Vec<_> = self.generated_marks.iter().filter(|words| holds(text, words)).collect();
        !marks.is_empty()
            && text
                .lines()
                .filter(|line| COMMENT_MARKERS.iter().any(|marker| line.trim_start().starts_with(marker)))
                .any(|line| marks.iter().any(|words| holds(line, words)))
    }

    fn kind(&self, index: usize) -> Option<FileKind> {
        let language = self.languages.get(index)?;
        Some(FileKind {
            language: language.name.clone(),
            code: language.code,
            sample: false,
            gives_way: language.gives_way,
        })
    }

    /// The path of what a template or sample makes: `nginx.conf` of `nginx.conf.j2`. One that then has no ending stays as it is,
    /// and so does `_part.yaml.tpl`, which makes no file of its own.
    pub fn plain<'p>(&self, path: &'p str) -> &'p str {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let (plain, _) = self.without_affixes(name);
        if plain.contains('.') && !plain.starts_with('_') {
            &path[..path.len() - (name.len() - plain.len())]
        } else {
            path
        }
    }

    fn without_affixes<'a>(&self, file_name: &'a str) -> (&'a str, bool) {
        let mut sample = false;
        let mut name = file_name;
        while let Some((stem, ending)) = name.rsplit_once('.') {
            let is_sample = self.sample_endings.iter().any(|known| known == ending);
            if stem.is_empty() || !(is_sample || self.template_endings.iter().any(|known| known == ending)) {
                break;
            }
            sample |= is_sample;
            name = stem;
        }
        (name, sample)
    }

    fn by_pattern(&self, folder: &str, name: &str) -> Option<u16> {
        // Most patterns fail at their end, and a repository has many names to ask about.
        let end = name.as_bytes().last();
        let may_fit = |pattern: &CompactString| pattern.ends_with('*') || pattern.as_bytes().last() == end;
        let fits = |pattern: &CompactString| may_fit(pattern) && pattern_fits(pattern, folder, name);
        let found = self.languages.iter().position(|language| language.patterns.iter().any(fits))?;
        u16::try_from(found).ok()
    }

    fn by_ending(&self, name: &str) -> Option<u16> {
        let (_, ending) = name.rsplit_once('.')?;
        self.endings.get(ending.to_ascii_lowercase().as_str()).copied()
    }

    fn by_prefix(&self, name: &str) -> Option<u16> {
        let found = self
            .languages
            .iter()
            .position(|language| language.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str())))?;
        u16::try_from(found).ok()
    }

    /// Of a file without an ending. `README`, `LICENSE` and `Dockerfile` are not what their folder is.
    fn by_folder(&self, folder: &str, name: &str) -> Option<u16> {
        if name.contains('.') || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let last = folder.rsplit(['/', '\\']).next()?;
        let found = self.languages.iter().position(|language| language.bare.iter().any(|known| known == last))?;
        u16::try_from(found).ok()
    }

    fn has_sample_word(&self, name: &str) -> bool {
        name.split(['.', '-', '_']).any(|part| self.sample_words.iter().any(|word| part.eq_ignore_ascii_case(word)))
    }
}

/// Whether a name, and the folders that the pattern names, are as the pattern says.
fn pattern_fits(pattern: &str, folder: &str, name: &str) -> bool {
    let (folders, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let mut given = folder.rsplit(['/', '\\']);
    glob_fits(last, name)
        && (folders.is_empty()
            || folders.rsplit('/').all(|wanted| given.next().is_some_and(|part| glob_fits(wanted, part))))
}

/// Whether a text is the pieces of a pattern, with any text for each `*` between them.
fn glob_fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    false
}

fn index(
    languages: &[Language],
    keys: impl Fn(&Language) -> &Vec<CompactString>,
) -> Result<BTreeMap<CompactString, u16>, String> {
    let mut found = BTreeMap::new();
    for (language, number) in languages.iter().zip(0_u16..) {
        for key in keys(language) {
            if found.insert(key.clone(), number).is_some() {
                return Err(format!("`{key}` of {} belongs to two languages", language.name));
            }
        }
    }
    Ok(found)
}

fn check_languages(languages: &[Language]) -> Result<(), String> {
    for language in languages {
        let by_line = matches!(
            language.comments,
            CommentSyntax::LineStart | CommentSyntax::AfterSpace | CommentSyntax::OutsideQuotes
        );
        if by_line == language.markers.is_empty() || language.markers.iter().any(CompactString::is_empty) {
            return Err(format!("{}: `markers` go with a comment syntax that asks for them", language.name));
        }
        let texts = [
            &language.endings,
            &language.names,
            &language.patterns,
            &language.prefixes,
            &language.bare,
            &language.interpreters,
            &language.marks,
            &language.test_imports,
        ];
        if language.name.is_empty() || texts.into_iter().flatten().any(CompactString::is_empty) {
            return Err(format!("language `{}`: an empty text matches everything", language.name));
        }
    }
    Ok(())
}

/// The readable start of the first bytes, without a byte order mark.
fn head_text(head: &[u8]) -> &str {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = &head[..head.len().min(HEAD)];
    head.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}

/// The program of a shebang line, without folder and version: `/usr/bin/env -S python3.12 -u` is `python`.
fn interpreter(line: &str) -> Option<&str> {
    let mut words = line.split_ascii_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let first = words.next()?;
    let program =
        if first == "env" { words.find(|word| !word.starts_with('-') && !word.contains('='))? } else { first };
    Some(program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> Kinds {
        Kinds::from_yaml(include_str!("../rules/kinds.yml")).expect("the shipped data is right")
    }

    #[test]
    fn names_tell_the_kind() {
        let kinds = kinds();
        for (name, expected) in [
            ("a.py", "python"),
            ("A.JAVA", "java"),
            ("lib.rs", "rust"),
            ("docker-compose.yml", "yaml"),
            ("docker-compose.sample.yml", "yaml sample"),
            ("values.yaml.j2", "yaml"),
            ("values.yaml.tmpl.example", "yaml sample"),
            ("values.yaml.gotmpl", "yaml"),
            ("app.json.erb", "json"),
            ("page.html.erb", "-"),
            ("template.yaml", "yaml"),
            ("deploy/nginx/shop-ssl", "ini"),
            ("deploy/nginx/LICENSE", "-"),
            ("group_vars/servers", "yaml"),
            ("group_vars/README", "-"),
            (".envs/.production/.django", "env"),
            ("deploy/nginx/x.lua", "-"),
            ("config.json.dist", "json sample"),
            ("tsconfig.jsonc", "json"),
            ("graph.jsonld", "-"),
            (".env", "env"),
            (".env.production", "env"),
            (".env.example", "env sample"),
            (".env.patch", "-"),
            ("values.yml.rej", "-"),
            ("example.env", "env sample"),
            ("env.example", "env sample"),
            ("env.d.ts", "-"),
            (".env.local.sample", "env sample"),
            (".envrc", "env"),
            ("prod.env", "env"),
            ("example.py", "python"),
            ("my.cnf", "ini"),
            ("redis-prod.conf", "directives"),
            ("redis.conf.j2", "directives"),
            ("sites-available/ledger", "ini"),
            ("deploy/etc/apt/apt.conf.d/90proxy", "directives"),
            ("90proxy", "-"),
            ("nginx.conf", "ini"),
            ("pg_hba.conf.sample", "table sample"),
            ("requirements-dev.txt", "table"),
            ("requirements/base.txt", "table"),
            ("notes/base.txt", "-"),
            ("tnsnames.ora", "ora"),
            ("debian.sources", "stanzas"),
            ("/etc/apk/repositories", "table"),
            ("repositories", "-"),
            ("web.config", "ini"),
            ("pom.xml", "xml"),
            ("page.xhtml", "-"),
            ("Cargo.lock", "-"),
            (".sample", "-"),
            ("README", "-"),
            ("", "-"),
        ] {
            let kind = kinds.of_path(name);
            let shown = kind.map_or("-".to_owned(), |kind| {
                format!("{}{}", kind.language, if kind.sample { " sample" } else { "" })
            });
            assert_eq!(shown, expected, "{name}");
        }
    }

    #[test]
    fn content_tells_the_kind() {
        let kinds = kinds();
        for (head, expected) in [
            (&b"#!/usr/bin/env python3\n"[..], Some("python")),
            (b"#!/usr/bin/env -S VAR=1 python3.12 -u\n", Some("python")),
            (b"#! /opt/pypy3\n", Some("python")),
            (b"#!/bin/sh\n", Some("shell")),
            (b"#!", None),
            (b"\xef\xbb\xbf  <?xml version='1.0'?>", Some("xml")),
            (b"<VirtualHost *:80>", None),
            (b"\xff\xfe<", None),
        ] {
            let language = kinds.of_content(head).map(|kind| kind.language);
            assert_eq!(language.as_deref(), expected, "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn only_comments_say_that_a_program_wrote_the_file() {
        let kinds = kinds();
        for (head, expected) in [
            ("// Code generated by protoc-gen-x. DO NOT EDIT.\n", true),
            ("# Copyright\n#\n# @generated by tool\n", true),
            ("# Generated by the protocol buffer compiler.  DO NOT EDIT!\n", true),
            ("mark = '@generated'\n", false),
            ("# Code generated by hand, please edit\n", false),
        ] {
            assert_eq!(kinds.is_generated(head.as_bytes()), expected, "{head}");
        }
        let far = format!("{}# @generated\n", "x = 1\n".repeat(HEAD));
        assert!(!kinds.is_generated(far.as_bytes()));
    }

    #[test]
    fn a_template_is_like_what_it_makes() {
        let kinds = kinds();
        for (path, expected) in [
            ("web/site.conf.j2", "web/site.conf"),
            ("a.yml.tmpl.example", "a.yml"),
            ("a.conf", "a.conf"),
            ("Dockerfile.j2", "Dockerfile.j2"),
            ("templates/_part.yaml.tpl", "templates/_part.yaml.tpl"),
        ] {
            assert_eq!(kinds.plain(path), expected);
        }
    }

    #[test]
    fn mistakes_in_the_data_are_refused() {
        let rest = "\nno-endings: []\nsample-endings: []\ntemplate-endings: []\nsample-words: []\ntests: []\ndeployments: []\ntest-keys: []\ndevelopment: []\ndevelopment-keys: []\nvendored: []\ngenerated: []\ncontents: {}\nvariables: []\ncommands: {lines: [], words: [], variables: []}\n";
        for (languages, marks, expected) in [
            ("[{name: a, endings: [x]}, {name: b, endings: [x]}]", "[]", "two languages"),
            ("[{name: a, endings: [.x]}]", "[]", "without a dot"),
            ("[{name: a, markers: ['#']}]", "[]", "markers"),
            ("[{name: a, marks: ['']}]", "[]", "empty text"),
            ("[{name: a, ending: [x]}]", "[]", "unknown field"),
            ("[]", "[[]]", "empty mark"),
        ] {
            let text = format!("languages: {languages}{rest}generated-marks: {marks}\n");
            let error = Kinds::from_yaml(&text).expect_err(languages);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn the_data_survives_the_compiled_form() {
        let kinds = kinds();
        let bytes = postcard::to_stdvec(&kinds).expect("plain data");
        assert_eq!(postcard::from_bytes::<Kinds>(&bytes), Ok(kinds));
    }
}
