//! What stands beside a setting: the driver that reads a URL, the host that a switch is about, and whether TLS is on at all.
//!
//! Keys of one connection begin alike (`DB_DRIVER`, `DB_URL`, `DB_SSL_VERIFY`), or stand in one map.

use super::matching::{local, truth_word};
use super::settings::SettingsJudge;
use crate::checks::Class;
use crate::endpoint::protocols::words;
use crate::endpoint::{Classified, Classifier, Endpoint, Evidence, EvidenceKind, Hints, Judged, Says, Transport, Zone};
use crate::text::Template;
use compact_str::CompactString;
use std::cmp::Reverse;

/// What keys of URLs end with, folded.
const URLS: [&str; 4] = ["url", "uri", "endpoint", "connectionstring"];
/// What a key that switches TLS on or off is called behind the name of what it is for.
const SWITCHES: [&str; 2] = ["enabled", "enable"];
/// A key that begins with one of these names says how a peer is verified, if TLS is on.
const TLS: [&str; 2] = ["ssl", "tls"];

/// What the keys contain by which a server gets the certificate that it shows.
const CERTIFICATES: [&str; 2] = ["cert", "keyfile"];

/// Keys of one connection begin with so many letters at least.
const MIN_STEM: usize = 3;

/// Where the other end of the connection is that a switch speaks of.
pub(super) enum Peer {
    /// On this machine, or TLS is switched off anyway: nobody is verified.
    Moot,
    /// Not named yet, or by a word that somebody has to replace.
    Unset,
    /// A service of the same network, by its short name.
    Near,
    Elsewhere,
}

impl<'a> SettingsJudge<'a> {
    /// The driver that is named beside the URL: `driver-class-name` beside `url`, `DB_DRIVER` beside `DB_URL`.
    pub(super) fn driver_beside(&self, index: usize) -> Option<CompactString> {
        let own = self.keys[index].last()?;
        let end = URLS.iter().find(|end| own.ends_with(**end))?;
        // `jdbc-url` beside `driver-class-name`.
        let stem = own[..own.len() - end.len()].trim_end_matches("jdbc");
        let names = |key: &str| key.strip_prefix(stem).is_some_and(|key| self.knowledge.protocols.is_driver_class(key));
        let found = self.beside(index).find(|(_, key)| names(key));
        found.and_then(|(other, _)| self.settings.items[other].value.as_known())
    }

    /// The protocol that a word of the key names, where the address itself says no more than that it is one of a socket.
    pub(super) fn protocol_of_key(&self, index: usize, list: &[Endpoint]) -> Option<CompactString> {
        let protocols = &self.knowledge.protocols;
        let bare = |endpoint: &Endpoint| protocols.purpose(&endpoint.protocol) == "other";
        if list.is_empty() || !list.iter().all(bare) {
            return None;
        }
        let keys = self.settings.items[index].path.iter().rev().flat_map(|key| words(&key.text));
        keys.into_iter().find(|word| protocols.has_protocol(word))
    }

    /// Whether a key beside an address says what nothing in the address does: `ledger_sslmode` beside `ledger_url`.
    pub(super) fn is_said_beside(&self, index: usize, endpoint: &Endpoint) -> bool {
        let by_default = |evidence: &Evidence| evidence.kind == EvidenceKind::Default;
        let Judged::Known { decided_by, .. } = &endpoint.transport else { return false };
        let Some(own) = self.keys[index].last().filter(|_| by_default(decided_by)) else { return false };
        let hints = Hints { protocol: Some(&endpoint.protocol), ..Hints::default() };
        let says = |key: &str| {
            let common = own.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
            let rests = (MIN_STEM..=common).filter_map(|at| key.get(at..));
            rests
                .filter(|rest| !rest.is_empty())
                .any(|rest| self.maker.endpoints().says(&hints, rest) == Says::Parameter)
        };
        self.beside(index).any(|(other, key)| other != index && says(key))
    }

