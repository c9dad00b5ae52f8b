//! Calendar dates: the last day on which an allowance holds.

use std::fmt;

/// A day of the Gregorian calendar, written `2027-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// `None` where the text is no day that exists.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
        if !text.bytes().map(shape).eq(*b"0000-00-00") {
            return None;
        }
        let (year, month, day) = (text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?);
        ((1..=12).contains(&month) && (1..=days(year, month)).contains(&day)).then_some(Self { year, month, day })
    }

    /// The day in UTC, so many seconds after the beginning of 1970.
    pub fn of_unix(seconds: u64) -> Self {
        let mut rest = seconds / 86_400;
        let mut date = Self { year: 1970, month: 1, day: 1 };
        while date.year < u16::MAX && rest >= days_of_year(date.year) {
            rest -= days_of_year(date.year);
            date.year += 1;
        }
        while rest >= u64::from(days(date.year, date.month)) && date.month < 12 {
            rest -= u64::from(days(date.year, date.month));
            date.month += 1;
        }
        date.day += u8::try_from(rest).unwrap_or(0);
        date
    }
}

fn days_of_year(year: u16) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

impl fmt::Display for Date {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_exist_are_read() {
        for (text, exists) in [
            ("2027-03-31", true),
            ("2028-02-29", true),
            ("2027-02-29", false),
            ("2100-02-29", false),
            ("2027-04-31", false),
            ("2027-00-10", false),
            ("2027-13-01", false),
            ("2027-1-01", false),
            ("27-01-01", false),
            ("soon", false),
        ] {
            let date = Date::parse(text);
            assert_eq!(date.is_some(), exists, "{text}");
            assert!(date.is_none_or(|date| date.to_string() == text), "{text}");
        }
    }

    #[test]
    fn seconds_become_days() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_798_761_599, "2026-12-31"),
            (1_798_761_600, "2027-01-01"),
        ] {
            assert_eq!(Date::of_unix(seconds).to_string(), day);
        }
    }
}
