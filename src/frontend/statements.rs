//! Files of statements and blocks, read as far as settings need: `name = value`, `name: value`, `name => value`,
//! `name value, other: value`, `name(value, other = value)`, `{name, value}`, and blocks in `{}`, `()` and `[]`.
//!
//! It is no parser of any of the languages that look so. Whatever else they hold is passed over; what is read keeps its
//! exact place. Nothing recurses, and each byte is looked at a bounded number of times.

mod tokens;

use super::collect::{Collector, MAX_PATH};
use super::interpolate::{Dollar, interpolate};
use crate::settings::{Key, Scalar};
use crate::source::Span;
use crate::text::Template;
pub(crate) use tokens::Dialect;
use tokens::{Kind, Token, Tokens};

/// How far out a closing bracket looks for its opening one.
const MAX_UNCLOSED: usize = 64;

/// Adds the settings of the file.
pub(crate) fn read(out: &mut Collector<'_>, dialect: Dialect) {
    let (text, base) = out.text();
    let mut reader = Reader { text, base, tokens: Tokens::new(text, dialect), frames: vec![Frame::default()], out };
    while let Some(token) = reader.tokens.next() {
        reader.token(token);
    }
    reader.out.path.clear();
}

/// What an open bracket is.
#[derive(Default)]
struct Frame {
    close: u8,
    /// The length of the path outside.
    outside: usize,
    /// What stands directly in it is the value of its key: `url = uri("x")`, `maven("x")`.
    call: bool,
    /// How many unnamed values it has held.
    elements: usize,
    statement: Statement,
}

/// The statement that is being read.
#[derive(Default)]
struct Statement {
    /// Its name, once one is known.
    key: Option<Key>,
    /// The name of an argument behind a comma.
    argument: Option<Key>,
    /// How name and value are joined.
    joint: Joint,
    values: usize,
    /// A comma or separator stands last, so that a line break does not end it.
    open: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Joint {
    #[default]
    None,
    Blank,
    Sign,
}

struct Reader<'a, 'b, 'c> {
    text: &'a str,
    base: usize,
    tokens: Tokens<'a>,
    frames: Vec<Frame>,
    out: &'b mut Collector<'c>,
}

