//! Lists of links: files that tell of many pages of the web, in which nobody configured a connection.
//!
//! Two signs, both counted over different hosts: many records of one shape hold an address under a key that says no more
//! than that it is one, or most addresses of the file stand under names that say nothing (a dictionary of addresses).

use crate::endpoint::protocols::words;
use crate::endpoint::{NameHint, Zone};
use crate::knowledge::Knowledge;
use crate::settings::{Scalar, Setting, Settings};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// The settings of a file that are links.
pub(super) enum Links {
    /// The whole file is a dictionary of addresses.
    All,
    These(FxHashSet<usize>),
}

impl Links {
    pub(super) fn of(knowledge: &Knowledge, settings: &Settings, keys: &[Vec<CompactString>]) -> Self {
        let known = knowledge.protocols.link_words();
        let (mut unnamed, mut named) = (FxHashSet::default(), FxHashSet::default());
        let mut records: FxHashMap<(u32, String), (Vec<usize>, FxHashSet<CompactString>)> = FxHashMap::default();
        for (index, (setting, path)) in settings.items.iter().zip(keys).enumerate() {
            let Some(host) = web_host(setting) else { continue };
            if knowledge.endpoints().zone_of_address(&host) != Zone::Public {
                continue;
            }
            let written = setting.path.iter().rev().find(|key| !key.text.starts_with('['));
            let says = written.map_or(NameHint::Neutral, |key| knowledge.protocols.name_says(&key.text));
            if let Some(shape) = shape(path, &known.keys).filter(|_| !goes_there(setting, &known.dialled)) {
                let (members, hosts) = records.entry((setting.document, shape)).or_default();
                members.push(index);
                hosts.insert(host.clone());
            }
            let hosts = if says == NameHint::Endpoint { &mut named } else { &mut unnamed };
            hosts.insert(host);
        }
        if unnamed.len() >= 2 * known.many.max(named.len()) {
            return Self::All;
        }
        let listed = records.into_values().filter(|(_, hosts)| hosts.len() >= known.many);
        Self::These(listed.flat_map(|(members, _)| members).collect())
    }

    pub(super) fn holds(&self, index: usize) -> bool {
        match self {
            Self::All => true,
            Self::These(listed) => listed.contains(&index),
        }
    }
}

/// The host of an address of the web.
fn web_host(setting: &Setting) -> Option<CompactString> {
    let text = setting.value.known_prefix();
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
    let end = rest.find(['/', '?', '#', ':']).unwrap_or(rest.len());
    (matches!(setting.scalar, Scalar::Text) && end > 0).then(|| rest[..end].into())
}

/// What records have in common: the path to their collection, and the key in each.
fn shape(path: &[CompactString], keys: &[CompactString]) -> Option<String> {
    let [collection @ .., _, key] = path else { return None };
    keys.contains(key).then(|| format!("{}.*.{key}", collection.join(".")))
}

fn goes_there(setting: &Setting, dialled: &[CompactString]) -> bool {
    let above = setting.path.split_last().map_or(&[] as &[_], |(_, above)| above);
    above.iter().any(|key| words(&key.text).iter().any(|word| dialled.contains(word)))
}

#[cfg(test)]
mod tests {
    use crate::gate;
    use crate::knowledge::Knowledge;
    use crate::scan::{Given, Options, scan_text};
    use crate::walk::WalkOptions;

    /// How many connections of a YAML text are reported.
    fn reported(text: &str) -> usize {
        let given = Given { path: "settings.yml".into(), bytes: text.as_bytes().to_vec() };
        let options = Options { walk: WalkOptions::default(), gate: gate::Options::default() };
        scan_text(&Knowledge::new(Vec::new()), given, &options).findings.len()
    }

    fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
        (0..count).map(line).collect()
    }

    #[test]
    fn many_records_with_an_address_are_links() {
        let records = |key: &str, count| {
            format!(
                "{key}:\n{}",
                lines(count, |n| format!("  - name: a{n}\n    url: http://www.shop{n}.acme-bank.net/\n"))
            )
        };
        assert_eq!(reported(&records("shops", 40)), 0);
        assert_eq!(reported(&records("shops", 5)), 5);
        assert_eq!(reported(&records("mirrors", 40)), 40);
    }

    #[test]
    fn a_dictionary_of_addresses_is_one_of_links() {
        let names = |count| lines(count, |n| format!("a{n}: http://www.shop{n}.acme-bank.net/\n"));
        let text = |count| format!("{}server: http://ledger.acme-bank.net/\n", names(count));
        assert_eq!(reported(&text(40)), 0);
        assert_eq!(reported(&text(5)), 1);
        assert_eq!(reported(&format!("{}server: http://u:p@ledger.acme-bank.net/\n", names(40))), 1);
    }
}
