//! Judging configuration: settings against rules by key, and every value that names an endpoint.

use super::beside::Peer;
use super::links::Links;
use super::matching::{Fit, Matching, truth_word};
use super::repeats;
use super::surroundings::{development, is_linked_data, neighbours, on_the_runner};
use super::switches;
use super::versions::Holds;
use super::wires::Around;
use super::{Draft, Judgement, Maker, weaken};
use crate::charts;
use crate::endpoint::NameHint;
use crate::endpoint::protocols::words;
use crate::endpoint::{Classified, Classifier, Credentials, Endpoint, Hints, Parameter, Zone};
use crate::flow::project::Project;
use crate::flow::value::{Traced, Value};
use crate::grades::Confidence;
use crate::knowledge::Knowledge;
use crate::manifests::known::{Dependence, Versions};
use crate::report::{Context, Finding, Related, Severity};
use crate::rules::RuleRef;
use crate::rules::model::{
    ArgumentName, At, Condition, Connects, Fix, Matcher, Matches, Means, Model, Reports, Rule, Slot,
};
use crate::rules::notation::fold_key;
use crate::settings::{Key, Scalar, Setting, Settings};
use crate::source::{FileId, Place, Source, Span};
use crate::text::{Part, Template};
use camino::Utf8Path;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

/// How many settings away a pair may stand from its halves.
const NEAR: usize = 24;

/// Judges the settings of one file, or of a document inside it that would be the file `path`.
pub fn settings(
    knowledge: &Knowledge,
    language: &str,
    source: &Source,
    path: &Utf8Path,
    settings: &Settings,
    versions: &Versions,
    context_of: &dyn Fn(FileId) -> Context,
) -> Judgement {
    let keys: Vec<Vec<CompactString>> = settings.items.iter().map(folded_path).collect();
    let mut siblings: FxHashMap<(u32, String), Vec<usize>> = FxHashMap::default();
    for (index, (setting, path)) in settings.items.iter().zip(&keys).enumerate() {
        siblings.entry((setting.document, parent(path))).or_default().push(index);
    }
    let empty = Project::default();
    let mut judge = SettingsJudge {
        knowledge,
        language,
        source,
        path,
        settings,
        keys: &keys,
        siblings,
        empty: &empty,
        switched_off: switches::off(settings, &keys),
        linked_data: is_linked_data(settings),
        links: OnceCell::new(),
        unruled: Vec::new(),
        listed: None,
        maker: Maker {
            knowledge,
            context_of,
            versions,
            ecosystem: None,
            neighbours: neighbours(settings, knowledge.protocols.neighbour_keys()),
            on_the_runner: on_the_runner(settings, knowledge.protocols.neighbour_keys()),
            development: development(settings, &knowledge.kinds),
            markup: settings.markup,
        },
        out: Judgement::default(),
    };
    let spoken_for = judge.blocks();
    let asked = |index: &usize| !spoken_for.contains(index) && !judge.switched_off.contains(index);
    for index in (0..settings.items.len()).filter(asked).collect::<Vec<_>>() {
        judge.setting(index);
    }
    if charts::values_of(path).as_deref() == Some(path) {
        let off = (0..settings.items.len()).filter(|index| judge.switched_off.contains(index));
        off.collect::<Vec<_>>().into_iter().for_each(|index| judge.ready(index));
    }
    repeats::fold(source, &mut judge.out.findings, &judge.unruled);
    judge.out.weak = weaken::beside(&knowledge.checks, &judge.out, |finding, place| judge.is_beside(finding, place));
    judge.out
}

/// The keys of a path, split at dots and folded; list indexes stay.
fn folded_path(setting: &Setting) -> Vec<CompactString> {
    setting.path.iter().flat_map(|key| segments(key).map(fold_key).collect::<Vec<_>>()).collect()
}

/// The keys that a written key stands for: `a.b`.
fn segments(key: &Key) -> impl Iterator<Item = &str> {
    key.text.split('.').filter(|part| !part.is_empty())
}

fn parent(path: &[CompactString]) -> String {
    path[..path.len().saturating_sub(1)].join(".")
}

/// A setting that a rule speaks of.
struct Found<'f> {
    index: usize,
    /// The settings beside it.
    within: &'f Range<usize>,
    version: Option<&'f Dependence>,
}

