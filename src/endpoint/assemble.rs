//! A connection that is described by separate keys or arguments: the same judgement as for a text.

use super::classify::{Endpoints, finished, speaks_as};
use super::flat::{Flat, literal_place};
use super::judge::{Case, Said, SaidScheme, Value};
use super::protocols::{Protocol, folded};
use super::{Classified, Credentials, Endpoint, Hints, Host, NameHint, Parameter, Zone, zone};
use super::{version, weight};
use crate::source::Place;
use crate::text::Template;

/// What a key that stands beside a host says of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Nothing,
    Port,
    /// Who connects, or to which database.
    Whom,
    /// A parameter that the judgement looks at.
    Parameter,
}

impl Endpoints<'_> {
    /// What a key, folded or not, says of a connection of the hinted protocol.
    pub fn says(&self, hints: &Hints<'_>, key: &str) -> Says {
        let key = folded(key);
        let keys = &self.protocols.keys;
        let decides = |(protocol, _): (&Protocol, _)| protocol.parameters.iter().any(|rule| rule.keys.contains(&key));
        if self.hinted(hints).is_some_and(decides) {
            Says::Parameter
        } else if keys.port.contains(&key) {
            Says::Port
        } else if [&keys.user, &keys.secret, &keys.database].iter().any(|list| list.contains(&key)) {
            Says::Whom
        } else {
            Says::Nothing
        }
    }

    /// Whether a key may decide how far a connection is protected: of the hinted protocol, or of any where none is.
    pub fn may_decide(&self, hints: &Hints<'_>, key: &str) -> bool {
        match self.hinted(hints) {
            Some(_) => self.says(hints, key) == Says::Parameter,
            None => self.protocols.has_parameter(&folded(key)),
        }
    }
}

pub(super) fn assemble(
    endpoints: &Endpoints<'_>,
    hints: &Hints<'_>,
    host: Option<&Template>,
    port: Option<u16>,
    parameters: &[Parameter],
    place: Place,
) -> Option<Endpoint> {
    let flat = host.and_then(Flat::of);
    let written = flat.as_ref().and_then(|flat| written(endpoints, hints, flat));
    let hinted = endpoints.hinted(hints);
    let by_url = flat.as_ref().and_then(|flat| scheme_of(endpoints, flat, hinted.map(|(protocol, _)| protocol)));
    let (protocol, scheme) = if let Some((protocol, scheme)) = by_url {
        (protocol, Some(scheme))
    } else {
        let (protocol, scheme) = hinted?;
        (protocol, scheme.map(|scheme| SaidScheme { scheme, written: None, place: None, exact: None, assumed: None }))
    };
    let spoken = written.as_ref().and_then(|endpoint| endpoint.driver.as_deref());
    let driver = hints.driver.or(spoken).and_then(|name| endpoints.protocols.driver(name));
    let driver = driver.filter(|(owner, _)| owner.id == protocol.id).map(|(_, driver)| driver);
    let said: Vec<Said> = parameters.iter().map(said).collect();
    let decides = |said: &Said| protocol.parameters.iter().any(|rule| rule.keys.contains(&said.key));
    if let Some(endpoint) = written.as_ref().filter(|endpoint| !endpoint.shown.is_empty() && !said.iter().any(decides))
    {
        return Some(Endpoint { place, port: endpoint.port.or(port), ..endpoint.clone() });
    }
    let host = match written {
        Some(ref endpoint) => endpoint.host.clone(),
        None => named(endpoints, flat.as_ref(), protocol.without_host, hints),
    };
    let port = port.or(written.as_ref().and_then(|endpoint| endpoint.port));
    let driver = speaks_as(endpoints.protocols, protocol, driver, &said);
    let case = |driver| Case {
        protocol,
        driver,
        scheme: scheme.clone(),
        said: &said,
        hidden: false,
        port,
        whole: place,
        insertion: None,
    };
    let driver = version::Choice { protocol, driver, listening: hints.listening };
    let judgement = version::judged(&driver, endpoints, |driver| case(driver).judge());
    let flaws = weight::flaws(&case(judgement.driver), endpoints.protocols);
    let (transport, host) = finished(judgement.outcome, host, NameHint::Neutral);
    let shown = match port {
        Some(port) => format!("{}:{port}", host.name),
        None => host.name.to_string(),
    };
    let credentials =
        credentials(endpoints, &said).max(written.map_or(Credentials::None, |endpoint| endpoint.credentials));
    Some(Endpoint {
        protocol: protocol.id.clone(),
        host,
        port,
        credentials,
        transport,
        driver: judgement.driver.map(|driver| driver.id.clone()),
        version: judgement.version,
        flaws,
        place,
        shown,
        open: None,
    })
}

