//! Command text in configuration: `run: |`, `script: [a, b]`, `command: [sh, -c, "..."]`.
//!
//! The name of the key says that a text is one. All of a file become one document, in which no script knows of another.

use super::{Inside, Known};
use crate::commands::{Script, Word, understand};
use crate::frontend::shell;
use crate::kind::CommandKey;
use crate::rules::program::COMMANDS;
use crate::settings::{Key, Scalar, Setting, Settings};
use crate::source::{Place, Source, Span};
use crate::text::{Part, Template, span_within};
use camino::Utf8Path;
use compact_str::CompactString;

/// What a file of such text would be called.
pub(super) const NAME: &str = "script.sh";
/// More scripts of one file stay texts.
const MAX_SCRIPTS: usize = 5_000;
/// More variables that a file gives its scripts are not known to them.
const MAX_GIVEN: usize = 1_000;
/// Through so many blocks that were begun last the one is looked for that a list belongs to.
const BLOCKS: usize = 4;

/// The settings that make up one script.
struct Group<'a> {
    how: CommandKey,
    document: u32,
    /// The path of the list or, for words, of the block that holds it.
    holder: &'a [Key],
    members: Vec<usize>,
}

/// Takes the scripts out of the settings of a file.
pub(super) fn take(source: &Source, settings: &mut Settings, known: Known<'_>) -> Option<Inside> {
    let mut taken = Vec::new();
    let mut all = Vec::new();
    let variables: Vec<&Setting> =
        settings.items.iter().filter(|item| is_variable(item, known)).take(MAX_GIVEN).collect();
    for group in groups(&settings.items, known) {
        let script = group.script(source, &settings.items, known);
        if let Some(mut script) = script.filter(|script| group.is_one(script, known)) {
            script.given = group.given(&variables);
            all.push(script);
            taken.extend(&group.members);
            let derived = group.members.iter().flat_map(|member| derived(&settings.items, *member));
            taken.extend(derived);
        }
    }
    if all.is_empty() {
        return None;
    }
    taken.sort_unstable();
    let mut index = 0;
    settings.items.retain(|_| {
        index += 1;
        taken.binary_search(&(index - 1)).is_err()
    });
    let path = source.path.parent().unwrap_or(Utf8Path::new("")).join(NAME);
    let items = understand(&all, known.programs);
    Some(Inside { path, language: COMMANDS.into(), settings: Settings { items, ..Settings::default() } })
}

fn groups<'a>(items: &'a [Setting], known: Known<'_>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (index, item) in items.iter().enumerate().filter(|(_, item)| item.scalar == Scalar::Text) {
        let Some((how, holder)) = holder(item, known) else { continue };
        let same =
            |group: &&mut Group<'_>| group.how == how && group.document == item.document && group.holder == holder;
        if let Some(group) = groups.iter_mut().rev().take(BLOCKS).find(same) {
            group.members.push(index);
        } else if groups.len() < MAX_SCRIPTS {
            groups.push(Group { how, document: item.document, holder, members: vec![index] });
        }
    }
    groups
}

/// Whether it is a variable in a map of such that commands are given.
fn is_variable(item: &Setting, known: Known<'_>) -> bool {
    let [.., map, name] = item.path.as_slice() else { return false };
    !name.text.starts_with('[') && known.kinds.gives_variables(&map.text)
}

/// How a setting is command text, and the path of what holds the whole of it.
fn holder<'a>(item: &'a Setting, known: Known<'_>) -> Option<(CommandKey, &'a [Key])> {
    let list = match item.path.split_last()? {
        (last, list) if last.text.starts_with('[') => list,
        _ => item.path.as_slice(),
    };
    let (key, block) = list.split_last()?;
    let above = block.last().map_or("", |key| key.text.as_str());
    let how = known.kinds.command_key(above, &key.text)?;
    Some((how, if how == CommandKey::Words { block } else { list }))
}