pub(super) struct SettingsJudge<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) language: &'a str,
    pub(super) source: &'a Source,
    pub(super) path: &'a Utf8Path,
    pub(super) settings: &'a Settings,
    pub(super) keys: &'a [Vec<CompactString>],
    siblings: FxHashMap<(u32, String), Vec<usize>>,
    empty: &'a Project,
    /// What lies beside an `enabled: false`, or below it: nothing reads it.
    pub(super) switched_off: FxHashSet<usize>,
    /// The URLs in it are names of things (JSON-LD 1.1, section 3.2; ActivityPub, section 3).
    linked_data: bool,
    links: OnceCell<Links>,
    /// Findings in addresses that no rule speaks of.
    unruled: Vec<usize>,
    /// The last setting that a rule reported, and its finding.
    listed: Option<(usize, usize)>,
    pub(super) maker: Maker<'a>,
    pub(super) out: Judgement,
}

impl<'a> SettingsJudge<'a> {
    /// Whether a finding is about a setting beside, or right below, the one in which a connection stands. Variables in a list
    /// belong together by their first word.
    fn is_beside(&self, finding: &Finding, connection: Place) -> bool {
        // Of `- NAME=value` in a list the name comes after the element.
        let setting = |place: Place| self.settings.items.iter().rposition(|item| item.span.contains(place.span));
        let (Some(one), Some(other)) = (setting(finding.place), setting(connection)) else { return false };
        let (switch, address) = (&self.keys[one], &self.keys[other]);
        let block = &address[..address.len().saturating_sub(1)];
        let words =
            [one, other].map(|index| self.settings.items[index].path.last().map_or("", |key| key.text.as_str()));
        let variables = words.iter().all(|word| !word.bytes().any(|byte| byte.is_ascii_lowercase()));
        let [first, second] = words.map(|word| word.split('_').next());
        self.settings.items[one].document == self.settings.items[other].document
            && !block.is_empty()
            && switch.starts_with(block)
            && switch.len() <= block.len() + 2
            && (!variables || first == second)
    }

    /// The keys of a setting, folded.
    pub(super) fn key(&self, index: usize) -> CompactString {
        self.keys[index].join(".").into()
    }

    fn setting(&mut self, index: usize) {
        let path = &self.keys[index];
        let mut claimed = false;
        let first = self.out.findings.len();
        let mut precisions = Vec::new();
        for reference in self.knowledge.rules.settings(self.language, path, &self.words(index)) {
            let (model, rule) = self.knowledge.rules.rule(reference);
            let means_file = self.knowledge.rules.file_fits(reference, self.path);
            if !means_file || (matches!(rule.means, Means::Reports(_)) && self.is_said_there(reference, index)) {
                continue;
            }
            let within = self.scope(model, index);
            if !self.holds(rule, index, &within) {
                continue;
            }
            let version = match self.maker.holds(model, rule, &mut self.out) {
                Holds::No => continue,
                Holds::Always => None,
                Holds::For(version) => Some(version),
            };
            let found = Found { index, within: &within, version: version.as_deref() };
            claimed |= self.means((model, rule), &found);
            precisions.resize(self.out.findings.len() - first, self.knowledge.rules.precision(reference, path));
        }
        self.most_precise(first, &precisions);
        if !claimed {
            self.value(index);
        }
    }

    /// The variable whose value the setting is, and that value, where it is set elsewhere.
    fn variable(&self, index: usize) -> Option<(&CompactString, &Template)> {
        let [Part::Hole { name, default: Some(default), at }] = self.settings.items[index].value.parts.as_slice()
        else {
            return None;
        };
        let inside = |place: Place| place.file == at.file && at.span.contains(place.span);
        default.place().is_some_and(|place| !inside(place)).then_some((name, &**default))
    }

    /// Whether the value is that of a variable which is set elsewhere, by a name of which the rule speaks too: it is judged
    /// where it is set.
    fn is_said_there(&self, reference: RuleRef, index: usize) -> bool {
        let Some((name, _)) = self.variable(index) else { return false };
        self.knowledge.rules.settings(self.language, &[fold_key(name)], &words(name)).contains(&reference)
    }

    /// What a chart has ready for whoever switches a part on. That a connection would be bare is then theirs to see; that one
    /// which says it is encrypted takes any certificate is not.
    fn ready(&mut self, index: usize) {
        let knowledge = self.knowledge;
        let (before, unruled) = (std::mem::take(&mut self.out), self.unruled.len());
        self.listed = None;
        self.setting(index);
        self.unruled.truncate(unruled);
        self.listed = None;
        let made = std::mem::replace(&mut self.out, before);
        let unverified = |id: &str| knowledge.checks.get(id).is_some_and(|check| check.class.is_unverified());
        let found = made.findings.into_iter().filter(|finding| unverified(&finding.check));
        self.out
            .findings
            .extend(found.map(|finding| Finding { severity: finding.severity.min(Severity::Low), ..finding }));
    }