impl Reader<'_, '_, '_> {
    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn token(&mut self, token: Token) {
        match token.kind {
            Kind::Word | Kind::Text { .. } => self.item(token),
            Kind::Sign => {
                let statement = &mut self.frame().statement;
                statement.open = true;
                if statement.argument.is_none() && statement.values == 0 {
                    statement.joint = Joint::Sign;
                }
            }
            Kind::Comma => self.comma(),
            Kind::Semicolon => self.frame().statement = Statement::default(),
            Kind::Line => {
                let statement = &mut self.frame().statement;
                if !statement.open {
                    *statement = Statement::default();
                }
            }
            Kind::Open(close) => self.open(close, token.start),
            Kind::Close(close) => self.close(close),
        }
    }

    fn comma(&mut self) {
        let frame = self.frame();
        let arguments = frame.statement.joint == Joint::Blank && frame.statement.values > 0 && frame.close != b')';
        if arguments {
            frame.statement.argument = None;
            frame.statement.open = true;
        } else {
            frame.statement = Statement::default();
        }
    }

    /// A word or a text: a name where a value can follow, else a value.
    fn item(&mut self, token: Token) {
        let next = self.tokens.peek();
        let named = matches!(next, Some(Kind::Sign));
        let statement = &self.frame().statement;
        let keyed = statement.key.is_some();
        // `action(type="a" target="b")`: the next name in the bracket begins anew.
        let anew = named && keyed && statement.joint == Joint::Sign && statement.values > 0 && !statement.open;
        if anew && self.frame().close == b')' {
            self.frame().statement = Statement::default();
            self.first(token, next);
            return;
        }
        let statement = &self.frame().statement;
        let may_name = match statement.values {
            0 => statement.joint == Joint::Blank && statement.argument.is_none(),
            _ => statement.open,
        };
        if !keyed {
            self.first(token, next);
        } else if named && may_name {
            let key = self.key(token);
            let statement = &mut self.frame().statement;
            (statement.argument, statement.open) = (Some(key), true);
        } else {
            self.value(token, next);
        }
    }

    /// The first item of a statement.
    fn first(&mut self, token: Token, next: Option<Kind>) {
        let word = token.kind == Kind::Word;
        let brackets = matches!(self.frame().close, b')' | b']');
        let joint = match next {
            Some(Kind::Sign) => Joint::Sign,
            Some(Kind::Open(_) | Kind::Word | Kind::Text { .. }) if word => Joint::Blank,
            // The first element of a tuple names the others.
            Some(Kind::Comma) if word && self.frame().close == b'}' && self.frame().elements == 0 => {
                self.tuple(token);
                return;
            }
            _ => Joint::None,
        };
        if joint == Joint::None {
            if brackets || !word || self.frame().call {
                self.element(token);
            }
            return;
        }
        let key = self.key(token);
        self.frame().statement = Statement { key: Some(key), joint, ..Statement::default() };
    }

    /// `{name, value}`: what follows in the bracket belongs to the name.
    fn tuple(&mut self, token: Token) {
        let key = self.key(token);
        let frame = self.frame();
        (frame.call, frame.elements) = (true, 1);
        // The name takes the place of the tuple's number.
        let outside = frame.outside;
        self.out.path.truncate(outside);
        if self.out.path.len() < MAX_PATH {
            self.out.path.push(key);
        }
    }

    /// A value without a name of its own.
    fn element(&mut self, token: Token) {
        let frame = self.frame();
        let number = frame.elements;
        frame.elements += 1;
        let (value, end) = self.template(token);
        let span = Span::new(self.base + token.start, self.base + end);
        if self.frame().call {
            let Some(key) = self.out.path.pop() else { return };
            let start = span.cover(key.at.span);
            let close = key.at.span.end <= span.start && span.start - key.at.span.end < 16;
            self.out.leaf_at(key.clone(), value, Scalar::Text, if close { start } else { span });
            self.out.path.push(key);
            return;
        }
        let key = self.out.key(format!("[{number}]"), self.base + token.start, self.base + end);
        self.out.leaf_at(key, value, Scalar::Text, span);
    }

    /// A value of the statement's name.
    fn value(&mut self, token: Token, next: Option<Kind>) {
        let statement = &mut self.frame().statement;
        statement.open = false;
        // `uri(`, and the name of a block: what follows says more.
        if token.kind == Kind::Word && matches!(next, Some(Kind::Open(_))) {
            return;
        }
        statement.values += 1;
        let Some(key) = statement.key.clone() else { return };
        let argument = statement.argument.clone();
        let (value, end) = self.template(token);
        let start = argument.as_ref().unwrap_or(&key).at.span;
        let span = start.cover(Span::new(self.base + token.start, self.base + end));
        let before = self.out.path.len();
        match argument {
            Some(argument) if before + 1 < MAX_PATH => {
                self.out.path.push(key);
                self.out.leaf_at(argument, value, Scalar::Text, span);
            }
            Some(_) => {}
            None => self.out.leaf_at(key, value, Scalar::Text, span),
        }
        self.out.path.truncate(before);
    }

    fn open(&mut self, close: u8, at: usize) {
        let outside = self.out.path.len();
        let frame = self.frame();
        let statement = &mut frame.statement;
        let keys: Vec<Key> = statement.key.iter().chain(&statement.argument).cloned().collect();
        statement.values += 1;
        statement.open = false;
        let anonymous = keys.is_empty().then_some(frame.elements);
        // A bracket in a call or tuple stands for the value, and needs no name.
        let in_call = frame.call;
        if anonymous.is_some() {
            frame.elements += 1;
        }
        let in_list = matches!(frame.close, b')' | b']');
        if self.out.path.len() + keys.len() < MAX_PATH && self.out.may_enter() {
            if let Some(number) = anonymous.filter(|_| in_list && !in_call) {
                let key = self.out.key(format!("[{number}]"), self.base + at, self.base + at);
                self.out.path.push(key);
            }
            self.out.path.extend(keys);
        }
        let call = close == b')' && self.out.path.len() > outside && self.called(at);
        self.frames.push(Frame { close, outside, call, ..Frame::default() });
    }

    /// Whether a bracket stands directly behind a name: `uri(`.
    fn called(&self, at: usize) -> bool {
        let before = self.text[..at].bytes().next_back();
        before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'!' | b'?' | b'"' | b'`'))
    }

    /// A closing bracket ends the nearest open one of its kind; a stray one ends nothing.
    fn close(&mut self, close: u8) {
        let from = self.frames.len().saturating_sub(MAX_UNCLOSED).max(1);
        let Some(level) = self.frames.iter().skip(from).rposition(|frame| frame.close == close) else { return };
        let outside = self.frames[from + level].outside;
        self.frames.truncate(from + level);
        self.out.path.truncate(outside);
        // A block ends its statement: `maven { }` on one line, `port(1) transport(x)` in a bracket, and the next word begins anew.
        if close == b'}' || close == b')' && self.frame().close == b')' {
            self.frame().statement = Statement::default();
        }
    }

    fn key(&self, token: Token) -> Key {
        let range = token.inner();
        let text = &self.text[range.clone()];
        let name = text.trim_start_matches([':', '@']);
        let start = self.base + range.end - name.len();
        self.out.key(name.trim_end_matches(['!', '?']), start, start + name.len())
    }

    /// The value, and where its token ends.
    fn template(&self, token: Token) -> (Template, usize) {
        let range = token.inner();
        let at = self.out.place(self.base + range.start, self.base + range.end);
        let text = &self.text[range];
        let value = match token.kind {
            Kind::Text { plain: true } => Template::literal(text, at),
            _ => interpolate(text, at, if self.tokens.dialect.bare_dollar { Dollar::Bare } else { Dollar::Braced }),
        };
        (value, token.end)
    }
}

