//! URLs that a prefilter may pass over: identifiers, and addresses of this machine.
//!
//! This is no judgement of a URL, which is `endpoint`'s alone: what is passed over here is what could never be judged wrong.

use compact_str::CompactString;

/// An authority longer than this is looked at in full by `endpoint`, in bytes.
const LONGEST_AUTHORITY: usize = 256;

/// What identifier URLs have after their `://`: a host (`www.w3.org`), or a host and the start of a path.
#[derive(Clone, Debug, Default)]
pub struct IdentifierUrls {
    /// In lower case and in order.
    prefixes: Vec<CompactString>,
}

impl IdentifierUrls {
    pub fn new(prefixes: &[&str]) -> Self {
        let filled = prefixes.iter().filter(|prefix| !prefix.is_empty());
        let mut prefixes: Vec<_> = filled.map(|prefix| CompactString::from(prefix.to_ascii_lowercase())).collect();
        prefixes.sort();
        Self { prefixes }
    }

    /// Whether the URL whose scheme ends where `rest` starts needs no parse.
    pub(super) fn harmless(&self, rest: &str) -> bool {
        self.is_identifier(rest.as_bytes()) || is_this_machine(rest.as_bytes())
    }

    fn is_identifier(&self, rest: &[u8]) -> bool {
        let Some(first) = rest.first().map(u8::to_ascii_lowercase) else {
            return false;
        };
        let from = self.prefixes.partition_point(|prefix| prefix.as_bytes()[0] < first);
        self.prefixes[from..].iter().take_while(|prefix| prefix.as_bytes()[0] == first).any(|prefix| {
            let matches = rest.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()));
            // `www.w3.org` is no prefix of `www.w3.org.example.com`, nor of `www.w3.org@example.com`.
            matches && (prefix.contains('/') || rest.get(prefix.len()).is_none_or(|byte| ends_authority(*byte)))
        })
    }
}

fn is_this_machine(rest: &[u8]) -> bool {
    let Some(length) = rest.iter().take(LONGEST_AUTHORITY).position(|byte| ends_authority(*byte)) else {
        return rest.len() < LONGEST_AUTHORITY && is_own_host(rest);
    };
    is_own_host(&rest[..length])
}

/// `localhost`, `127.0.0.0/8`, `[::1]` or `0.0.0.0`, with or without a port.
fn is_own_host(authority: &[u8]) -> bool {
    if authority.contains(&b'@') {
        return false;
    }
    if authority == b"[::1]" || authority.starts_with(b"[::1]:") {
        return true;
    }
    let host = authority.split(|byte| *byte == b':').next().unwrap_or_default();
    host.eq_ignore_ascii_case(b"localhost") || host == b"0.0.0.0" || is_loopback_address(host)
}

fn is_loopback_address(host: &[u8]) -> bool {
    let text = str::from_utf8(host).unwrap_or_default();
    text.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// The first byte that is no part of an authority, in any text that a URL is written in. What may begin a placeholder
/// (`{`, `$`, `%`) is a part of it.
fn ends_authority(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"/?#\"'`<>(),;|".contains(&byte)
}
