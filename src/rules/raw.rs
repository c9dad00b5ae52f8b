//! The YAML form of a model, and its way to the checked form.
//!
//! `build.rs` includes this file as well, so it depends on nothing but [`super::model`], serde and std.

use super::block::RawBlock;
use super::model::{
    ArgumentName, At, Certainty, Condition, Connects, Evaluation, Example, Fix, FixedTransport, How, KeyPattern, Level,
    Matcher, Matches, Means, Model, Name, Names, ObjectCondition, Reports, Rule, Shape, Slot, SlotChoice, Which,
};
use compact_str::CompactString;
use serde::Deserialize;
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

/// One string, or a list of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Strings {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Strings {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawModel {
    library: String,
    #[serde(default)]
    language: Strings,
    #[serde(default)]
    format: Strings,
    #[serde(default)]
    imports: Strings,
    #[serde(default)]
    files: Strings,
    #[serde(default)]
    aliases: BTreeMap<String, String>,
    #[serde(default)]
    returns: BTreeMap<String, String>,
    #[serde(default)]
    fluent: Strings,
    #[serde(default)]
    constants: BTreeMap<String, String>,
    #[serde(default)]
    extends: BTreeMap<String, String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    evaluates: Vec<RawEvaluation>,
    #[serde(default)]
    connects: Vec<RawConnects>,
    #[serde(default)]
    listens: Vec<RawConnects>,
    #[serde(default)]
    blocks: Vec<RawBlock>,
    #[serde(default)]
    names: Strings,
    #[serde(default)]
    reports: Vec<RawReport>,
    #[serde(default)]
    examples: RawExamples,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum RawExamples {
    #[default]
    None,
    One(String),
    Many(Vec<RawExample>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExample {
    language: Option<String>,
    path: Option<String>,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawEvaluation {
    call: Strings,
    #[serde(rename = "as")]
    how: How,
    slot: Option<Value>,
    default: Option<Value>,
    text: Option<CompactString>,
    #[serde(default)]
    parses: bool,
}

/// What a rule looks at, the same for all three kinds of rule.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawMatches {
    #[serde(default)]
    call: Strings,
    #[serde(default)]
    set: Strings,
    to: Option<Value>,
    #[serde(default, rename = "use")]
    mention: Strings,
    #[serde(default)]
    r#override: Strings,
    #[serde(default)]
    method: Strings,
    does: Option<String>,
    #[serde(default)]
    setting: Strings,
    #[serde(default)]
    annotation: Strings,
    #[serde(default)]
    r#where: BTreeMap<String, Value>,
    #[serde(default)]
    unless: BTreeMap<String, Value>,
    object: Option<RawObject>,
    #[serde(default)]
    imports: Strings,
    #[serde(default)]
    not_in_file: Strings,
    #[serde(default)]
    passed_to: Strings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawObject {
    of: Option<String>,
    #[serde(default)]
    called: Strings,
    #[serde(default)]
    not_called: Strings,
    #[serde(default)]
    not_given: BTreeMap<String, Value>,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    not_set: BTreeMap<String, Value>,
    #[serde(default)]
    made_by: Strings,
    #[serde(default)]
    not_made_by: Strings,
    #[serde(default)]
    made_with: BTreeMap<String, Value>,
}

macro_rules! rule_form {
    ($name:ident { $($field:ident : $type:ty),* $(,)? }) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        struct $name {
            #[serde(default)]
            call: Strings,
            #[serde(default)]
            set: Strings,
            to: Option<Value>,
            #[serde(default, rename = "use")]
            mention: Strings,
            #[serde(default)]
            r#override: Strings,
            #[serde(default)]
            method: Strings,
            does: Option<String>,
            #[serde(default)]
            setting: Strings,
            #[serde(default)]
            annotation: Strings,
            #[serde(default)]
            r#where: BTreeMap<String, Value>,
            #[serde(default)]
            unless: BTreeMap<String, Value>,
            object: Option<RawObject>,
            #[serde(default)]
            imports: Strings,
            #[serde(default)]
            not_in_file: Strings,
            #[serde(default)]
            passed_to: Strings,
            $(#[serde(default)] $field: $type,)*
        }

        impl $name {
            fn take_matches(&mut self) -> RawMatches {
                RawMatches {
                    call: std::mem::take(&mut self.call),
                    set: std::mem::take(&mut self.set),
                    to: self.to.take(),
                    mention: std::mem::take(&mut self.mention),
                    r#override: std::mem::take(&mut self.r#override),
                    method: std::mem::take(&mut self.method),
                    does: self.does.take(),
                    setting: std::mem::take(&mut self.setting),
                    annotation: std::mem::take(&mut self.annotation),
                    r#where: std::mem::take(&mut self.r#where),
                    unless: std::mem::take(&mut self.unless),
                    object: self.object.take(),
                    imports: std::mem::take(&mut self.imports),
                    not_in_file: std::mem::take(&mut self.not_in_file),
                    passed_to: std::mem::take(&mut self.passed_to),
                }
            }
        }
    };
}

rule_form!(RawReport {
    check: String,
    at: Option<String>,
    severity: Option<Level>,
    confidence: Option<Certainty>,
    message: Option<String>,
    instead: Option<String>,
    fix: Option<Value>,
});

rule_form!(RawConnects {
    endpoint: Option<Value>,
    protocol: Option<String>,
    driver: Option<String>,
    host: Option<Value>,
    port: Option<Value>,
    parameters: Strings,
    parameter_names: BTreeMap<String, String>,
    options: Option<Value>,
    transport: Option<FixedTransport>,
    check: Option<String>,
    severity: Option<Level>,
    confidence: Option<Certainty>,
    instead: Option<String>,
});

/// A mistake, and the words of the file it is about.
pub(super) struct Mistake {
    about: String,
    message: String,
}

pub(super) fn mistake<T>(about: impl Into<String>, message: impl Into<String>) -> Result<T, Mistake> {
    Err(Mistake { about: about.into(), message: message.into() })
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
fn plain(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
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
        rules.push(Rule { matches, conditions, means: Means::Reports(reports), line });
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
                transport: connect.transport,
                check: connect.check.map(CompactString::from),
                severity: connect.severity,
                confidence: connect.confidence,
                instead: connect.instead,
            };
            rules.push(Rule { matches, conditions, means: Means::Connects(connects), line });
        }
    }
    if !raw.names.is_none() {
        let raw_matches = RawMatches { setting: raw.names, ..RawMatches::default() };
        let (matches, conditions) = check_matches(raw_matches)?;
        rules.push(Rule { matches, conditions, means: Means::Names, line: 1 });
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
            text: raw.text,
            parses: raw.parses,
        });
    }
    let examples = check_examples(text, raw.examples, &languages)?;
    let imports = raw.imports.into_vec().into_iter().map(|path| dotted(&path)).collect();
    Ok(Model {
        file: file.to_owned(),
        library: raw.library.into(),
        languages: languages.into_iter().map(CompactString::from).collect(),
        imports,
        files: raw.files.into_vec(),
        names,
        rules,
        blocks,
        evaluates,
        examples,
    })
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
        RawExamples::One(text) => vec![RawExample { language: None, path: None, text }],
        RawExamples::Many(list) => list,
    };
    let line = text.lines().position(|line| line.starts_with("examples:")).unwrap_or(0) as u32 + 1;
    list.into_iter()
        .map(|raw| {
            let language = raw.language.or_else(|| languages.first().cloned()).unwrap_or_default();
            if !languages.contains(&language) {
                return mistake(
                    "examples",
                    format!("an example is in `{language}`, which the model does not speak of"),
                );
            }
            Ok(Example { language: language.into(), path: raw.path, text: raw.text, line })
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
    if !raw.passed_to.is_none() {
        conditions.push(Condition::PassedTo(parse_names(raw.passed_to)?));
    }
    Ok((matches, conditions))
}

fn parse_object(raw: RawObject) -> Result<ObjectCondition, Mistake> {
    let which = match raw.of.as_deref() {
        None | Some("receiver") => Which::Receiver,
        Some("result") => Which::Result,
        Some(slot) => Which::Argument(parse_slot_text(slot)?),
    };
    let fields = |map: &BTreeMap<String, Value>| -> Result<Vec<_>, Mistake> {
        map.iter().map(|(key, value)| Ok((CompactString::from(key), parse_matcher(value)?))).collect()
    };
    let made_with = raw.made_with.iter().map(|(slot, value)| Ok((parse_slot_text(slot)?, parse_matcher(value)?)));
    Ok(ObjectCondition {
        which,
        called: expand_all(raw.called)?,
        not_called: expand_all(raw.not_called)?,
        not_given: fields(&raw.not_given)?,
        set: fields(&raw.set)?,
        not_set: fields(&raw.not_set)?,
        made_by: parse_names(raw.made_by)?,
        not_made_by: parse_names(raw.not_made_by)?,
        made_with: made_with.collect::<Result<_, Mistake>>()?,
    })
}

fn parse_at(text: &str) -> Result<At, Mistake> {
    Ok(match text {
        "call" => At::Call,
        "callee" => At::Callee,
        "statement" => At::Statement,
        slot => At::Argument(parse_slot_text(slot)?),
    })
}

fn parse_shape(text: &str) -> Result<Shape, Mistake> {
    Ok(match text {
        "accepts" => Shape::Accepts,
        "returns-true" => Shape::ReturnsTrue,
        "returns-false" => Shape::ReturnsFalse,
        "returns-nothing" => Shape::ReturnsNothing,
        "anything" => Shape::Any,
        other => {
            return mistake(
                other,
                format!("`{other}` is no shape: accepts, returns-true, returns-false, returns-nothing, anything"),
            );
        }
    })
}

fn parse_fix(value: Value) -> Result<Fix, Mistake> {
    if let Value::String(text) = &value {
        return match text.as_str() {
            "remove-statement" => Ok(Fix::RemoveStatement),
            other => {
                mistake(other, format!("`{other}` is no fix without an argument; did you mean `remove-statement`?"))
            }
        };
    }
    let Value::Mapping(map) = value else { return mistake("fix", "a fix is a word or a map") };
    let entries: Vec<(String, Value)> =
        map.into_iter().filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value))).collect();
    let text_of = |value: &Value| value.as_str().map(str::to_owned);
    match entries.as_slice() {
        [(key, value)] if key == "remove-argument" => Ok(Fix::RemoveArgument(parse_slot(value)?)),
        [(key, value)] if key == "replace" => Ok(Fix::Replace(text_of(value).unwrap_or_default())),
        [(key, value)] if key == "replace-value" => Ok(Fix::ReplaceValue(text_of(value).unwrap_or_default())),
        [(key, value)] if key == "rename" => Ok(Fix::RenameCall(text_of(value).unwrap_or_default())),
        [(a, slot), (b, with)] if a == "replace-argument" && b == "with" => {
            Ok(Fix::ReplaceArgument(parse_slot(slot)?, text_of(with).unwrap_or_default()))
        }
        _ => mistake(
            "fix",
            "a fix is `remove-argument: SLOT`, `replace-argument: SLOT` with `with: TEXT`, `replace: TEXT`, `replace-value: TEXT`, `rename: NAME` or `remove-statement`",
        ),
    }
}

