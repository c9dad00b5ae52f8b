//! Reading a model: from its YAML form to the checked one, with the line and column of every mistake.
//!
//! `build.rs` includes this file as well, so it depends on nothing but its neighbours, `versions`, serde and std.

use super::matchers::parse_matcher;
use super::model::{
    Condition, Connects, Evaluation, Example, Matcher, Matches, Means, Model, Names, Reports, Rule, Shape, Versions,
};
use super::notation::{
    Mistake, dotted, expand, expand_all, fold_key, mistake, pairs, parse_at, parse_fix, parse_key, parse_names,
    parse_object, parse_shape, parse_slot, parse_slot_text,
};
use super::program;
use super::raw::{RawExample, RawExamples, RawMatches, RawModel, RawVersions};
use crate::nearest::corrected;
use crate::versions::{Ecosystem, ranges};
use compact_str::CompactString;
use serde_yaml::Value;
use std::collections::BTreeMap;

/// A mistake in a rule file. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
}

impl std::fmt::Display for RuleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// Reads and checks one model. The error names the line and column.
pub fn model_from_yaml(file: &str, text: &str) -> Result<Model, RuleError> {
    let raw: RawModel = serde_yaml::from_str(text).map_err(|error| {
        let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
        RuleError { file: file.to_owned(), line, column, message: plain(&error.to_string()) }
    })?;
    check_model(file, text, raw).map_err(|mistake| {
        let offset = text.find(&mistake.about).unwrap_or(0);
        let (line, column) = position(text, offset);
        RuleError { file: file.to_owned(), line, column, message: mistake.message }
    })
}

/// The parser's message without the position, which is said elsewhere.
fn plain(said: &str) -> String {
    match corrected(said) {
        (message, Some(meant)) => format!("{message}; did you mean `{meant}`?"),
        (message, None) => message.to_owned(),
    }
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
    (line, column)
}

fn check_model(file: &str, text: &str, raw: RawModel) -> Result<Model, Mistake> {
    let configuration = !raw.format.is_none();
    let languages = if configuration { raw.format.into_vec() } else { raw.language.into_vec() };
    if languages.is_empty() {
        return mistake("library", "`language` (for code) or `format` (for configuration) is missing");
    }
    let names = Names {
        aliases: pairs(raw.aliases)?,
        returns: pairs(raw.returns)?,
        fluent: expand_all(raw.fluent)?,
        values: expand_all(raw.values)?,
        constants: pairs(raw.constants)?,
        extends: pairs(raw.extends)?,
        fields: pairs(raw.fields)?,
    };
    let mut rules = Vec::new();
    for (index, mut report) in raw.reports.into_iter().enumerate() {
        let line = item_line(text, "reports", index);
        let raw_matches = report.take_matches();
        let (matches, conditions) = check_matches(raw_matches)?;
        if report.check.is_empty() {
            return mistake("reports", format!("the report number {} names no `check`", index + 1));
        }
        let reports = Reports {
            check: report.check.into(),
            at: report.at.map(|at| parse_at(&at)).transpose()?,
            severity: report.severity,
            confidence: report.confidence,
            message: report.message,
            instead: report.instead,
            fix: report.fix.map(parse_fix).transpose()?,
        };
        let versions = report.versions.map(check_versions).transpose()?;
        rules.push(Rule { matches, conditions, means: Means::Reports(reports), versions, line });
    }
    for (section, list, listening) in [("connects", raw.connects, false), ("listens", raw.listens, true)] {
        for (index, mut connect) in list.into_iter().enumerate() {
            let line = item_line(text, section, index);
            let raw_matches = connect.take_matches();
            let (matches, conditions) = check_matches(raw_matches)?;
            let mut parameters = Vec::new();
            for name in connect.parameters.into_vec() {
                parameters.push((CompactString::from(&name), parse_slot(&Value::String(name.clone()))?));
            }
            for (name, slot) in connect.parameter_names {
                parameters.push((CompactString::from(&name), parse_slot(&Value::String(slot))?));
            }
            let connects = Connects {
                endpoint: connect.endpoint.map(|slot| parse_slot(&slot)).transpose()?,
                protocol: connect.protocol.map(CompactString::from),
                driver: connect.driver.map(CompactString::from),
                host: connect.host.map(|slot| parse_slot(&slot)).transpose()?,
                port: connect.port.map(|slot| parse_slot(&slot)).transpose()?,
                parameters,
                options: connect.options.map(|slot| parse_slot(&slot)).transpose()?,
                listening,
                proxy: connect.proxy,
                transport: connect.transport,
                decided_by: connect.decided_by.map(|slot| parse_slot(&slot)).transpose()?,
                check: connect.check.map(CompactString::from),
                severity: connect.severity,
                confidence: connect.confidence,
                instead: connect.instead,
            };
            let versions = connect.versions.map(check_versions).transpose()?;
            rules.push(Rule { matches, conditions, means: Means::Connects(connects), versions, line });
        }
    }
    if !raw.names.is_none() {
        let raw_matches = if configuration {
            RawMatches { setting: raw.names, ..RawMatches::default() }
        } else {
            RawMatches { set: raw.names, ..RawMatches::default() }
        };
        let (matches, conditions) = check_matches(raw_matches)?;
        rules.push(Rule { matches, conditions, means: Means::Names, versions: None, line: 1 });
    }
    let mut blocks = Vec::new();
    for (index, raw) in raw.blocks.into_iter().enumerate() {
        blocks.push(raw.checked(item_line(text, "blocks", index))?);
    }
    let mut evaluates = Vec::new();
    for raw in raw.evaluates {
        evaluates.push(Evaluation {
            call: parse_names(raw.call)?,
            how: raw.how,
            slot: raw.slot.map(|slot| parse_slot(&slot)).transpose()?,
            default: raw.default.map(|slot| parse_slot(&slot)).transpose()?,
            text: raw.text.map(CompactString::from),
            parses: raw.parses,
        });
    }
    let examples = check_examples(text, raw.examples, &languages)?;
    let programs = program::checked(raw.programs)?;
    let imports = raw.imports.into_vec().into_iter().map(|path| dotted(&path)).collect();
    Ok(Model {
        file: file.to_owned(),
        library: raw.library.into(),
        languages: languages.into_iter().map(CompactString::from).collect(),
        imports,
        files: raw.files.into_vec(),
        scopes: raw.scopes.into_vec().iter().map(|key| fold_key(key)).collect(),
        names,
        rules,
        blocks,
        evaluates,
        programs,
        examples,
    })
}