impl Group<'_> {
    /// Whether it is command text: words are so only where they name a program that the rules know, since keys such as
    /// `args` hold the options of whatever a container runs.
    fn is_one(&self, script: &Script, known: Known<'_>) -> bool {
        let Some(first) = script.commands.iter().find_map(|command| command.words.first()) else {
            return self.how == CommandKey::Lines && script.commands.iter().any(|command| !command.assigned.is_empty());
        };
        let text = first.value.known_prefix();
        match self.how {
            CommandKey::Lines => !text.starts_with('-') && !text.contains("://"),
            CommandKey::Words => known.programs.know(first),
        }
    }

    /// The variables that stand beside it or above, the nearest last.
    fn given(&self, variables: &[&Setting]) -> Vec<(CompactString, Template)> {
        let beside = |item: &&&Setting| {
            let above = item.path.get(..item.path.len().saturating_sub(2)).unwrap_or_default();
            item.document == self.document && self.holder.starts_with(above)
        };
        let mut found: Vec<&Setting> = variables.iter().filter(beside).copied().collect();
        found.sort_by_key(|item| item.path.len());
        found.iter().filter_map(|item| Some((item.path.last()?.text.clone(), item.value.clone()))).collect()
    }

    /// Whether a list that might hold words begins with a whole command of a program that the rules know.
    fn holds_lines(&self, items: &[Setting], known: Known<'_>) -> bool {
        let Some(first) = self.members.first().map(|index| &items[*index].value) else { return false };
        let Some(Part::Literal { text, at }) = first.parts.first() else { return false };
        let Some(length) = text.find(' ') else { return false };
        let name = Template::literal(&text[..length], span_within(text, *at, 0..length));
        known.programs.know(&Word { value: name, ..Word::default() })
    }

    fn script(&self, source: &Source, items: &[Setting], known: Known<'_>) -> Option<Script> {
        let members = || self.members.iter().map(|index| &items[*index]);
        let listed = |item: &Setting| item.path.last().is_some_and(|key| key.text.starts_with('['));
        if self.how == CommandKey::Words && members().any(listed) && !self.holds_lines(items, known) {
            let words = members().map(|item| Word {
                value: if has_blanks(&item.value) { as_written(source, &item.value) } else { item.value.clone() },
                span: item.value.place().map_or(item.span, |place| place.span),
                bare: false,
            });
            return Some(Script::of_words(words.collect()));
        }
        let mut text = Template::default();
        for item in members() {
            if let Some(place) = item.value.place().filter(|_| !text.parts.is_empty()) {
                let before = Span { start: place.span.start, end: place.span.start };
                text.parts.push(Part::Literal { text: "\n".into(), at: Place { span: before, ..place } });
            }
            text.append(as_written(source, &item.value));
        }
        (!text.parts.is_empty()).then(|| shell::read(text))
    }
}

/// What else was read out of a setting: the options in it stand behind it.
fn derived(items: &[Setting], member: usize) -> impl Iterator<Item = usize> + '_ {
    let whole = items[member].value.place().map_or(items[member].span, |place| place.span);
    let inside = move |item: &&Setting| item.span.start >= whole.start && item.span.start < whole.end;
    let behind = items[member + 1..].iter().take_while(inside).count();
    (member + 1..member + 1 + behind)
        .filter(|index| items[*index].path.last().is_some_and(|key| key.text.starts_with('-')))
}

fn has_blanks(value: &Template) -> bool {
    let blank = |part: &Part| matches!(part, Part::Literal { text, .. } if text.contains([' ', '\n', '\t']));
    value.parts.iter().any(blank)
}

/// The text as the shell gets it: what the format takes for a variable of its own, the shell reads itself.
fn as_written(source: &Source, value: &Template) -> Template {
    let parts = value.parts.iter().map(|part| match part {
        Part::Hole { at, .. } => {
            let written = source.slice(at.span);
            let shells = written.starts_with('$') && !written.starts_with("${{");
            if shells { Part::Literal { text: written.into(), at: *at } } else { part.clone() }
        }
        Part::Literal { .. } => part.clone(),
    });
    Template { parts: parts.collect() }
}
