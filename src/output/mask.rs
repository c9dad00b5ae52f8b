//! Hides passwords in text that is shown. The length in bytes stays, so that places in the text stay too.

use std::borrow::Cow;
use std::ops::Range;

/// Keys whose value is a secret, in lower case.
const SECRET_KEYS: &[&str] =
    &["password", "passwd", "pwd", "secret", "token", "apikey", "api_key", "accountkey", "sharedaccesskey", "sig"];

/// How names end that hold a secret, folded.
const ASSIGNED_KEYS: &[&str] =
    &["password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "secretkey", "accesskey", "accountkey"];

/// The text with every password replaced by `*`: that of a URL's userinfo (`://user:secret@`), of a Go MySQL DSN
/// (`user:secret@tcp(`), of a connection string or query (`;Password=secret;`, `?password=secret`) and of an assignment
/// (`PASSWORD = "secret"`, `DB_PASSWORD=secret`). A placeholder such as `${DB_PASSWORD}` is no secret and stays.
pub fn secrets(text: &str) -> Cow<'_, str> {
    let mut ranges = userinfo(text);
    ranges.extend(dsn(text));
    ranges.extend(values(text));
    ranges.extend(assigned(text));
    ranges.retain(|range| text.get(range.clone()).is_some_and(|secret| !secret.is_empty() && !is_placeholder(secret)));
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        bytes[range].fill(b'*');
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|_| "*".repeat(text.len())))
}

/// Whether text holds a password that [`secrets`] would hide.
pub fn holds_secret(text: &str) -> bool {
    matches!(secrets(text), Cow::Owned(_))
}

fn ends_url(character: char) -> bool {
    character.is_whitespace() || character.is_control() || matches!(character, '"' | '\'' | '`' | '<' | '>')
}

/// The passwords between `://user:` and `@`.
fn userinfo(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let rest = &text[start..];
        let rest = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
        // Another URL in the same run is looked at by itself.
        let rest = &rest[..rest.find("://").unwrap_or(rest.len())];
        let run = &rest[..rest.find(ends_url).unwrap_or(rest.len())];
        let authority = &run[..run.find(['/', '?', '#']).unwrap_or(run.len())];
        let Some(colon) = authority.find(':') else {
            continue;
        };
        // A password with an unescaped `/` or quote ends at the last `@`; a port before the path is no password.
        let is_port = authority[colon + 1..].bytes().all(|byte| byte.is_ascii_digit());
        let whole = if authority.contains('@') || is_port { authority } else { rest };
        let Some(end) = whole.rfind('@').filter(|end| *end > colon) else {
            continue;
        };
        found.push(start + colon + 1..start + end);
    }
    found
}

/// The passwords between `user:` and `@tcp(`.
fn dsn(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for mark in ["@tcp(", "@tcp6(", "@unix("] {
        for (end, _) in text.match_indices(mark) {
            let start =
                text[..end].rfind(ends_url).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
            // Behind the scheme, where migration tools put one in front.
            let start = start + text[start..end].find("://").map_or(0, |at| at + "://".len());
            if let Some(colon) = text[start..end].find(':') {
                found.push(start + colon + 1..end);
            }
        }
    }
    found
}

/// The values of secret keys in a list that is divided by `;`, `&` or blanks in one string.
fn values(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (equals, _) in text.match_indices('=') {
        let key = text[..equals].rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        if !SECRET_KEYS.iter().any(|secret| key.eq_ignore_ascii_case(secret)) {
            continue;
        }
        let start = equals + 1;
        let value = &text[start..];
        let end =
            start + value.find(|c: char| ends_url(c) || matches!(c, ';' | '&' | ',' | ')')).unwrap_or(value.len());
        let before = text[..equals - key.len()].chars().next_back();
        let listed = matches!(before, Some(';' | '&' | '?')) || text[end..].starts_with([';', '&']);
        if listed {
            found.push(start..end);
        }
    }
    found
}