fn check_versions(raw: RawVersions) -> Result<Versions, Mistake> {
    let packages: Vec<CompactString> = raw.package.into_vec().into_iter().map(CompactString::from).collect();
    if packages.is_empty() {
        return mistake("versions", "`versions` names the `package` that they are of");
    }
    if let Some(wrong) = packages.iter().find(|package| Ecosystem::of(package).is_none()) {
        let known: Vec<&str> = Ecosystem::ALL.into_iter().map(Ecosystem::name).collect();
        let message = format!("`{wrong}` is no package: one of {}, then `/` and a name", known.join(", "));
        return mistake(wrong.as_str(), message);
    }
    if ranges::of_rule(&raw.range).is_none() {
        let message = format!("`{}` is no range of versions such as `>=1.0, <1.2`", raw.range);
        return mistake(raw.range, message);
    }
    Ok(Versions { packages, range: raw.range.into(), usual: raw.usual })
}

/// The line on which item `index` of the list `section` begins.
fn item_line(text: &str, section: &str, index: usize) -> u32 {
    let header = format!("{section}:");
    let mut inside = false;
    let mut seen = 0;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with(&header) {
            inside = true;
        } else if inside && line.starts_with(|c: char| c.is_alphabetic()) {
            break;
        } else if inside && (line.starts_with("  - ") || line.starts_with("- ")) {
            if seen == index {
                return number as u32 + 1;
            }
            seen += 1;
        }
    }
    1
}

fn check_examples(text: &str, raw: RawExamples, languages: &[String]) -> Result<Vec<Example>, Mistake> {
    let list = match raw {
        RawExamples::None => Vec::new(),
        RawExamples::One(text) => vec![RawExample { language: None, path: None, text, beside: BTreeMap::new() }],
        RawExamples::Many(list) => list,
    };
    let line = text.lines().position(|line| line.starts_with("examples:")).unwrap_or(0) as u32 + 1;
    list.into_iter()
        .map(|raw| {
            let language = raw.language.or_else(|| languages.first().cloned()).unwrap_or_default();
            // Command text stands in files of many formats.
            let anywhere = languages.iter().any(|known| known == program::COMMANDS);
            if !anywhere && !languages.contains(&language) {
                return mistake(
                    "examples",
                    format!("an example is in `{language}`, which the model does not speak of"),
                );
            }
            Ok(Example {
                language: language.into(),
                path: raw.path,
                text: raw.text,
                beside: raw.beside.into_iter().collect(),
                line,
            })
        })
        .collect()
}