    /// Of several findings at one place those of the rules that know the setting best remain.
    fn most_precise(&mut self, first: usize, precisions: &[(bool, usize)]) {
        let own = &self.out.findings[first..];
        let best = |place: Place| {
            own.iter().zip(precisions).filter(|(other, _)| other.place == place).map(|(_, precision)| *precision).max()
        };
        let stays: Vec<bool> =
            own.iter().zip(precisions).map(|(finding, precision)| best(finding.place) == Some(*precision)).collect();
        let mut stays = std::iter::repeat_n(true, first).chain(stays);
        self.out.findings.retain(|_| stays.next().unwrap_or(true));
    }

    /// The words of the last key as it is written.
    fn words(&self, index: usize) -> Vec<CompactString> {
        let key = self.settings.items[index].path.iter().rev().find(|key| !key.text.starts_with('['));
        key.and_then(|key| key.text.rsplit('.').next()).map(words).unwrap_or_default()
    }

    /// The settings that a rule's conditions may look at: all, or those of the part that the setting is in.
    fn scope(&self, model: &Model, index: usize) -> Range<usize> {
        let begins = |index: &usize| self.keys[*index].last().is_some_and(|key| model.scopes.contains(key));
        if model.scopes.is_empty() {
            return 0..self.keys.len();
        }
        let start = (0..=index).rev().find(begins).unwrap_or(0);
        start..(index + 1..self.keys.len()).find(begins).unwrap_or(self.keys.len())
    }

    fn holds(&self, rule: &Rule, index: usize, within: &Range<usize>) -> bool {
        let Matches::Setting(_, to) = &rule.matches else { return false };
        let matching = self.matching();
        matching.fits(to, &traced(&self.settings.items[index])) >= Fit::Sometimes
            && rule.conditions.iter().all(|condition| match condition {
                Condition::Where(slot, matcher) => self.sibling_fits(&matching, slot, matcher, index, within),
                Condition::Unless(slot, matcher) => !self.sibling_fits(&matching, slot, matcher, index, within),
                Condition::Object(_)
                | Condition::Imports(_)
                | Condition::NotInFile(_)
                | Condition::IfOffered(_)
                | Condition::PassedTo(_) => false,
            })
    }

    /// The settings in one map of a document.
    pub(super) fn siblings_of(&self, document: u32, holder: &[CompactString]) -> &[usize] {
        self.siblings.get(&(document, holder.join("."))).map_or(&[], Vec::as_slice)
    }

