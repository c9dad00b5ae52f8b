//! What the whole run says of findings in code: that an unverified connection is made only at somebody's wish.

use super::calls::{Event, Judge};
use super::{Helper, Judgement, Site, Sought, once, repeats, weaken};
use crate::checks::Checks;
use crate::facts::{Owner, Use, Within};
use crate::flow::eval::object_in;
use crate::flow::project::Project;
use crate::flow::value::{ClassRef, Traced, Value};
use crate::report::{Finding, Related, Severity};
use crate::source::{FileId, Place};
use crate::tree::Kind;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// Callers of callers are looked at no further.
const DEPTH: u32 = 4;
/// Lists inside of lists, and values that are looked at of each.
const INSIDE: usize = 32;

impl<'a> Judge<'a> {
    /// Remembers where a finding stands, and makes sure that who uses what it blames is read.
    pub(super) fn site(&mut self, check: &str, place: Place, event: &Event<'a>) {
        let mut given = Vec::new();
        let values = event.arguments.iter().map(|argument| &argument.value).chain(event.value);
        for value in values.filter(|_| event.defines.is_none()) {
            self.owners_in(value, 0, &mut given);
        }
        let within = event.within;
        // What stands in no function is put to use with the variable that holds it, or with the class.
        let variable = within.variable.map(Owner::Variable);
        let around = within.function.map(Owner::Function).or(variable).or(within.class.map(Owner::Class));
        for owner in event.defines.map(Owner::Class).into_iter().chain(around) {
            let (unit, node) = owner.node();
            self.out.reach.helpers.extend(Helper::of(&self.project.units[unit], node));
        }
        let defines = event.defines;
        let object = event.receiver.and_then(object_in).or(event.result);
        let object = object.map(|id| (self.outcome.objects[id.0 as usize].made_by.clone(), id));
        self.out.sites.push(Site { check: check.into(), place, within, defines, given, object });
    }

    /// Remembers a name from outside of what was read: the file that it is from may be one of the run.
    pub(super) fn seek(&mut self, value: &Traced) {
        for option in value.options() {
            let Value::Path(path) = &option.value else { continue };
            let Some((homes, name)) = path.rsplit_once('.').filter(|_| !self.words.knows(path)) else { continue };
            let homes: Vec<CompactString> =
                homes.split('.').filter(|home| !home.is_empty()).map(CompactString::from).collect();
            if !homes.is_empty() {
                let language = self.project.units[self.unit].language.clone();
                self.out.reach.sought.insert(Sought { language, name: name.into(), homes });
            }
        }
    }

    fn owners_in(&self, value: &Traced, depth: u32, out: &mut Vec<Owner>) {
        let whole = |class: ClassRef| Owner::Class(self.project.whole(class));
        for option in value.options().take(INSIDE) {
            match &option.value {
                Value::Object(id) => out.extend(self.outcome.objects[id.0 as usize].class.map(whole)),
                Value::Class(class) => out.push(whole(*class)),
                Value::Function(function) => {
                    out.push(Owner::Function(function.function));
                }
                Value::List(list) if depth < 2 => {
                    list.iter().take(INSIDE).for_each(|element| self.owners_in(element, depth + 1, out));
                }
                _ => {}
            }
        }
    }
}

fn name_of(project: &Project, owner: Owner) -> Option<CompactString> {
    let (unit, node) = owner.node();
    let name = match project.units.get(unit)?.tree.kind(node) {
        Kind::Function(function) => function.name.as_ref(),
        Kind::Class(class) => class.name.as_ref(),
        _ => None,
    };
    name.map(|name| name.text.clone())
}

/// Who uses what, in all files of the run that are no tests.
struct Uses<'a> {
    project: &'a Project,
    of: FxHashMap<Owner, Vec<Use>>,
    strange: FxHashSet<CompactString>,
}