/// The host argument where it is an address or a whole URL by itself.
fn written(endpoints: &Endpoints<'_>, hints: &Hints<'_>, flat: &Flat<'_>) -> Option<Endpoint> {
    if !flat.text.contains(':') {
        return None;
    }
    match endpoints.text(flat, &Hints { dialled: true, ..hints.clone() }) {
        Classified::Endpoints(all) => all.into_iter().next(),
        Classified::Identifier | Classified::Other => None,
    }
}

/// The scheme in front of `://`, of the hinted protocol or of any.
fn scheme_of<'p>(
    endpoints: &Endpoints<'p>,
    flat: &Flat<'_>,
    hinted: Option<&'p Protocol>,
) -> Option<(&'p Protocol, SaidScheme<'p>)> {
    let length = flat.text.find("://")?;
    let name = flat.slice(0..length).to_ascii_lowercase();
    let of_hinted = hinted.and_then(|protocol| Some((protocol, protocol.scheme(&name)?)));
    // `postgresql+psycopg2`: the protocol, and who speaks it.
    let (plain, _) = name.split_once('+').unwrap_or((&name, ""));
    let of_any = || endpoints.protocols.scheme(&name).or_else(|| endpoints.protocols.scheme(plain));
    let (protocol, scheme) = of_hinted.or_else(of_any)?;
    let range = 0..length;
    let assumed = flat.assumed_in(&range).map(Into::into);
    Some((
        protocol,
        SaidScheme {
            scheme,
            written: Some(flat.slice(range.clone()).into()),
            place: Some(flat.place(&range)),
            exact: flat.exact_place(&range),
            assumed,
        },
    ))
}

fn named(endpoints: &Endpoints<'_>, flat: Option<&Flat<'_>>, without: Option<Zone>, hints: &Hints<'_>) -> Host {
    let Some(flat) = flat else {
        let unsaid = if hints.listening { Zone::Unspecified } else { Zone::Templated };
        return Host { name: "".into(), zone: without.unwrap_or(unsaid) };
    };
    let range = 0..flat.text.len();
    if flat.hole_in(&range).is_some() {
        return Host { name: flat.shown(&range, &[]).into(), zone: Zone::Templated };
    }
    zone::host(endpoints.protocols, &flat.text, "")
}

fn said(parameter: &Parameter) -> Said {
    let flat = Flat::of(&parameter.value);
    let range = flat.as_ref().map_or(0..0, |flat| 0..flat.text.len());
    let hole = flat.as_ref().and_then(|flat| flat.hole_in(&range));
    let shown = flat.as_ref().map_or_else(String::new, |flat| flat.shown(&range, &[]));
    Said {
        key: folded(&parameter.key),
        shown: format!("{}={}", parameter.key, shown),
        value: hole.map_or(Value::Known(shown), |name| Value::Hole(name.into())),
        place: parameter.place,
        value_place: literal_place(&parameter.value),
        assumed: flat.as_ref().and_then(|flat| flat.assumed_in(&range)).map(Into::into),
    }
}

fn credentials(endpoints: &Endpoints<'_>, said: &[Said]) -> Credentials {
    let keys = &endpoints.protocols.keys;
    let given = |said: &&Said| !matches!(&said.value, Value::Known(value) if value.is_empty());
    let has = |of: &[compact_str::CompactString]| said.iter().filter(given).any(|said| of.contains(&said.key));
    if has(&keys.secret) {
        Credentials::Secret
    } else if has(&keys.user) {
        Credentials::User
    } else {
        Credentials::None
    }
}
