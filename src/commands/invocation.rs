//! One run of one program: its options with their values, and its arguments by name.

use super::{Programs, Word};
use crate::rules::program::{OptionOf, Program, Runs, Says, Takes};
use crate::settings::Scalar;
use crate::source::{Place, Span};
use crate::text::{Part, Template, span_within};
use compact_str::CompactString;

/// A longer name is none of a program or option.
const MAX_NAME: usize = 200;
/// What an argument goes by of which nothing is known.
const ARGUMENTS: &str = "arguments";

/// One option or argument.
#[derive(Debug)]
pub(super) struct Given {
    /// Below the program: the option, and the name of a pair in its value.
    pub(super) keys: Vec<(CompactString, Place)>,
    pub(super) value: Template,
    pub(super) scalar: Scalar,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) struct Invocation<'w> {
    /// With its subcommands.
    pub(super) name: CompactString,
    pub(super) at: Place,
    pub(super) given: Vec<Given>,
    /// The words of the command that it runs.
    pub(super) runs: &'w [Word],
    /// The script that it runs.
    pub(super) script: Option<Template>,
    /// What it is told to read, it runs.
    pub(super) executes: bool,
    pub(super) says: Says,
}

/// Takes the words of a command apart; `None` where they name no program.
pub(super) fn read<'w>(words: &'w [Word], programs: &Programs) -> Option<Invocation<'w>> {
    let (first, rest) = words.split_first()?;
    let mut name = program_name(&first.value, programs)?;
    let at = first.value.place()?;
    let mut levels: Vec<&Program> = programs.get(&name).into_iter().collect();
    let mut out = Taken { levels: Vec::new(), given: Vec::new(), arguments: Vec::new() };
    let (mut index, mut options) = (0, true);
    let mut runs: &[Word] = &[];
    while let Some(word) = rest.get(index) {
        let text = word.value.known_prefix();
        if options && text.len() > 1 && text.starts_with('-') {
            index += 1;
            if text == "--" && word.value.parts.len() == 1 {
                options = false;
            } else {
                out.levels.clone_from(&levels);
                index += out.option(word, &text, rest.get(index), !levels.is_empty());
            }
            continue;
        }
        let below = word.value.as_known().filter(|_| out.arguments.is_empty()).map(|word| format!("{name} {word}"));
        if let Some(below) = below.filter(|below| below.len() <= MAX_NAME && programs.goes_on(below)) {
            levels.extend(programs.get(&below));
            name = below.into();
            index += 1;
            continue;
        }
        if let Some(Runs::From(skip)) = levels.last().and_then(|program| program.runs.as_ref())
            && out.arguments.len() >= *skip as usize
        {
            runs = &rest[index..];
            break;
        }
        out.arguments.push(word.clone());
        index += 1;
    }
    let own = levels.last().copied();
    let mut invocation = Invocation {
        name,
        at,
        given: out.given,
        runs,
        script: None,
        executes: false,
        says: own.map(|program| program.says).unwrap_or_default(),
    };
    invocation.script = own.and_then(|program| script_of(program, &invocation.given, &out.arguments));
    let own_runs = own.and_then(|program| program.runs.as_ref());
    if let Some(Runs::Option(option)) = own_runs {
        invocation.given.retain(|given| given.keys.first().is_none_or(|(name, _)| name != option));
    }
    let arguments = match own_runs {
        Some(Runs::Text(from)) => &out.arguments[..out.arguments.len().min(*from as usize)],
        _ => out.arguments.as_slice(),
    };
    let reads = |program: &Program| {
        program.executes && (invocation.script.is_some() || (out.arguments.len() < 2 && runs.is_empty()))
    };
    invocation.executes = own.is_some_and(reads);
    for (number, word) in arguments.iter().enumerate() {
        let key = own.and_then(|program| program.argument(number)).unwrap_or(ARGUMENTS);
        let place = word.value.place().unwrap_or(at);
        invocation.given.push(Given {
            keys: vec![(key.into(), place)],
            value: word.value.clone(),
            scalar: Scalar::Text,
            span: word.span,
        });
    }
    Some(invocation)
}

/// The script that a program is told to run.
fn script_of(program: &Program, given: &[Given], arguments: &[Word]) -> Option<Template> {
    match program.runs.as_ref()? {
        Runs::From(_) => None,
        Runs::Option(option) => {
            let told = given.iter().find(|given| given.keys.first().is_some_and(|(name, _)| name == option))?;
            Some(told.value.clone())
        }
        Runs::Text(from) => {
            let mut text = Template::default();
            for word in arguments.iter().skip(*from as usize) {
                if let Some(place) = word.value.place().filter(|_| !text.parts.is_empty()) {
                    let between = Span { start: place.span.start, end: place.span.start };
                    text.parts.push(Part::Literal { text: " ".into(), at: Place { span: between, ..place } });
                }
                text.append(word.value.clone());
            }
            (!text.parts.is_empty()).then_some(text)
        }
    }
}

/// The name without its folder; without its version, where only that is known. `$CURL` is `curl`.
pub(super) fn program_name(word: &Template, programs: &Programs) -> Option<CompactString> {
    let name = if let [Part::Hole { name, .. }] = word.parts.as_slice() {
        name.to_lowercase()
    } else {
        // `$BIN/curl`
        let last = || match word.parts.last()? {
            Part::Literal { text, .. } => text.contains('/').then(|| text.clone()),
            Part::Hole { .. } => None,
        };
        let text = word.as_known().or_else(last)?;
        CompactString::from(text.rsplit('/').next().unwrap_or(&text))
    };
    // `-` stands for what is read.
    if name.is_empty() || name == "-" || name.len() > MAX_NAME {
        return None;
    }
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let versioned = !programs.goes_on(&name) && programs.goes_on(bare);
    Some(if versioned { bare.into() } else { name })
}