impl<'a> Uses<'a> {
    fn of(project: &'a Project, judgements: &[(FileId, Judgement)], is_test: &dyn Fn(Place) -> bool) -> Self {
        let mut all: Vec<Use> = judgements.iter().flat_map(|(_, judgement)| &judgement.uses).copied().collect();
        all.sort_by_key(|one| one.place);
        let mut of: FxHashMap<Owner, Vec<Use>> = FxHashMap::default();
        for one in all.into_iter().filter(|one| !is_test(one.place)) {
            let known = of.entry(one.of).or_default();
            if known.last().is_none_or(|last| last.place != one.place) {
                known.push(one);
            }
        }
        let strange = judgements.iter().flat_map(|(_, judgement)| judgement.strange.iter().cloned()).collect();
        Self { project, of, strange }
    }

    /// Whether a place is reached only where somebody wants connections to go unverified.
    fn is_wanted(&self, within: Within, depth: u32) -> bool {
        within.wanted
            || within.function.is_some_and(|function| self.all_wanted(Owner::Function(function), depth))
            || within.variable.is_some_and(|variable| self.all_wanted(Owner::Variable(variable), depth))
            || within.class.is_some_and(|class| self.all_wanted(Owner::Class(class), depth))
    }

    fn all_wanted(&self, owner: Owner, depth: u32) -> bool {
        let owner = self.project.first_overload(owner);
        let Some(list) = self.of.get(&owner).filter(|_| depth < DEPTH) else { return false };
        // Something of this name is called that nobody knows: it may be this.
        let unseen = matches!(owner, Owner::Function(_))
            && name_of(self.project, owner).is_some_and(|name| self.strange.contains(&name));
        !unseen && list.iter().all(|one| self.is_wanted(one.from, depth + 1))
    }

    /// The class weighs what its uses weigh.
    fn weigh(&self, finding: &mut Finding, site: &Site) {
        let named = site.defines.map(Owner::Class).filter(|owner| name_of(self.project, *owner).is_some());
        let wanted = named.map_or_else(|| self.is_wanted(site.within, 0), |owner| self.all_wanted(owner, 0));
        if wanted {
            finding.severity = finding.severity.min(Severity::Low);
            finding.message = format!("{} Every use of it that is seen here is behind an option.", finding.message);
            return;
        }
        let Some(owner) = named else { return };
        let uses = self.of.get(&owner).map(Vec::as_slice).unwrap_or_default();
        if let Some(one) = uses.iter().find(|one| !self.is_wanted(one.from, 1)) {
            add(finding, one.place, "it is used here");
        } else {
            finding.severity = finding.severity.min(Severity::Medium);
            finding.message.push_str(" Nothing that is seen here uses it.");
        }
    }
}

pub(super) fn add(finding: &mut Finding, place: Place, message: &str) {
    const MOST: usize = 4;
    if place != finding.place && finding.related.len() < MOST && finding.related.iter().all(|one| one.place != place) {
        finding.related.push(Related { place, message: message.to_owned() });
    }
}

/// Weighs the findings of a run by what all its files say, and tells of one fault once.
pub fn settle(
    project: &Project,
    checks: &Checks,
    judgements: &mut [(FileId, Judgement)],
    is_test: &dyn Fn(Place) -> bool,
) {
    let uses = Uses::of(project, judgements, is_test);
    for (_, Judgement { findings, sites, .. }) in judgements.iter_mut() {
        for finding in findings {
            if let Some(site) = site_of(sites, finding) {
                uses.weigh(finding, site);
            }
        }
    }
    once::tell(checks, judgements);
    for (_, judgement) in judgements {
        weaken::apply(checks, judgement);
        repeats::fold_values(&mut judgement.findings);
    }
}

pub(super) fn site_of<'s>(sites: &'s [Site], finding: &Finding) -> Option<&'s Site> {
    sites.iter().find(|site| site.place == finding.place && site.check == finding.check)
}

#[cfg(test)]
mod tests {
    use crate::gate;
    use crate::grades::Severity;
    use crate::knowledge::Knowledge;
    use crate::report::Finding;
    use crate::scan::{Given, Options, scan_text};
    use crate::walk::WalkOptions;

