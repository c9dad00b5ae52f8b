//! Which findings a run is asked for: those of the files that were named, or those that a change touches or causes.

use crate::report::{Finding, Sources};
use crate::source::{FileId, Place, Source};
use std::collections::BTreeMap;

/// The lines of a run's files that findings are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    #[default]
    Everything,
    /// By path below the root.
    Lines(BTreeMap<String, Asked>),
}

/// What of one file is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub whole: bool,
    /// First and last, from 1, both included.
    pub lines: Vec<(u32, u32)>,
    /// Lines behind which something was taken out.
    pub gaps: Vec<u32>,
}

impl Asked {
    pub fn whole() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Whether one of the lines is asked for.
    pub fn meets(&self, first: u32, last: u32) -> bool {
        self.whole || self.lines.iter().any(|(from, to)| *from <= last && first <= *to)
    }

    /// Whether something was taken out between the lines.
    fn was_cut(&self, first: u32, last: u32) -> bool {
        self.gaps.iter().any(|gap| first <= *gap && *gap < last)
    }
}

/// A scope and the sources of a run, joined.
pub(super) struct ScopeInUse<'a> {
    files: Option<BTreeMap<FileId, &'a Asked>>,
}

impl<'a> ScopeInUse<'a> {
    pub(super) fn new(scope: &'a Scope, sources: &Sources, path: impl Fn(&str) -> String) -> Self {
        let Scope::Lines(asked) = scope else { return Self { files: None } };
        let file = |source: &Source| Some((source.id, asked.get(&path(source.path.as_str()))?));
        Self { files: Some(sources.iter().filter_map(file).collect()) }
    }

    /// A file that is not asked for at all: it was read for what others need of it.
    pub(super) fn knows(&self, file: FileId) -> bool {
        self.files.as_ref().is_none_or(|files| files.contains_key(&file))
    }

    /// Whether the finding, or a place that belongs to it, stands on a line that is asked for.
    pub(super) fn asks_for(&self, finding: &Finding, sources: &Sources) -> bool {
        let Some(files) = &self.files else { return true };
        let asked = |place: Place| Some((*files.get(&place.file)?, lines(sources.get(place.file)?, place)));
        let on_line = |place: Place| asked(place).is_some_and(|(asked, (first, last))| asked.meets(first, last));
        on_line(finding.place)
            || finding.related.iter().any(|related| on_line(related.place))
            || asked(finding.statement).is_some_and(|(asked, (first, last))| asked.was_cut(first, last))
    }
}

fn lines(source: &Source, place: Place) -> (u32, u32) {
    let last = place.span.end.saturating_sub(1).max(place.span.start);
    (source.position(place.span.start).line, source.position(last).line)
}
