//! The expressions of chart templates, as far as a chart's own defaults decide them.

use super::Values;
use rustc_hash::FxHashMap;

/// Parentheses and pipelines within each other deeper than this are not followed.
const MAX_DEPTH: usize = 12;

/// What an expression yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Yield {
    Text(String),
    Bool(bool),
    /// Absent, null, or an empty map or list.
    Nothing,
    /// A map or list that holds something.
    Something,
}

impl Yield {
    pub(super) fn truth(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty() && text != "0",
            Self::Bool(value) => *value,
            Self::Nothing => false,
            Self::Something => true,
        }
    }

    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bool(value) => Some(value.to_string()),
            Self::Nothing => Some(String::new()),
            Self::Something => None,
        }
    }
}

/// What the expressions of one template can look at.
pub(super) struct Scope<'a> {
    pub(super) values: &'a Values,
    pub(super) variables: FxHashMap<String, Option<Yield>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Open,
    Close,
    Pipe,
}

impl Scope<'_> {
    /// The value of an expression, where the defaults decide it.
    pub(super) fn value(&self, expression: &str) -> Option<Yield> {
        let tokens = tokens(expression)?;
        let mut at = 0;
        let value = self.pipeline(&tokens, &mut at, 0);
        if at == tokens.len() { value } else { None }
    }

    /// `a | b | c`, up to a closing parenthesis.
    fn pipeline(&self, tokens: &[Token], at: &mut usize, depth: usize) -> Option<Yield> {
        let mut value: Option<Option<Yield>> = None;
        loop {
            let (head, mut arguments) = self.command(tokens, at, depth);
            arguments.extend(value.take());
            let yielded = match head {
                Some(function) => call(&function, &arguments),
                None => arguments.into_iter().next().flatten(),
            };
            if tokens.get(*at) != Some(&Token::Pipe) {
                return yielded;
            }
            *at += 1;
            value = Some(yielded);
        }
    }

    /// A function with its arguments, or one value.
    fn command(&self, tokens: &[Token], at: &mut usize, depth: usize) -> (Option<String>, Vec<Option<Yield>>) {
        let mut function = None;
        let mut arguments = Vec::new();
        while let Some(token) = tokens.get(*at) {
            match token {
                Token::Pipe | Token::Close => break,
                Token::Open if depth < MAX_DEPTH => {
                    *at += 1;
                    arguments.push(self.pipeline(tokens, at, depth + 1));
                }
                Token::Open => arguments.push(None),
                Token::Quoted(text) => arguments.push(Some(Yield::Text(text.clone()))),
                Token::Word(word) if function.is_none() && arguments.is_empty() && is_function(word) => {
                    function = Some(word.clone());
                }
                Token::Word(word) => arguments.push(self.word(word)),
            }
            *at += 1;
        }
        (function, arguments)
    }

    fn word(&self, word: &str) -> Option<Yield> {
        match word {
            "true" | "false" => return Some(Yield::Bool(word == "true")),
            "nil" => return Some(Yield::Nothing),
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => return Some(Yield::Text(word.to_owned())),
            _ => {}
        }
        // What a named template is given goes by any name: `$root.Values.x`, `.context.Values.x`.
        let given = word.find(".Values.").filter(|_| word.starts_with(['$', '.'])).map(|at| &word[at + 1..]);
        let path = given.or_else(|| word.strip_prefix("$.")).or_else(|| word.strip_prefix('.'));
        match path {
            Some(path) => self.values.of_path(path),
            None => self.variables.get(word.strip_prefix('$')?).cloned().flatten(),
        }
    }
}

/// What a function of the template language makes of its arguments.
fn call(function: &str, arguments: &[Option<Yield>]) -> Option<Yield> {
    let given = |index: usize| arguments.get(index).cloned().flatten();
    let truth = |index: usize| Some(given(index)?.truth());
    match function {
        "not" => Some(Yield::Bool(!truth(0)?)),
        "empty" => Some(Yield::Bool(!truth(0)?)),
        "and" | "or" => {
            let deciding = function == "or";
            let known = arguments.iter().flatten().find(|value| value.truth() == deciding).cloned();
            known.or_else(|| if arguments.iter().all(Option::is_some) { given(arguments.len() - 1) } else { None })
        }
        "eq" | "ne" => {
            let (left, right) = (given(0)?.into_text()?, given(1)?.into_text()?);
            let equal = left == right;
            (arguments.len() == 2).then_some(Yield::Bool(equal == (function == "eq")))
        }
        "default" | "coalesce" => {
            let (otherwise, value) = (given(0), given(1));
            match value {
                Some(value) if value.truth() => Some(value),
                Some(_) => otherwise,
                None => None,
            }
        }
        "ternary" => {
            if truth(2)? {
                given(0)
            } else {
                given(1)
            }
        }
        "quote" | "squote" | "toString" | "trim" | "int" | "int64" | "lower" | "trimAll" | "nospace" => {
            given(arguments.len().checked_sub(1)?)
        }
        "trunc" | "trimSuffix" | "trimPrefix" => given(1),
        "tpl" => given(0).filter(|value| !matches!(value, Yield::Text(text) if text.contains("{{"))),
        "printf" => printf(arguments),
        "include" | "template" => match given(0)? {
            Yield::Text(name) => included(&name),
            _ => None,
        },
        "toYaml" | "fromYaml" => given(0).filter(|value| !value.truth()),
        _ => None,
    }
}

fn is_function(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && !matches!(word, "true" | "false" | "nil")
}

/// What named templates yield by the habit of all charts: names of services, and the namespace.
fn included(name: &str) -> Option<Yield> {
    let last: String = name.rsplit('.').next()?.to_ascii_lowercase();
    let text = match last.as_str() {
        "namespace" => super::NAMESPACE,
        last if ["fullname", "servicename", "service-name", "svcname"].iter().any(|end| last.ends_with(end)) => {
            super::RELEASE
        }
        "name" if name.to_ascii_lowercase().ends_with("service.name") => super::RELEASE,
        _ => return None,
    };
    Some(Yield::Text(text.to_owned()))
}

/// `%s` and `%d` with known arguments.
fn printf(arguments: &[Option<Yield>]) -> Option<Yield> {
    let mut rest = arguments.iter().cloned();
    let pattern = rest.next()??.into_text()?;
    let mut out = String::new();
    let mut pieces = pattern.split('%');
    out.push_str(pieces.next()?);
    for piece in pieces {
        let after = piece.strip_prefix(['s', 'd', 'v'])?;
        out.push_str(&rest.next()??.into_text()?);
        out.push_str(after);
    }
    Some(Yield::Text(out))
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let single = match first {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            '|' => Some(Token::Pipe),
            _ => None,
        };
        if let Some(token) = single {
            found.push(token);
            rest = rest[1..].trim_start();
            continue;
        }
        if matches!(first, '"' | '`' | '\'') {
            let end = rest[1..].find(first)?;
            found.push(Token::Quoted(rest[1..=end].to_owned()));
            rest = rest[end + 2..].trim_start();
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '|' | '"')).unwrap_or(rest.len());
        found.push(Token::Word(rest[..end].to_owned()));
        rest = rest[end..].trim_start();
    }
    Some(found)
}
