//! Patterns of hosts, as a user's configuration names them.

use super::zone;
use compact_str::CompactString;
use ipnet::IpNet;

/// Some hosts: one, a domain with all that is below it, or a range of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPattern {
    /// One name.
    Exact(CompactString),
    /// `*.acme-bank.com` is `acme-bank.com` and every name below it; kept without the star: `.acme-bank.com`.
    Domain(CompactString),
    /// `10.0.0.0/8`; an address alone is a range of one.
    Network(IpNet),
}

impl HostPattern {
    /// The error says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().to_ascii_lowercase();
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network));
        }
        if let Some(address) = zone::address(text.trim_start_matches('[').trim_end_matches(']')) {
            return Ok(Self::Network(IpNet::from(address)));
        }
        let (name, domain) = match text.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (text.as_str(), false),
        };
        if name.contains("://") {
            return Err("a host is meant, not a URL: leave out the scheme and the path".to_owned());
        }
        if name.contains('/') {
            return Err("this is no range of addresses such as `10.0.0.0/8`".to_owned());
        }
        if name.contains('*') {
            return Err("a star may only stand for all that is below a domain: `*.acme-bank.com`".to_owned());
        }
        if domain && !name.contains('.') {
            return Err("this domain is too wide: name at least two labels, as in `*.acme-bank.com`".to_owned());
        }
        let label = |label: &str| {
            !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
        };
        if !name.split('.').all(label) {
            return Err("this is no host: a name, `*.` and a domain, an address or a range of addresses".to_owned());
        }
        Ok(if domain { Self::Domain(format!(".{name}").into()) } else { Self::Exact(name.into()) })
    }

    /// Whether a host is meant, in any spelling that a resolver takes.
    pub fn covers(&self, host: &str) -> bool {
        let name = zone::plain(host);
        match self {
            Self::Exact(exact) => name == *exact,
            Self::Domain(domain) => name.ends_with(domain.as_str()) || name == domain[1..],
            Self::Network(network) => zone::address(&name).is_some_and(|address| network.contains(&address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_what_they_say() {
        for (pattern, host, covered) in [
            ("legacy.acme-bank.com", "legacy.acme-bank.com", true),
            ("legacy.acme-bank.com", "LEGACY.acme-bank.com.", true),
            ("legacy.acme-bank.com", "old.legacy.acme-bank.com", false),
            ("*.lab.acme-bank.com", "db.lab.acme-bank.com", true),
            ("*.lab.acme-bank.com", "a.b.lab.acme-bank.com", true),
            ("*.lab.acme-bank.com", "lab.acme-bank.com", true),
            ("*.lab.acme-bank.com", "evillab.acme-bank.com", false),
            ("10.20.0.0/16", "10.20.3.4", true),
            ("10.20.0.0/16", "10.21.3.4", false),
            ("10.20.0.0/16", "0x0a140304", true),
            ("10.20.3.4", "10.20.3.4", true),
            ("fd00::/8", "[fd12::1]", true),
            ("printer", "printer", true),
        ] {
            let parsed = HostPattern::parse(pattern).expect(pattern);
            assert_eq!(parsed.covers(host), covered, "{pattern} {host}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in ["*", "*.com", "a.*.com", "http://acme-bank.com", "10.0.0.0/40", "", "a b", ".acme-bank.com"] {
            assert!(HostPattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
