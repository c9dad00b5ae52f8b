//! From [`super::raw`] to [`Protocols`]: names that must exist do, names that must differ do, keys are folded.

use super::kinds::{HoleWords, LinkWords, NeighbourKeys, Switches, Transport, Verdict};
use super::raw::{RawDriver, RawDriverVersion, RawFamily, RawFile, RawHosts, RawParameter, RawProtocol, RawScheme};
use super::{
    Driver, DriverVersion, Family, Hosts, Identifiers, Keys, Names, Network, PURPOSES, Protocol, Protocols, Rule,
    RuleError, Scheme, Strength, folded,
};
use crate::versions::{Ecosystem, ranges};
use compact_str::CompactString;
use std::collections::BTreeMap;

pub(super) fn protocols(files: &[(&str, &str)]) -> Result<Protocols, Vec<RuleError>> {
    let mut checker = Checker::default();
    for (path, text) in files {
        checker.file = (path, text);
        match serde_yaml::from_str::<RawFile>(text) {
            Ok(raw) => checker.file_read(raw),
            Err(error) => checker.unreadable(&error),
        }
    }
    checker.finish()
}

#[derive(Default)]
struct Checker<'a> {
    file: (&'a str, &'a str),
    errors: Vec<RuleError>,
    families: BTreeMap<CompactString, Family>,
    protocols: Vec<Protocol>,
    /// The file that each protocol comes from.
    origins: Vec<(&'a str, &'a str)>,
    schemes: BTreeMap<CompactString, (u16, u16)>,
    ids: BTreeMap<CompactString, u16>,
    drivers: BTreeMap<CompactString, (u16, u16)>,
    keys: Keys,
    hosts: Vec<Hosts>,
    address_domains: Vec<CompactString>,
    public_domains: Vec<CompactString>,
    identifiers: Identifiers,
    names: Vec<Names>,
    switches: Switches,
    proxies: Vec<CompactString>,
    reverse_proxies: Vec<CompactString>,
    browsers: Vec<CompactString>,
    links: LinkWords,
    neighbours: NeighbourKeys,
    holes: HoleWords,
    strength: Strength,
}