    /// Whether TLS for what goes over a socket is set up in a block beside its address: `tls: { certificate: a.pem, key: b.pem }`.
    pub(super) fn has_tls_beside(&self, index: usize) -> bool {
        let Some((_, holder)) = self.keys[index].split_last() else { return false };
        let document = self.settings.items[index].document;
        TLS.iter().any(|tls| {
            let block: Vec<CompactString> = holder.iter().cloned().chain([(*tls).into()]).collect();
            let members = self.siblings_of(document, &block).iter();
            let members = members.filter_map(|other| Some((self.keys[*other].last()?, &self.settings.items[*other])));
            let switch = members.clone().find(|(key, _)| SWITCHES.contains(&key.as_str()));
            match switch.and_then(|(_, item)| truth_word(&item.value.as_known()?)) {
                Some(on) => on,
                None => members
                    .filter(|(_, item)| !item.value.parts.is_empty())
                    .any(|(key, _)| CERTIFICATES.iter().any(|word| key.contains(word))),
            }
        })
    }

    /// Part of a record that an API once answered.
    pub(super) fn is_recorded(&self, index: usize) -> bool {
        let records = &self.knowledge.protocols.link_words().answers.records;
        let has = |wanted: &CompactString| self.beside(index).any(|(_, key)| key == wanted);
        records.iter().any(|record| record.iter().all(has))
    }

    /// Whether what is fetched from the address is compared with a sum that stands beside it.
    pub(super) fn is_checked(&self, index: usize) -> bool {
        let known = &self.knowledge.protocols.link_words().checksums;
        self.beside(index).any(|(other, key)| known.contains(key) && !self.settings.items[other].value.parts.is_empty())
    }