pub(super) fn parse_matcher(value: &Value) -> Result<Matcher, Mistake> {
    Ok(match value {
        Value::Null => Matcher::Null,
        Value::Bool(bool) => Matcher::Bool(*bool),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Matcher::Number(number),
            None => return mistake(number.to_string(), "a number in a matcher is a whole number"),
        },
        Value::String(text) => Matcher::Exactly(text.replace("::", ".").into()),
        Value::Sequence(list) => Matcher::AnyOf(list.iter().map(parse_matcher).collect::<Result<_, _>>()?),
        Value::Mapping(map) => {
            let mut all = map.iter().map(|(key, value)| match key.as_str() {
                Some(key) => parse_matcher_entry(key, value),
                None => mistake("", "the key of a matcher is a word"),
            });
            match (map.len(), all.next()) {
                (1, Some(only)) => only?,
                (_, Some(first)) => {
                    let mut list = vec![first?];
                    for matcher in all {
                        list.push(matcher?);
                    }
                    Matcher::AllOf(list)
                }
                (_, None) => return mistake("{}", "an empty matcher"),
            }
        }
        Value::Tagged(_) => return mistake("!", "a matcher has no YAML tag"),
    })
}

const MATCHERS: &str = "not, any, absent, present, falsy, truthy, exactly, regex, contains, without, made, made-with, does, gives, method-does, named, less-than, weak-ciphers, weak-versions, host, address, endpoint";

