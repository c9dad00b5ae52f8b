//! The data of `rules/protocols/`, checked: [`Protocols::from_yaml`] is the only way to it, so what is here is sound.
//!
//! The build script includes this folder as well, so it uses nothing of the crate but `versions`, as the build script does.

mod check;
pub mod count;
pub mod kinds;
mod raw;

use compact_str::CompactString;
use kinds::{HoleWords, LinkWords, NameHint, NeighbourKeys, Strengths, Switch, Switches, Transport, Verdict, Zone};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What connections may be for.
pub const PURPOSES: [&str; 12] = [
    "http",
    "database",
    "cache",
    "broker",
    "mail",
    "directory",
    "rpc",
    "file-transfer",
    "logging",
    "ssh",
    "name-service",
    "other",
];

/// Every protocol, driver, parameter, host list and word list that the classifier knows.
#[derive(Debug, Serialize, Deserialize)]
pub struct Protocols {
    families: BTreeMap<CompactString, Family>,
    protocols: Vec<Protocol>,
    /// By scheme in lower case: where it is. Schemes that need a hint are only in their protocol.
    schemes: BTreeMap<CompactString, (u16, u16)>,
    ids: BTreeMap<CompactString, u16>,
    /// By folded id or alias.
    drivers: BTreeMap<CompactString, (u16, u16)>,
    pub(super) keys: Keys,
    pub(super) hosts: Vec<Hosts>,
    /// Domains whose names carry an address: `10.0.0.1.nip.io`.
    pub(super) address_domains: Vec<CompactString>,
    /// The last labels of names that the whole world resolves, sorted.
    pub(super) public_domains: Vec<CompactString>,
    pub(super) identifiers: Identifiers,
    names: Vec<Names>,
    switches: Switches,
    proxies: Vec<CompactString>,
    reverse_proxies: Vec<CompactString>,
    browsers: Vec<CompactString>,
    links: LinkWords,
    neighbours: NeighbourKeys,
    pub(super) holes: HoleWords,
    pub(super) strength: Strength,
}

