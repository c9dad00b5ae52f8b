//! The shapes of a text that names an endpoint, in the order in which they are tried.

use super::classify::{Endpoints, Found, Shape};
use super::flat::Flat;
use super::pairs::{Pair, blanks, brackets, semicolons, trimmed};
use super::protocols::{Driver, Protocol, Scheme, folded};
use super::url::{HostPort, Parts, behind_authority, behind_braces, host_list, parts};
use super::{Classified, Hints, Zone};
use compact_str::CompactString;
use std::ops::Range;

/// The longest beginning in which a scheme is looked for.
const MAX_SCHEME: usize = 64;
/// `jdbc:p6spy:jdbc:log4jdbc:...` is followed this far.
const MAX_NESTING: usize = 3;
/// More members of a list are not read.
const MAX_MEMBERS: usize = 64;

/// A known scheme at the beginning of a text.
struct Lead<'p> {
    protocol: &'p Protocol,
    scheme: &'p Scheme,
    driver: Option<&'p Driver>,
    /// Behind the colon.
    end: usize,
    jdbc: bool,
}

impl<'a> Endpoints<'a> {
    /// One text, whatever its shape.
    pub(super) fn text(&self, flat: &Flat<'_>, hints: &Hints<'_>) -> Classified {
        let range = bare(&flat.text, 0..flat.text.len());
        if range.is_empty() {
            return Classified::Other;
        }
        if let Some(endpoints) = self.list(flat, range.clone(), hints) {
            return endpoints;
        }
        let by_network = self.network_address(flat, range.clone(), hints);
        by_network
            .or_else(|| self.by_scheme(flat, range.clone(), "", hints, 0))
            .or_else(|| self.descriptor(flat, range.clone(), None, hints))
            .or_else(|| self.key_values(flat, range.clone(), hints))
            .or_else(|| self.addresses(flat, range, hints))
            .unwrap_or(Classified::Other)
    }

    /// Several URLs and nothing else, with commas, semicolons or blanks between.
    fn list(&self, flat: &Flat<'_>, range: Range<usize>, hints: &Hints<'_>) -> Option<Classified> {
        let text = flat.slice(range.clone());
        let separates = |character: char| matches!(character, ',' | ';') || character.is_whitespace();
        if text.matches("://").take(2).count() < 2 || !text.contains(separates) {
            return None;
        }
        let mut members = Vec::new();
        let mut start = range.start;
        for piece in text.split(separates) {
            let member = start..start + piece.len();
            start = member.end + separator_length(&flat.text, member.end);
            if piece.is_empty() {
                continue;
            }
            if !piece.contains("://") {
                return None;
            }
            // A member of a scheme that nobody knows says nothing of the others.
            if self.lead(flat.slice(member.clone()), "", hints).is_some() {
                members.push(member);
            }
        }
        if members.is_empty() {
            return None;
        }
        let all = members.into_iter().take(MAX_MEMBERS);
        Some(joined(all.filter_map(|member| self.by_scheme(flat, member, "", hints, 0))))
    }

