//! Ranges of versions as manifests write them: PEP 440, Poetry, npm, Cargo, Composer, RubyGems, Maven, Gradle and NuGet.

use super::{Ecosystem, Range, Version};

/// A range as rules write it: comparisons with commas between, all of which hold: `>=1.0, <1.2`.
pub fn of_rule(text: &str) -> Option<Range> {
    let mut range = Range::full();
    for comparison in text.split(',').map(str::trim) {
        let end = comparison.find(|c: char| !matches!(c, '<' | '>' | '='))?;
        let (operator, version) = comparison.split_at(end);
        let version = Version::parse(version)?;
        range = range.intersection(&match operator {
            "<" => Range::strictly_lower_than(version),
            "<=" => Range::lower_than(version),
            ">" => Range::strictly_higher_than(version),
            ">=" => Range::higher_than(version),
            "=" | "==" => Range::singleton(version),
            _ => return None,
        });
    }
    Some(range)
}

/// A range as the manifests of an ecosystem write it; `None` where it is none: a branch, an address, a variable.
pub fn parse(ecosystem: Ecosystem, text: &str) -> Option<Range> {
    let text = text.trim();
    if text.is_empty() || matches!(text, "*" | "x" | "X" | "+") || text.starts_with("latest") {
        return Some(Range::full());
    }
    if text.starts_with(['[', '(', ']']) {
        return brackets(text);
    }
    let mut all = Range::empty();
    for alternative in text.split('|').map(str::trim).filter(|part| !part.is_empty()) {
        all = all.union(&conjunction(ecosystem, alternative)?);
    }
    (!all.is_empty()).then_some(all)
}

/// `[1.0,2.0)`, `(,1.0]`, `[1.5]`, one or several; `]1.0,2.0[` is how Gradle may write open ends.
fn brackets(text: &str) -> Option<Range> {
    let mut all = Range::empty();
    let mut rest = text;
    while let Some(open) = rest.chars().next() {
        let end = rest.get(1..)?.find([']', ')', '['])? + 1;
        let close = rest[end..].chars().next()?;
        let inner = &rest[1..end];
        all = all.union(&interval(open == '[', inner, close == ']')?);
        rest = rest[end + 1..].trim_start_matches([',', ' ']);
    }
    Some(all)
}

fn interval(from_included: bool, inner: &str, to_included: bool) -> Option<Range> {
    let Some((from, to)) = inner.split_once(',') else { return Version::parse(inner).map(Range::singleton) };
    let mut range = Range::full();
    if !from.trim().is_empty() {
        let from = Version::parse(from)?;
        range = if from_included { Range::higher_than(from) } else { Range::strictly_higher_than(from) };
    }
    if !to.trim().is_empty() {
        let to = Version::parse(to)?;
        range = range.intersection(&if to_included { Range::lower_than(to) } else { Range::strictly_lower_than(to) });
    }
    Some(range)
}

/// Comparisons that all hold, with commas or blanks between.
fn conjunction(ecosystem: Ecosystem, text: &str) -> Option<Range> {
    if let Some((from, to)) = text.split_once(" - ") {
        let from = Version::parse(from)?;
        return Some(Range::higher_than(from).intersection(&one(ecosystem, "<=", to)?));
    }
    let mut range = Range::full();
    let mut operator = "";
    for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
        let end = word.find(|c: char| !matches!(c, '<' | '>' | '=' | '!' | '~' | '^')).unwrap_or(word.len());
        let (before, version) = word.split_at(end);
        operator = if before.is_empty() { operator } else { before };
        // `>= 1.2`: the version is the next word.
        if version.is_empty() {
            continue;
        }
        range = range.intersection(&one(ecosystem, operator, version)?);
        operator = "";
    }
    Some(range)
}

/// The numbers that a version gives before it says `*` or ends.
struct Given {
    numbers: Vec<u64>,
    version: Version,
    wildcard: bool,
}

impl Given {
    fn parse(text: &str) -> Option<Self> {
        // `@stable` of Composer says how ready, not which.
        let text = text.split('@').next().unwrap_or(text).trim_start_matches(['v', 'V']);
        let plain: Vec<&str> = text.split(['.', '-', '+']).collect();
        let numbers: Vec<u64> = plain.iter().map_while(|part| part.parse().ok()).collect();
        let wildcard =
            text.ends_with('+') || plain.get(numbers.len()).is_some_and(|part| matches!(*part, "*" | "x" | "X"));
        if numbers.is_empty() {
            return wildcard.then(|| Self { numbers, version: Version::of_numbers(&[]), wildcard });
        }
        let version = if wildcard { Version::of_numbers(&numbers) } else { Version::parse(text)? };
        Some(Self { numbers, version, wildcard })
    }

