//! Findings of one file that repeat each other become one; the others are where else it stands.

use super::reports::ORIGIN;
use crate::report::{Finding, Related};
use crate::source::{FileId, Place, Source};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// As many addresses of one host in a file, and as many uses of one value, are reported each.
const MANY: usize = 5;
/// Two clients of one server that a block configures stand no more lines apart.
const NEAR: u32 = 3;

/// Folds what is said of one address a few lines apart, and of more addresses of one host than anybody would mend one by
/// one, as far as they are among `unruled`: addresses that no rule speaks of.
pub(super) fn fold(source: &Source, findings: &mut Vec<Finding>, unruled: &[usize]) {
    let mut spoken_for = FxHashSet::default();
    many(findings, unruled, &mut spoken_for);
    again(source, findings, &mut spoken_for);
    drop_all(findings, &spoken_for);
}

/// As [`fold`], of more addresses of one host alone: code says of each what becomes of it. Those of one statement are one.
pub(super) fn fold_hosts(findings: &mut Vec<Finding>, unruled: &[usize]) {
    let mut spoken_for = FxHashSet::default();
    one_statement(findings, unruled, &mut spoken_for);
    let known = |index: &&usize| findings[**index].host.as_ref().is_some_and(|host| !host.contains('$'));
    let unruled: Vec<usize> =
        unruled.iter().filter(known).copied().filter(|index| !spoken_for.contains(index)).collect();
    many(findings, &unruled, &mut spoken_for);
    drop_all(findings, &spoken_for);
}

/// `Source(search="http://host/search", pages="http://host/pages")` describes one other side.
fn one_statement(findings: &mut [Finding], unruled: &[usize], spoken_for: &mut FxHashSet<usize>) {
    let mut first_of: FxHashMap<(CompactString, CompactString, Place), usize> = FxHashMap::default();
    for index in unruled {
        let finding = &findings[*index];
        let Some(host) = finding.host.clone() else { continue };
        let first = *first_of.entry((finding.check.clone(), host, finding.statement)).or_insert(*index);
        // What one text may come to on several ways is told apart later.
        if findings[first].place != finding.place && findings[first].severity >= finding.severity {
            let related = elsewhere(finding.place, "the same host");
            let known = &mut findings[first].related;
            if !known.contains(&related) {
                known.push(related);
            }
            spoken_for.insert(*index);
        }
    }
}

/// Of more uses of one value than anybody would mend one by one, the first tells of all: it is mended where the value is.
pub(super) fn fold_values(findings: &mut Vec<Finding>) {
    let mut by_value: BTreeMap<(CompactString, FileId, Place), BTreeMap<Place, Vec<usize>>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        let Some(origin) = finding.related.iter().find(|related| related.message == ORIGIN) else { continue };
        let uses = by_value.entry((finding.check.clone(), finding.place.file, origin.place)).or_default();
        uses.entry(finding.place).or_default().push(index);
    }
    let mut spoken_for = FxHashSet::default();
    for uses in by_value.into_values().filter(|uses| uses.len() > MANY) {
        let weight = |place: &Place| uses[place].iter().map(|index| findings[*index].severity).max();
        let Some(first) = uses.keys().rev().max_by_key(|place| weight(place)).copied() else { continue };
        let others: Vec<Place> = uses.keys().copied().filter(|place| *place != first).collect();
        for index in &uses[&first] {
            tell_of_all(&mut findings[*index], &others, "with this value", "the same value");
        }
        spoken_for.extend(others.iter().flat_map(|place| &uses[place]).copied());
    }
    drop_all(findings, &spoken_for);
}

fn drop_all(findings: &mut Vec<Finding>, spoken_for: &FxHashSet<usize>) {
    let mut index = 0..;
    findings.retain(|_| index.next().is_none_or(|index| !spoken_for.contains(&index)));
}

fn many(findings: &mut [Finding], unruled: &[usize], spoken_for: &mut FxHashSet<usize>) {
    let mut repeated: BTreeMap<(CompactString, CompactString, FileId), Vec<usize>> = BTreeMap::new();
    for index in unruled {
        let finding = &findings[*index];
        if let Some(host) = &finding.host {
            repeated.entry((finding.check.clone(), host.clone(), finding.place.file)).or_default().push(*index);
        }
    }
    for group in repeated.into_values() {
        // An anchor is read wherever it is merged, and a pair as what it names: they stand in one place.
        let mut seen = FxHashSet::default();
        let places: Vec<usize> = group.iter().copied().filter(|index| seen.insert(findings[*index].place)).collect();
        if places.len() <= MANY {
            continue;
        }
        let others: Vec<Place> = places[1..].iter().map(|other| findings[*other].place).collect();
        tell_of_all(&mut findings[group[0]], &others, "of this host", "the same host");
        spoken_for.extend(group[1..].iter().copied());
    }
}