    /// `None` where no known scheme stands at the beginning; a text that cannot be an endpoint of it is `Other`.
    fn by_scheme(
        &self,
        flat: &Flat<'_>,
        range: Range<usize>,
        before: &str,
        hints: &Hints<'_>,
        depth: usize,
    ) -> Option<Classified> {
        let lead = self.lead(flat.slice(range.clone()), before, hints)?;
        let rest = range.start + lead.end..range.end;
        if let Some(before) = lead.scheme.nested.as_deref().filter(|_| depth < MAX_NESTING) {
            return Some(self.nested(flat, rest, before, &lead, hints, depth + 1).unwrap_or(Classified::Other));
        }
        let scheme = range.start..rest.start - 1;
        let found = |parts| Found {
            protocol: lead.protocol,
            scheme: Some((lead.scheme, scheme.clone())),
            driver: lead.driver,
            parts,
            whole: range.clone(),
            shape: Shape::Url,
        };
        let text = flat.slice(rest.clone());
        let bare = lead.scheme.bare && !starts_with_pair(text);
        let slashes = if text.starts_with("//") { Some(2) } else { bare.then_some(0) };
        if let Some(at) = slashes.map(|length| rest.start + length) {
            let parsed = parts(&flat.text, at..range.end, lead.jdbc).filter(|_| !has_words(text));
            return Some(parsed.map_or(Classified::Other, |parts| self.endpoints(flat, found(parts), hints)));
        }
        if let Some(at) = text.find('@').filter(|_| lead.protocol.descriptor) {
            let hints = Hints { protocol: Some(lead.protocol.id.as_str()), ..hints.clone() };
            let inner = rest.start + at + 1..range.end;
            return Some(self.behind_at(flat, range, inner, &lead, &hints));
        }
        let mut parts = Parts::default();
        if starts_with_pair(text) {
            parts.pairs = semicolons(&flat.text, rest);
            return Some(self.endpoints(flat, Found { shape: Shape::Semicolons, ..found(parts) }, hints));
        }
        behind_authority(&flat.text, rest, lead.jdbc, &mut parts);
        Some(self.endpoints(flat, found(parts), hints))
    }

    /// `failover:(tcp://a,tcp://b)`, `view-source:http://a`, `jdbc:p6spy:mysql://a`.
    fn nested(
        &self,
        flat: &Flat<'_>,
        rest: Range<usize>,
        before: &str,
        lead: &Lead<'a>,
        hints: &Hints<'_>,
        depth: usize,
    ) -> Option<Classified> {
        let text = flat.slice(rest.clone());
        let hints = match hints.protocol {
            None if !lead.protocol.is_web() => &Hints { protocol: Some(lead.protocol.id.as_str()), ..hints.clone() },
            _ => hints,
        };
        let slashes = if text.starts_with("//(") { 2 } else { 0 };
        let Some(inner) = text[slashes..].strip_prefix('(') else {
            return self.by_scheme(flat, rest, before, hints, depth);
        };
        let start = rest.start + slashes + 1;
        let end = inner.find(')').unwrap_or(inner.len());
        let mut at = start;
        let members = inner[..end].split(',').take(MAX_MEMBERS).map(|member| {
            let range = trimmed(&flat.text, at..at + member.len());
            at += member.len() + 1;
            range
        });
        Some(joined(members.filter_map(|member| self.by_scheme(flat, member, "", hints, depth))))
    }

    /// Oracle: what follows the `@` is a descriptor, a URL or an address.
    fn behind_at(
        &self,
        flat: &Flat<'_>,
        whole: Range<usize>,
        range: Range<usize>,
        lead: &Lead<'a>,
        hints: &Hints<'_>,
    ) -> Classified {
        let range = trimmed(&flat.text, range);
        if let Some(classified) = self.descriptor(flat, range.clone(), lead.driver, hints) {
            return classified;
        }
        if let Some(classified) = self.by_scheme(flat, range.clone(), "", hints, MAX_NESTING) {
            return classified;
        }
        let slashes = if flat.slice(range.clone()).starts_with("//") { 2 } else { 0 };
        match parts(&flat.text, range.start + slashes..range.end, false) {
            Some(parts) => {
                let (protocol, driver) = (lead.protocol, lead.driver);
                let found = Found { protocol, scheme: None, driver, parts, whole, shape: Shape::Other };
                self.endpoints(flat, found, hints)
            }
            None => Classified::Other,
        }
    }