/// The literals that are assigned to a name which ends in a secret key: quoted ones anywhere, bare ones where they are the
/// rest of a line that begins with the name and look like no expression.
fn assigned(text: &str) -> Vec<Range<usize>> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut found = Vec::new();
    for (at, mark) in text.match_indices(['=', ':']) {
        let before = text[..at].trim_end_matches([' ', '"', '\'', ']']);
        let key = &before[before.rfind(|c| !part(c)).map_or(0, |other| other + char_len(before, other))..];
        let folded: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        if !ASSIGNED_KEYS.iter().any(|secret| folded.ends_with(secret)) {
            continue;
        }
        let value = text[at + mark.len()..].trim_start_matches(' ');
        let start = text.len() - value.len();
        if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let inside = &value[1..];
            found.extend(inside.find(quote).map(|end| start + 1..start + 1 + end));
            continue;
        }
        let line = &value[..value.find(['\n', '\r']).unwrap_or(value.len())];
        let line = line.trim_end();
        let begins = before[..before.len() - key.len()].rsplit('\n').next().unwrap_or_default();
        let first = matches!(begins.trim(), "" | "-" | "export" | "ENV");
        let tight = mark == "=" && text[..at].ends_with(part) && start == at + 1;
        let plain = !line.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '{' | '}'));
        let named = line.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b',' | b';'));
        if first && plain && (tight || !named) {
            found.push(start..start + line.len());
        }
    }
    found
}

fn char_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, char::len_utf8)
}

/// `${X}`, `$X`, `{x}`, `{{ x }}`, `%s`, `%(x)s`, `<x>`, `***`: somebody else puts the secret there.
fn is_placeholder(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    text.bytes().all(|byte| byte == b'*')
        || ((text.starts_with("${") || text.starts_with("#{") || text.starts_with('{')) && text.ends_with('}'))
        || text.strip_prefix('$').is_some_and(is_name)
        || matches!(text, "%s" | "%v" | "%d" | "{}")
        || (text.starts_with("%(") && text.ends_with(")s"))
        || (text.starts_with('<') && text.ends_with('>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_the_rest_is_not() {
        let cases = [
            ("x = 'redis://u:s3cret@c.test/0'", "x = 'redis://u:******@c.test/0'"),
            ("redis://:pw@c:6379", "redis://:**@c:6379"),
            ("URL=amqp://u:it's@h", "URL=amqp://u:****@h"),
            ("amqp://u:a/b@h/v", "amqp://u:***@h/v"),
            ("postgres://u:p@ss@h/d", "postgres://u:****@h/d"),
            ("http://h:80/path@x", "http://h:80/path@x"),
            ("http://u@h/x:y", "http://u@h/x:y"),
            ("a://u:p1@h,b://v:p2@i", "a://u:**@h,b://v:**@i"),
            ("postgres://u:${PW}@h", "postgres://u:${PW}@h"),
            ("mysql://u:<pw>@h", "mysql://u:<pw>@h"),
            ("\"root:hünter@tcp(db:3306)/x\"", "\"root:*******@tcp(db:3306)/x\""),
            ("mysql://root:abc@tcp(db:3306)/x", "mysql://root:***@tcp(db:3306)/x"),
            ("Server=db;Password=abc;Encrypt=no", "Server=db;Password=***;Encrypt=no"),
            ("jdbc:mysql://db/x?user=a&password=abc", "jdbc:mysql://db/x?user=a&password=***"),
            ("login(password=os.environ['X'])", "login(password=os.environ['X'])"),
            ("MAIL_PASSWORD = \"hunter2\"  # old", "MAIL_PASSWORD = \"*******\"  # old"),
            ("login(user='a', password='b c')", "login(user='a', password='***')"),
            ("settings['SECRET_KEY'] = 'abc'", "settings['SECRET_KEY'] = '***'"),
            ("{\"apiKey\": \"abc\", \"x\": 1}", "{\"apiKey\": \"***\", \"x\": 1}"),
            ("A=1\nDB_PASSWORD=hunter\nB=2", "A=1\nDB_PASSWORD=******\nB=2"),
            ("  password: hunter2", "  password: *******"),
            ("DB_PASSWORD=${DB_PASSWORD}", "DB_PASSWORD=${DB_PASSWORD}"),
            ("password = settings.password", "password = settings.password"),
            ("    password: str,", "    password: str,"),
            ("password = read(\"p\")", "password = read(\"p\")"),
            ("TOKEN_URL=http://id.test", "TOKEN_URL=http://id.test"),
        ];
        for (text, shown) in cases {
            assert_eq!(secrets(text), shown);
            assert_eq!(secrets(text).len(), text.len());
            assert_eq!(holds_secret(text), text != shown, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_its_length(text in "[a:/@?;&=pwdé'$#{} ]{0,40}|(://|pwd=|:|@tcp\\(|é| )*") {
            proptest::prop_assert_eq!(secrets(&text).len(), text.len());
        }
    }
}
