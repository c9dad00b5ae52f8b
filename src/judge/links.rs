//! Lists of links: files that tell of many pages of the web, in which nobody configured a connection.
//!
//! Two signs, both counted over different hosts: many records of one shape hold an address under a key that says no more
//! than that it is one, or most addresses of the file stand under names that say nothing (a dictionary of addresses).

use crate::endpoint::protocols::kinds::{AnswerWords, LinkWords};
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
        if is_answer(settings, &known.answers) {
            return Self::All;
        }
        let (mut unnamed, mut named) = (FxHashSet::default(), FxHashSet::default());
        let mut records: FxHashMap<(u32, String), (Vec<usize>, FxHashSet<CompactString>)> = FxHashMap::default();
        for (index, (setting, path)) in settings.items.iter().zip(keys).enumerate() {
            let Some(host) = web_host(setting) else { continue };
            if knowledge.endpoints().zone_of_address(&host) != Zone::Public {
                continue;
            }
            let written = setting.path.iter().rev().find(|key| !key.text.starts_with('['));
            let says = written.map_or(NameHint::Neutral, |key| knowledge.protocols.name_says(&key.text));
            if let Some(shape) = shape(path, known).filter(|_| !goes_there(setting, &known.dialled)) {
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

/// Whether the file is what an API once answered: it names itself and its parts by their addresses.
fn is_answer(settings: &Settings, known: &AnswerWords) -> bool {
    let named = |setting: &&Setting| {
        setting.path.last().is_some_and(|key| known.links.contains(&key.text)) && web_host(setting).is_some()
    };
    let beside = |setting: &Setting| setting.path.iter().any(|key| known.beside.contains(&key.text));
    settings.items.iter().filter(named).take(3).count() == 3 && settings.items.iter().any(beside)
}

/// What records have in common: the path to their collection, and the key in each. Bare addresses have that of their list.
fn shape(path: &[CompactString], known: &LinkWords) -> Option<String> {
    let [collection @ .., above, key] = path else { return None };
    if key.starts_with('[') && known.lists.contains(above) {
        return Some(format!("{}.{above}", collection.join(".")));
    }
    known.keys.contains(key).then(|| format!("{}.*.{key}", collection.join(".")))
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
        scan_text(&Knowledge::new(Vec::new()), given, None, &options).findings.len()
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
    fn many_addresses_of_one_host_are_one_finding() {
        let servers =
            |count| format!("servers:\n{}", lines(count, |n| format!("  - url: http://api.acme-bank.net/v{n}\n")));
        assert_eq!(reported(&servers(5)), 5);
        assert_eq!(reported(&servers(6)), 1);
    }

    #[test]
    fn a_recorded_answer_is_no_configuration() {
        let item =
            |n| format!("  - href: http://api.acme-bank.net/v1/{n}\n    base_url: http://files{n}.acme-bank.net/\n");
        assert_eq!(reported(&format!("items:\n{}", lines(3, item))), 0);
        assert_eq!(reported(&format!("items:\n{}", lines(2, item))), 2);
    }

    #[test]
    fn a_repository_in_all_its_forms_is_recorded() {
        let url = "git://git.acme-bank.net/ledger.git";
        assert_eq!(
            reported(&format!("git_url: {url}\nssh_url: git@git.acme-bank.net:ledger.git\nclone_url: https://x\n")),
            0
        );
        assert_eq!(reported(&format!("git_url: {url}\n")), 1);
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