    /// `user:password@tcp(host:1)/name?tls=true`, `@(host:1)/name`, and the same behind a scheme, as migration tools have it.
    fn network_address(&self, flat: &Flat<'_>, range: Range<usize>, hints: &Hints<'_>) -> Option<Classified> {
        let whole = flat.slice(range.clone());
        let scheme = whole.find("://").map_or(0, |at| at + 3);
        let start = range.start + scheme;
        let text = &whole[scheme..];
        let close = text.find(")/")?;
        let open = text[..close].rfind('(')?;
        let at = text[..open].rfind('@').map_or(0, |at| at + 1);
        let (user, network) = (&text[..at.saturating_sub(1)], &text[at..open]);
        let colon = user.find(':').unwrap_or(user.len());
        let is_user = |user: &str| !user.contains(['=', '/', '(', '"']) && !user.contains(char::is_whitespace);
        let knows = |protocol: &&Protocol| {
            let own = scheme == 0 || protocol.scheme(&whole[..scheme - 3].to_ascii_lowercase()).is_some();
            let bare = network.is_empty() && at > 0 && !protocol.networks.is_empty();
            own && (bare || protocol.networks.iter().any(|known| known == network))
        };
        let protocol = self.protocols.all().iter().find(knows).filter(|_| is_user(&user[..colon]))?;
        let mut parts = Parts {
            user: Some(start..start + colon),
            password: (colon < user.len()).then(|| start + colon + 1..start + user.len()),
            hosts: host_list(&flat.text, start + open + 1..start + close)?,
            ..Parts::default()
        };
        behind_authority(&flat.text, start + close + 1..range.end, false, &mut parts);
        let driver = protocol.network_driver.as_deref().and_then(|name| self.protocols.driver(name));
        let driver = driver.map(|(_, driver)| driver);
        let found = Found { protocol, scheme: None, driver, parts, whole: range, shape: Shape::Url };
        Some(self.endpoints(flat, found, hints))
    }

    /// `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521)))`.
    fn descriptor(
        &self,
        flat: &Flat<'_>,
        range: Range<usize>,
        driver: Option<&'a Driver>,
        hints: &Hints<'_>,
    ) -> Option<Classified> {
        let text = flat.slice(range.clone());
        if !nests(text) {
            return None;
        }
        let protocol = self.protocols.all().iter().find(|protocol| protocol.descriptor)?;
        let pairs = brackets(&flat.text, range.clone());
        let (addresses, others) = addresses_of(pairs, &self.protocols.keys.host, &self.protocols.keys.port);
        let members = addresses.into_iter().take(MAX_MEMBERS).map(|mut pairs| {
            pairs.extend(others.iter().cloned());
            let parts = Parts { pairs, ..Parts::default() };
            let whole = range.clone();
            self.endpoints(flat, Found { protocol, scheme: None, driver, parts, whole, shape: Shape::Other }, hints)
        });
        Some(joined(members))
    }

    /// ADO.NET, ODBC, Azure and libpq.
    fn key_values(&self, flat: &Flat<'_>, range: Range<usize>, hints: &Hints<'_>) -> Option<Classified> {
        let text = flat.slice(range.clone());
        if !starts_with_pair(text) {
            return None;
        }
        let by_blanks = || {
            let pairs = blanks(&flat.text, range.clone())?;
            let known =
                |protocol: &&Protocol| pairs.iter().filter(|pair| protocol.keywords.contains(&pair.key)).count() >= 2;
            let protocol = self.protocols.all().iter().find(known)?;
            Some((protocol, pairs))
        };
        let by_semicolons = || {
            let pairs = semicolons(&flat.text, range.clone());
            Some((self.protocol_of(&pairs, hints)?, pairs))
        };
        if let Some(classified) = self.inner_endpoint(flat, range.clone(), hints) {
            return Some(classified);
        }
        let blank = if text.contains(';') { None } else { by_blanks() };
        let shape = if blank.is_some() { Shape::Blanks } else { Shape::Semicolons };
        let (protocol, pairs) = blank.or_else(by_semicolons)?;
        let by_shape = protocol.pairs_driver.as_deref().filter(|_| shape == Shape::Semicolons);
        let driver = by_shape.and_then(|name| self.protocols.driver(name)).map(|(_, driver)| driver);
        let parts = Parts { pairs, ..Parts::default() };
        Some(self.endpoints(flat, Found { protocol, scheme: None, driver, parts, whole: range, shape }, hints))
    }