/// A mistake in a file of rules. Line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Family {
    cleartext: CompactString,
    listening: CompactString,
    opportunistic: CompactString,
    unverified: CompactString,
    host_unverified: CompactString,
    versions: CompactString,
    ciphers: CompactString,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Protocol {
    pub(super) id: CompactString,
    pub(super) title: CompactString,
    purpose: CompactString,
    family: CompactString,
    ports: Vec<u16>,
    /// Ports on which TLS is usual, so that a text without a scheme is not judged by its default.
    pub(super) tls_ports: Vec<u16>,
    /// What holds for an unknown driver where nothing is said.
    pub(super) default: Verdict,
    pub(super) advice: String,
    /// Drivers of other protocols that speak this one as well.
    pub(super) other_drivers: Vec<CompactString>,
    /// The parameter to add where nothing is said: `sslmode=verify-full`.
    pub(super) add: Option<CompactString>,
    /// What stands before the first parameter of a JDBC URL; `?` unless said otherwise.
    pub(super) joined_by: Option<CompactString>,
    /// Where the other end is when no host is named.
    pub(super) without_host: Option<Zone>,
    schemes: Vec<Scheme>,
    /// `psycopg2` of `postgresql+psycopg2` to its driver.
    dialects: BTreeMap<CompactString, CompactString>,
    /// Folded keys, or keys with a value, that give the protocol away in a list of `key=value;`.
    pub(super) marks: Vec<CompactString>,
    /// Folded keys of a list of `key=value` with blanks between, of which two make a connection string.
    pub(super) keywords: Vec<CompactString>,
    /// A list of `key=value;` with one of these folded keys for its host, and nothing that gives it away, is of this
    /// protocol.
    pub(super) fallback: Vec<CompactString>,
    /// The driver that reads such lists.
    pub(super) pairs_driver: Option<CompactString>,
    /// Connections may be written as `(DESCRIPTION=(ADDRESS=...))`.
    pub(super) descriptor: bool,
    /// `tcp` in `user:password@tcp(host:1)/name`.
    pub(super) networks: Vec<CompactString>,
    /// The driver that reads texts with such a network.
    pub(super) network_driver: Option<CompactString>,
    pub(super) parameters: Vec<Rule>,
    drivers: Vec<Driver>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Scheme {
    pub(super) name: CompactString,
    pub(super) is: Verdict,
    pub(super) secure: Option<CompactString>,
    pub(super) driver: Option<CompactString>,
    /// The address follows the colon without slashes: `jdbc:exa:host:8563`.
    pub(super) bare: bool,
    /// What follows is a text of its own, read as if this stood before it.
    pub(super) nested: Option<CompactString>,
    /// Whoever reads an address with this scheme reads one with the secure form as well.
    pub(super) advised: bool,
}

/// What one parameter does. The parameters of a protocol stand in order of precedence.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rule {
    /// Folded.
    pub(super) keys: Vec<CompactString>,
    /// By folded value: what the connection is. `*` is any other value.
    pub(super) decides: BTreeMap<CompactString, Verdict>,
    /// By folded value: the connection is this at best.
    pub(super) weakens: BTreeMap<CompactString, Verdict>,
    /// By folded value: the connection is this at worst, where it is at least `raises_from`.
    pub(super) raises: BTreeMap<CompactString, Verdict>,
    pub(super) raises_from: Transport,
    /// Folded values after which nothing weakens any more.
    pub(super) finals: Vec<CompactString>,
    /// By folded value: how many steps of severity it adds, while the connection is at best `weighs_up_to`.
    pub(super) weighs: BTreeMap<CompactString, i8>,
    pub(super) weighs_up_to: Transport,
    /// Why it weighs, as the end of a sentence.
    pub(super) note: Option<CompactString>,
    /// By folded value: the driver whose meanings hold from here.
    pub(super) drivers: BTreeMap<CompactString, CompactString>,
    pub(super) lists: Option<Strengths>,
    /// The value to write.
    pub(super) fix: Option<CompactString>,
    pub(super) advice: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Driver {
    pub(super) id: CompactString,
    pub(super) title: CompactString,
    pub(super) default: Verdict,
    /// In place of the protocol's own.
    pub(super) advice: Option<String>,
    pub(super) add: Option<CompactString>,
    /// By folded key and folded value: what this driver makes of it.
    pub(super) values: BTreeMap<CompactString, BTreeMap<CompactString, Verdict>>,
    pub(super) schemes: BTreeMap<CompactString, Verdict>,
    /// Folded keys that this driver does not look at.
    pub(super) ignores: Vec<CompactString>,
    /// The packages that hold it, as manifests name them: `pypi/pymysql`.
    pub(super) packages: Vec<CompactString>,
    /// The driver itself is as the versions in wide use are.
    pub(super) versions: Vec<DriverVersion>,
}

/// A driver as it is in a range of its versions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DriverVersion {
    /// Whose versions they are; some of the driver's.
    pub(super) packages: Vec<CompactString>,
    pub(super) range: CompactString,
    pub(super) driver: Driver,
}

/// Folded keys of connection strings by what they hold.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Keys {
    pub(super) host: Vec<CompactString>,
    pub(super) port: Vec<CompactString>,
    pub(super) user: Vec<CompactString>,
    pub(super) secret: Vec<CompactString>,
    pub(super) database: Vec<CompactString>,
    pub(super) driver: Vec<CompactString>,
    /// What stands beside a URL and names the driver that reads it.
    pub(super) driver_class: Vec<CompactString>,
    pub(super) endpoint: Vec<CompactString>,
}

/// Hosts of one zone. Earlier entries win.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Hosts {
    pub(super) zone: Zone,
    pub(super) names: Vec<CompactString>,
    /// With their leading dot.
    pub(super) suffixes: Vec<CompactString>,
    pub(super) starts: Vec<CompactString>,
    pub(super) networks: Vec<Network>,
    /// Of URLs of public hosts.
    pub(super) path_ends: Vec<CompactString>,
    /// Of URLs of any host.
    pub(super) path_starts: Vec<CompactString>,
    /// What names end with.
    pub(super) ends: Vec<CompactString>,
    /// One of the labels of a name that is not of the public network.
    pub(super) labels: Vec<CompactString>,
}

