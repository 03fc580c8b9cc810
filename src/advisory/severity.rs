//! How severe an advisory is: CVSS vectors of versions 2, 3 and 4, and words.

use std::str::FromStr;

pub use crate::model::{CvssScore as Score, SeverityLevel as Level};

impl Level {
    /// The level that databases name by a word.
    pub fn of_word(word: &str) -> Level {
        match word.to_ascii_lowercase().as_str() {
            "none" => Level::None,
            "negligible" | "low" | "unimportant" => Level::Low,
            "medium" | "moderate" => Level::Medium,
            "high" | "important" => Level::High,
            "critical" => Level::Critical,
            _ => Level::Unknown,
        }
    }

    fn of_tenths(tenths: u8) -> Level {
        match tenths {
            0 => Level::None,
            1..40 => Level::Low,
            40..70 => Level::Medium,
            70..90 => Level::High,
            _ => Level::Critical,
        }
    }

    pub(super) fn of_byte(byte: u8) -> Level {
        match byte {
            1 => Level::None,
            2 => Level::Low,
            3 => Level::Medium,
            4 => Level::High,
            5 => Level::Critical,
            _ => Level::Unknown,
        }
    }
}

/// Why a vector has no score.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VectorError {
    /// A metric that every vector needs is missing.
    #[error("the vector lacks the metric {0}")]
    Incomplete(&'static str),
    /// It says something twice.
    #[error("the vector has the metric {0} twice")]
    Twice(String),
    /// It is no vector of CVSS 2.0, 3.0, 3.1 or 4.0.
    #[error("no CVSS vector: {0}")]
    Unreadable(String),
}

/// The metrics without which a vector says nothing, by the beginning of the vector: CVSS 4.0, table 23; 3.1, table 15; 2.0,
/// section 2.4.
const MANDATORY: &[(&str, &[&str])] = &[
    ("CVSS:4.", &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"]),
    ("CVSS:3.", &["AV", "AC", "PR", "UI", "S", "C", "I", "A"]),
    ("", &["AV", "AC", "Au", "C", "I", "A"]),
];

impl Score {
    /// Scores a vector.
    ///
    /// # Errors
    /// If it is not whole: a score of an incomplete vector would be too low.
    pub fn of(vector: &str) -> Result<Score, VectorError> {
        let vector = vector.trim();
        let bare = vector.trim_start_matches('(').trim_end_matches(')');
        let (_, mandatory) =
            MANDATORY.iter().find(|(start, _)| bare.starts_with(start)).unwrap_or(&MANDATORY[MANDATORY.len() - 1]);
        let names: Vec<&str> = bare.split('/').filter_map(|metric| Some(metric.split_once(':')?.0)).collect();
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) {
                return Err(VectorError::Twice((*name).to_owned()));
            }
            if at > 64 {
                return Err(VectorError::Unreadable("it has too many metrics".to_owned()));
            }
        }
        if let Some(missing) = mandatory.iter().find(|metric| !names.contains(metric)) {
            return Err(VectorError::Incomplete(missing));
        }
        let parsed = cvss::Cvss::from_str(bare).map_err(|error| VectorError::Unreadable(error.to_string()))?;
        let tenths = (parsed.score() * 10.0).round().clamp(0.0, 100.0) as u8;
        Ok(Score { vector: vector.to_owned(), tenths })
    }

    /// Its band.
    pub fn level(&self) -> Level {
        Level::of_tenths(self.tenths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_all_versions_are_scored() {
        for (vector, tenths, level) in [
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", 75, Level::High),
            ("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", 100, Level::Critical),
            ("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 81, Level::High),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98, Level::Critical),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61, Level::Medium),
            ("CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 0, Level::None),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 93, Level::Critical),
            ("CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N", 48, Level::Medium),
        ] {
            let score = Score::of(vector).unwrap();
            assert_eq!((score.tenths, score.level()), (tenths, level), "{vector}");
        }
    }

    #[test]
    fn an_incomplete_vector_is_no_low_score() {
        for vector in [
            "CVSS:3.1/AV:N",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H",
            "AV:N/AC:L",
            "CVSS:3.1/",
            "",
            "7.5",
            "CVSS:9.9/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X",
            "CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        ] {
            assert!(Score::of(vector).is_err(), "{vector}");
        }
    }
}