    /// `Endpoint=sb://name.example/;SharedAccessKey=...`.
    fn inner_endpoint(&self, flat: &Flat<'_>, range: Range<usize>, hints: &Hints<'_>) -> Option<Classified> {
        let pairs = semicolons(&flat.text, range.clone());
        let keys = &self.protocols.keys.endpoint;
        let inner = pairs.iter().find(|pair| keys.contains(&pair.key) && pair.value.contains("://"))?;
        let lead = self.lead(&inner.value, "", hints)?;
        let at = inner.value_range.start;
        let mut parts = parts(&flat.text, at + lead.end + 2..inner.value_range.end, false)?;
        let scheme = Some((lead.scheme, at..at + lead.end - 1));
        parts.pairs.extend(pairs);
        let (protocol, driver) = (lead.protocol, lead.driver);
        let found = Found { protocol, scheme, driver, parts, whole: range, shape: Shape::Semicolons };
        Some(self.endpoints(flat, found, &Hints { dialled: true, ..hints.clone() }))
    }

    /// Whose keys these are.
    fn protocol_of(&self, pairs: &[Pair], hints: &Hints<'_>) -> Option<&'a Protocol> {
        let keys = &self.protocols.keys;
        let has = |of: &[CompactString]| pairs.iter().any(|pair| of.contains(&pair.key));
        let hosted = has(&keys.host) || has(&keys.database);
        let driver = || {
            let named = pairs.iter().filter(|pair| keys.driver.contains(&pair.key));
            named.filter_map(|pair| self.protocols.driver(&pair.value)).map(|(protocol, _)| protocol).next()
        };
        let hinted = || self.hinted(hints).map(|(protocol, _)| protocol).filter(|_| hosted);
        let all = self.protocols.all();
        let marked = || {
            let has_mark = |protocol: &Protocol| pairs.iter().any(|pair| protocol.is_marked(&pair.key, &pair.value));
            all.iter().find(|protocol| has_mark(protocol) && (hosted || protocol.without_host == Some(Zone::Public)))
        };
        let plain = pairs.len() > 1 && (has(&keys.database) || has(&keys.user) || has(&keys.secret));
        driver()
            .or_else(hinted)
            .or_else(marked)
            .or_else(|| all.iter().find(|protocol| plain && has(&protocol.fallback)))
    }

    /// Hosts and ports of the protocol that the hints name, perhaps with options behind commas.
    fn addresses(&self, flat: &Flat<'_>, range: Range<usize>, hints: &Hints<'_>) -> Option<Classified> {
        let text = flat.slice(range.clone());
        let options = text.split(',').skip(1).any(|piece| piece.contains('='));
        let marked = || self.marked_by_options(text).filter(|_| options).map(|protocol| (protocol, None));
        let (protocol, scheme) = self.hinted(hints).or_else(marked)?;
        let parsed = if let Ok(port) = text.parse::<u16>() {
            Parts { hosts: vec![HostPort { host: 0..0, port: Some(port), has_port: true }], ..Parts::default() }
        } else if options {
            with_options(&flat.text, range.clone())?
        } else {
            let slashes = if text.starts_with("//") { 2 } else { 0 };
            if text.starts_with('/') && slashes == 0 {
                let host = HostPort { host: range.clone(), port: None, has_port: false };
                Parts { hosts: vec![host], ..Parts::default() }
            } else {
                parts(&flat.text, range.start + slashes..range.end, false)?
            }
        };
        let named = parsed.hosts.iter().any(|at| at.has_port || !at.host.is_empty());
        if has_words(text) || !named || text.contains("://") {
            return None;
        }
        let scheme = scheme.map(|scheme| (scheme, range.clone()));
        let found = Found { protocol, scheme, driver: None, parts: parsed, whole: range, shape: Shape::Other };
        Some(self.endpoints(flat, found, hints))
    }

    /// Whose options stand behind the hosts.
    fn marked_by_options(&self, text: &str) -> Option<&'a Protocol> {
        let pairs = text.split(',').skip(1).filter_map(|piece| piece.split_once('=')).take(MAX_MEMBERS);
        let keys: Vec<(CompactString, &str)> = pairs.map(|(key, value)| (folded(key), value)).collect();
        let marked = |protocol: &&Protocol| keys.iter().any(|(key, value)| protocol.is_marked(key, value));
        self.protocols.all().iter().find(marked)
    }