/// A range of addresses; IPv4 is mapped into IPv6 (`::ffff:0:0/96`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Network {
    bits: u128,
    length: u8,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Identifiers {
    /// Host and beginning of a path, sorted.
    pub(super) prefixes: Vec<CompactString>,
    pub(super) host_starts: Vec<CompactString>,
    pub(super) path_ends: Vec<CompactString>,
    pub(super) path_contains: Vec<CompactString>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Names {
    says: NameHint,
    last: BTreeSet<CompactString>,
    any: BTreeSet<CompactString>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Strength {
    pub(super) ciphers: Vec<CompactString>,
    pub(super) cipher_exceptions: Vec<CompactString>,
    pub(super) security_levels: Vec<CompactString>,
    pub(super) versions: Vec<CompactString>,
}

impl Network {
    /// `None` where the length is more than an address has.
    fn new(address: std::net::IpAddr, length: u8) -> Option<Self> {
        let length = if address.is_ipv4() { length.checked_add(96)? } else { length };
        (length <= 128).then_some(Self { bits: mapped(address), length })
    }

    pub(super) fn contains(self, address: std::net::IpAddr) -> bool {
        let bits = mapped(address);
        self.length == 0 || (bits ^ self.bits) >> (128 - u32::from(self.length)) == 0
    }
}

fn mapped(address: std::net::IpAddr) -> u128 {
    match address {
        std::net::IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        std::net::IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// A key or value for comparison: lower case, without `_`, `-`, `.` and blanks.
pub fn folded(text: &str) -> CompactString {
    text.chars()
        .filter(|character| !matches!(character, '_' | '-' | '.') && !character.is_whitespace())
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

impl Protocols {
    /// Reads and checks the files. All mistakes are returned, in the order of the files.
    pub fn from_yaml(files: &[(&str, &str)]) -> Result<Self, Vec<RuleError>> {
        check::protocols(files)
    }

    /// Puts hosts into a zone, whatever they were in: a name, `.` and a domain, or a range of addresses.
    pub fn place(&mut self, zone: Zone, names: Vec<CompactString>, networks: &[(std::net::IpAddr, u8)]) {
        let (suffixes, names) = names.into_iter().partition(|name: &CompactString| name.starts_with('.'));
        let networks = networks.iter().filter_map(|(address, length)| Network::new(*address, *length)).collect();
        self.hosts.insert(0, Hosts { zone, names, suffixes, networks, ..Hosts::default() });
    }

    /// The schemes that do not say by themselves, or not to every version of every driver, that the connection is
    /// protected; in lower case.
    pub fn open_schemes(&self) -> impl Iterator<Item = &str> {
        let said = self.schemes.iter().filter_map(|(name, (protocol, scheme))| {
            let scheme = self.protocols.get(usize::from(*protocol))?.schemes.get(usize::from(*scheme))?;
            (scheme.is.transport() != Some(Transport::Verified)).then_some(name.as_str())
        });
        let drivers = self.protocols.iter().flat_map(|protocol| &protocol.drivers);
        let versions = drivers.flat_map(|driver| driver.versions.iter().map(|version| &version.driver).chain([driver]));
        let weaker = versions.flat_map(|driver| &driver.schemes);
        let weaker = weaker.filter(|(_, verdict)| verdict.transport() != Some(Transport::Verified));
        let names: BTreeSet<&str> = said.chain(weaker.map(|(name, _)| name.as_str())).collect();
        names.into_iter()
    }

    /// Hosts, and hosts with the beginning of a path, whose URLs only name something.
    pub fn identifier_prefixes(&self) -> impl Iterator<Item = &str> {
        self.identifiers.prefixes.iter().map(CompactString::as_str)
    }

    /// The check that reports `transport` on a connection of this protocol; `None` where nothing is wrong.
    pub fn check(&self, protocol: &str, transport: Transport, listening: bool) -> Option<&str> {
        let family = self.families.get(&self.protocol(protocol)?.0.family)?;
        match transport {
            Transport::Cleartext if listening => Some(&family.listening),
            Transport::Cleartext => Some(&family.cleartext),
            Transport::Opportunistic => Some(&family.opportunistic),
            Transport::Unverified => Some(&family.unverified),
            Transport::HostUnverified => Some(&family.host_unverified),
            Transport::Verified => None,
        }
    }

    /// The check that reports weak members of a list of TLS versions or ciphers on such a connection.
    pub fn strength_check(&self, protocol: &str, lists: Strengths) -> Option<&str> {
        let family = self.families.get(&self.protocol(protocol)?.0.family)?;
        Some(match lists {
            Strengths::Versions => &family.versions,
            Strengths::Ciphers => &family.ciphers,
        })
    }

    /// Every check that some protocol may report, sorted.
    pub fn checks(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self
            .families
            .values()
            .flat_map(|family| {
                [
                    &family.cleartext,
                    &family.listening,
                    &family.opportunistic,
                    &family.unverified,
                    &family.host_unverified,
                    &family.versions,
                    &family.ciphers,
                ]
            })
            .map(CompactString::as_str)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `database`, `http`, `broker`; `other` for a protocol that is not known.
    pub fn purpose(&self, protocol: &str) -> &str {
        self.protocol(protocol).map_or("other", |(protocol, _)| &protocol.purpose)
    }

    /// The name of a protocol for people.
    pub fn title(&self, protocol: &str) -> Option<&str> {
        self.protocol(protocol).map(|(protocol, _)| protocol.title.as_str())
    }

    /// The packages that hold a driver.
    pub fn packages(&self) -> impl Iterator<Item = &str> {
        let drivers = self.protocols.iter().flat_map(|protocol| &protocol.drivers);
        drivers.flat_map(|driver| &driver.packages).map(CompactString::as_str)
    }

    /// Whether a rule may name this protocol.
    pub fn has_protocol(&self, protocol: &str) -> bool {
        self.protocol(protocol).is_some()
    }

    /// Whether some protocol has a parameter of this folded name.
    pub(super) fn has_parameter(&self, key: &str) -> bool {
        let mut rules = self.protocols.iter().flat_map(|protocol| &protocol.parameters);
        rules.any(|rule| rule.keys.iter().any(|known| known == key))
    }

    /// Whether a rule may name this driver.
    pub fn has_driver(&self, driver: &str) -> bool {
        self.drivers.contains_key(&folded(driver))
    }

    /// The port that is meant when none is written.
    pub fn default_port(&self, protocol: &str) -> Option<u16> {
        self.protocol(protocol)?.0.ports.first().copied()
    }

    /// What the name of a variable or key says of a URL in it.
    pub fn name_says(&self, name: &str) -> NameHint {
        let words = words(name);
        let joined = CompactString::from(words.concat());
        for names in &self.names {
            if words.last().is_some_and(|last| names.last.contains(last))
                || names.last.contains(&joined)
                || words.iter().any(|word| names.any.contains(word))
            {
                return names.says;
            }
        }
        NameHint::Neutral
    }

    /// What tells machines of one network.
    pub fn neighbour_keys(&self) -> &NeighbourKeys {
        &self.neighbours
    }

    /// What tells lists of links from connections.
    pub fn link_words(&self) -> &LinkWords {
        &self.links
    }

    /// Whether a folded key, beside that of a URL, names the driver that reads it.
    pub fn is_driver_class(&self, key: &str) -> bool {
        self.keys.driver_class.iter().any(|known| known == key)
    }

    /// Folded keys that hold the host of a connection.
    pub fn host_keys(&self) -> &[CompactString] {
        &self.keys.host
    }

    /// Whether the name of a hole is that of a variable which holds the address of a service beside this one.
    pub fn is_beside(&self, hole: &str) -> bool {
        self.holes.beside.iter().any(|end| hole.ends_with(end.as_str()))
    }

    /// Whether what is called so holds, or is a part of, the address of a proxy.
    pub fn is_proxy(&self, name: &str) -> bool {
        words(name).iter().any(|word| self.proxies.contains(word))
    }

    /// Whether what is called so is the address of a proxy that programs go through: `CI_WEB_PROXY`, no `reverse_proxy`.
    pub fn names_proxy(&self, name: &str) -> bool {
        let words = words(name);
        let reverse = |word: &CompactString| self.reverse_proxies.contains(word);
        words.len() > 1 && words.last().is_some_and(|word| self.proxies.contains(word)) && !words.iter().any(reverse)
    }

    /// Whether a function of this name shows a page in a browser: `openBrowserURL`.
    pub fn opens_browser(&self, name: &str) -> bool {
        let words = words(name);
        words.len() > 1 && words.iter().any(|word| self.browsers.contains(word))
    }

    /// What a switch of this name is about.
    pub fn switch(&self, name: &str) -> Option<Switch> {
        // `address.startswith("http://")`: what is given decides.
        if let Some((_, scheme)) =
            name.split_once("://").filter(|(_, rest)| rest.is_empty()).and_then(|(scheme, _)| self.scheme(scheme))
        {
            return Some(if scheme.secure.is_some() { Switch::Plain } else { Switch::Encryption });
        }
        let words = words(name);
        let joined = words.concat();
        if self.switches.unlike.iter().any(|unlike| joined.contains(unlike.as_str())) {
            return None;
        }
        let any = |known: &BTreeSet<CompactString>| words.iter().any(|word| known.contains(word));
        // `-novalidate`
        let turned = |word: &CompactString| word.strip_prefix("no").is_some_and(|word| self.turns_round(word));
        if any(&self.switches.verification) || words.iter().any(turned) {
            return Some(Switch::Verification);
        }
        if any(&self.switches.encryption) {
            return Some(if any(&self.switches.plain) { Switch::Plain } else { Switch::Encryption });
        }
        if any(&self.switches.development) {
            return Some(Switch::Development);
        }
        any(&self.switches.offer).then_some(Switch::Offer)
    }

    /// Whether `no` in front of a word makes a switch of it that turns verification off.
    fn turns_round(&self, word: &str) -> bool {
        self.switches.verification.contains(word)
    }

    /// Whether two schemes are the bare and the protected form of one: `http` and `https`.
    pub fn is_protected_form(&self, bare: &str, other: &str) -> bool {
        self.scheme(bare).is_some_and(|(_, scheme)| scheme.secure.as_deref() == Some(other))
    }

    /// A protocol by its id, or by one of the schemes, which then counts as written.
    pub(super) fn protocol(&self, name: &str) -> Option<(&Protocol, Option<&Scheme>)> {
        if let Some(index) = self.ids.get(name) {
            return Some((self.protocols.get(usize::from(*index))?, None));
        }
        let (protocol, scheme) = self.scheme(name)?;
        Some((protocol, Some(scheme)))
    }

    /// A scheme in lower case that is known without a hint.
    pub(super) fn scheme(&self, name: &str) -> Option<(&Protocol, &Scheme)> {
        let (protocol, scheme) = self.schemes.get(name)?;
        let protocol = self.protocols.get(usize::from(*protocol))?;
        Some((protocol, protocol.schemes.get(usize::from(*scheme))?))
    }

    /// The protocol of a driver.
    pub fn spoken_by(&self, driver: &str) -> Option<&str> {
        self.driver(driver).map(|(protocol, _)| protocol.id.as_str())
    }

    pub(super) fn driver(&self, name: &str) -> Option<(&Protocol, &Driver)> {
        let (protocol, driver) = self.drivers.get(&folded(name))?;
        let protocol = self.protocols.get(usize::from(*protocol))?;
        Some((protocol, protocol.drivers.get(usize::from(*driver))?))
    }

    pub(super) fn all(&self) -> &[Protocol] {
        &self.protocols
    }
}

impl Protocol {
    /// Whether its URLs may be identifiers, and their paths say what they are for.
    pub(super) fn is_web(&self) -> bool {
        self.purpose == "http"
    }

    /// Whether a key, or a key with just this value (`sslmode=preferred`), gives the protocol away.
    pub(super) fn is_marked(&self, key: &str, value: &str) -> bool {
        self.marks.iter().any(|mark| match mark.split_once('=') {
            Some((of, only)) => of == key && only == folded(value),
            None => mark == key,
        })
    }

    #[cfg(test)]
    pub(super) fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    pub(super) fn drivers(&self) -> &[Driver] {
        &self.drivers
    }

    pub(super) fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.name == name)
    }

    pub(super) fn dialect(&self, name: &str) -> Option<&str> {
        self.dialects.get(name).map(CompactString::as_str)
    }
}

/// The words of a name in lower case: `apiBaseURL`, `API_BASE_URL` and `api.base-url` are `api`, `base`, `url`.
pub fn words(name: &str) -> Vec<CompactString> {
    let mut words = vec![CompactString::default()];
    let mut previous = ' ';
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let next_is_lower = characters.peek().is_some_and(char::is_ascii_lowercase);
        let starts = character.is_ascii_uppercase() && (!previous.is_ascii_uppercase() || next_is_lower);
        if !character.is_alphanumeric() || starts {
            words.push(CompactString::default());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.push(character.to_ascii_lowercase());
        }
        previous = character;
    }
    words.retain(|word| !word.is_empty());
    words
}