fn parse_matcher_entry(key: &str, value: &Value) -> Result<Matcher, Mistake> {
    let names = |value: &Value| -> Result<Vec<Name>, Mistake> {
        parse_names(serde_yaml::from_value(value.clone()).unwrap_or_default())
    };
    Ok(match key {
        "not" => Matcher::Not(Box::new(parse_matcher(value)?)),
        "any" => Matcher::Anything,
        "absent" => Matcher::Absent,
        "present" => Matcher::Present,
        "falsy" => Matcher::Falsy,
        "truthy" => Matcher::Truthy,
        "exactly" => match value {
            Value::String(text) => Matcher::Exactly(text.into()),
            _ => return mistake("exactly", "`exactly` takes a text"),
        },
        "regex" => match value.as_str() {
            Some(pattern) => Matcher::Regex(pattern.to_owned()),
            None => return mistake("regex", "`regex` takes a text"),
        },
        "contains" => Matcher::Contains(Box::new(parse_matcher(value)?)),
        "without" => Matcher::Without(Box::new(parse_matcher(value)?)),
        "made" => Matcher::Made(names(value)?),
        "made-with" => {
            let Value::Mapping(map) = value else { return mistake("made-with", "`made-with` takes `slot: matcher`") };
            let mut all = Vec::new();
            for (slot, matcher) in map {
                all.push(Matcher::MadeWith(parse_slot(slot)?, Box::new(parse_matcher(matcher)?)));
            }
            Matcher::AllOf(all)
        }
        "does" => Matcher::Does(parse_shape(value.as_str().unwrap_or_default())?),
        "gives" => {
            let given: Strings = serde_yaml::from_value(value.clone()).unwrap_or_default();
            match given.into_vec() {
                names if names.is_empty() => return mistake("gives", "`gives` takes the last names of constants"),
                names => Matcher::Gives(names.into_iter().map(CompactString::from).collect()),
            }
        }
        "method-does" => match value.as_mapping().and_then(|map| map.iter().next()) {
            Some((Value::String(method), Value::String(shape))) => {
                Matcher::MethodDoes(method.into(), parse_shape(shape)?)
            }
            _ => return mistake("method-does", "`method-does` takes `method: shape`"),
        },
        "named" => match value.as_str() {
            Some(pattern) => Matcher::Named(pattern.to_owned()),
            None => return mistake("named", "`named` takes a regular expression"),
        },
        "less-than" => match value.as_i64() {
            Some(number) => Matcher::LessThan(number),
            None => return mistake("less-than", "`less-than` takes a whole number"),
        },
        "weak-ciphers" => Matcher::WeakCiphers,
        "weak-versions" => Matcher::WeakVersions,
        "host" => match value.as_str() {
            Some("remote") => Matcher::RemoteHost,
            _ => return mistake("host", "`host` takes `remote`"),
        },
        "address" => match value.as_str() {
            Some("open") => Matcher::OpenAddress,
            _ => return mistake("address", "`address` takes `open`"),
        },
        "endpoint" => match value.as_str() {
            Some("cleartext") => Matcher::CleartextEndpoint,
            _ => return mistake("endpoint", "`endpoint` takes `cleartext`"),
        },
        other => return mistake(other, format!("`{other}` is no matcher: {MATCHERS}")),
    })
}