fn again(source: &Source, findings: &mut [Finding], spoken_for: &mut FxHashSet<usize>) {
    let line = |finding: &Finding| source.position(finding.place.span.start).line;
    let mut order: Vec<usize> = (0..findings.len()).filter(|index| !spoken_for.contains(index)).collect();
    order.sort_by_key(|index| findings[*index].place);
    let mut from = 0;
    for (at, index) in order.iter().enumerate() {
        while line(&findings[order[from]]) + NEAR < line(&findings[*index]) {
            from += 1;
        }
        let same = |other: &&usize| {
            let (one, other) = (&findings[*index], &findings[**other]);
            one.host.is_some()
                && (&one.check, &one.host, &one.message) == (&other.check, &other.host, &other.message)
                && line(other) < line(one)
        };
        let first = order[from..at].iter().find(same).copied().filter(|first| !spoken_for.contains(first));
        if let Some(first) = first {
            let related = elsewhere(findings[*index].place, "the same address again");
            findings[first].related.push(related);
            spoken_for.insert(*index);
        }
    }
}

/// Lets a finding tell of all that are like it in the file.
fn tell_of_all(finding: &mut Finding, others: &[Place], alike: &str, each: &str) {
    let _ = write!(finding.message, " ({} more {alike} in the file)", others.len());
    finding.related.extend(others.iter().take(MANY).map(|place| elsewhere(*place, each)));
}

fn elsewhere(place: Place, message: &str) -> Related {
    Related { place, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::gate;
    use crate::knowledge::Knowledge;
    use crate::report::Report;
    use crate::scan::{Given, Options, scan_text};
    use crate::walk::WalkOptions;

    fn report(text: &str) -> Report {
        let given = Given { path: "urls.py".into(), bytes: text.as_bytes().to_vec() };
        let options = Options { walk: WalkOptions::default(), gate: gate::Options::default() };
        scan_text(&Knowledge::new(Vec::new()), given, None, &options)
    }

    fn messages(text: &str) -> Vec<String> {
        report(text).findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn many_constants_of_one_host_are_one_fault() {
        let urls = |count: usize, host: &str| {
            let one = |number: usize| format!("PART{number}_URL = \"http://{host}/part{number}\"\n");
            (0..count).map(one).collect::<String>()
        };
        let many = messages(&urls(9, "api.acme-bank.com"));
        assert!(matches!(many.as_slice(), [one] if one.ends_with("(8 more of this host in the file)")), "{many:?}");
        assert_eq!(messages(&urls(3, "api.acme-bank.com")).len(), 3);
        assert_eq!(messages(&(urls(3, "api.acme-bank.com") + &urls(3, "db.acme-bank.com"))).len(), 6);
    }

    #[test]
    fn many_uses_of_one_value_are_one_fault() {
        let client = |uses: usize| {
            let head = "import requests\n\nclass Ledger:\n    def __init__(self):\n        self.verify = False\n\n";
            let one = |number: usize| {
                format!(
                    "    def call{number}(self):\n        requests.get('https://api.acme-bank.com', verify=self.verify)\n\n"
                )
            };
            messages(&(head.to_owned() + &(0..uses).map(one).collect::<String>()))
        };
        assert!(matches!(client(8).as_slice(), [one] if one.ends_with("(7 more with this value in the file)")));
        assert_eq!(client(3).len(), 3);
    }

    #[test]
    fn addresses_of_one_host_in_one_statement_are_one_fault() {
        let one = |second: &str| {
            format!(
                "Bank(\n    search_url=\"http://api.acme-bank.com/search\",\n    pages_url=\"http://{second}/pages\",\n)\n"
            )
        };
        assert_eq!(messages(&one("api.acme-bank.com")).len(), 1);
        // Two ways to one text are one place.
        let ways = "import requests\ndef search(kind):\n    path = '/a' if kind else '/b'\n    \
                    requests.get('http://api.acme-bank.com' + path)\n";
        assert_eq!(report(ways).findings.iter().map(|finding| finding.related.len()).collect::<Vec<_>>(), [0]);
        assert_eq!(messages(&one("db.acme-bank.com")).len(), 2);
    }
}
