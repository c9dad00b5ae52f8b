//! Connections that a configuration describes by several keys: each becomes one endpoint with one verdict.
//!
//! The host is the anchor. What lies below the same key, or begins with the same words, belongs to it; the last value
//! of a key counts. Which words name a block, and what it connects to, is data.

use super::matching::Fit;
use super::settings::{SettingsJudge, fits_absence, traced};
use super::wires::Around;
use crate::endpoint::protocols::words;
use crate::endpoint::{Classifier, Endpoint, Hints, Judged, Parameter, Says, Zone};
use crate::grades::Confidence;
use crate::report::Related;
use crate::rules::model::{Block, Matcher, Model};
use crate::source::Place;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// More keys of one block are not looked at.
const MAX_MEMBERS: usize = 300;
/// Between the keys of a path; no key holds it.
const BETWEEN: char = '\u{1}';

/// All settings by document and path, so that what begins alike lies together.
struct Sorted(Vec<(u32, String, usize)>);

/// A setting that may name the host of a block.
struct Anchor {
    index: usize,
    /// Which of the keys that may hold the host it is; earlier ones know better.
    rank: usize,
    document: u32,
    /// What the paths of the block's members begin with.
    start: String,
    /// The path of the key that holds the block, as a beginning.
    holder: String,
}

/// One anchor with the settings around it, by what they are called within the block and beside it.
struct Found {
    anchor: Anchor,
    members: FxHashMap<CompactString, usize>,
    beside: FxHashMap<CompactString, usize>,
}

/// Which setting of the file a key ends with, for each end that was asked for.
type Ends = FxHashMap<CompactString, Option<usize>>;

impl Sorted {
    fn new(keys: &[Vec<CompactString>], document_of: impl Fn(usize) -> u32) -> Self {
        let mut all: Vec<_> =
            keys.iter().enumerate().map(|(index, path)| (document_of(index), joined(path), index)).collect();
        all.sort_unstable();
        Self(all)
    }

    /// The settings whose path begins so, by the rest of their path; the last one written counts. Entries of the maps
    /// `inside` go by their own key as well.
    fn beginning(&self, document: u32, start: &str, inside: &[CompactString]) -> FxHashMap<CompactString, usize> {
        let from = self.0.partition_point(|(of, path, _)| (*of, path.as_str()) < (document, start));
        let mut found = FxHashMap::default();
        for (_, path, index) in self.0[from..]
            .iter()
            .take_while(|(of, path, _)| *of == document && path.starts_with(start))
            .take(MAX_MEMBERS)
        {
            let rest: Vec<&str> = path[start.len()..].split(BETWEEN).filter(|key| !key.is_empty()).collect();
            let inner = rest.split_first().filter(|(first, _)| inside.iter().any(|name| name == *first));
            for name in [rest.concat()].into_iter().chain(inner.map(|(_, rest)| rest.concat())) {
                let last = found.entry(CompactString::from(name)).or_insert(*index);
                *last = (*last).max(*index);
            }
        }
        found
    }
}

fn joined(path: &[CompactString]) -> String {
    let mut out = String::new();
    for key in path {
        out.push_str(key);
        out.push(BETWEEN);
    }
    out
}