    pub(super) fn matching(&self) -> Matching<'a> {
        Matching {
            knowledge: self.knowledge,
            words: self.knowledge.rules.vocabulary(self.language),
            objects: &[],
            project: self.empty,
            folded: true,
        }
    }

    fn sibling_fits(
        &self,
        matching: &Matching<'_>,
        slot: &Slot,
        matcher: &Matcher,
        index: usize,
        within: &Range<usize>,
    ) -> bool {
        match self.sibling(slot, index, within) {
            Some(other) => {
                let other = &self.settings.items[other];
                let stays = !self.settings.items[index].value.has_holes();
                let value = if stays && matcher.asks_for_host() { as_given(other) } else { traced(other) };
                matching.fits(matcher, &value) >= Fit::Sometimes
            }
            None => fits_absence(matcher),
        }
    }

    /// The setting beside this one that a slot names; the last one written counts.
    fn sibling(&self, slot: &Slot, index: usize, within: &Range<usize>) -> Option<usize> {
        // A list's element stands where its list stands.
        let indexes = self.keys[index].iter().rev().take_while(|key| key.starts_with('[')).count();
        let own = &self.keys[index][..self.keys[index].len() - indexes];
        let document = self.settings.items[index].document;
        let written = self.settings.items[index].path.iter().rev().find(|key| !key.text.starts_with('['));
        let keys_of_last = written.map_or(0, |key| segments(key).count());
        let written = own.len().saturating_sub(keys_of_last);
        slot.choices.iter().find_map(|choice| {
            let ArgumentName::Keyword(name) = &choice.argument else { return None };
            let mut wanted: Vec<CompactString> = std::iter::once(name)
                .chain(&choice.keys)
                .flat_map(|key| key.split('.').map(fold_key).collect::<Vec<_>>())
                .collect();
            let mut base = &own[..own.len().saturating_sub(1)];
            // `^a.b` is looked for from the root of the file, `^^a.b` beside the map that holds the setting, `^^^a.b` a map higher.
            let marks = wanted.first()?.bytes().take_while(|byte| *byte == b'^').count();
            if marks > 0 {
                base = if marks == 1 { &[] } else { &own[..own.len().saturating_sub(marks)] };
                wanted[0] = wanted[0][marks..].into();
            }
            let last = wanted.pop()?;
            loop {
                let prefix = base.iter().chain(&wanted).map(CompactString::as_str).collect::<Vec<_>>().join(".");
                let found = self.siblings.get(&(document, prefix)).and_then(|list| {
                    let fits = |other: &&usize| {
                        within.contains(*other) && (last == "*" || self.keys[**other].last() == Some(&last))
                    };
                    self.nearest(index, marks > 0 || base.is_empty(), list.iter().rev().filter(fits))
                });
                if let Some(found) = found {
                    return Some(found);
                }
                // The map that holds a dotted key, or an attribute's or list element's own parent, may hold the sibling.
                match base.last() {
                    Some(_) if base.len() > written => base = &base[..written],
                    Some(key) if key.starts_with('[') => base = &base[..base.len() - 1],
                    _ => return None,
                }
            }
        })
    }

    /// Of settings with the right keys, the one in the very block of this one: other elements of the same name
    /// (`<server>` beside `<server>`) do not count. Formats in which each line writes out all keys have no such blocks.
    fn nearest<'k>(&self, index: usize, root: bool, mut found: impl Iterator<Item = &'k usize>) -> Option<usize> {
        let block = |other: usize| {
            let path = &self.settings.items[other].path;
            path.iter().rev().skip(1).find(|key| !key.text.starts_with('[')).map(|key| key.at)
        };
        let own = block(index);
        let is_block = !root && own.is_some() && {
            let beside = [index.checked_sub(1), index.checked_add(1)];
            let holds = |other: usize| other < self.settings.items.len() && block(other) == own;
            beside.into_iter().flatten().any(holds)
        };
        let inside = |other: &usize| {
            let path = &self.settings.items[*other].path;
            !is_block || path.iter().any(|key| Some(key.at) == own)
        };
        found.find(|other| inside(other)).copied()
    }

    /// Says what a rule means for a setting; whether the value is thereby spoken for.
    fn means(&mut self, (model, rule): (&Model, &Rule), found: &Found<'_>) -> bool {
        match &rule.means {
            Means::Reports(reports) => {
                self.reports((model, rule), reports, found);
                false
            }
            Means::Connects(connects) => {
                self.connects(model, connects, found);
                true
            }
            Means::Names => true,
        }
    }

    fn reports(&mut self, (model, rule): (&Model, &Rule), reports: &Reports, found: &Found<'_>) {
        let Found { index, within, version } = *found;
        let setting = &self.settings.items[index];
        let place = match &reports.at {
            Some(At::Argument(slot)) => {
                self.sibling(slot, index, within).map_or(setting.span, |other| self.settings.items[other].span)
            }
            _ => setting.span,
        };
        let value = setting.value.place().map(|place| place.span);
        let fix = match &reports.fix {
            Some(Fix::Replace(text)) => Some((place, text.clone())),
            // An option without a value is there or is not.
            Some(Fix::ReplaceValue(text)) => value.map(|value| (value, text.clone())),
            _ => None,
        };
        let related = rule
            .conditions
            .iter()
            .filter_map(|condition| match condition {
                Condition::Where(slot, _) => self.sibling(slot, index, within),
                _ => None,
            })
            .map(|other| Related {
                place: self.source.place(self.settings.items[other].span),
                message: "together with this".to_owned(),
            })
            .collect();
        let place = self.source.place(place);
        if self.goes_on(index, &reports.check, place) {
            return;
        }
        let base = match self.peer(index, &reports.check) {
            Peer::Moot => return,
            Peer::Unset => Some(Severity::Low.min(reports.severity.unwrap_or(Severity::Low))),
            Peer::Near => self.maker.lowered(reports.severity, &reports.check),
            Peer::Elsewhere => reports.severity,
        };
        let finding = self.maker.finding(Draft {
            check: &reports.check,
            base,
            wire: None,
            confidence: reports.confidence.unwrap_or(Confidence::High),
            message: reports.message.clone(),
            help: reports.instead.clone(),
            place,
            statement: self.source.place(setting.span),
            related,
            fix: fix.map(|(span, text)| vec![crate::endpoint::Edit { place: self.source.place(span), text }]),
            library: model.library.clone(),
            version,
        });
        self.listed = finding.as_ref().map(|_| (index, self.out.findings.len()));
        self.out.findings.extend(finding);
    }

    /// Whether the last finding is the same about an element of the same list: one list is one finding.
    fn goes_on(&mut self, index: usize, check: &str, place: Place) -> bool {
        let Some((before, finding)) = self.listed else { return false };
        let list = |index: usize| {
            let (last, list) = self.settings.items[index].path.split_last()?;
            last.text.starts_with('[').then_some(list)
        };
        let same = before != index && list(index).is_some() && list(index) == list(before);
        let Some(finding) = self.out.findings.get_mut(finding).filter(|finding| same && finding.check == check) else {
            return false;
        };
        finding.related.push(Related { place, message: "and this".to_owned() });
        true
    }

    fn connects(&mut self, model: &Model, connects: &Connects, found: &Found<'_>) {
        let Found { index, within, version } = *found;
        let setting = &self.settings.items[index];
        let endpoints = self.maker.endpoints();
        // The rule knows better what `repository` is than the word does.
        let name = self.keys[index].last();
        let name = name.filter(|name| !matches!(endpoints.name_says(name), NameHint::Document | NameHint::Identifier));
        let hints = Hints {
            protocol: connects.protocol.as_deref(),
            driver: connects.driver.as_deref(),
            listening: connects.listening,
            name: name.map(CompactString::as_str),
            dialled: true,
        };
        let around = Around {
            statement: self.source.place(setting.span),
            library: model.library.clone(),
            listening: connects.listening,
            proxy: connects.proxy,
            check: connects.check.as_deref(),
            confidence: connects.confidence.unwrap_or(Confidence::High),
            driver: connects.driver.clone(),
            used: Some((self.source.place(setting.span), "the program that reads this setting")),
            instead: connects.instead.as_deref(),
            severity: connects.severity,
            version,
            carries: self.carried(index),
            key: Some(self.key(index)),
        };
        let parameters: Vec<Parameter> = connects
            .parameters
            .iter()
            .filter_map(|(key, slot)| {
                let other = &self.settings.items[self.sibling(slot, index, within)?];
                Some(Parameter { key: key.clone(), value: other.value.clone(), place: self.source.place(other.span) })
            })
            .collect();
        if connects.parameters.is_empty() {
            if let Classified::Endpoints(list) = endpoints.classify(&setting.value, &hints) {
                for endpoint in &list {
                    self.maker.wire(endpoint, &around, &mut self.out);
                }
            }
            return;
        }
        let place = self.source.place(setting.span);
        if let Some(endpoint) = endpoints.assemble(&hints, Some(&setting.value), None, &parameters, place) {
            self.maker.wire(&endpoint, &around, &mut self.out);
        }
    }

    /// `value: b` beside `name: A` is read as `A: b` as well, which says more of it.
    fn named_elsewhere(&self, index: usize) -> bool {
        let own = &self.settings.items[index];
        let Some(at) = own.value.place().filter(|at| !at.span.is_empty()) else { return false };
        let around = index.saturating_sub(NEAR)..(index + NEAR).min(self.settings.items.len());
        self.settings.items[around]
            .iter()
            .any(|other| other.value.place() == Some(at) && other.path.len() < own.path.len())
    }

    /// A value that no rule speaks of may still be a URL or DSN.
    fn value(&mut self, index: usize) {
        let setting = &self.settings.items[index];
        if !matches!(setting.scalar, Scalar::Text) || self.linked_data || self.named_elsewhere(index) {
            return;
        }
        // A whole address is judged where the variable is set.
        let is_address = |(_, value): (&CompactString, &Template)| value.known_prefix().contains("://");
        if self.is_recorded(index) || self.is_shown(index) || self.variable(index).is_some_and(is_address) {
            return;
        }
        // An element of a list goes by the name of the list.
        let Some(name) = self.keys[index].iter().rev().find(|key| !key.starts_with('[')) else { return };
        let written = setting
            .path
            .iter()
            .rev()
            .find(|key| !key.text.starts_with('['))
            .map_or(name.as_str(), |key| key.text.as_str());
        let endpoints = self.maker.endpoints();
        let says = endpoints.name_says(written);
        if matches!(says, NameHint::Document | NameHint::Identifier) {
            return;
        }
        let hints = Hints { name: Some(written), ..Hints::default() };
        let Classified::Endpoints(mut list) = endpoints.classify(&setting.value, &hints) else { return };
        // Asked only of what is an endpoint: most settings are none.
        let driver = self.driver_beside(index);
        let protocol = driver.is_none().then(|| self.protocol_of_key(index, &list)).flatten();
        if driver.is_some() || protocol.is_some() {
            let hints = Hints { driver: driver.as_deref(), protocol: protocol.as_deref(), ..hints };
            if let Classified::Endpoints(better) = endpoints.classify(&setting.value, &hints) {
                list = better;
            }
        }
        list.retain(|endpoint| {
            let socket = self.knowledge.protocols.purpose(&endpoint.protocol) == "other";
            let encrypted = socket && self.has_tls_beside(index);
            !encrypted && !self.is_said_beside(index, endpoint)
        });
        let artifact = self.artifact(index);
        for endpoint in &list {
            let web = self.knowledge.protocols.purpose(&endpoint.protocol) == "http";
            // A proxy is a host and no page of it.
            let bare = setting.value.known_prefix().splitn(4, '/').nth(3).is_none_or(str::is_empty);
            // Nobody dials `0.0.0.0`: it is an address to listen on.
            let listening = endpoint.host.zone == Zone::Unspecified;
            let around = Around {
                statement: self.source.place(setting.span),
                library: endpoint.protocol.clone(),
                listening,
                proxy: web && bare && self.knowledge.protocols.names_proxy(written),
                check: artifact.filter(|_| web && !listening),
                // Nobody writes a password into a link.
                confidence: if web
                    && endpoint.credentials != Credentials::Secret
                    && (says != NameHint::Endpoint || self.is_link(endpoint, index))
                {
                    Confidence::Low
                } else {
                    Confidence::Medium
                },
                driver: None,
                used: None,
                instead: None,
                severity: (listening || web && self.is_checked(index)).then_some(Severity::Low),
                version: None,
                carries: self.carried(index),
                key: Some(self.key(index)),
            };
            let first = self.out.findings.len();
            self.maker.wire(endpoint, &around, &mut self.out);
            self.unruled.extend(first..self.out.findings.len());
        }
    }

    /// One of many addresses of the web that the file lists.
    fn is_link(&self, endpoint: &Endpoint, index: usize) -> bool {
        let plain = endpoint.host.zone == Zone::Public && endpoint.credentials == Credentials::None;
        plain && self.links.get_or_init(|| Links::of(self.knowledge, self.settings, self.keys)).holds(index)
    }
}