fn check_matches(raw: RawMatches) -> Result<(Matches, Vec<Condition>), Mistake> {
    let given = [
        !raw.call.is_none(),
        !raw.set.is_none(),
        !raw.mention.is_none(),
        !raw.method.is_none(),
        !raw.setting.is_none(),
        !raw.annotation.is_none(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        let about = raw.call.into_vec().first().cloned().unwrap_or_default();
        return mistake(
            about,
            "a rule needs exactly one of `call`, `set`, `use`, `override` with `method`, `setting`, `annotation`",
        );
    }
    let to = raw.to.as_ref().map(parse_matcher).transpose()?.unwrap_or(Matcher::Anything);
    let matches = if given[0] {
        Matches::Call(parse_names(raw.call)?)
    } else if given[1] {
        Matches::Set(parse_names(raw.set)?, to)
    } else if given[2] {
        Matches::Use(parse_names(raw.mention)?)
    } else if given[3] {
        Matches::Override {
            interfaces: parse_names(raw.r#override)?,
            methods: raw.method.into_vec().into_iter().map(CompactString::from).collect(),
            shape: raw.does.as_deref().map_or(Ok(Shape::Accepts), parse_shape)?,
        }
    } else if given[4] {
        let mut keys = Vec::new();
        for key in raw.setting.into_vec() {
            keys.extend(expand(&key)?.iter().map(|key| parse_key(key)));
        }
        Matches::Setting(keys, to)
    } else {
        Matches::Annotation(parse_names(raw.annotation)?)
    };
    let mut conditions = Vec::new();
    for (slot, matcher) in &raw.r#where {
        conditions.push(Condition::Where(parse_slot_text(slot)?, parse_matcher(matcher)?));
    }
    for (slot, matcher) in &raw.unless {
        conditions.push(Condition::Unless(parse_slot_text(slot)?, parse_matcher(matcher)?));
    }
    if let Some(object) = raw.object {
        conditions.push(Condition::Object(parse_object(object)?));
    }
    if !raw.imports.is_none() {
        conditions.push(Condition::Imports(raw.imports.into_vec().iter().map(|path| dotted(path)).collect()));
    }
    if !raw.not_in_file.is_none() {
        conditions.push(Condition::NotInFile(expand_all(raw.not_in_file)?));
    }
    conditions.extend(raw.if_offered.map(Condition::IfOffered));
    if !raw.passed_to.is_none() {
        conditions.push(Condition::PassedTo(parse_names(raw.passed_to)?));
    }
    Ok((matches, conditions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_becomes_rules() {
        let model = model_from_yaml(
            "m.yml",
            "library: requests\nlanguage: python\nconnects:\n  - call: requests.{get,post}\n    endpoint: url | 0\nreports:\n  - check: unverified-certificate\n    call: requests.get\n    where: { verify: false }\n    fix: { remove-argument: verify }\n",
        )
        .expect("a good model");
        assert_eq!(model.rules.len(), 2);
        assert!(matches!(&model.rules[1].matches, Matches::Call(names) if names.len() == 2));
        assert_eq!(model.rules[0].line, 7);
    }

    #[test]
    fn mistakes_are_placed() {
        let wrong = |text: &str| model_from_yaml("m.yml", text).expect_err("a bad model");
        let unknown = wrong("library: x\nlangage: python\n");
        assert_eq!((unknown.line, unknown.message.as_str()), (2, "unknown field `langage`; did you mean `language`?"));
        let error = wrong(
            "library: x\nlanguage: python\nreports:\n  - check: c\n    call: a.b\n    where: { v: { mad: x } }\n",
        );
        assert_eq!((error.line, error.message.contains("`mad` is no matcher")), (6, true), "{error}");
        let versions = |versions: &str| {
            wrong(&format!(
                "library: x\nlanguage: p\nreports:\n  - check: c\n    call: a.b\n    versions: {{ {versions} }}\n"
            ))
        };
        for (text, said) in [
            ("range: \"<1\"", "names the `package`"),
            ("package: pip/a, range: \"<1\"", "`pip/a` is no package"),
            ("package: pypi/a, range: \"1\"", "`1` is no range"),
            ("package: pypi/a, range: \"<1\", since: 2", "unknown field"),
        ] {
            assert!(versions(text).message.contains(said), "{}", versions(text).message);
        }
        assert!(wrong("library: x\nlanguage: p\nreports:\n  - check: c\n").message.contains("exactly one of"));
        assert!(wrong("library: x\nlanguage: p\nreports:\n  - check: c\n    call: a.{b\n").message.contains("without"));
    }
}