impl SettingsJudge<'_> {
    /// Judges the blocks of the file; gives the settings that are thereby spoken for.
    pub(super) fn blocks(&mut self) -> FxHashSet<usize> {
        let mut spoken_for = FxHashSet::default();
        let here = self.knowledge.rules.blocks(self.language, self.path);
        if here.is_empty() {
            return spoken_for;
        }
        let mut sorted = None;
        let mut done = FxHashSet::default();
        let mut ends = Ends::default();
        // From the end, so that the last host of a block is the one that counts.
        for index in (0..self.keys.len()).rev().filter(|index| !self.switched_off.contains(index)).collect::<Vec<_>>() {
            for (model, block) in &here {
                let Some(anchor) = self.anchor(index, block) else { continue };
                if done.contains(&(anchor.document, anchor.start.clone())) {
                    spoken_for.insert(index);
                    break;
                }
                let sorted =
                    sorted.get_or_insert_with(|| Sorted::new(self.keys, |index| self.settings.items[index].document));
                let found = Found {
                    members: sorted.beginning(anchor.document, &anchor.start, &block.inside),
                    beside: sorted.beginning(anchor.document, &anchor.holder, &[]),
                    anchor,
                };
                if self.meets(block, &found, &mut ends) && self.block(model, block, &found, &mut spoken_for) {
                    done.insert((found.anchor.document, found.anchor.start));
                    break;
                }
            }
        }
        spoken_for
    }

    /// The setting as the host of such a block. The first element of a list of hosts stands for all.
    fn anchor(&self, index: usize, block: &Block) -> Option<Anchor> {
        let path = &self.keys[index];
        let path = match path.split_last()? {
            (last, list) if last == "[0]" => list,
            _ => path.as_slice(),
        };
        let fitting = block.hosts.iter().enumerate().filter_map(|(rank, host)| Some((rank, before(path, host)?)));
        let (rank, (stem, holder)) = fitting.min_by_key(|(_, (stem, _))| stem.len())?;
        let mut all: Vec<CompactString> = Vec::new();
        let written = self.settings.items[index].path.iter().filter(|key| !key.text.starts_with('['));
        for key in written {
            all.extend(words(&key.text));
        }
        // What is left of the words when the host's own key is taken away; `PGHOST` is one word.
        let tail: usize = path[holder.len()..].iter().map(CompactString::len).sum();
        let mut own = tail - stem.len();
        while own > 0 {
            let word = all.pop()?;
            if word.len() > own {
                all.push(word.get(..word.len() - own).unwrap_or_default().into());
            }
            own = own.saturating_sub(word.len());
        }
        if !named(block, &all) {
            return None;
        }
        let holder = joined(holder);
        let document = self.settings.items[index].document;
        Some(Anchor { index, rank, document, start: format!("{holder}{stem}"), holder })
    }

    /// Judges one block; whether it is one.
    fn block(&mut self, model: &Model, block: &Block, found: &Found, spoken_for: &mut FxHashSet<usize>) -> bool {
        let kind = self.kind(block, found);
        if kind.is_none() && block.protocol.is_none() || self.is_host_elsewhere(block, found) {
            return false;
        }
        let protocols = &self.knowledge.protocols;
        let hints = Hints {
            protocol: kind.filter(|kind| protocols.has_protocol(kind)).or(block.protocol.as_deref()),
            driver: kind.filter(|kind| protocols.has_driver(kind)).or(block.driver.as_deref()),
            dialled: true,
            ..Hints::default()
        };
        let parameters = self.parameters(block, &hints, found);
        let says = |wanted: Says| parameters.iter().filter(move |(_, says, _)| *says == wanted);
        let host = &self.settings.items[found.anchor.index];
        let is_url = host.value.known_prefix().contains("://");
        // Nothing, or a number that belongs to another key.
        let is_no_host = |text: CompactString| text.trim().bytes().all(|byte| byte.is_ascii_digit());
        let unnamed = host.value.as_known().is_some_and(is_no_host);
        let suffices = block.protocol.is_some() && !is_url && (block.host_alone || tells_port(&host.value));
        let alone = parameters.is_empty() && !suffices;
        if !unnamed && !is_url && alone && block.protocol.is_some() && !block.only_said {
            // A host alone is a connection, of which the file says no more.
            let place = self.source.place(host.span);
            let endpoint = self.maker.endpoints().assemble(&hints, Some(&host.value), None, &[], place);
            if let Some(endpoint) = &endpoint {
                let around = Around {
                    key: Some(self.key(found.anchor.index)),
                    ..around(model, block, endpoint, hints.driver, place)
                };
                self.maker.connection(endpoint, &around, &mut self.out);
            }
            return false;
        }
        if unnamed || alone || (is_url && says(Says::Parameter).next().is_none()) {
            return false;
        }
        let port = says(Says::Port).find_map(|(_, _, given)| given.value.as_known()?.trim().parse().ok());
        let given: Vec<Parameter> =
            parameters.iter().filter(|(_, says, _)| *says != Says::Port).map(|(_, _, given)| given.clone()).collect();
        let place = self.source.place(host.span);
        let Some(endpoint) = self.maker.endpoints().assemble(&hints, Some(&host.value), port, &given, place) else {
            return false;
        };
        let by_default = endpoint.transport.is_by_default();
        let near = matches!(endpoint.host.zone, Zone::Cluster | Zone::Templated | Zone::Unspecified);
        let around =
            Around { key: Some(self.key(found.anchor.index)), ..around(model, block, &endpoint, hints.driver, place) };
        if by_default && block.only_said {
            // Another rule may know more of it.
            self.maker.connection(&endpoint, &around, &mut self.out);
            return false;
        }
        spoken_for.insert(found.anchor.index);
        let decided = matches!(endpoint.transport, Judged::Known { .. }) || super::matching::local(endpoint.host.zone);
        if decided {
            spoken_for.extend(says(Says::Parameter).map(|(index, _, _)| *index));
        }
        // What nobody wrote about a neighbour, or about a host that nobody knows, is held back, and counted as such.
        if by_default && near {
            let unsure = Around { confidence: Confidence::Low, ..around };
            self.maker.wire(&endpoint, &unsure, &mut self.out);
        } else {
            let first = self.out.findings.len();
            self.maker.wire(&endpoint, &around, &mut self.out);
            let repeated = self.repeated(block, found, says(Says::Parameter));
            for finding in &mut self.out.findings[first..] {
                let places = repeated.iter().map(|index| self.source.place(self.settings.items[*index].span));
                finding.related.extend(places.map(|place| Related { place, message: "the same again".to_owned() }));
            }
            spoken_for.extend(repeated);
        }
        true
    }

    /// Whether another member of the block is the host rather than the anchor.
    fn is_host_elsewhere(&self, block: &Block, found: &Found) -> bool {
        let mut better = block.hosts[..found.anchor.rank].iter().filter_map(|host| found.members.get(host));
        better.any(|index| self.settings.items[*index].value.as_known().is_none_or(|text| !text.trim().is_empty()))
    }

    /// Members that say of a part of the block what one of these says of the whole: `producer.security.protocol` beside
    /// `security.protocol`. A part with a host of its own is a block of its own.
    fn repeated<'g>(
        &self,
        block: &Block,
        found: &Found,
        given: impl Iterator<Item = &'g (usize, Says, Parameter)>,
    ) -> Vec<usize> {
        let value = |index: &usize| self.settings.items[*index].value.as_known();
        let mut all = Vec::new();
        for (index, ..) in given {
            let own = found.members.iter().filter(|(_, other)| *other == index).map(|(name, _)| name);
            for name in own {
                let again = found.members.iter().filter(|(other, at)| {
                    let part = other.strip_suffix(name.as_str()).filter(|part| !part.is_empty());
                    let elsewhere = |part: &str| block.hosts.iter().any(|host| has_host(found, part, host));
                    part.is_some_and(|part| !elsewhere(part)) && value(at) == value(index)
                });
                all.extend(again.map(|(_, at)| *at));
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What the block connects to, where one of its values says it.
    fn kind<'b>(&self, block: &'b Block, found: &Found) -> Option<&'b str> {
        block.by.iter().find_map(|key| {
            let value = self.settings.items[*found.members.get(key)?].value.clone();
            let value: CompactString = words(&assumed(&value)?).concat().into();
            block.kinds.iter().find(|(written, _)| *written == value).map(|(_, kind)| kind.as_str())
        })
    }

    /// Whether all conditions of the block hold.
    fn meets(&self, block: &Block, found: &Found, ends: &mut Ends) -> bool {
        block.conditions.iter().all(|(keys, matcher, wanted)| self.fits(keys, matcher, found, ends) == *wanted)
    }

    fn fits(&self, keys: &[CompactString], matcher: &Matcher, found: &Found, ends: &mut Ends) -> bool {
        let given = keys.iter().find_map(|key| match key.strip_prefix('*') {
            Some(end) => self.ending(end, ends),
            None => found.members.get(key).or_else(|| found.beside.get(key)).copied(),
        });
        match given {
            Some(index) => self.matching().fits(matcher, &traced(&self.settings.items[index])) >= Fit::Sometimes,
            None => fits_absence(matcher),
        }
    }

    /// A setting of the file, of whichever document, whose path ends so; the file is gone through once an end.
    fn ending(&self, end: &str, ends: &mut Ends) -> Option<usize> {
        if let Some(known) = ends.get(end) {
            return *known;
        }
        let found = self.keys.iter().position(|path| before(path, end).is_some());
        ends.insert(end.into(), found);
        found
    }

    /// The members of the block that say something of the connection, in the order of the file.
    fn parameters(&self, block: &Block, hints: &Hints<'_>, found: &Found) -> Vec<(usize, Says, Parameter)> {
        let endpoints = self.maker.endpoints();
        let mut all: Vec<(usize, Says, Parameter)> = found
            .members
            .iter()
            .filter(|(_, index)| **index != found.anchor.index)
            .filter_map(|(name, index)| {
                let other = block.parameters.iter().find(|(_, keys)| keys.contains(name)).map(|(other, _)| other);
                let key = other.unwrap_or(name);
                let says = endpoints.says(hints, key);
                let item = &self.settings.items[*index];
                let parameter =
                    Parameter { key: key.clone(), value: item.value.clone(), place: self.source.place(item.span) };
                (says != Says::Nothing).then_some((*index, says, parameter))
            })
            .collect();
        all.sort_by(|a, b| (a.0, &a.2.key).cmp(&(b.0, &b.2.key)));
        all
    }
}