impl Checker<'_> {
    fn unreadable(&mut self, error: &serde_yaml::Error) {
        let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
        self.errors.push(RuleError { file: self.file.0.to_owned(), line, column, message: error.to_string() });
    }

    /// A mistake at the first place where `word` stands.
    fn wrong(&mut self, word: &str, message: String) {
        let before = self.file.1.get(..word_at(self.file.1, word)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.errors.push(RuleError { file: self.file.0.to_owned(), line, column, message });
    }

    fn file_read(&mut self, raw: RawFile) {
        for (name, family) in raw.families {
            self.families.insert(name, checked_family(family));
        }
        for protocol in raw.protocols {
            self.protocol(protocol);
        }
        for hosts in raw.hosts {
            self.zone(hosts);
        }
        self.address_domains.extend(raw.address_domains);
        self.public_domains
            .extend(raw.public_domains.iter().flat_map(|list| list.split_whitespace()).map(CompactString::from));
        if let Some(keys) = raw.keys {
            self.keys = Keys {
                host: fold_all(&keys.host),
                port: fold_all(&keys.port),
                user: fold_all(&keys.user),
                secret: fold_all(&keys.secret),
                database: fold_all(&keys.database),
                driver: fold_all(&keys.driver),
                driver_class: fold_all(&keys.driver_class),
                endpoint: fold_all(&keys.endpoint),
            };
        }
        if let Some(mut raw) = raw.identifiers {
            raw.prefixes.sort_unstable();
            self.identifiers = Identifiers {
                prefixes: raw.prefixes,
                host_starts: raw.host_starts,
                path_ends: raw.path_ends,
                path_contains: raw.path_contains,
            };
        }
        self.switches = raw.switches.unwrap_or_else(|| std::mem::take(&mut self.switches));
        self.proxies.extend(raw.proxies.unwrap_or_default());
        self.reverse_proxies.extend(raw.reverse_proxies.unwrap_or_default());
        self.browsers.extend(raw.browsers.unwrap_or_default());
        self.links = raw.links.unwrap_or_else(|| std::mem::take(&mut self.links));
        self.neighbours = raw.neighbours.unwrap_or_else(|| std::mem::take(&mut self.neighbours));
        self.holes = raw.holes.unwrap_or_else(|| std::mem::take(&mut self.holes));
        self.names.extend(raw.names.into_iter().map(|names| Names {
            says: names.says,
            last: names.last,
            any: names.any,
        }));
        if let Some(raw) = raw.strength {
            self.strength = Strength {
                ciphers: raw.ciphers,
                cipher_exceptions: raw.cipher_exceptions,
                security_levels: raw.security_levels,
                versions: raw.versions,
            };
        }
    }

    fn protocol(&mut self, raw: RawProtocol) {
        let index = self.protocols.len() as u16;
        if self.ids.insert(raw.id.clone(), index).is_some() {
            self.wrong(&format!("id: {}", raw.id), format!("the protocol `{}` stands twice", raw.id));
        }
        if !PURPOSES.contains(&raw.purpose.as_str()) {
            self.wrong(&raw.purpose, format!("`{}` is no purpose; one of {}", raw.purpose, PURPOSES.join(", ")));
        }
        let schemes = self.schemes(index, raw.schemes);
        let drivers = self.drivers(index, raw.drivers);
        let parameters = self.parameters(raw.parameters);
        self.origins.push(self.file);
        self.protocols.push(Protocol {
            id: raw.id,
            title: raw.title,
            purpose: raw.purpose,
            family: raw.family,
            ports: raw.ports,
            tls_ports: raw.tls_ports,
            default: raw.default,
            advice: raw.advice,
            other_drivers: raw.other_drivers,
            add: raw.add,
            joined_by: raw.joined_by,
            without_host: raw.without_host,
            schemes,
            dialects: raw.dialects,
            marks: fold_all(&raw.marks),
            keywords: fold_all(&raw.keywords),
            fallback: fold_all(&raw.fallback),
            pairs_driver: raw.pairs_driver,
            descriptor: raw.descriptor,
            networks: raw.networks,
            network_driver: raw.network_driver,
            parameters,
            drivers,
        });
    }

    fn schemes(&mut self, protocol: u16, raw: Vec<RawScheme>) -> Vec<Scheme> {
        let mut schemes = Vec::new();
        for row in raw {
            if row.secure.len() > 1 && row.secure.len() != row.names.len() {
                self.wrong(&row.names[0], "`secure` has neither one entry nor one for each name".to_owned());
            }
            for (index, name) in row.names.iter().enumerate() {
                let place = (protocol, schemes.len() as u16);
                if name.chars().any(|character| character.is_ascii_uppercase()) {
                    self.wrong(name, format!("the scheme `{name}` is not in lower case"));
                }
                if !row.hinted && self.schemes.insert(name.clone(), place).is_some() {
                    self.wrong(
                        name,
                        format!("the scheme `{name}` stands twice; `hinted: true` needs a hint of its protocol"),
                    );
                }
                let secure = if row.secure.len() == 1 { row.secure.first() } else { row.secure.get(index) };
                schemes.push(Scheme {
                    name: name.clone(),
                    is: row.is,
                    secure: secure.cloned(),
                    driver: row.driver.clone(),
                    bare: row.bare,
                    nested: row.nested.clone(),
                    advised: row.advised,
                });
            }
        }
        schemes
    }

    fn drivers(&mut self, protocol: u16, raw: Vec<RawDriver>) -> Vec<Driver> {
        let mut drivers = Vec::new();
        for driver in raw {
            let place = (protocol, drivers.len() as u16);
            for name in std::iter::once(&driver.id).chain(&driver.aliases) {
                if self.drivers.insert(folded(name), place).is_some() {
                    self.wrong(name, format!("the driver `{name}` stands twice"));
                }
            }
            let mut checked = Driver {
                title: driver.title.unwrap_or_else(|| driver.id.clone()),
                id: driver.id,
                default: driver.default,
                advice: driver.advice,
                add: driver.add,
                values: driver.values.iter().map(|(key, values)| (folded(key), fold_keys(values))).collect(),
                schemes: driver.schemes,
                ignores: fold_all(&driver.ignores),
                packages: driver.packages,
                versions: Vec::new(),
            };
            checked.versions = self.versions(&checked, driver.versions);
            drivers.push(checked);
        }
        drivers
    }

    /// The driver as it is in each range of its versions.
    fn versions(&mut self, driver: &Driver, raw: Vec<RawDriverVersion>) -> Vec<DriverVersion> {
        if driver.packages.is_empty() && !raw.is_empty() {
            self.wrong(&driver.id, format!("`versions` of `{}` need the `packages` that they are of", driver.id));
        }
        for package in driver.packages.iter().filter(|package| Ecosystem::of(package).is_none()) {
            self.wrong(package, format!("`{package}` is no package: an ecosystem, `/` and a name, as in `pypi/name`"));
        }
        raw.into_iter().map(|raw| self.version(driver, raw)).collect()
    }

    fn version(&mut self, driver: &Driver, raw: RawDriverVersion) -> DriverVersion {
        for package in raw.packages.iter().filter(|package| !driver.packages.contains(*package)) {
            self.wrong(package, format!("`{package}` is none of the `packages` of `{}`", driver.id));
        }
        let packages = if raw.packages.is_empty() { driver.packages.clone() } else { raw.packages };
        if ranges::of_rule(&raw.range).is_none() {
            self.wrong(&raw.range, format!("`{}` is no range of versions such as `>=1.0, <1.2`", raw.range));
        }
        let mut other = driver.clone();
        other.default = raw.default.unwrap_or(other.default);
        other.advice = raw.advice.or(other.advice);
        other.add = raw.add.or(other.add);
        other.values.extend(raw.values.iter().map(|(key, values)| (folded(key), fold_keys(values))));
        other.schemes.extend(raw.schemes);
        other.ignores = raw.ignores.map_or(other.ignores, |keys| fold_all(&keys));
        DriverVersion { packages, range: raw.range, driver: other }
    }

    fn parameters(&mut self, raw: Vec<RawParameter>) -> Vec<Rule> {
        let mut rules = Vec::new();
        for row in raw {
            let first = row.keys.first().cloned().unwrap_or_default();
            let verdicts = row.decides.len() + row.weakens.len() + row.raises.len();
            if verdicts + row.weighs.len() + row.drivers.len() == 0 && row.lists.is_none() {
                self.wrong(&first, format!("the parameter `{first}` neither decides, weakens nor raises"));
            }
            let strengthens = row.raises.values().filter(|verdict| **verdict != Verdict::Unknown);
            let known = row.weakens.values().chain(strengthens).all(|verdict| verdict.transport().is_some());
            if !known {
                self.wrong(&first, format!("`{first}` must weaken or raise to one of the five transports"));
            }
            let raises_from = row.raises_from.unwrap_or(Verdict::Opportunistic).transport();
            rules.push(Rule {
                keys: fold_all(&row.keys),
                decides: fold_keys(&row.decides),
                weakens: fold_keys(&row.weakens),
                raises: fold_keys(&row.raises),
                raises_from: raises_from.unwrap_or(Transport::Opportunistic),
                finals: fold_all(&row.finals),
                weighs: row.weighs.iter().map(|(value, steps)| (folded(value), *steps)).collect(),
                weighs_up_to: row.weighs_up_to.and_then(Verdict::transport).unwrap_or(Transport::Verified),
                note: row.note,
                drivers: row.drivers.iter().map(|(value, driver)| (folded(value), driver.clone())).collect(),
                lists: row.lists,
                fix: row.fix,
                advice: row.advice,
            });
        }
        rules
    }

    fn zone(&mut self, raw: RawHosts) {
        let mut networks = Vec::new();
        for text in &raw.networks {
            match network(text) {
                Some(network) => networks.push(network),
                None => self.wrong(text, format!("`{text}` is no range of addresses such as 10.0.0.0/8")),
            }
        }
        if let Some(bare) = raw.suffixes.iter().find(|suffix| !suffix.starts_with('.')) {
            self.wrong(bare, format!("the suffix `{bare}` does not start with a dot"));
        }
        self.hosts.push(Hosts {
            zone: raw.zone,
            names: raw.names,
            suffixes: raw.suffixes,
            starts: raw.starts,
            networks,
            path_ends: raw.path_ends,
            path_starts: raw.path_starts,
            ends: raw.ends,
            labels: raw.labels,
        });
    }

    /// What can only be checked when all files are read: names of families and drivers.
    fn references(&mut self) {
        let mut wrong = Vec::new();
        for (protocol, origin) in self.protocols.iter().zip(&self.origins) {
            if !self.families.contains_key(&protocol.family) {
                wrong.push((*origin, protocol.family.clone(), "family"));
            }
            let schemes = protocol.schemes.iter().filter_map(|scheme| scheme.driver.as_ref());
            let by_pairs = protocol.network_driver.iter().chain(&protocol.pairs_driver);
            let by_value = protocol.parameters.iter().flat_map(|rule| rule.drivers.values());
            for driver in
                schemes.chain(protocol.dialects.values()).chain(by_pairs).chain(by_value).chain(&protocol.other_drivers)
            {
                if !self.drivers.contains_key(&folded(driver)) {
                    wrong.push((*origin, driver.clone(), "driver"));
                }
            }
        }
        for (origin, name, what) in wrong {
            self.file = origin;
            self.wrong(&name, format!("there is no {what} `{name}`"));
        }
    }

    fn finish(mut self) -> Result<Protocols, Vec<RuleError>> {
        self.references();
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        self.public_domains.sort_unstable();
        Ok(Protocols {
            families: self.families,
            protocols: self.protocols,
            schemes: self.schemes,
            ids: self.ids,
            drivers: self.drivers,
            keys: self.keys,
            hosts: self.hosts,
            address_domains: self.address_domains,
            public_domains: self.public_domains,
            identifiers: self.identifiers,
            names: self.names,
            switches: self.switches,
            proxies: self.proxies,
            reverse_proxies: self.reverse_proxies,
            browsers: self.browsers,
            links: self.links,
            neighbours: self.neighbours,
            holes: self.holes,
            strength: self.strength,
        })
    }
}