    /// All versions that begin with the first `length` numbers, from this version on.
    fn up_to(&self, length: usize) -> Option<Range> {
        let mut next = self.numbers.get(..length.max(1))?.to_vec();
        let last = next.last_mut()?;
        *last = last.checked_add(1)?;
        Some(Range::between(self.version.clone(), Version::of_numbers(&next)))
    }
}

fn one(ecosystem: Ecosystem, operator: &str, text: &str) -> Option<Range> {
    let given = Given::parse(text)?;
    let count = given.numbers.len();
    if count == 0 {
        return Some(Range::full());
    }
    // Where a version of two numbers means all with these two.
    let prefixes =
        given.wildcard || (matches!(ecosystem, Ecosystem::Cargo | Ecosystem::Npm | Ecosystem::Runtime) && count < 3);
    let exactly = || if prefixes { given.up_to(count) } else { Some(Range::singleton(given.version.clone())) };
    let caret = || given.up_to(given.numbers.iter().position(|number| *number > 0).map_or(count, |at| at + 1));
    Some(match operator {
        "" if ecosystem == Ecosystem::Cargo => caret()?,
        "" | "=" | "==" | "===" => exactly()?,
        "!=" => exactly()?.complement(),
        "<" => Range::strictly_lower_than(given.version),
        ">" if prefixes => exactly()?.union(&Range::strictly_lower_than(given.version.clone())).complement(),
        ">" => Range::strictly_higher_than(given.version),
        ">=" => Range::higher_than(given.version),
        "<=" if prefixes => exactly()?.union(&Range::strictly_lower_than(given.version.clone())),
        "<=" => Range::lower_than(given.version),
        "^" => caret()?,
        "~" if ecosystem == Ecosystem::Composer => given.up_to(count.saturating_sub(1))?,
        "~" => given.up_to(count.min(2))?,
        "~=" | "~>" => given.up_to(count.saturating_sub(1))?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Ecosystem, Version};
    use super::{of_rule, parse};
    use proptest::prelude::*;

    #[test]
    fn ranges_hold_what_they_promise() {
        use Ecosystem::{Cargo, Composer, Gem, Maven, Npm, Nuget, Pypi};
        for (ecosystem, range, inside, outside) in [
            (Pypi, "==1.1.0", "1.1", "1.1.1"),
            (Pypi, ">=1.0,<1.2", "1.1.9", "1.2"),
            (Pypi, ">= 1.0 , != 1.1.*", "1.2", "1.1.3"),
            (Pypi, "~=1.4.2", "1.4.9", "1.5"),
            (Pypi, "~=1.4", "1.9", "2.0"),
            (Pypi, "^1.2", "1.9", "2.0"),
            (Pypi, "<2 || >=3", "3.1", "2.5"),
            (Cargo, "0.12", "0.12.3", "0.13.0"),
            (Cargo, "1", "1.9", "2.0"),
            (Cargo, "=1.2", "1.2.9", "1.3"),
            (Npm, "^8.0.3", "8.16", "9.0"),
            (Npm, "~1.2.3", "1.2.9", "1.3.0"),
            (Npm, "1.x || >=2.5.0 <3", "2.6.0", "2.4.0"),
            (Npm, "1.2.3 - 2", "2.9", "3.0"),
            (Npm, "*", "7", "x"),
            (Composer, "~1.2", "1.9", "2.0"),
            (Composer, "^7.1@stable", "7.9", "8.0"),
            (Gem, "~> 5.1.2", "5.1.9", "5.2"),
            (Maven, "[1.0,2.0)", "1.5", "2.0"),
            (Maven, "(,1.0],[1.2,)", "1.3", "1.1"),
            (Maven, "10.2.0.jre8", "10.2.0", "10.2.1"),
            (Maven, "1.+", "1.9", "2.0"),
            (Nuget, "[4.0.0]", "4.0", "4.1"),
        ] {
            let range_of = parse(ecosystem, range).unwrap_or_else(|| panic!("{range} is a range"));
            let contains = |text: &str| Version::parse(text).is_some_and(|version| range_of.contains(&version));
            assert!(contains(inside), "{range} holds {inside}");
            assert!(!contains(outside), "{range} does not hold {outside}");
        }
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in ["git+https://a.b", "workspace:*", "${v}", "[1,", "main", "file:../x", ">"] {
            let full = parse(Ecosystem::Npm, text).is_none_or(|range| range == super::Range::full());
            assert!(full, "{text}");
        }
        for text in ["", "1.2", "<x", "<1,"] {
            assert_eq!(of_rule(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[\\[\\](),<>=!~^|*x.0-9a-z@+ \u{e9}-]{0,40}") {
            for ecosystem in Ecosystem::ALL {
                let _ = parse(ecosystem, &text);
            }
            let _ = of_rule(&text);
        }
    }
}
