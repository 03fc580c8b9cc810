//! A day of the calendar: waivers end on one, advisories are published on one. No clock here: `cli` says what day it is.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar between the years 0001 and 9999. Ordered in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Why a text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// It has another form than `YYYY-MM-DD`.
    #[error("not of the form YYYY-MM-DD")]
    Form,
    /// There is no such day (`2027-02-30`).
    #[error("no day of the calendar")]
    Day,
}

impl Date {
    /// The day of a year, a month (1 to 12) and a day of the month (from 1).
    ///
    /// # Errors
    /// If there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        let valid = (1..=9999).contains(&year) && (1..=days).contains(&day);
        if valid { Ok(Self { year, month, day }) } else { Err(DateError::Day) }
    }

    /// The number of days since the first of March of the year 0, counted as if the calendar had always been Gregorian.
    fn number(self) -> i32 {
        // Years that begin in March have their leap day at the end, so that months have fixed offsets.
        let (year, month) = if self.month > 2 {
            (i32::from(self.year), i32::from(self.month) - 3)
        } else {
            (i32::from(self.year) - 1, i32::from(self.month) + 9)
        };
        365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month + 2) / 5
            + i32::from(self.day)
            - 1
    }

    /// How many days lie between this day and a later one; negative if `later` comes first.
    pub fn days_until(self, later: Date) -> i32 {
        later.number() - self.number()
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `YYYY-MM-DD` (RFC 3339, `full-date`).
    fn from_str(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        let digits = |range: std::ops::Range<usize>| -> Option<u16> {
            bytes
                .get(range)?
                .iter()
                .try_fold(0u16, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u16::from(byte - b'0')))
        };
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(DateError::Form);
        }
        let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else {
            return Err(DateError::Form);
        };
        // Two digits fit into a byte.
        Date::new(year, month as u8, day as u8)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn only_days_of_the_calendar_are_read() {
        assert_eq!(date("2024-02-29").to_string(), "2024-02-29");
        assert_eq!("2023-02-29".parse::<Date>(), Err(DateError::Day));
        assert_eq!("1900-02-29".parse::<Date>(), Err(DateError::Day));
        assert_eq!("2024-13-01".parse::<Date>(), Err(DateError::Day));
        for wrong in ["2024-1-01", "2024-01-01T00:00:00Z", "20240101", "", "2024-01-é", "+024-01-01"] {
            assert_eq!(wrong.parse::<Date>(), Err(DateError::Form), "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_over_leap_years_and_centuries() {
        assert_eq!(date("2024-02-28").days_until(date("2024-03-01")), 2);
        assert_eq!(date("2023-02-28").days_until(date("2023-03-01")), 1);
        assert_eq!(date("2000-01-01").days_until(date("2100-01-01")), 36_525);
        assert_eq!(date("1970-01-01").days_until(date("2026-11-21")), 20_778);
        assert_eq!(date("2027-01-01").days_until(date("2026-12-31")), -1);
    }
}
