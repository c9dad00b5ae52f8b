//! What a client that does not verify makes of the connections that it opens: an address says `https`, and the call that
//! opens it, or the client that makes the call, accepts any certificate.

use super::{Judgement, Site};
use crate::checks::{Checks, Class};
use crate::endpoint::Transport;
use crate::facts::Fact;
use crate::flow::eval::objects_in;
use crate::flow::value::{Object, ObjectId, Traced, Value};
use crate::grades::Confidence;
use crate::report::Finding;
use crate::source::Place;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// What is handed from thing to thing is followed so often.
const ROUNDS: usize = 3;

/// A finding bears on a connection.
#[derive(Clone, Debug)]
pub struct Weak {
    /// The number of the connection in its judgement.
    sighting: usize,
    /// The check and the place of the finding.
    finding: (CompactString, Place),
}

/// What the findings of a file say of its connections.
pub(super) fn of_code(checks: &Checks, facts: &[Fact], objects: &[Object], out: &Judgement) -> Vec<Weak> {
    let mut weak = beside(checks, out, |finding, place| covers(finding.statement, place));
    let one_shot: Vec<(CompactString, Place)> = weak.iter().map(|one| one.finding.clone()).collect();
    let sites = out.sites.iter().filter(|site| left(checks, &site.check).is_some());
    let kept = sites.filter(|site| !one_shot.contains(&(site.check.clone(), site.place)));
    let mut marked: FxHashMap<ObjectId, &Site> = FxHashMap::default();
    for site in kept {
        if let Some((_, object)) = &site.object {
            marked.entry(*object).or_insert(site);
        }
    }
    if marked.is_empty() {
        return weak;
    }
    for _ in 0..ROUNDS {
        inherit(objects, &mut marked);
        for fact in facts {
            hand_on(fact, &mut marked);
        }
    }
    for fact in facts {
        let Fact::Call(call) = fact else { continue };
        let given = call.receiver.iter().chain(call.arguments.iter().map(|argument| &argument.value));
        let Some(site) = { given }.find_map(|value| mark_in(value, &marked)) else { continue };
        let mut places = vec![call.place];
        for argument in &call.arguments {
            texts(&argument.value, objects, &mut places);
        }
        let reached = out.sightings.iter().enumerate();
        let reached = reached.filter(|(_, one)| places.iter().any(|place| covers(*place, one.place)));
        weak.extend(reached.map(|(sighting, _)| Weak { sighting, finding: (site.check.clone(), site.place) }));
    }
    weak
}

/// What the findings of a configuration say of the connections for which `same` holds.
pub(super) fn beside(checks: &Checks, out: &Judgement, same: impl Fn(&Finding, Place) -> bool) -> Vec<Weak> {
    let mut weak = Vec::new();
    // What is said of an address itself is known to its own connection.
    let bears = |finding: &&Finding| finding.host.is_none() && left(checks, &finding.check).is_some();
    for finding in out.findings.iter().filter(bears) {
        let reached = out.sightings.iter().enumerate().filter(|(_, one)| same(finding, one.place));
        let key = (finding.check.clone(), finding.place);
        weak.extend(reached.map(|(sighting, _)| Weak { sighting, finding: key.clone() }));
    }
    weak
}

/// Lets connections be no better than what the findings say that are sure of it.
pub(super) fn apply(checks: &Checks, judgement: &mut Judgement) {
    for Weak { sighting, finding } in std::mem::take(&mut judgement.weak) {
        let sure =
            |one: &&Finding| (&one.check, one.place) == (&finding.0, finding.1) && one.confidence > Confidence::Low;
        let Some(finding) = judgement.findings.iter().find(sure) else { continue };
        let (Some(left), Some(sighting)) = (left(checks, &finding.check), judgement.sightings.get_mut(sighting)) else {
            continue;
        };
        // The worst comes first; what is not known may be anything.
        if sighting.transport.is_some_and(|transport| left < transport) {
            sighting.transport = Some(left);
            sighting.reason.clone_from(&finding.message);
            sighting.decided_by = Some(finding.place);
            sighting.assumed = false;
            sighting.weakened = true;
        }
    }
}

/// What is left of a connection's protection where a check fails.
fn left(checks: &Checks, check: &str) -> Option<Transport> {
    match checks.get(check)?.class {
        Class::CertUnverified | Class::DatabaseUnverified => Some(Transport::Unverified),
        Class::HostnameUnverified => Some(Transport::HostUnverified),
        _ => None,
    }
}

/// A thing that a marked one made, or was made from, is marked as well. The numbers of things grow as they are made.
fn inherit(objects: &[Object], marked: &mut FxHashMap<ObjectId, &Site>) {
    for (number, object) in objects.iter().enumerate() {
        let by_parent = object.parent.and_then(|parent| marked.get(&parent).copied());
        let by_argument = || object.arguments.iter().find_map(|argument| mark_in(&argument.value, marked));
        if let Some(site) = by_parent.or_else(by_argument) {
            marked.entry(ObjectId(number as u32)).or_insert(site);
        }
    }
}