/// What was taken from the words so far.
struct Taken<'p> {
    /// The program and its subcommands, the outermost first.
    levels: Vec<&'p Program>,
    given: Vec<Given>,
    arguments: Vec<Word>,
}

impl Taken<'_> {
    /// Reads one word that begins with a dash; how many of the words behind it belong to it.
    fn option(&mut self, word: &Word, text: &str, next: Option<&Word>, known: bool) -> usize {
        let head = text.split('=').next().unwrap_or(text);
        if head.len() > MAX_NAME {
            return 0;
        }
        let inline = (head.len() < text.len()).then(|| cut(&word.value, head.len() + 1));
        if let Some(option) = self.find(head) {
            let option = option.clone();
            return self.add(&option, word, 0..head.len(), inline, next);
        }
        let long = text.starts_with("--");
        if !long && known {
            return self.bundle(word, text, next);
        }
        let unknown = |value| OptionOf { names: vec![head.into()], value };
        if inline.is_some() {
            return self.add(&unknown(Takes::Value), word, 0..head.len(), inline, None);
        }
        let url = next.is_some_and(|next| next.value.known_prefix().contains("://"));
        let value = next.filter(|next| !next.value.known_prefix().starts_with('-'));
        // What is known of a program is known of all its options that take an address.
        let value = value.filter(|_| if long { !(known && url) } else { url && head.len() > 3 });
        match value {
            Some(value) => self.add(&unknown(Takes::Value), word, 0..head.len(), None, Some(value)),
            None => self.add(&unknown(Takes::Nothing), word, 0..head.len(), None, None),
        }
    }

    fn find(&self, spelling: &str) -> Option<&OptionOf> {
        self.levels.iter().rev().find_map(|program| program.option(spelling))
    }

    /// `-skL`, `-ofile`: letters up to the first that takes a value, or that is not known.
    fn bundle(&mut self, word: &Word, text: &str, next: Option<&Word>) -> usize {
        let letters: Vec<(usize, char)> = text.char_indices().skip(1).collect();
        for (at, letter) in letters {
            let Some(option) = self.find(&format!("-{letter}")) else { return 0 };
            let (option, end) = (option.clone(), at + letter.len_utf8());
            if option.value == Takes::Nothing {
                self.add(&option, word, at..end, None, None);
                continue;
            }
            let rest = cut(&word.value, end);
            let inline = (!rest.parts.is_empty()).then_some(rest);
            return self.add(&option, word, at..end, inline, next);
        }
        0
    }

    /// Adds an option whose name stands at `at` of the word; how many words its value takes behind it.
    fn add(
        &mut self,
        option: &OptionOf,
        word: &Word,
        at: std::ops::Range<usize>,
        inline: Option<Template>,
        next: Option<&Word>,
    ) -> usize {
        let place = match word.value.parts.first() {
            Some(Part::Literal { text, at: place }) if at.end <= text.len() => span_within(text, *place, at),
            Some(part) => part.place(),
            None => return 0,
        };
        let key = (CompactString::from(option.name()), place);
        let takes_next = inline.is_none() && option.value != Takes::Nothing;
        let (value, span) = match (inline, next) {
            (Some(value), _) => (value, word.span),
            (None, Some(next)) if takes_next => (next.value.clone(), beside(word.span, next.span)),
            _ => {
                let scalar = if takes_next { Scalar::Text } else { Scalar::Bool(true) };
                self.given.push(Given { keys: vec![key], value: Template::default(), scalar, span: word.span });
                return 0;
            }
        };
        let pair = if option.value == Takes::Pairs { pair(&value) } else { None };
        let (keys, value) = match pair {
            Some((name, value)) => (vec![key, name], value),
            None => (vec![key], value),
        };
        self.given.push(Given { keys, value, scalar: Scalar::Text, span });
        usize::from(takes_next)
    }
}

/// Both, where the second stands behind the first on the same lines; what a variable holds stands elsewhere.
fn beside(first: Span, second: Span) -> Span {
    const NEAR: u32 = 160;
    let near = second.start >= first.end && second.start - first.end < NEAR;
    if near { first.cover(second) } else { first }
}

/// `name=value`, `name value`, `name: value` and `a::b=value`, as which dots are read.
fn pair(value: &Template) -> Option<((CompactString, Place), Template)> {
    let Some(Part::Literal { text, at }) = value.parts.first() else { return None };
    let end = text.find(['=', ' '])?;
    let name = text[..end].trim_end_matches(':');
    let blanks = text[end + 1..].len() - text[end + 1..].trim_start_matches(' ').len();
    let key = CompactString::from(name.replace("::", "."));
    let good = !name.is_empty() && name.len() <= MAX_NAME;
    good.then(|| ((key, span_within(text, *at, 0..name.len())), cut(value, end + 1 + blanks)))
}

/// The template without the first `from` bytes of its first literal.
pub(super) fn cut(template: &Template, from: usize) -> Template {
    let mut parts = template.parts.clone();
    if let Some(Part::Literal { text, at }) = parts.first_mut() {
        *at = span_within(text, *at, from..text.len());
        *text = CompactString::from(text.get(from..).unwrap_or_default());
        if text.is_empty() {
            parts.remove(0);
        }
    }
    Template { parts }
}
