//! Weak words in cipher strings and in lists of TLS versions. The words themselves are in `rules/protocols/strength.yml`.

use super::protocols::Protocols;
use std::ops::Range;

/// The weak ciphers that an OpenSSL cipher string or a list of IANA names allows, in order. `!RC4` and `-RC4` take
/// away, `+RC4` only moves, and none of them is weak; `@SECLEVEL=0` is.
pub fn weak_ciphers(protocols: &Protocols, text: &str) -> Vec<Range<usize>> {
    tokens(text, |character| matches!(character, ':' | ',' | ';' | '[' | ']' | '{' | '}'))
        .flat_map(|range| {
            let level = text[range.clone()].find('@').map_or(range.end, |offset| range.start + offset);
            [range.start..level, level..range.end]
        })
        .filter(|range| is_weak_cipher(protocols, &text[range.clone()]))
        .collect()
}

/// The versions before TLS 1.2 that a text allows, in order: `SSLv3`, `TLSv1`, `TLS 1.1`, `TLS1_1_VERSION`.
/// `-TLSv1` and `!TLSv1` take away and are not weak.
pub fn weak_tls_versions(protocols: &Protocols, text: &str) -> Vec<Range<usize>> {
    tokens(text, |character| matches!(character, ':' | ',' | ';' | '|' | '[' | ']' | '{' | '}'))
        .filter(|range| is_weak_version(protocols, &text[range.clone()]))
        .map(|range| {
            let sign = usize::from(text[range.clone()].starts_with('+'));
            range.start + sign..range.end
        })
        .collect()
}

fn is_weak_cipher(protocols: &Protocols, token: &str) -> bool {
    // `$ssl_cipher` is a variable.
    if token.starts_with(['!', '-', '+', '$']) {
        return false;
    }
    let token = token.to_ascii_uppercase();
    let strength = &protocols.strength;
    if let Some(at) = token.strip_prefix('@') {
        return strength.security_levels.iter().any(|level| level == at);
    }
    if strength.cipher_exceptions.iter().any(|known| *known == token) {
        return false;
    }
    let words: Vec<&str> = token.split(['_', '-', '+']).filter(|word| !word.is_empty()).collect();
    strength.ciphers.iter().any(|weak| {
        let weak: Vec<&str> = weak.split('_').collect();
        words.windows(weak.len()).any(|window| window == weak)
    })
}

fn is_weak_version(protocols: &Protocols, token: &str) -> bool {
    if token.starts_with(['!', '-', '$']) {
        return false;
    }
    let token = token.trim_start_matches('+');
    let last = token.rsplit(['.', ':']).find(|part| part.contains(|letter: char| letter.is_ascii_alphabetic()));
    let tail = last.and_then(|part| token.rfind(part)).map_or(token, |at| &token[at..]);
    [token, tail].iter().any(|word| protocols.strength.versions.contains(&version(word)))
}

/// Letters and digits in lower case, without `protocol`, `version`, `method` and `v`: `PROTOCOL_TLSv1_1` is `tls11`.
fn version(word: &str) -> compact_str::CompactString {
    let word: String =
        word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let mut bare = word.as_str();
    for prefix in ["protocol", "version"] {
        bare = bare.strip_prefix(prefix).unwrap_or(bare);
    }
    for suffix in ["version", "method", "protocol"] {
        bare = bare.strip_suffix(suffix).unwrap_or(bare);
    }
    bare.replace('v', "").into()
}

/// Words between blanks, quotes and the separators. A blank between `TLS` and its number does not separate.
fn tokens(text: &str, separates: impl Fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    let is_end =
        move |character: char| character.is_whitespace() || matches!(character, '"' | '\'') || separates(character);
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(|character| !is_end(character))?;
        let length = text[start..].find(&is_end).unwrap_or(text.len() - start);
        let mut end = start + length;
        let digits = text[end..].strip_prefix(' ').filter(|rest| rest.starts_with("1."));
        if let Some(rest) = digits.filter(|_| text[start..end].eq_ignore_ascii_case("TLS")) {
            end += 1 + rest.find(&is_end).unwrap_or(rest.len());
        }
        from = end;
        Some(start..end)
    })
}
