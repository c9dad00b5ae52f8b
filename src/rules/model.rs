//! A model: what the API of one library, or the keys of one configuration format, mean.
//!
//! This is the checked form, compiled into the binary. [`super::raw`] reads the YAML form and makes this of it. Only
//! plain enums and structs stand here, since the compiled form is not self-describing.

use super::program::Program;
use crate::grades::{Confidence, Severity};
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One file of `rules/<language or format>/`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Model {
    /// Where the model was read, for messages: `rules/python/requests.yml`.
    pub file: String,
    pub library: CompactString,
    /// The languages or formats (names of front-ends) the model speaks of.
    pub languages: Vec<CompactString>,
    /// One of these module paths must be imported, or a name of them be written out, before `?.method` matches.
    pub imports: Vec<CompactString>,
    /// For configuration: globs of file names; empty is every file of the formats.
    pub files: Vec<String>,
    /// For configuration: folded keys that begin a part of the file; conditions look no further than their own part.
    pub scopes: Vec<CompactString>,
    pub names: Names,
    pub rules: Vec<Rule>,
    /// Connections that are described by several keys of one block.
    pub blocks: Vec<Block>,
    /// Evaluation of calls that build or pass on values.
    pub evaluates: Vec<Evaluation>,
    /// For command text: programs by their whole names (`git remote add`).
    pub programs: Vec<(CompactString, Program)>,
    pub examples: Vec<Example>,
}

/// A model as the binary holds it: the languages it speaks of, and the rest as bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Packed<'a> {
    pub languages: Vec<CompactString>,
    #[serde(borrow)]
    pub model: &'a [u8],
}

/// How names of a library relate to each other.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Names {
    /// Other spellings, each with the canonical one: `requests.api.get` is `requests.get`. A prefix counts too.
    pub aliases: Vec<(CompactString, CompactString)>,
    /// What a call returns, where that is not the called name itself: `requests.session` gives a `requests.Session`.
    pub returns: Vec<(CompactString, CompactString)>,
    /// Types whose methods return the same object unless `returns` says otherwise: builders.
    pub fluent: Vec<CompactString>,
    /// Types of plain values, of which a declaration says nothing: what is handed over does.
    pub values: Vec<CompactString>,
    /// Constants with the text they stand for: `CommonClientConfigs.SECURITY_PROTOCOL_CONFIG` is `security.protocol`.
    pub constants: Vec<(CompactString, CompactString)>,
    /// Types that inherit the methods of another.
    pub extends: Vec<(CompactString, CompactString)>,
    /// What a field of a type holds: `paramiko.SSHClient._transport` is a `paramiko.Transport`.
    pub fields: Vec<(CompactString, CompactString)>,
}

/// What to look for, under which conditions, and what it means.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    pub matches: Matches,
    pub conditions: Vec<Condition>,
    pub means: Means,
    /// It holds for some versions of the library alone.
    pub versions: Option<Versions>,
    /// The line of the rule in its file, for messages.
    pub line: u32,
}

/// Versions of a library that a rule speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The packages that hold the library, as manifests name them: `pypi/pymysql`.
    pub packages: Vec<CompactString>,
    /// As rules write it: `>=1.0, <1.2`.
    pub range: CompactString,
    /// The versions in wide use are among them, so that the rule holds where the version is not known.
    pub usual: bool,
}

/// The facts a rule looks at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Matches {
    /// A call of one of these names.
    Call(Vec<Name>),
    /// A field of one of these names gets a value that matches.
    Set(Vec<Name>, Matcher),
    /// The name itself is mentioned: imported, called, passed on, read.
    Use(Vec<Name>),
    /// A class implements `method` of one of the interfaces (empty: any class), or a function of that form is passed on.
    Override { interfaces: Vec<Name>, methods: Vec<CompactString>, shape: Shape },
    /// A setting whose folded key path ends with one of these.
    Setting(Vec<KeyPattern>, Matcher),
    /// A function, method, class or parameter has an annotation of one of these names.
    Annotation(Vec<Name>),
}

/// A dotted name. `known` is `requests.Session.get`; without it the name is that of a method on an object
/// whose type is not known: `?.danger_accept_invalid_certs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    pub path: CompactString,
    pub any_receiver: bool,
}