    /// The longest known scheme, read as if `before` stood in front of the text.
    fn lead(&self, text: &str, before: &str, hints: &Hints<'_>) -> Option<Lead<'a>> {
        let hint = self.hinted(hints).map(|(protocol, _)| protocol);
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+._-:".contains(byte);
        let length = text.bytes().take(MAX_SCHEME).take_while(is_part).count();
        let first = text.bytes().next().filter(u8::is_ascii_alphabetic);
        if first.is_none() || !text[..length].contains(':') {
            return None;
        }
        let name = CompactString::from(before) + &text[..length].to_ascii_lowercase();
        let colons = text[..length].match_indices(':').map(|(at, _)| at).take(5);
        let leads = colons.filter_map(|at| {
            let (protocol, scheme, driver) = self.scheme(&name[..before.len() + at], hint)?;
            let lead =
                Lead { protocol, scheme, driver, end: at + 1, jdbc: name.contains(':') && name.starts_with("jdbc:") };
            continues(&lead, &text[at + 1..]).then_some(lead)
        });
        leads.last()
    }

    /// A scheme of the hinted protocol, of any, or with a dialect behind `+`.
    fn scheme(&self, name: &str, hint: Option<&'a Protocol>) -> Option<(&'a Protocol, &'a Scheme, Option<&'a Driver>)> {
        let known = |name: &str| {
            let hinted = hint.and_then(|protocol| Some((protocol, protocol.scheme(name)?)));
            hinted.or_else(|| self.protocols.scheme(name))
        };
        let driver = |name: Option<&str>| name.and_then(|name| self.protocols.driver(name)).map(|(_, driver)| driver);
        if let Some((protocol, scheme)) = known(name) {
            return Some((protocol, scheme, driver(scheme.driver.as_deref())));
        }
        let (base, dialect) = name.split_once('+')?;
        let (protocol, scheme) = known(base)?;
        if scheme.nested.is_some() {
            let (protocol, scheme) = known(dialect)?;
            return Some((protocol, scheme, driver(scheme.driver.as_deref())));
        }
        let dialect = protocol.dialect(dialect)?;
        Some((protocol, scheme, driver(Some(dialect))))
    }
}

/// Whether what follows the colon can follow this scheme: `redis:6379` is a host and a port.
fn continues(lead: &Lead<'_>, rest: &str) -> bool {
    let lists = !(lead.protocol.marks.is_empty() && lead.protocol.keywords.is_empty());
    rest.starts_with("//")
        || lead.scheme.name.contains(':')
        || (lead.scheme.nested.is_some() && rest.contains("://"))
        || (lead.scheme.is == super::protocols::kinds::Verdict::Local && rest.starts_with('/'))
        || (lists && starts_with_pair(rest))
}

fn starts_with_pair(text: &str) -> bool {
    let key = text.split('=').next().unwrap_or_default().trim();
    let letters = key.chars().all(|character| character.is_ascii_alphanumeric() || " _-.".contains(character));
    key.len() < text.len() && key.len() < 64 && letters && key.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// Blanks that no template braces or parameters hold: the text is prose.
fn has_words(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut position = 0;
    while position < bytes.len() {
        match bytes[position] {
            b'{' if bytes.get(position + 1) == Some(&b'{') => {
                position = behind_braces(bytes, position, bytes.len());
            }
            b';' => return false,
            byte if byte.is_ascii_whitespace() => return true,
            _ => position += 1,
        }
    }
    false
}

/// Without blanks, quotes, angle brackets and the punctuation of a sentence around it.
fn bare(text: &str, range: Range<usize>) -> Range<usize> {
    let mut range = trimmed(text, range);
    for (open, close) in [("\"", "\""), ("'", "'"), ("`", "`"), ("<", ">")] {
        let inner = text[range.clone()].strip_prefix(open).and_then(|inner| inner.strip_suffix(close));
        if let Some(inner) = inner {
            range = range.start + 1..range.start + 1 + inner.len();
        }
    }
    trimmed(text, range)
}

fn separator_length(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

fn joined(all: impl Iterator<Item = Classified>) -> Classified {
    let mut endpoints = Vec::new();
    let mut identifier = false;
    for classified in all {
        match classified {
            Classified::Endpoints(more) => endpoints.extend(more),
            Classified::Identifier => identifier = true,
            Classified::Other => {}
        }
    }
    match (endpoints.is_empty(), identifier) {
        (false, _) => Classified::Endpoints(endpoints),
        (true, true) => Classified::Identifier,
        (true, false) => Classified::Other,
    }
}

/// The pairs of each address, and those that hold for all. An address begins with its protocol, or with a second host.
fn addresses_of(pairs: Vec<Pair>, hosts: &[CompactString], ports: &[CompactString]) -> (Vec<Vec<Pair>>, Vec<Pair>) {
    let mut addresses: Vec<Vec<Pair>> = Vec::new();
    let mut others = Vec::new();
    for pair in pairs {
        let of_address = pair.key == "protocol" || hosts.contains(&pair.key) || ports.contains(&pair.key);
        if !of_address {
            others.push(pair);
            continue;
        }
        match addresses.last_mut().filter(|address| address.iter().all(|known| known.key != pair.key)) {
            Some(address) => address.push(pair),
            None => addresses.push(vec![pair]),
        }
    }
    (addresses, others)
}

/// `host:1,host:2,password=x,ssl=true`.
fn with_options(text: &str, range: Range<usize>) -> Option<Parts> {
    let mut result = Parts::default();
    let mut start = range.start;
    for piece in text.get(range)?.split(',').take(MAX_MEMBERS) {
        let member = trimmed(text, start..start + piece.len());
        start += piece.len() + 1;
        if piece.contains('=') {
            result.pairs.extend(semicolons(text, member));
        } else {
            result.hosts.extend(host_list(text, member)?);
        }
    }
    Some(result)
}

/// The value of a `Server=` key: `tcp:host,1433`, `host\instance`, `a,b`, a path.
pub(super) fn server(text: &str, range: Range<usize>) -> Vec<HostPort> {
    let written = text.get(range.clone()).unwrap_or_default();
    let is_transport = |(head, rest): (&str, &str)| {
        let letters = head.chars().all(|letter| letter.is_ascii_alphabetic());
        letters
            && !head.eq_ignore_ascii_case("tcp")
            && rest.starts_with(|first: char| first == '\\' || first.is_ascii_alphabetic())
    };
    if written.starts_with(['/', '(']) || written.split_once(':').is_some_and(is_transport) {
        return vec![HostPort { host: range, port: None, has_port: false }];
    }
    let start =
        range.start + if written.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("tcp:")) { 4 } else { 0 };
    let end = text[start..range.end].find('\\').map_or(range.end, |offset| start + offset);
    let rest = &text[start..end];
    if let Some((host, port)) = rest.split_once(',')
        && let Ok(port) = port.trim().parse()
    {
        return vec![HostPort { host: trimmed(text, start..start + host.len()), port: Some(port), has_port: true }];
    }
    host_list(text, start..end).unwrap_or_default()
}

/// `(NAME=(`: a name has further brackets as its value. A filter of a directory, `(&(a=b)(c=d))`, never has.
fn nests(text: &str) -> bool {
    let Some((name, value)) = text.strip_prefix('(').and_then(|inner| inner.split_once('=')) else { return false };
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name && value.trim_start().starts_with('(')
}
