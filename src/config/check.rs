//! From the file as it is written to the checked configuration. A mistake is told with its place and the nearest right
//! word.

use super::raw::{RawAllowance, RawComponent, RawConfig, RawDemand, RawException, RawOverride, RawZones, Switch};
use super::spans::{Spans, element};
use super::{Config, Mistake, NamedText, Origin, OverrideText, Valued};
use crate::endpoint::protocols::PURPOSES;
use crate::endpoint::{HostPattern, Zone};
use crate::gate::date::Date;
use crate::gate::policy::{Allowance, CheckLevel, Override};
use crate::gate::wires::{Demand, Exception};
use crate::map::Named;
use crate::nearest::{corrected, nearest};
use crate::paths::PathSet;
use crate::source::Span;
use camino::Utf8PathBuf;
use compact_str::CompactString;
use std::collections::BTreeMap;

/// A value that is there for everything else.
struct Reader<'a> {
    spans: Spans,
    checks: &'a [&'a str],
}

pub(super) fn config(path: Utf8PathBuf, text: String, checks: &[&str]) -> Result<Config, Mistake> {
    let reader = Reader { spans: Spans::new(path.as_str(), &text), checks };
    let raw = match serde_yaml::from_str::<Option<RawConfig>>(&text) {
        Ok(raw) => raw.unwrap_or_default(),
        Err(error) => return Err(reader.misread(&error)),
    };
    let mut config = Config { file: Some((path, text)), ..Config::default() };
    config.include = reader.patterns("include", &raw.include)?;
    config.exclude = reader.patterns("exclude", &raw.exclude)?;
    config.test_paths = reader.patterns("test-paths", &raw.test_paths)?;
    config.rules = reader.list("rules", &raw.rules);
    reader.scalar("tests", raw.tests, &mut config.tests);
    reader.scalar("strict", raw.strict, &mut config.strict);
    reader.scalar("max-file-size", raw.max_file_size, &mut config.max_file_size);
    reader.scalar("fail-on", raw.fail_on, &mut config.fail_on);
    reader.scalar("min-severity", raw.min_severity, &mut config.min_severity);
    reader.scalar("min-confidence", raw.min_confidence, &mut config.min_confidence);
    config.checks = reader
        .checks(&["checks"], &raw.checks)?
        .into_iter()
        .map(|(check, level)| {
            let origin = reader.origin(reader.spans.key(&["checks", &check]));
            (check, Valued { value: level, origin })
        })
        .collect();
    config.zones = reader.zones(&raw.zones)?;
    for (index, allowance) in raw.allowed_hosts.into_iter().enumerate() {
        config.allowed_hosts.push(reader.allowance(index, allowance)?);
    }
    if let Some(unknown) = raw.verify.unknown {
        let origin = reader.origin(reader.spans.key(&["verify", "unknown"]));
        config.unknown = Valued { value: unknown, origin };
    }
    for (index, demand) in raw.verify.demands.into_iter().enumerate() {
        config.demands.push(reader.demand(index, demand)?);
    }
    for (index, exception) in raw.verify.exceptions.into_iter().enumerate() {
        config.exceptions.push(reader.exception(index, exception)?);
    }
    for (index, component) in raw.components.into_iter().enumerate() {
        config.components.push(reader.component(index, component)?);
    }
    for (index, over) in raw.overrides.into_iter().enumerate() {
        config.overrides.push(reader.over(index, over)?);
    }
    Ok(config)
}