#[cfg(test)]
mod tests {
    use crate::frontend::blocks::Blocks;
    use crate::frontend::erlang::Erlang;
    use crate::frontend::gradle::Gradle;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn statements_become_settings() {
        for (text, expected) in [
            (
                "repositories {\n  maven {\n    url 'http://a' // c\n    allowInsecureProtocol = true\n  }\n  maven { url = uri(\"http://b/$x\") }\n  maven(\"http://c\")\n}\n",
                "repositories.maven.url = http://a\nrepositories.maven.allowInsecureProtocol = true\n\
                 repositories.maven.url = http://b/${x}\nrepositories.maven = http://c",
            ),
            ("apply from: 'http://x', to: y\n", "apply.from = http://x\napply.to = y"),
            ("a /* b { */ {\n isC = d; e f\n}\ng = h\n", "a.isC = d\na.e = f\ng = h"),
            (
                "maven {\n setUrl(\"http://a\")\n credentials { user = \"u\" }\n}\n",
                "maven.setUrl = http://a\nmaven.credentials.user = u",
            ),
            ("r += \"x\" at \"http://y\"\n", "r = x\nr = at\nr = http://y"),
            ("if (a == b) { c(d) }\n", "if.a = b\nif.c = d"),
        ] {
            assert_eq!(print(&Gradle, "build.gradle", text), expected, "{text}");
        }
    }