fn parse_slot(value: &Value) -> Result<Slot, Mistake> {
    match value {
        Value::Number(number) => parse_slot_text(&number.to_string()),
        Value::String(text) => parse_slot_text(text),
        _ => mistake("", "an argument is named by keyword or position: `url | 0`"),
    }
}

/// `url | 0`, `ssl.verify`, `2..`, `*`, `receiver.auth`.
fn parse_slot_text(text: &str) -> Result<Slot, Mistake> {
    let mut choices = Vec::new();
    let mut all = Vec::new();
    for choice in text.split('|') {
        all.extend(expand(choice.trim())?);
    }
    for choice in all.iter().map(String::as_str) {
        let (argument, keys) = if let Some(from) = choice.strip_suffix("..") {
            (from, "")
        } else {
            choice.split_once('.').unwrap_or((choice, ""))
        };
        let argument = if choice.ends_with("..") {
            match argument.parse() {
                Ok(position) => ArgumentName::From(position),
                Err(_) => return mistake(text, format!("`{choice}`: a position stands before `..`")),
            }
        } else if argument == "*" {
            ArgumentName::Any
        } else if argument == "receiver" {
            ArgumentName::Receiver
        } else if let Ok(position) = argument.parse() {
            ArgumentName::Position(position)
        } else if argument.is_empty() {
            return mistake(text, format!("`{text}` names no argument"));
        } else {
            ArgumentName::Keyword(argument.into())
        };
        let keys = keys.split('.').filter(|key| !key.is_empty()).map(|key| key.replace('~', ".").into()).collect();
        choices.push(SlotChoice { argument, keys });
    }
    Ok(Slot { choices })
}