impl Reader<'_> {
    fn origin(&self, span: Span) -> Origin {
        Origin::File(self.spans.line(span))
    }

    fn scalar<T>(&self, key: &str, value: Option<T>, to: &mut Valued<T>) {
        if let Some(value) = value {
            *to = Valued { value, origin: self.origin(self.spans.key(&[key])) };
        }
    }

    fn list(&self, key: &str, values: &[String]) -> Vec<Valued<CompactString>> {
        let valued = |(index, value): (usize, &String)| Valued {
            value: value.into(),
            origin: self.origin(self.spans.value(&[key, &element(index)])),
        };
        values.iter().enumerate().map(valued).collect()
    }

    fn patterns(&self, key: &str, values: &[String]) -> Result<Vec<Valued<CompactString>>, Mistake> {
        for (index, pattern) in values.iter().enumerate() {
            self.pattern(&[key, &element(index)], pattern.strip_prefix('!').unwrap_or(pattern))?;
        }
        Ok(self.list(key, values))
    }

    fn pattern(&self, keys: &[&str], pattern: &str) -> Result<(), Mistake> {
        let mistake = |message| Mistake { message, help: None, span: self.spans.value(keys) };
        if pattern.trim().is_empty() {
            return Err(mistake("this path pattern is empty".to_owned()));
        }
        PathSet::new(&[pattern]).map(|_| ()).map_err(|error| mistake(error.to_string()))
    }

    fn checks(
        &self,
        keys: &[&str],
        raw: &BTreeMap<String, Switch>,
    ) -> Result<BTreeMap<CompactString, CheckLevel>, Mistake> {
        for check in raw.keys() {
            let keys: Vec<&str> = keys.iter().copied().chain([check.as_str()]).collect();
            self.known_check(check, || self.spans.key(&keys))?;
        }
        Ok(raw.iter().map(|(check, switch)| (check.into(), (*switch).into())).collect())
    }

    fn known_check(&self, check: &str, span: impl Fn() -> Span) -> Result<(), Mistake> {
        if self.checks.contains(&check) {
            return Ok(());
        }
        let help = nearest(check, self.checks.iter().copied())
            .map_or_else(|| "`barewire rules` lists the checks".to_owned(), did_you_mean);
        Err(Mistake { message: format!("there is no check `{check}`"), help: Some(help), span: span() })
    }

    fn host(&self, keys: &[&str], text: &str) -> Result<HostPattern, Mistake> {
        HostPattern::parse(text).map_err(|reason| Mistake {
            message: format!("`{text}` is no pattern of hosts"),
            help: Some(reason),
            span: self.spans.value(keys),
        })
    }

    fn allowance(&self, index: usize, raw: RawAllowance) -> Result<Valued<Allowance>, Mistake> {
        let at = element(index);
        let span = |key: &str| self.spans.value(&["allowed-hosts", &at, key]);
        let until = accepted(&raw.reason, raw.until.as_deref(), span)?;
        for (number, check) in raw.checks.iter().flatten().enumerate() {
            self.known_check(check, || self.spans.value(&["allowed-hosts", &at, "checks", &element(number)]))?;
        }
        let host = self.host(&["allowed-hosts", &at, "host"], &raw.host)?;
        let checks = raw.checks.map(|checks| checks.into_iter().map(Into::into).collect());
        let value = Allowance { host, reason: raw.reason.trim().to_owned(), until, checks, span: span("host") };
        Ok(Valued { origin: self.origin(value.span), value })
    }

    fn demand(&self, index: usize, raw: RawDemand) -> Result<Valued<Demand>, Mistake> {
        let at = element(index);
        let keys = ["verify", "demands", at.as_str()];
        for (number, purpose) in raw.purposes.iter().enumerate() {
            if !PURPOSES.contains(&purpose.as_str()) {
                let number = element(number);
                let span = self.spans.value(&[&keys[..], &["purposes", number.as_str()]].concat());
                let help =
                    nearest(purpose, PURPOSES).map_or_else(|| format!("one of {}", PURPOSES.join(", ")), did_you_mean);
                return Err(Mistake { message: format!("`{purpose}` is no purpose"), help: Some(help), span });
            }
        }
        let names = |names: Vec<String>| names.into_iter().map(CompactString::from).collect();
        let value = Demand {
            purposes: names(raw.purposes),
            zones: raw.zones,
            components: names(raw.components),
            directions: raw.directions,
            needs: raw.needs,
            unknown: raw.unknown,
        };
        let span = self.spans.key(&[&keys[..], &["needs"]].concat());
        Ok(Valued { value, origin: self.origin(span) })
    }

    fn exception(&self, index: usize, raw: RawException) -> Result<Valued<Exception>, Mistake> {
        let at = element(index);
        let span = |key: &str| self.spans.value(&["verify", "exceptions", &at, key]);
        let until = accepted(&raw.reason, raw.until.as_deref(), span)?;
        let host = match &raw.host {
            Some(host) => Some(self.host(&["verify", "exceptions", &at, "host"], host)?),
            None => None,
        };
        let component = raw.component.map(CompactString::from);
        if host.is_none() && component.is_none() {
            let help = Some("name the `host` or the `component` that it is for".to_owned());
            return Err(Mistake { message: "this exception is for nothing".to_owned(), help, span: span("reason") });
        }
        let span = span(if host.is_some() { "host" } else { "component" });
        let value = Exception { host, component, reason: raw.reason.trim().to_owned(), until, span };
        Ok(Valued { origin: self.origin(value.span), value })
    }

    fn zones(&self, raw: &RawZones) -> Result<Vec<Valued<(Zone, HostPattern)>>, Mistake> {
        let mut zones = Vec::new();
        for (zone, key, hosts) in [
            (Zone::Cluster, "cluster", &raw.cluster),
            (Zone::Private, "private", &raw.private),
            (Zone::Public, "public", &raw.public),
        ] {
            for (index, host) in hosts.iter().enumerate() {
                let at = element(index);
                let keys = ["zones", key, at.as_str()];
                let value = (zone, self.host(&keys, host)?);
                zones.push(Valued { value, origin: self.origin(self.spans.value(&keys)) });
            }
        }
        Ok(zones)
    }

    fn component(&self, index: usize, raw: RawComponent) -> Result<Valued<NamedText>, Mistake> {
        let at = element(index);
        let here = |message: &str| Mistake {
            message: message.to_owned(),
            help: None,
            span: self.spans.key(&["components", &at, "name"]),
        };
        if raw.paths.is_empty() || raw.name.trim().is_empty() {
            return Err(here("a component needs a name and the paths of what belongs to it"));
        }
        for (number, pattern) in raw.paths.iter().enumerate() {
            self.pattern(&["components", &at, "paths", &element(number)], pattern)?;
        }
        let paths = PathSet::new(&raw.paths).map_err(|error| here(&error.to_string()))?;
        let named = Named { name: raw.name.into(), paths };
        let paths = raw.paths.iter().map(CompactString::from).collect();
        Ok(Valued { value: NamedText { paths, named }, origin: self.origin(here("").span) })
    }

    fn over(&self, index: usize, raw: RawOverride) -> Result<Valued<OverrideText>, Mistake> {
        let at = element(index);
        let here = |message: &str| Mistake {
            message: message.to_owned(),
            help: None,
            span: self.spans.key(&["overrides", &at, "paths"]),
        };
        if raw.paths.is_empty() {
            return Err(here("an override needs the paths that it is for"));
        }
        for (number, pattern) in raw.paths.iter().enumerate() {
            self.pattern(&["overrides", &at, "paths", &element(number)], pattern)?;
        }
        let over = Override {
            paths: PathSet::new(&raw.paths).map_err(|error| here(&error.to_string()))?,
            checks: self.checks(&["overrides", &at, "checks"], &raw.checks)?,
            min_severity: raw.min_severity,
            min_confidence: raw.min_confidence,
            fail_on: raw.fail_on,
        };
        let paths = raw.paths.iter().map(CompactString::from).collect();
        Ok(Valued { value: OverrideText { paths, over }, origin: self.origin(here("").span) })
    }

    /// What the YAML reader said, at its place, without the place in its words.
    fn misread(&self, error: &serde_yaml::Error) -> Mistake {
        let said = error.to_string();
        let (message, word) = corrected(&said);
        let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
        let (help, message) = (word.map(did_you_mean), message.to_owned());
        Mistake { help, span: self.spans.rest_of_line(line, column), message }
    }
}

/// The last day on which something is accepted, once it has a reason.
fn accepted(reason: &str, until: Option<&str>, span: impl Fn(&str) -> Span) -> Result<Option<Date>, Mistake> {
    if reason.trim().is_empty() {
        let help = Some("say why a connection that is not protected is accepted".to_owned());
        return Err(Mistake { message: "the reason is empty".to_owned(), help, span: span("reason") });
    }
    let date = |text: &str| {
        Date::parse(text).ok_or_else(|| Mistake {
            message: format!("`{text}` is no date"),
            help: Some("write the last day on which it holds, such as `2027-03-31`".to_owned()),
            span: span("until"),
        })
    };
    until.map(date).transpose()
}

fn did_you_mean(word: &str) -> String {
    format!("did you mean `{word}`?")
}