/// What a call or a field is given that is marked marks the thing whose it is, and what a call gives.
fn hand_on(fact: &Fact, marked: &mut FxHashMap<ObjectId, &Site>) {
    let (from, to): (Vec<&Traced>, Vec<ObjectId>) = match fact {
        Fact::Call(call) => {
            let receiver = call.receiver.as_ref();
            let to = receiver.into_iter().flat_map(objects_in).chain(call.result).collect();
            (receiver.into_iter().chain(call.arguments.iter().map(|argument| &argument.value)).collect(), to)
        }
        Fact::Set(set) => (vec![&set.value], set.owner.iter().flat_map(objects_in).collect()),
        _ => return,
    };
    if let Some(site) = from.into_iter().find_map(|value| mark_in(value, marked)) {
        for object in to {
            marked.entry(object).or_insert(site);
        }
    }
}

fn mark_in<'a>(value: &Traced, marked: &FxHashMap<ObjectId, &'a Site>) -> Option<&'a Site> {
    objects_in(value).find_map(|object| marked.get(&object).copied())
}

/// Where the texts of a value stand, and those that a thing in it was made from.
fn texts(value: &Traced, objects: &[Object], out: &mut Vec<Place>) {
    for option in value.options() {
        match &option.value {
            Value::Text(text) => out.extend(text.place()),
            Value::Object(object) => {
                let made_from =
                    objects[object.0 as usize].arguments.iter().flat_map(|argument| argument.value.options());
                out.extend(made_from.filter_map(|option| match &option.value {
                    Value::Text(text) => text.place(),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
}

fn covers(outer: Place, inner: Place) -> bool {
    outer.file == inner.file && outer.span.contains(inner.span)
}

#[cfg(test)]
mod tests {
    use crate::gate;
    use crate::knowledge::Knowledge;
    use crate::scan::{Given, Options, scan_text};
    use crate::walk::WalkOptions;

    /// Each connection's host with what protects it.
    fn wires(path: &str, text: &str) -> Vec<String> {
        let given = Given { path: path.into(), bytes: text.as_bytes().to_vec() };
        let options = Options { walk: WalkOptions::default(), gate: gate::Options::default() };
        let report = scan_text(&Knowledge::new(Vec::new()), given, None, &options);
        report.sightings.iter().map(|one| format!("{} {:?}", one.host, one.transport)).collect()
    }

    #[test]
    fn a_call_that_does_not_verify_weakens_its_own_connection() {
        let text = "import requests\nrequests.post('https://a.acme-bank.com', verify=False)\nrequests.get('https://b.acme-bank.com')\n";
        assert_eq!(wires("a.py", text), ["a.acme-bank.com Some(Unverified)", "b.acme-bank.com Some(Verified)"]);
        let text = "import requests\ns = requests.Session()\ns.get('https://a.acme-bank.com', verify=False)\ns.get('https://b.acme-bank.com')\n";
        assert_eq!(wires("a.py", text), ["a.acme-bank.com Some(Unverified)", "b.acme-bank.com Some(Verified)"]);
    }

    #[test]
    fn a_client_that_does_not_verify_weakens_what_it_opens() {
        let text = "import requests\ns = requests.Session()\ns.verify = False\ns.get('https://a.acme-bank.com')\nrequests.get('https://b.acme-bank.com')\n";
        assert_eq!(wires("a.py", text), ["a.acme-bank.com Some(Unverified)", "b.acme-bank.com Some(Verified)"]);
        let text = "import ssl, urllib.request\nc = ssl.create_default_context()\nc.check_hostname = False\nc.verify_mode = ssl.CERT_NONE\nurllib.request.urlopen('https://a.acme-bank.com', context=c)\n";
        assert_eq!(wires("a.py", text), ["a.acme-bank.com Some(Unverified)"]);
        let text = "async fn f() -> reqwest::Result<()> {\n    let c = reqwest::Client::builder().danger_accept_invalid_certs(true).build()?;\n    c.get(\"https://a.acme-bank.com\").send().await?;\n    reqwest::get(\"https://b.acme-bank.com\").await?;\n    Ok(())\n}\n";
        assert_eq!(wires("a.rs", text), ["a.acme-bank.com Some(Unverified)", "b.acme-bank.com Some(Verified)"]);
    }

    #[test]
    fn a_setting_weakens_the_address_beside_it() {
        let text = "- uri:\n    url: https://a.acme-bank.com/x\n    validate_certs: false\n- uri:\n    url: https://b.acme-bank.com/x\n";
        assert_eq!(wires("a.yml", text), ["a.acme-bank.com Some(Unverified)", "b.acme-bank.com Some(Verified)"]);
    }

    #[test]
    fn variables_in_a_list_stand_for_themselves() {
        let text = "kind: ConfigMap\ndata:\n  ORDERS_URL: postgresql://a.acme-bank.com/o?sslmode=require\n  BOOKS_URL: postgresql://b.acme-bank.com/b?sslmode=verify-full\n";
        assert_eq!(wires("a.yml", text), ["a.acme-bank.com Some(Unverified)", "b.acme-bank.com Some(Verified)"]);
        let text = "services:\n  a:\n    environment:\n    - MAIL_URL=https://a.acme-bank.com\n    - MAIL_TLS_SKIP_VERIFY=true\n    - BOOKS_URL=https://b.acme-bank.com\n";
        assert_eq!(wires("compose.yml", text), ["a.acme-bank.com Some(Unverified)", "b.acme-bank.com Some(Verified)"]);
        let text = "env:\n  MAIL_VERIFY_SSL: 'false'\n  MAIL_URL: https://a.acme-bank.com\n  BOOKS_URL: https://b.acme-bank.com\n";
        assert_eq!(wires("a.yml", text), ["a.acme-bank.com Some(Unverified)", "b.acme-bank.com Some(Verified)"]);
    }
}