    fn found(path: &str, text: &str) -> Vec<Finding> {
        let given = Given { path: path.into(), bytes: text.as_bytes().to_vec() };
        let options = Options { walk: WalkOptions::default(), gate: gate::Options::default() };
        scan_text(&Knowledge::new(Vec::new()), given, None, &options).findings
    }

    fn severities(path: &str, text: &str) -> Vec<Severity> {
        found(path, text).iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn what_only_sounds_like_a_wish_is_none() {
        let python = |condition: &str| {
            format!(
                "import sys, requests\nif {condition}:\n    requests.get('https://api.acme-bank.com', verify=False)\n"
            )
        };
        for condition in ["__name__ == '__main__'", "sys.platform == 'win32'", "'certificate verify failed' in str(e)"]
        {
            assert_eq!(severities("a.py", &python(condition)), [Severity::High], "{condition}");
        }
        let java = |condition: &str| {
            format!(
                "import javax.net.ssl.*; class A {{ void open(HttpsURLConnection c, String s) {{
                    if ({condition}) {{ c.setHostnameVerifier((host, session) -> true); }} }} }}"
            )
        };
        assert_eq!(
            severities("A.java", &java("s.equalsIgnoreCase(\"https\")")),
            severities("A.java", &java("s.isOpen()"))
        );
        assert_eq!(severities("A.java", &java("s.ignoreCertificates()")), []);
    }

    const VERIFIER: &str = "
        use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
        struct Anybody;
        impl ServerCertVerifier for Anybody {
            fn verify_server_cert(&self, end: &C, rest: &[C], name: &S, ocsp: &[u8], now: T) -> Result<ServerCertVerified, E> {
                Ok(ServerCertVerified::assertion())
            }
        }
        fn anybody() -> Arc<Anybody> { Arc::new(Anybody) }
    ";

    #[test]
    fn a_verifier_weighs_what_its_uses_weigh() {
        let with = |rest: &str| severities("tls.rs", &format!("{VERIFIER}{rest}"));
        assert_eq!(with(""), [Severity::High]);
        let guarded = "fn client(insecure: bool) { if insecure { dial(anybody()) } }";
        assert_eq!(with(guarded), [Severity::Low]);
        assert_eq!(with(&format!("{guarded} fn other() {{ dial(anybody()) }}")), [Severity::High]);
        let unused = VERIFIER.replace("Arc::new(Anybody)", "todo()");
        assert_eq!(severities("tls.rs", &unused), [Severity::Medium]);
    }

    #[test]
    fn what_a_constant_holds_weighs_what_its_readers_weigh() {
        let with = |rest: &str| {
            let text = format!(
                "package bank; import javax.net.ssl.*;
                class Rates {{
                    private static final TrustManager[] ANYBODY = {{ new X509TrustManager() {{
                        public void checkServerTrusted(X509Certificate[] chain, String kind) {{}}
                    }} }};
                    private static final Opener LAX = url -> {{
                        SSLContext context = SSLContext.getInstance(\"TLS\");
                        context.init(null, ANYBODY, null);
                        HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
                        connection.setHostnameVerifier((host, session) -> true);
                        return connection;
                    }};
                    {rest}
                }}"
            );
            severities("Rates.java", &text)
        };
        let guarded =
            "void open(Client client, boolean skipVerification) { if (skipVerification) { client.use(LAX); } }";
        assert_eq!(with(guarded), [Severity::Low, Severity::Low, Severity::Low]);
        let always = format!("{guarded} void other(Client client) {{ client.use(LAX); }}");
        assert_eq!(with(&always), [Severity::High, Severity::Low, Severity::Low]);
        assert_eq!(with(""), [Severity::High, Severity::Low, Severity::Low]);
    }

    #[test]
    fn a_class_that_is_named_at_a_wish_alone_weighs_less() {
        let with = |rest: &str| {
            let text = format!(
                "package bank; import javax.net.ssl.*;
                class LaxFactory {{
                    static {{
                        SSLContext.getInstance(\"TLS\").init(null, new TrustManager[] {{ new X509TrustManager() {{
                            public void checkServerTrusted(X509Certificate[] chain, String kind) {{}}
                        }} }}, null);
                    }}
                }}
                class Directory {{ {rest} }}"
            );
            severities("LaxFactory.java", &text).first().copied()
        };
        let put = "environment.put(\"java.naming.ldap.factory.socket\", LaxFactory.class.getName());";
        let guarded = format!("void open(Map environment, Config config) {{ if (config.skipCheck()) {{ {put} }} }}");
        assert_eq!(with(&guarded), Some(Severity::Low));
        assert_eq!(with(&format!("void open(Map environment) {{ {put} }}")), Some(Severity::High));
    }

    #[test]
    fn a_verifier_that_makes_itself_is_one_fault() {
        let made = VERIFIER.replace("Arc::new(Anybody)", "todo()");
        let given = "impl Default for Anybody { fn default() -> Self { Self { kind: 1 } } }
            fn relax(config: &mut rustls::ClientConfig) {
                config.dangerous().set_certificate_verifier(std::sync::Arc::new(Anybody::default()))
            }";
        assert_eq!(severities("tls.rs", &format!("{made}{given}")), [Severity::High]);
        let strange = given.replace("Anybody::default()", "elsewhere::verifier()");
        assert_eq!(severities("tls.rs", &format!("{made}{strange}")), [Severity::Medium, Severity::Medium]);
    }

    #[test]
    fn a_class_that_gives_itself_away_is_used() {
        let with = |how: &str| {
            let text = format!(
                "package bank; import javax.net.ssl.*;
                abstract class Teller implements HostnameVerifier {{
                    public boolean verify(String host, SSLSession session) {{ return true; }}
                }}
                class Fast extends Teller {{ void open(Client client, boolean skipVerification) {{ {how} }} }}"
            );
            found("Teller.java", &text).iter().map(|finding| finding.message.clone()).collect::<String>()
        };
        assert!(with("client.close();").ends_with("Nothing that is seen here uses it."));
        assert!(with("client.verifier(this);").ends_with("of any other host."));
        assert!(with("if (skipVerification) { client.verifier(this); }").ends_with("is behind an option."));
    }

    #[test]
    fn a_helper_that_is_called_at_a_wish_alone_weighs_less() {
        let helper = "import ssl\ndef lax():\n    return ssl._create_unverified_context()\n";
        assert_eq!(severities("lax.py", helper), [Severity::High]);
        let wanted = format!("{helper}def dial(verify):\n    return None if verify else lax()\n");
        assert_eq!(severities("lax.py", &wanted), [Severity::Low]);
        assert_eq!(severities("lax.py", &format!("{wanted}CONTEXT = lax()\n")), [Severity::High]);
    }

    #[test]
    fn one_trust_manager_weighs_once() {
        let accepts = "public void checkServerTrusted(X509Certificate[] chain, String kind) {}
            public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}";
        let text = format!(
            "import javax.net.ssl.*;
            class Anybody extends X509ExtendedTrustManager {{ {accepts} }}
            class Bank {{ void open(SSLContext context) {{ context.init(null, new TrustManager[] {{ new Anybody() }}, null); }} }}"
        );
        let found = found("Bank.java", &text);
        let severities: Vec<Severity> = found.iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [Severity::High, Severity::Low, Severity::Low]);
        assert_eq!(found.first().map(|first| first.related.len()), Some(3));
    }

    #[test]
    fn a_client_that_checks_nothing_weighs_once() {
        let client = |how: &str| {
            let text = format!("use reqwest::Client;\nfn open() {{ {how}; }}\n");
            severities("client.rs", &text)
        };
        let both = ".danger_accept_invalid_certs(true).danger_accept_invalid_hostnames(true).build()";
        assert_eq!(client(&format!("Client::builder(){both}")), [Severity::High, Severity::Low]);
        let two = "Client::builder().danger_accept_invalid_certs(true).build(); \
                   Client::builder().danger_accept_invalid_hostnames(true).build()";
        assert_eq!(client(two), [Severity::High, Severity::High]);
    }
}