fn around<'a>(model: &Model, block: &'a Block, endpoint: &Endpoint, driver: Option<&str>, place: Place) -> Around<'a> {
    Around {
        statement: place,
        library: model.library.clone(),
        listening: false,
        proxy: false,
        check: block.check.as_deref(),
        confidence: block.confidence.unwrap_or(Confidence::High),
        driver: driver.map(CompactString::from),
        used: (endpoint.host.zone != Zone::Reserved).then_some((place, "the program that reads this setting")),
        instead: block.instead.as_deref(),
        severity: None,
        version: None,
        carries: Vec::new(),
        key: None,
    }
}

/// Whether a part of the block names a host of its own.
fn has_host(found: &Found, part: &str, host: &str) -> bool {
    found.members.keys().any(|name| name.strip_prefix(part).is_some_and(|rest| rest == host))
}

/// What stands before a host's key, which may be several segments (`bootstrap.servers`): the rest of its first segment,
/// and the segments above.
fn before<'p>(path: &'p [CompactString], host: &str) -> Option<(String, &'p [CompactString])> {
    let mut tail = String::new();
    let mut holder = path;
    while tail.len() < host.len() {
        let (last, above) = holder.split_last()?;
        tail.insert_str(0, last);
        holder = above;
    }
    let stem = tail.strip_suffix(host)?;
    Some((stem.to_owned(), holder))
}

/// Whether an address among these says its port itself: `queue.acme-bank.com:9092`.
fn tells_port(hosts: &crate::text::Template) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    assumed(hosts).is_some_and(|hosts| {
        let mut each = hosts.split(',').filter_map(|address| address.trim().rsplit_once(':'));
        each.any(|(host, port)| is_port(port) && (!host.contains(':') || host.ends_with(']')))
    })
}

/// The text, with the default of a variable in its place.
fn assumed(template: &crate::text::Template) -> Option<CompactString> {
    match template.parts.as_slice() {
        [crate::text::Part::Hole { default: Some(default), .. }] => default.as_known(),
        _ => template.as_known(),
    }
}

/// Whether the words end with one of the block's names.
fn named(block: &Block, words: &[CompactString]) -> bool {
    let mut end = String::new();
    block.names.is_empty()
        || words.iter().rev().take(8).any(|word| {
            end.insert_str(0, word);
            block.names.iter().any(|name| *name == end)
        })
}