/// Where `word` stands with nothing of a word around it, else where it stands at all, else the beginning.
fn word_at(text: &str, word: &str) -> usize {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let whole = text.match_indices(word).map(|(at, _)| at).find(|at| {
        let behind = text[at + word.len()..].starts_with(is_part);
        !(behind || text[..*at].ends_with(is_part))
    });
    whole.or_else(|| text.find(word)).unwrap_or(0)
}

fn checked_family(raw: RawFamily) -> Family {
    Family {
        cleartext: raw.cleartext,
        listening: raw.listening,
        opportunistic: raw.opportunistic,
        unverified: raw.unverified,
        host_unverified: raw.host_unverified,
        versions: raw.versions,
        ciphers: raw.ciphers,
    }
}

fn fold_all(texts: &[CompactString]) -> Vec<CompactString> {
    texts.iter().map(|text| folded(text)).collect()
}

fn fold_keys(values: &BTreeMap<CompactString, Verdict>) -> BTreeMap<CompactString, Verdict> {
    values.iter().map(|(value, verdict)| (folded(value), *verdict)).collect()
}

fn network(text: &str) -> Option<Network> {
    let (address, length) = text.split_once('/')?;
    let address: std::net::IpAddr = address.parse().ok()?;
    Network::new(address, length.parse().ok()?)
}