fn parse_names(names: Strings) -> Result<Vec<Name>, Mistake> {
    let mut all = Vec::new();
    for name in names.into_vec() {
        for name in expand(&name)? {
            let any_receiver = name.starts_with("?.");
            let path = dotted(name.strip_prefix("?.").unwrap_or(&name));
            if path.is_empty() || (any_receiver && path.contains('.')) {
                return mistake(name.clone(), format!("`{name}` is no name: `a.b.c`, or `?.method` on any receiver"));
            }
            all.push(Name { path, any_receiver });
        }
    }
    Ok(all)
}

fn dotted(path: &str) -> CompactString {
    path.replace("::", ".").into()
}

fn pairs(map: BTreeMap<String, String>) -> Result<Vec<(CompactString, CompactString)>, Mistake> {
    let mut all = Vec::new();
    for (from, to) in map {
        let (from, to) = (expand(&from)?, expand(&to)?);
        if to.len() != 1 && to.len() != from.len() {
            return mistake(from[0].clone(), "the two sides expand to lists of different length");
        }
        for (index, from) in from.iter().enumerate() {
            let to = &to[if to.len() == 1 { 0 } else { index }];
            all.push((dotted(from), dotted(to)));
        }
    }
    Ok(all)
}

fn expand_all(strings: Strings) -> Result<Vec<CompactString>, Mistake> {
    let mut all = Vec::new();
    for text in strings.into_vec() {
        all.extend(expand(&text)?.iter().map(|text| dotted(text)));
    }
    Ok(all)
}

/// `a.{b,c}.d` is `a.b.d` and `a.c.d`.
pub(super) fn expand(text: &str) -> Result<Vec<String>, Mistake> {
    let Some(open) = text.find('{') else { return Ok(vec![text.to_owned()]) };
    let Some(close) = text[open..].find('}').map(|at| at + open) else {
        return mistake(text, format!("`{text}`: `{{` without `}}`"));
    };
    let rest = expand(&text[close + 1..])?;
    let mut all = Vec::new();
    for choice in text[open + 1..close].split(',') {
        all.extend(rest.iter().map(|rest| format!("{}{}{rest}", &text[..open], choice.trim())));
    }
    Ok(all)
}

fn parse_key(key: &str) -> KeyPattern {
    let (key, anchored) = key.strip_prefix('^').map_or((key, false), |key| (key, true));
    KeyPattern { segments: key.split('.').map(fold_key).collect(), anchored }
}

/// Lower case without `_`, `-` and blanks: `sslMode`, `ssl_mode` and `SSL-MODE` are one key. Dots separate segments.
pub fn fold_key(key: &str) -> CompactString {
    key.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
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
        assert_eq!(wrong("library: x\nlangage: python\n").line, 2);
        let error = wrong(
            "library: x\nlanguage: python\nreports:\n  - check: c\n    call: a.b\n    where: { v: { mad: x } }\n",
        );
        assert_eq!((error.line, error.message.contains("`mad` is no matcher")), (6, true), "{error}");
        assert!(wrong("library: x\nlanguage: p\nreports:\n  - check: c\n").message.contains("exactly one of"));
        assert!(wrong("library: x\nlanguage: p\nreports:\n  - check: c\n    call: a.{b\n").message.contains("without"));
    }
}
