//! What the variables of a script are while it runs from top to bottom: the last value written counts.

use super::Word;
use crate::text::{Part, Template, span_within};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// A text of more parts is not filled in any further.
const MAX_PARTS: usize = 64;
/// One word that is a variable stands for no more words than this.
const MAX_WORDS: usize = 200;
/// Defaults within defaults deeper than this are not looked at.
const MAX_DEPTH: usize = 8;

/// The variables that have a value so far. A list has several.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: FxHashMap<CompactString, Vec<Template>>,
    /// The way at hand, if somebody must want it, and what its options stand in the place of.
    wish: Option<u32>,
    before: Vec<(CompactString, Option<Vec<Template>>)>,
}

impl Variables {
    /// Goes on to a way that somebody must want, or to none. Options that somebody wanted are none by default, so they do not
    /// outlast their way: `[ "$INSECURE" = true ] && FLAGS=-k`.
    pub(super) fn go(&mut self, wish: Option<u32>) {
        if self.wish == wish {
            return;
        }
        self.wish = wish;
        for (name, values) in self.before.drain(..).rev() {
            match values {
                Some(values) => self.values.insert(name, values),
                None => self.values.remove(&name),
            };
        }
    }

    pub(super) fn set(&mut self, name: &CompactString, values: Vec<Template>) {
        let option = values.iter().any(|value| value.known_prefix().trim_start().starts_with('-'));
        let before = self.values.insert(name.clone(), values);
        if self.wish.is_some() && option {
            self.before.push((name.clone(), before));
        }
    }

    /// The text with the values of the variables in it.
    pub(super) fn fill(&self, template: &Template) -> Template {
        self.fill_at(template, 0)
    }

    fn fill_at(&self, template: &Template, depth: usize) -> Template {
        let mut parts = Vec::with_capacity(template.parts.len());
        for part in &template.parts {
            let Part::Hole { name, default, at } = part else {
                parts.push(part.clone());
                continue;
            };
            match self.values.get(name).map(Vec::as_slice) {
                // The name says more than that of the command whose output it is.
                Some([value]) if matches!(value.parts.as_slice(), [Part::Hole { default: None, .. }]) => {
                    parts.push(part.clone());
                }
                Some([value]) if parts.len() + value.parts.len() <= MAX_PARTS => parts.extend(value.parts.clone()),
                _ => {
                    let default = default.as_ref().filter(|_| depth < MAX_DEPTH);
                    let default = default.map(|default| Box::new(self.fill_at(default, depth + 1)));
                    parts.push(Part::Hole { name: name.clone(), default, at: *at });
                }
            }
        }
        Template { parts }
    }

    /// The words that a word stands for: more than one where it is a list, or a variable whose blanks nothing protects.
    pub(super) fn words(&self, word: &Word) -> Vec<Word> {
        if let [Part::Hole { name, .. }] = word.value.parts.as_slice()
            && let Some(values) = self.values.get(name)
        {
            match values.as_slice() {
                [value] if word.bare => return split(value),
                [_] => {}
                list => return list.iter().take(MAX_WORDS).map(|value| of_value(value.clone(), word)).collect(),
            }
        }
        vec![Word { value: self.fill(&word.value), ..word.clone() }]
    }
}

/// A word that stands where its value was written.
fn of_value(value: Template, used: &Word) -> Word {
    let span = value.place().map_or(used.span, |place| place.span);
    Word { value, span, bare: true }
}

/// The words of a text between its blanks.
fn split(value: &Template) -> Vec<Word> {
    let mut words = vec![Template::default()];
    for part in &value.parts {
        let Part::Literal { text, at } = part else {
            words.last_mut().unwrap_or(&mut Template::default()).parts.push(part.clone());
            continue;
        };
        let mut from = 0;
        let ends = text.char_indices().filter(|(_, c)| c.is_ascii_whitespace()).map(|(at, _)| (at, true));
        for (end, blank) in ends.chain([(text.len(), false)]) {
            if let (true, Some(word)) = (end > from, words.last_mut()) {
                let at = span_within(text, *at, from..end);
                word.parts.push(Part::Literal { text: text[from..end].into(), at });
            }
            if blank && words.len() < MAX_WORDS {
                words.push(Template::default());
            }
            from = end + 1;
        }
    }
    words.retain(|word| !word.parts.is_empty());
    words.into_iter().map(|word| of_value(word, &Word::default())).collect()
}

/// Adds the names of all variables that a text speaks of.
pub(super) fn names(template: &Template, out: &mut FxHashSet<CompactString>) {
    let mut open = vec![(template, 0)];
    while let Some((template, depth)) = open.pop() {
        for part in &template.parts {
            let Part::Hole { name, default, .. } = part else { continue };
            out.insert(name.clone());
            open.extend(default.as_deref().filter(|_| depth < MAX_DEPTH).map(|default| (default, depth + 1)));
        }
    }
}