/// Whether a matcher holds where the setting is not there.
pub(super) fn fits_absence(matcher: &Matcher) -> bool {
    matches!(matcher, Matcher::Absent) || matches!(matcher, Matcher::Not(inner) if !matches!(**inner, Matcher::Present))
}

/// A setting's value as rules see it.
pub(super) fn traced(setting: &Setting) -> Traced {
    let value = match setting.scalar {
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Null => Value::Null,
        Scalar::Number => match setting.value.as_known().and_then(|text| text.trim().parse().ok()) {
            Some(number) => Value::Number(number),
            None => Value::Text(Rc::new(setting.value.clone())),
        },
        Scalar::Text => match setting.value.as_known() {
            None => default_of(setting).unwrap_or_else(|| Value::Text(Rc::new(setting.value.clone()))),
            Some(_) => Value::Text(Rc::new(setting.value.clone())),
        },
    };
    let at = setting.value.place().unwrap_or(Place { file: FileId::default(), span: Span::default() });
    Traced { value, at: Some(at) }
}

/// A host as a setting beside it must see it that holds whatever a variable is set to: the variable's default is not known.
fn as_given(setting: &Setting) -> Traced {
    let value = setting.value.without_written_defaults();
    if value.has_holes() {
        Traced { value: Value::Text(Rc::new(value)), at: setting.value.place() }
    } else {
        traced(setting)
    }
}

/// `${VAR:-false}` is `false` where nobody sets it.
fn default_of(setting: &Setting) -> Option<Value> {
    match setting.value.parts.as_slice() {
        [crate::text::Part::Hole { default: Some(default), .. }] => {
            let text = default.as_known()?;
            Some(truth_word(&text).map_or_else(|| Value::Text(Rc::new((**default).clone())), Value::Bool))
        }
        _ => None,
    }
}