/// A key path, split at dots and folded. `*` stands for one segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPattern {
    pub segments: Vec<CompactString>,
    /// The path must begin with the first segment, not only end with the pattern.
    pub anchored: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Condition {
    /// The argument (or sibling setting) matches.
    Where(Slot, Matcher),
    /// It does not.
    Unless(Slot, Matcher),
    /// Something about the object that the call makes or is called on.
    Object(ObjectCondition),
    /// The file imports one of these modules.
    Imports(Vec<CompactString>),
    /// Nothing of one of these names is called (a method, or a qualified name) or set (a qualified name) anywhere in the file.
    NotInFile(Vec<CompactString>),
    /// Whether it runs only where the other side says that it can, and nothing happens where that does not.
    IfOffered(bool),
    /// The call stands as the argument of one of these calls.
    PassedTo(Vec<Name>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ObjectCondition {
    pub which: Which,
    /// At least one of these methods is called on it (or it is passed to one of these dotted names).
    pub called: Vec<CompactString>,
    /// None of these is.
    pub not_called: Vec<CompactString>,
    /// Whoever calls one of these does something else with it too.
    pub called_besides: Vec<CompactString>,
    /// No call of one of these methods had a first argument that matches.
    pub not_given: Vec<(CompactString, Matcher)>,
    /// The last value of each of these fields matches.
    pub set: Vec<(CompactString, Matcher)>,
    /// No value of these fields matches.
    pub not_set: Vec<(CompactString, Matcher)>,
    /// It was made by a call of one of these names ...
    pub made_by: Vec<Name>,
    /// ... and not by one of these ...
    pub not_made_by: Vec<Name>,
    /// ... with these arguments.
    pub made_with: Vec<(Slot, Matcher)>,
}

/// Which object a condition speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// The one the method is called on; for a setting of a field, its owner.
    Receiver,
    /// The one the call makes.
    Result,
    Argument(Slot),
}

/// An argument by keyword or by position from 0, whichever is there; then down into maps by key. `url | 0`, `ssl.verify`, `*` for any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub choices: Vec<SlotChoice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotChoice {
    pub argument: ArgumentName,
    pub keys: Vec<CompactString>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArgumentName {
    Keyword(CompactString),
    Position(u32),
    /// Any argument.
    Any,
    /// From this position on.
    From(u32),
    /// The object a method is called on, or the object that owns a field.
    Receiver,
    /// The variables of the file's module, each with what was last assigned to it.
    Module,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Matcher {
    Anything,
    Bool(bool),
    Null,
    Number(i64),
    /// A number below this one.
    LessThan(i64),
    /// This text (compared without case for settings), or this qualified name.
    Exactly(CompactString),
    AnyOf(Vec<Matcher>),
    AllOf(Vec<Matcher>),
    Not(Box<Matcher>),
    Absent,
    Present,
    Falsy,
    Truthy,
    /// A regular expression on known text.
    Regex(String),
    /// An element of a list, a flag of a mask, a word of a comma list.
    Contains(Box<Matcher>),
    /// A mask that takes a flag away: `& ~ssl.OP_NO_TLSv1`.
    Without(Box<Matcher>),
    /// An object made by, or typed as, one of these names.
    Made(Vec<Name>),
    /// An object that was made with this argument.
    MadeWith(Slot, Box<Matcher>),
    /// A function or class whose body does this.
    Does(Shape),
    /// A function that gives back nothing but constants of these last names.
    Gives(Vec<CompactString>),
    /// An object of a class of the run whose method of this name does this.
    MethodDoes(CompactString, Shape),
    /// Made by, or named, something whose body is not part of the run and whose last name fits this expression.
    Named(String),
    WeakCiphers,
    WeakVersions,
    /// Text whose host is not on this machine; holes count as remote.
    RemoteHost,
    /// A host or address to listen on that is not only this machine's.
    OpenAddress,
    /// Text that classifies as an endpoint of cleartext transport.
    CleartextEndpoint,
}

/// What a callback's body does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Never throws, never asks another checker, and returns nothing or constant success: accepts whatever it is shown.
    Accepts,
    /// Returns constant true on every path.
    ReturnsTrue,
    ReturnsFalse,
    /// Returns null or an empty value.
    ReturnsNothing,
    /// Has any body at all.
    Any,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Means {
    Reports(Reports),
    Connects(Connects),
    /// The setting's value names something, and nothing connects to it.
    Names,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reports {
    pub check: CompactString,
    /// What to underline; without it the first argument of a `where`, else the call.
    pub at: Option<At>,
    pub severity: Option<Severity>,
    pub confidence: Option<Confidence>,
    pub message: Option<String>,
    pub instead: Option<String>,
    pub fix: Option<Fix>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum At {
    Argument(Slot),
    /// The call with its arguments.
    Call,
    /// The called name alone.
    Callee,
    /// The whole statement.
    Statement,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fix {
    /// Remove the argument with its comma.
    RemoveArgument(Slot),
    /// Replace the value of the argument.
    ReplaceArgument(Slot, String),
    /// Replace what is underlined.
    Replace(String),
    /// Replace the assigned or set value.
    ReplaceValue(String),
    /// Replace the called name.
    RenameCall(String),
    /// Remove the statement and its line.
    RemoveStatement,
}

/// The call or setting opens (or listens for) a connection.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Connects {
    /// The URL, DSN or `host[:port]`; for a setting, its own value.
    pub endpoint: Option<Slot>,
    pub protocol: Option<CompactString>,
    pub driver: Option<CompactString>,
    pub host: Option<Slot>,
    pub port: Option<Slot>,
    /// Arguments that are parameters of the protocol: the parameter's name with the argument.
    pub parameters: Vec<(CompactString, Slot)>,
    /// A map argument whose entries are parameters of the protocol.
    pub options: Option<Slot>,
    pub listening: bool,
    /// The address is that of a proxy, and only a password in it is at stake.
    pub proxy: bool,
    /// The transport does not depend on the address: the library speaks only cleartext (or only TLS).
    pub transport: Option<FixedTransport>,
    /// The argument that decides it, where that is not the call as such.
    pub decided_by: Option<Slot>,
    /// The check to report instead of the protocol's own.
    pub check: Option<CompactString>,
    /// The severity to start from instead of the check's own.
    pub severity: Option<Severity>,
    pub confidence: Option<Confidence>,
    pub instead: Option<String>,
}

/// A connection that a block of a configuration describes by separate keys: host, port, user, TLS mode.
///
/// The keys of a block lie below one key (`redis: {host: ..}`) or begin with the same words (`REDIS_HOST`, `REDIS_PORT`).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Block {
    /// What the words in front of the host's key end with, without dots and folded; none is any block.
    pub names: Vec<CompactString>,
    /// Words, folded, of which a file holds one where such a block is written with a key for itself.
    pub triggers: Vec<CompactString>,
    /// Folded keys of which one holds the host.
    pub hosts: Vec<CompactString>,
    /// Folded keys whose value names what is connected to.
    pub by: Vec<CompactString>,
    /// Such a value, folded, with the protocol or driver that it names.
    pub kinds: Vec<(CompactString, CompactString)>,
    pub protocol: Option<CompactString>,
    pub driver: Option<CompactString>,
    /// Folded keys of maps whose entries count as keys of the block.
    pub inside: Vec<CompactString>,
    /// Parameters of the protocol that go by other keys here: the parameter's name with the folded keys.
    pub parameters: Vec<(CompactString, Vec<CompactString>)>,
    /// Folded keys, a matcher, and whether one of the keys must match it or none may. `*key` is any key of the file that
    /// ends so.
    pub conditions: Vec<(Vec<CompactString>, Matcher, bool)>,
    /// What a default decides is shown in the map and not reported: the code may say more.
    pub only_said: bool,
    /// The key of the host is the framework's own, so that no other key needs to say that this is a connection.
    pub host_alone: bool,
    pub check: Option<CompactString>,
    pub confidence: Option<Confidence>,
    pub instead: Option<String>,
    /// The line in its file, for messages.
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FixedTransport {
    Cleartext,
    Verified,
}

/// How a call computes a value.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Evaluation {
    pub call: Vec<Name>,
    pub how: How,
    pub slot: Option<Slot>,
    pub default: Option<Slot>,
    /// For `template`: text with `{keyword}` where arguments go.
    pub text: Option<CompactString>,
    /// The call only takes a text apart: that it is given a URL does not mean that anybody connects.
    pub parses: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Nothing that is known: what the call makes is a thing of its own.
    Thing,
    /// The value of the slot (default `0`): `URL(x)`, `str(x)`, `Objects.requireNonNull(x)`.
    Same,
    /// The receiver: `text.strip()`, `builder.toString()`.
    Receiver,
    /// The receiver, and where it is missing the slot, or what the function in the slot gives: `option.unwrap_or("x")`.
    Fallback,
    /// The slot is a `%s` pattern, the arguments after it fill it.
    Printf,
    /// As `printf`, with the receiver as the pattern and all arguments to fill it.
    ReceiverPrintf,
    /// The slot is a `{}` pattern.
    Braces,
    ReceiverBraces,
    /// All arguments as text, one after the other.
    Concat,
    /// The elements of the list that is written in the slot, with the receiver between them: `":".join(["a", "b"])`.
    Join,
    /// The receiver's text grows by the arguments: `StringBuilder.append`.
    Append,
    /// The text that [`How::Append`] has made of the receiver.
    Built,
    /// A variable that somebody else sets, named by the slot, with a default.
    Environment,
    /// The receiver map gets an entry: key, value.
    Put,
    /// The receiver map gets all entries of the argument.
    Update,
    /// The entry of the receiver map named by argument 0.
    Get,
    /// A new map of alternating keys and values, of named arguments, or of a map argument.
    Map,
    /// A list of the arguments.
    List,
    /// The address that the slot, or all arguments, make: host and port, or the bytes or groups of an IP address.
    Address,
    /// The address that the receiver was made with: `listener.local_addr()` of what was bound to it.
    MadeWith,
    /// A callable: the slot with the other arguments bound.
    Partial,
    /// The function in the slot is called, and its value is the value.
    Call,
    /// The module that the slot names: `importlib.import_module("requests")`.
    Import,
    /// What holds where nobody sets it: the slot `default`.
    Setting,
    /// An option of a command line: the receiver, or what an annotation stands on, has a setting with the name in the slot and
    /// the default in `default`.
    Option,
    /// The member of argument 0 that argument 1 names, or argument 2: `getattr(ssl, "CERT_NONE")`.
    Member,
    /// The member of argument 0 that argument 1 names gets argument 2 as its value.
    SetMember,
    /// Whether argument 0 has the member that argument 1 names: today's versions have all but what models report.
    HasMember,
    /// The text of the evaluation, filled with the arguments that it names: `URL.build(scheme="http", host=h)`.
    Template,
}

/// A snippet with its expectations, `#~ check: text` in the comments of the language.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Example {
    pub language: CompactString,
    /// A file name, where the model asks for one.
    pub path: Option<String>,
    pub text: String,
    /// Manifests in the same folder: name and text.
    pub beside: Vec<(String, String)>,
    pub line: u32,
}

impl Model {
    /// The ids of the checks that its reports name.
    pub fn checks(&self) -> std::collections::BTreeSet<&str> {
        self.rules
            .iter()
            .filter_map(|rule| match &rule.means {
                Means::Reports(reports) => Some(reports.check.as_str()),
                Means::Connects(connects) => connects.check.as_deref(),
                Means::Names => None,
            })
            .chain(self.blocks.iter().filter_map(|block| block.check.as_deref()))
            .collect()
    }

    /// Every regular expression in it.
    pub fn patterns(&self) -> Vec<CompactString> {
        let mut out = Vec::new();
        self.each_matcher(&mut |matcher| {
            if let Matcher::Regex(pattern) | Matcher::Named(pattern) = matcher {
                out.push(pattern.into());
            }
        });
        out
    }

    /// Every value that its matchers compare with and every maker they name: constants of libraries among plain texts.
    pub fn compared(&self) -> Vec<CompactString> {
        let mut out = Vec::new();
        self.each_matcher(&mut |matcher| match matcher {
            Matcher::Exactly(text) => out.push(text.clone()),
            Matcher::Made(names) => out.extend(names.iter().map(|name| name.path.clone())),
            _ => {}
        });
        out
    }

    /// Shows every matcher of the model, those inside others included.
    fn each_matcher(&self, show: &mut impl FnMut(&Matcher)) {
        for (_, matcher, _) in self.blocks.iter().flat_map(|block| &block.conditions) {
            matcher.each(show);
        }
        for rule in &self.rules {
            if let Matches::Set(_, matcher) | Matches::Setting(_, matcher) = &rule.matches {
                matcher.each(show);
            }
            for condition in &rule.conditions {
                match condition {
                    Condition::Where(_, matcher) | Condition::Unless(_, matcher) => matcher.each(show),
                    Condition::Object(object) => {
                        for (_, matcher) in object.set.iter().chain(&object.not_set).chain(&object.not_given) {
                            matcher.each(show);
                        }
                        for (_, matcher) in &object.made_with {
                            matcher.each(show);
                        }
                    }
                    Condition::Imports(_)
                    | Condition::NotInFile(_)
                    | Condition::IfOffered(_)
                    | Condition::PassedTo(_) => {}
                }
            }
        }
    }
}

impl Matcher {
    /// Whether it looks at which host a text names.
    pub(crate) fn asks_for_host(&self) -> bool {
        let mut asks = false;
        self.each(&mut |inner| asks |= matches!(inner, Self::RemoteHost));
        asks
    }

    fn each(&self, show: &mut impl FnMut(&Matcher)) {
        show(self);
        match self {
            Matcher::AnyOf(list) | Matcher::AllOf(list) => list.iter().for_each(|inner| inner.each(show)),
            Matcher::Not(inner) | Matcher::Contains(inner) | Matcher::Without(inner) | Matcher::MadeWith(_, inner) => {
                inner.each(show);
            }
            _ => {}
        }
    }
}
