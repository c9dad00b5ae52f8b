//! The order of versions: one for all ecosystems, since all agree on what they have in common.
//!
//! Numbers are compared from the left and missing ones are zero (PEP 440, SemVer, Maven, RubyGems, NuGet); what is marked
//! as not yet released comes before the release, what mends it comes behind.

use std::cmp::Ordering;

/// Longer texts are no versions.
const MAX_LENGTH: usize = 120;

/// One version. Two that differ only in trailing zeros or in what they were built for (`-jre`, `.Final`, `+local`) are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// Without trailing zeros.
    release: Vec<u64>,
    stage: Stage,
    /// The 2 of `rc2`.
    number: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Stage {
    Development,
    Alpha,
    Beta,
    Milestone,
    Candidate,
    Snapshot,
    Release,
    Post,
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.release, self.stage, self.number).cmp(&(&other.release, other.stage, other.number))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Version {
    /// `None` for what is no version: a branch, a variable, an epoch of its own.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches(['v', 'V', '=']).trim_start();
        if text.len() > MAX_LENGTH || !text.starts_with(|c: char| c.is_ascii_digit()) || text.contains('!') {
            return None;
        }
        let text = text.split('+').next().unwrap_or(text);
        let mut release = Vec::new();
        let mut groups = groups(text).peekable();
        while let Some(number) = groups.next_if(|group| group.starts_with(|c: char| c.is_ascii_digit())) {
            release.push(number.parse().ok()?);
        }
        let (mut stage, mut number) = (Stage::Release, 0);
        while let Some(word) = groups.next() {
            let digits = groups.next_if(|group| group.starts_with(|c: char| c.is_ascii_digit()));
            if let Some(said) = stage_of(word) {
                stage = said;
                number = digits.and_then(|digits| digits.parse().ok()).unwrap_or(0);
                break;
            }
        }
        Some(Self::new(release, stage, number))
    }

    fn new(mut release: Vec<u64>, stage: Stage, number: u64) -> Self {
        while release.last() == Some(&0) {
            release.pop();
        }
        Self { release, stage, number }
    }

    /// The first version whose numbers are at least these.
    pub(super) fn of_numbers(numbers: &[u64]) -> Self {
        Self::new(numbers.to_vec(), Stage::Release, 0)
    }
}

/// Runs of digits and runs of letters.
fn groups(text: &str) -> impl Iterator<Item = &str> {
    let kind = |c: char| if c.is_ascii_digit() { 0 } else { 1 + u8::from(!c.is_ascii_alphabetic()) };
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| kind(c) == 2);
        let first = kind(rest.chars().next()?);
        let end = rest.find(|c| kind(c) != first).unwrap_or(rest.len());
        let (group, behind) = rest.split_at(end);
        rest = behind;
        Some(group)
    })
}

fn stage_of(word: &str) -> Option<Stage> {
    Some(match word.to_ascii_lowercase().as_str() {
        "dev" | "canary" | "nightly" | "next" | "ea" => Stage::Development,
        "a" | "alpha" | "pre" | "preview" => Stage::Alpha,
        "b" | "beta" => Stage::Beta,
        "m" | "milestone" => Stage::Milestone,
        "c" | "rc" | "cr" => Stage::Candidate,
        "snapshot" => Stage::Snapshot,
        "post" | "sp" | "p" | "patch" | "rev" => Stage::Post,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Version;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text} is a version"))
    }

    #[test]
    fn versions_stand_in_their_order() {
        let sorted = [
            "0.9",
            "1.0.dev3",
            "1.0a1",
            "1.0-beta.2",
            "1.0.0.M1",
            "1.0rc1",
            "1.0-SNAPSHOT",
            "1.0",
            "1.0.post1",
            "1.0.1",
            "1.2",
            "1.10",
            "2.0.0-rc.1",
            "v2.0.0",
            "12.9.0.jre8-preview",
            "12.9.0.jre11",
            "24.1.0-jre",
        ];
        for pair in sorted.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn what_differs_in_nothing_that_counts_is_equal() {
        for (a, b) in
            [("1.0", "1.0.0"), ("v1.2", "=1.2.0"), ("5.0.0.Final", "5"), ("1.2+local.1", "1.2"), ("4.1.jre8", "4.1.0")]
        {
            assert_eq!(version(a), version(b));
        }
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in ["", "main", "${x}", "git+https://a", "1!2.0", "99999999999999999999999", &"1.".repeat(100)] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
