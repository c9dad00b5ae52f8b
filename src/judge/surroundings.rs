//! What a configuration as a whole says of its settings: which hosts are its own, what is for developers alone, and whether
//! its URLs are names.

use crate::endpoint::protocols::kinds::NeighbourKeys;
use crate::kind::Kinds;
use crate::settings::{Key, Scalar, Setting, Settings};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::FxHashSet;

/// The machines of one network that the file declares.
pub(super) fn neighbours(settings: &Settings, known: &NeighbourKeys) -> FxHashSet<CompactString> {
    let declared = settings.items.iter().filter_map(|setting| match setting.path.as_slice() {
        [map, name, with, ..] if map.text == known.map && known.with.contains(&with.text) => Some(name),
        _ => None,
    });
    declared.map(|name| name.text.to_lowercase()).collect()
}

/// The containers that a job of a pipeline starts on its own machine: `services` below a job, or as a list.
pub(super) fn on_the_runner(settings: &Settings, known: &NeighbourKeys) -> FxHashSet<CompactString> {
    let is_index = |key: &Key| key.text.starts_with('[');
    let is_container = |entry: &[Key]| {
        let with = |key: &Key| known.with.contains(&key.text);
        settings.items.iter().any(|item| item.path.starts_with(entry) && item.path.get(entry.len()).is_some_and(with))
    };
    let mut names = FxHashSet::default();
    for setting in &settings.items {
        let Some(at) = setting.path.iter().rposition(|key| key.text == known.map) else { continue };
        let (above, below) = (&setting.path[..at], &setting.path[at + 1..]);
        match below {
            // The machine that does not read a container's ports calls it by the name of the image.
            [index] if is_index(index) => {
                let image = setting.value.as_known().unwrap_or_default();
                names.extend(image.split([':', '@']).next().and_then(|name| name.rsplit('/').next()).map(Into::into));
            }
            [index, key] if is_index(index) && key.text == known.alias => names.extend(setting.value.as_known()),
            [index, key] if is_index(index) && key.text == known.name && is_container(&setting.path[..=at + 1]) => {
                names.extend(setting.value.as_known());
            }
            [name, key, ..] if !above.is_empty() && known.with.contains(&key.text) => {
                names.insert(name.text.to_lowercase());
            }
            _ => {}
        }
    }
    names
}

/// JSON-LD, or a document that goes by a URL itself as ActivityPub's do: `{"id": "http://..", "type": ".."}`.
pub(super) fn is_linked_data(settings: &Settings) -> bool {
    let has = |name: &str, test: &dyn Fn(&Setting) -> bool| {
        settings
            .items
            .iter()
            .any(|setting| matches!(setting.path.as_slice(), [key] if key.text == name) && test(setting))
    };
    let url = |setting: &Setting| setting.value.known_prefix().starts_with("http");
    settings.items.iter().any(|setting| setting.path.iter().any(|key| key.text == "@context"))
        || has("id", &url) && has("type", &|setting| matches!(setting.scalar, Scalar::Text))
}

/// What stands below a key for developers' own machines, beside those of other environments.
pub(super) fn development(settings: &Settings, kinds: &Kinds) -> Vec<Span> {
    let is_one = |setting: &&Setting| {
        let [root, _, ..] = setting.path.as_slice() else { return false };
        kinds.is_development_key(&root.text)
    };
    settings.items.iter().filter(is_one).map(|setting| setting.span).collect()
}

#[cfg(test)]
mod tests {
    use crate::gate;
    use crate::grades::Severity;
    use crate::knowledge::Knowledge;
    use crate::scan::{Given, Options, scan_text};
    use crate::walk::WalkOptions;

