//! Whether versions stand to each other as somebody says.

use std::cmp::Ordering;

use crate::version::{Scheme, VersionError};

/// What a list of comparisons came to.
#[derive(Debug, Default)]
pub struct Comparisons {
    /// How many hold.
    pub held: usize,
    /// Those that do not.
    pub wrong: Vec<Wrong>,
    /// Lines that say nothing that could hold or not.
    pub unreadable: Vec<Unreadable>,
}

/// A comparison that does not hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Its line, from one.
    pub line: usize,
    /// As it was said: `1.10 < 1.9`.
    pub said: String,
    /// As it is: `1.10 > 1.9`.
    pub is: String,
}

/// A line that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, from one.
    pub line: usize,
    /// Why.
    pub problem: LineError,
}

/// Why a line cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It is no comparison.
    #[error("not of the form `A < B`, `A = B` or `A > B`")]
    Form,
    /// A side of it is no version.
    #[error(transparent)]
    Version(#[from] VersionError),
}

/// Tries every line of a text: `A < B`, `A = B` or `A > B`. Empty lines and those that begin with `#` are left out.
pub fn compare_lines(scheme: &Scheme, text: &str) -> Comparisons {
    let mut found = Comparisons::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match one(scheme, line) {
            Ok(None) => found.held += 1,
            Ok(Some(is)) => found.wrong.push(Wrong { line: index + 1, said: line.to_owned(), is }),
            Err(problem) => found.unreadable.push(Unreadable { line: index + 1, problem }),
        }
    }
    found
}

/// Tries one line: nothing if it holds, else how it is.
fn one(scheme: &Scheme, line: &str) -> Result<Option<String>, LineError> {
    let (at, said) = line
        .char_indices()
        .zip(line.chars().skip(1).chain([' ']))
        .zip([' '].into_iter().chain(line.chars()))
        .find_map(|(((at, sign), next), before)| {
            let order = match sign {
                '<' => Ordering::Less,
                '=' => Ordering::Equal,
                '>' => Ordering::Greater,
                _ => return None,
            };
            (before.is_whitespace() && next.is_whitespace()).then_some((at, order))
        })
        .ok_or(LineError::Form)?;
    let (left, right) = (line[..at].trim(), line[at + 1..].trim());
    if left.is_empty() || right.is_empty() {
        return Err(LineError::Form);
    }
    let is = scheme.compare(left, right)?;
    let sign = match is {
        Ordering::Less => '<',
        Ordering::Equal => '=',
        Ordering::Greater => '>',
    };
    Ok((is != said).then(|| format!("{left} {sign} {right}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_do_not_hold_or_cannot_be_read() {
        let scheme = Scheme::by_ecosystem("npm").unwrap();
        let found = compare_lines(
            scheme,
            "# said by hand\n\n1.9.0 < 1.10.0\r\n1.0.0 > 1.0.0-rc.1\n=1.0.0 = v1.0.0\n1.0.0 < 1.0.0-rc.1\n1.0.0\nlatest < 1.0.0\n < 1\n",
        );
        assert_eq!(found.held, 3);
        let is = "1.0.0 > 1.0.0-rc.1".to_owned();
        assert_eq!(found.wrong, [Wrong { line: 6, said: "1.0.0 < 1.0.0-rc.1".to_owned(), is }]);
        assert_eq!(found.unreadable.iter().map(|unreadable| unreadable.line).collect::<Vec<_>>(), [7, 8, 9]);
    }
}