    #[test]
    fn blocks_become_settings() {
        for (text, expected) in [
            (
                "listen: 0.0.0.0:4222 # c\ntls {\n  insecure: true\n}\ncluster {\n routes = [\n  nats-route://a:6222\n  nats-route://b:6222\n ]\n}\n",
                "listen = 0.0.0.0:4222\ntls.insecure = true\ncluster.routes.[0] = nats-route://a:6222\ncluster.routes.[1] = nats-route://b:6222",
            ),
            ("s = (\n { a=\"b\", p=3 },\n { a=\"c\" }\n)\n", "s.[0].a = b\ns.[0].p = 3\ns.[1].a = c"),
            ("storage \"p\" {\n tls \"disable\"\n}\n", "storage = p\nstorage.tls = disable"),
            (
                "source 'http://x' do\n gem 'a', git: 'git://b',\n  branch: 'c'\nend\n",
                "source = http://x\nsource = do\ngem = a\ngem.git = git://b\ngem.branch = c",
            ),
            ("s.source = { :http => 'http://x', :sha1 => 'y' }\n", "s.source.http = http://x\ns.source.sha1 = y"),
            (
                "http_archive(\n  name = \"x\",\n  urls = [\"http://y\", \"https://z\"],\n)\n",
                "http_archive.name = x\nhttp_archive.urls.[0] = http://y\nhttp_archive.urls.[1] = https://z",
            ),
            (
                "action(type=\"omfwd\" target=\"h\"\n  port=\"514\")\n",
                "action.type = omfwd\naction.target = h\naction.port = 514",
            ),
            (
                "destination d { network(\"h\" port(514) transport(\"tcp\")); };\n",
                "destination.network = h\ndestination.network.port = 514\ndestination.network.transport = tcp",
            ),
            (
                "listener \"tcp\" {\n  address = \"h:1\"\n  tls_disable = 1\n}\n",
                "listener = tcp\nlistener.address = h:1\nlistener.tls_disable = 1",
            ),
            (".package(url: \"http://x\", from: \"1\")\n", ".package.url = http://x\n.package.from = 1"),
            ("db {\n url = ${?DB_URL}\n k = \"\"\"a\nb\"\"\"\n}\n", "db.url = ${?DB_URL}\ndb.k = a\\nb"),
        ] {
            assert_eq!(print(&Blocks, "nats.conf", text), expected, "{text}");
        }
    }

    #[test]
    fn tuples_become_settings() {
        let text =
            "[{rabbit, [{ssl_options, [{verify, verify_none}, % {a, b}\n {versions, ['tlsv1.1', 'tlsv1.2']}]}]}].\n";
        assert_eq!(
            print(&Erlang, "rabbitmq.config", text),
            "rabbit.ssl_options.verify = verify_none\nrabbit.ssl_options.versions.[0] = tlsv1.1\nrabbit.ssl_options.versions.[1] = tlsv1.2"
        );
    }

    #[test]
    fn spans_are_exact() {
        let text = "\u{feff}é { url = uri(\"http://é\") }\r\nb 'c', d: 'e'\n";
        assert_eq!(
            spans(&Gradle, "build.gradle", text),
            ["url = uri(\"http://é\" <http://é>", "b 'c' <c>", "d: 'e' <e>"]
        );
    }

    #[test]
    fn hostile_text_ends() {
        for unit in [
            "{", "(", "[", "a{", "a(", "}", ")", "\"", "'", "\"\"\"", "a = ", "a, ", "/*", "//", "${", "a: b, ",
            "{a, ", "a b\n",
        ] {
            settings(&Gradle, "build.gradle", &unit.repeat(100_000));
            settings(&Blocks, "nats.conf", &unit.repeat(100_000));
        }
        let open = format!("{}{}", "a(".repeat(50_000), "]".repeat(50_000));
        settings(&Blocks, "nats.conf", &open);
    }

    const SNIPPETS: &[&str] = &[
        "é { url = uri(\"http://f/${g}\") }\r\n",
        "h 'i', j: 'k' // l\n",
        "m = [ n, \"o\" ]; ",
        "{p, 'q'}",
        "/* r */",
        "\"\"\"s\"t\"\"\"",
        "# u\n",
        "\u{feff}",
        ":v => w",
    ];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Gradle, "build.gradle", &text);
            settings(&Gradle, "build.gradle", &mixed);
            settings(&Blocks, "nats.conf", &mixed);
            settings(&Erlang, "rabbitmq.config", &mixed);
        }
    }
}