    /// The check of what is fetched to be installed, where the address ends so.
    pub(super) fn artifact(&self, index: usize) -> Option<&'a str> {
        let known = &self.knowledge.protocols.link_words().artifacts;
        let text = self.settings.items[index].value.assumed();
        let path = text.split(['?', '#']).next()?.trim_end();
        known.ends.iter().any(|end| path.ends_with(end.as_str())).then_some(known.check.as_str())
    }

    /// Whether it is an example for readers.
    pub(super) fn is_shown(&self, index: usize) -> bool {
        let known = &self.knowledge.protocols.link_words().examples;
        self.settings.items[index].path.iter().any(|key| known.contains(&key.text))
    }

    /// Where the other end is that a finding of this check at a switch is about, as far as the keys beside it say.
    pub(super) fn peer(&self, index: usize, check: &str) -> Peer {
        let class = self.knowledge.checks.get(check).map(|check| check.class);
        let verifies = class.is_some_and(Class::is_unverified);
        let dials = matches!(class, Some(Class::CleartextClient | Class::DatabasePlaintext));
        let Some(own) = self.keys[index].last().filter(|_| verifies || dials) else { return Peer::Elsewhere };
        if verifies && self.is_off(index, own) {
            return Peer::Moot;
        }
        // In a list of variables each stands for itself: only a common beginning makes two of them one connection.
        let written = self.settings.items[index].path.last();
        let variable = written.is_some_and(|key| !key.text.bytes().any(|byte| byte.is_ascii_lowercase()));
        let flat = self.keys[index].len() < 2 || variable;
        let stem = |key: &str| {
            let known = self.knowledge.protocols.host_keys().iter().map(CompactString::as_str).chain(URLS);
            let ends = known.filter_map(|end| key.strip_suffix(end));
            ends.filter(|stem| own.starts_with(stem) && !(flat && stem.is_empty())).map(str::len).max()
        };
        let hosts = self.beside(index).chain(self.above(index)).filter_map(|(other, key)| Some((stem(key)?, other)));
        // Of elements of one name, the next one.
        let best = hosts.max_by_key(|(length, other)| (*length, Reverse(other.abs_diff(index))));
        let Some((_, host)) = best else {
            return if verifies && !variable && self.is_all_bare(index) { Peer::Moot } else { Peer::Elsewhere };
        };
        let host = &self.settings.items[host].value;
        if verifies && self.is_bare_web(host) {
            return Peer::Moot;
        }
        match host.as_known() {
            // Nothing is configured yet: it will be so for whoever fills it in.
            Some(host) if host.trim().is_empty() => Peer::Unset,
            Some(host) => match self.maker.endpoints().zone_of_address(&host) {
                zone if local(zone) && zone != Zone::ByDesign => Peer::Moot,
                Zone::Reserved => Peer::Unset,
                Zone::Cluster if host_name(&host).matches('.').count() < 2 => Peer::Near,
                _ => Peer::Elsewhere,
            },
            // A port or path that comes from elsewhere changes no host; a default gives way.
            None if self.all_at(&host.without_written_defaults(), |one| local(one.host.zone)) => Peer::Moot,
            None if self.all_at(host, |one| one.host.zone == Zone::Cluster) => Peer::Near,
            None => Peer::Elsewhere,
        }
    }

    /// Whether there is an endpoint in an address, and this holds of each.
    fn all_at(&self, address: &Template, holds: impl Fn(&Endpoint) -> bool) -> bool {
        let dialled = Hints { dialled: true, ..Hints::default() };
        let found = self.maker.endpoints().classify(address, &dialled);
        matches!(found, Classified::Endpoints(list) if !list.is_empty() && list.iter().all(holds))
    }

    /// Whether the map of a setting holds addresses, and each is one of plain HTTP.
    fn is_all_bare(&self, index: usize) -> bool {
        let addresses = self.beside(index).map(|(other, _)| &self.settings.items[other].value);
        let mut addresses = addresses.filter(|value| value.known_prefix().contains("://")).peekable();
        addresses.peek().is_some() && addresses.all(|address| self.is_bare_web(address))
    }

    /// Whether an address is that of plain HTTP, in which there is no certificate to verify.
    fn is_bare_web(&self, address: &Template) -> bool {
        self.all_at(&address.without_written_defaults(), |endpoint| {
            self.knowledge.protocols.purpose(&endpoint.protocol) == "http"
                && matches!(&endpoint.transport, Judged::Known { transport: Transport::Cleartext, .. })
        })
    }

    /// Whether TLS, of which a key of this name would tell how it verifies, is switched off beside it.
    fn is_off(&self, index: usize, own: &str) -> bool {
        let switches = |key: &str| {
            let stem = SWITCHES.iter().find_map(|end| key.strip_suffix(end)).unwrap_or(key);
            TLS.iter().any(|tls| stem.ends_with(tls)) && own.len() > key.len().min(stem.len()) && own.starts_with(stem)
        };
        let off = |other: usize| {
            self.settings.items[other].value.as_known().and_then(|text| truth_word(&text)) == Some(false)
        };
        self.beside(index).any(|(other, key)| other != index && switches(key) && off(other))
    }

    /// The settings in the map of this one, by the last of their keys.
    pub(super) fn beside(&self, index: usize) -> impl Iterator<Item = (usize, &CompactString)> {
        let holder = self.keys[index].split_last().map(|(_, holder)| holder);
        self.members(index, holder)
    }

    /// Those in the map around a block of TLS: `endpoint` of `{ endpoint: .., tls: { verify: .. } }`.
    fn above(&self, index: usize) -> impl Iterator<Item = (usize, &CompactString)> {
        let block = self.keys[index].split_last().and_then(|(_, holder)| holder.split_last());
        let around = block.filter(|(block, _)| TLS.contains(&block.as_str())).map(|(_, around)| around);
        self.members(index, around).filter(move |_| around.is_some())
    }

    fn members(&self, index: usize, holder: Option<&[CompactString]>) -> impl Iterator<Item = (usize, &CompactString)> {
        let document = self.settings.items[index].document;
        let all = self.siblings_of(document, holder.unwrap_or_default());
        all.iter().filter_map(|other| Some((*other, self.keys[*other].last()?)))
    }
}

/// The host of an address without its scheme and path.
fn host_name(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    bare.split(['/', ':']).next().unwrap_or(bare)
}