    fn severities(path: &str, text: &str) -> Vec<Severity> {
        let given = Given { path: path.into(), bytes: text.as_bytes().to_vec() };
        let options = Options { walk: WalkOptions::default(), gate: gate::Options::default() };
        let report = scan_text(&Knowledge::new(Vec::new()), given, None, &options);
        report.findings.iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn what_is_for_developers_weighs_a_step_less() {
        let text = r#"{"development": {"url": "mongodb://db.acme-bank.net/a"}, "production": {"url": "mongodb://db.acme-bank.net/a"}}"#;
        assert_eq!(severities("config.json", text), [Severity::Medium, Severity::High]);
    }

    #[test]
    fn one_word_is_a_neighbour() {
        assert_eq!(severities("a.yml", "url: mongodb://db/a\n"), [Severity::Low]);
        assert_eq!(severities("a.yml", "url: mongodb://app:pw@db/a\n"), [Severity::Medium]);
        assert_eq!(severities("a.yml", "url: mongodb://app:pw@db/a?tls=false\n"), [Severity::Medium]);
        assert_eq!(severities("a.yml", "url: mongodb://app:pw@db.shop.acmenet/a\n"), [Severity::High]);
        assert_eq!(severities("a.yml", "db:\n  host: db\n  sslmode: disable\n"), [Severity::Medium]);
        assert_eq!(severities("a.yml", "db:\n  host: db.acme-bank.com\n  sslmode: disable\n"), [Severity::High]);
        assert_eq!(severities("a.yml", "url: amqp://app:pw@172.17.0.2/a\n"), [Severity::Medium]);
        assert_eq!(severities("a.yml", "url: amqp://app:pw@172.18.0.2/a\n"), [Severity::High]);
        for host in ["''", "override_me"] {
            let text = format!("db:\n  host: {host}\n  verify_server_certificate: false\n");
            assert_eq!(severities("a.yml", &text), [Severity::Low]);
        }
        assert_eq!(severities("a.yml", "db:\n  host: localhost\n  verify_server_certificate: false\n"), []);
        let tls =
            |host: &str| format!("ledger:\n  endpoint: https://{host}:8443\n  tls:\n    insecureSkipVerify: true\n");
        assert_eq!(severities("a.yml", &tls("127.0.0.1")), []);
        assert_eq!(severities("a.yml", &tls("a.acme-bank.com")).len(), 1);
    }

    #[test]
    fn what_is_compared_with_a_sum_weighs_less() {
        let url = "d:\n  url: http://files.acme-bank.com/a.tar.gz\n";
        assert_eq!(severities("a.yml", url), [Severity::High]);
        assert_eq!(severities("a.yml", &format!("{url}  sha256: d58\n")), [Severity::Low]);
    }

    #[test]
    fn whether_somebody_answers_weighs_less() {
        let url = "http://files.acme-bank.com/health";
        assert_eq!(severities("a.sh", &format!("curl {url}\n")), [Severity::High]);
        assert_eq!(severities("a.sh", &format!("curl -o /dev/null {url}\n")), [Severity::Low]);
        assert_eq!(severities("a.sh", &format!("curl -u app:pw -o /dev/null {url}\n")), [Severity::High]);
        assert_eq!(severities("a.sh", &format!("wget --spider {url}\n")), [Severity::Low]);
    }

    #[test]
    fn a_suffix_of_the_cluster_is_enough() {
        assert_eq!(severities("a.yml", "url: http://${NAME}-bridge.${SPACE}.svc:80/\n"), [Severity::Low]);
        assert_eq!(severities("a.yml", "url: http://${NAME}-bridge.${SPACE}.net:80/\n"), [Severity::Medium]);
        assert_eq!(severities("a.yml", "url: http://${HOST}/.well-known/acme-challenge/x\n"), []);
    }

    #[test]
    fn a_variable_of_the_cluster_is_a_neighbour() {
        let url = |host| format!("url: jdbc:mariadb://{host}:3306/ledger\n");
        assert_eq!(severities("a.yml", &url("${LEDGER_DB_SERVICE_HOST}")), [Severity::Low]);
        assert_eq!(severities("a.yml", &url("${LEDGER_DB_HOST}")), [Severity::Medium]);
        assert_eq!(severities("a.yml", "url: http://${spring.cloud.client.hostname}:80/\n"), [Severity::Low]);
    }
}
