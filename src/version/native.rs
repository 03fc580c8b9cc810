//! The ranges that package managers write, as VERS.
//!
//! Each says what the tests of the VERS specification say. Those differ from the tools in places where VERS has no words: a
//! range of npm or Conan does not tell here that it leaves out pre-releases.

use super::range::Comparator::{self, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
use super::{Range, RangeError, Scheme, is_number, leading_digits, plain};

/// Why a range of a package manager has no VERS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NativeError {
    /// The ranges of this type are not read.
    #[error("ranges as `{0}` writes them are not read")]
    UnknownType(String),
    /// It is not written as this type writes ranges.
    #[error("`{part}` is no part of a version range: {problem}")]
    Syntax {
        /// The part that is not understood.
        part: String,
        /// Why.
        problem: &'static str,
    },
    /// Its versions make no range.
    #[error(transparent)]
    Range(#[from] RangeError),
}

type Constraints = Vec<(Comparator, String)>;

fn wrong(part: &str, problem: &'static str) -> NativeError {
    NativeError::Syntax { part: part.chars().take(60).collect(), problem }
}

impl Range {
    /// Reads a range as a package manager writes it: `npm` (`^1.2.0 || >=2`), `conan`, `gem`, `pypi`, `nuget`, `maven`, `nginx`,
    /// `openssl`.
    ///
    /// # Errors
    /// If this type's ranges are not read, or it is not written as they are.
    pub fn from_native(kind: &str, text: &str) -> Result<Range, NativeError> {
        let scheme = Scheme::by_id(kind).ok_or_else(|| NativeError::UnknownType(kind.to_owned()))?;
        let text = text.trim();
        if kind == "npm" && matches!(text, "*" | "" | "x" | "X") {
            return Ok(Range::everything(kind, scheme));
        }
        let constraints = match kind {
            "npm" => npm(text)?,
            "conan" => conan(text)?,
            "gem" => requirements(text, &[("~>", Rough::Gem)])?,
            "pypi" => requirements(text, &[("~=", Rough::Python)])?,
            "nuget" | "maven" => intervals(text, kind == "nuget")?,
            "nginx" => nginx(text)?,
            "openssl" => text.split(',').map(|version| (Equal, version.trim().to_owned())).collect(),
            _ => return Err(NativeError::UnknownType(kind.to_owned())),
        };
        Ok(Range::of(kind, scheme, constraints)?)
    }
}

/// A comparison sign at the beginning, and the rest.
fn sign(text: &str) -> (Option<Comparator>, &str) {
    let signs = [
        ("===", Equal),
        (">=", GreaterOrEqual),
        ("<=", LessOrEqual),
        ("!=", NotEqual),
        ("==", Equal),
        (">", Greater),
        ("<", Less),
        ("=", Equal),
    ];
    signs
        .iter()
        .find_map(|(sign, comparator)| Some((Some(*comparator), text.strip_prefix(sign)?.trim_start())))
        .unwrap_or((None, text))
}

/// A number and one.
fn next(digits: &str) -> String {
    let mut digits: Vec<u8> = plain(digits).bytes().collect();
    for digit in digits.iter_mut().rev() {
        if *digit == b'9' {
            *digit = b'0';
        } else {
            *digit += 1;
            return digits.into_iter().map(char::from).collect();
        }
    }
    digits.insert(0, b'1');
    digits.into_iter().map(char::from).collect()
}

/// Three numbers of a version, of which some may be open.
struct Npm<'a> {
    numbers: Vec<&'a str>,
    suffix: &'a str,
}

impl<'a> Npm<'a> {
    fn read(text: &'a str) -> Result<Self, NativeError> {
        let bare = text.trim_start_matches(['v', '=', ' ']);
        let end = bare.find(['-', '+']).unwrap_or(bare.len());
        let (release, suffix) = bare.split_at(end);
        let all: Vec<&str> = release.split('.').collect();
        let open = all.iter().position(|part| matches!(*part, "x" | "X" | "*"));
        let numbers = all[..open.unwrap_or(all.len())].to_vec();
        if numbers.len() > 3 || open.is_none() && numbers.is_empty() || !numbers.iter().all(|part| is_number(part)) {
            return Err(wrong(text, "it is no version of three numbers"));
        }
        Ok(Self { numbers, suffix: if open.is_some() { "" } else { suffix } })
    }

    fn number(&self, at: usize) -> &'a str {
        self.numbers.get(at).copied().unwrap_or("0")
    }

    /// Its release, missing numbers zero.
    fn release(&self) -> String {
        format!("{}.{}.{}", plain(self.number(0)), plain(self.number(1)), plain(self.number(2)))
    }

    fn version(&self) -> String {
        self.release() + self.suffix
    }

    /// The first release in which the number at a place is one more.
    fn bumped(&self, at: usize) -> String {
        match at {
            0 => format!("{}.0.0", next(self.number(0))),
            1 => format!("{}.{}.0", plain(self.number(0)), next(self.number(1))),
            _ => format!("{}.{}.{}", plain(self.number(0)), plain(self.number(1)), next(self.number(2))),
        }
    }
}

/// node-semver, "Ranges".
fn npm(text: &str) -> Result<Constraints, NativeError> {
    let mut constraints = Constraints::new();
    for part in text.split("||") {
        let part = part.trim();
        if let Some((low, high)) = part.split_once(" - ") {
            constraints.push((GreaterOrEqual, Npm::read(low.trim())?.version()));
            constraints.push((LessOrEqual, Npm::read(high.trim())?.version()));
            continue;
        }
        let mut rest = part;
        while !rest.is_empty() {
            let signs = rest.find(|c: char| !matches!(c, '<' | '>' | '=' | '~' | '^' | ' ')).unwrap_or(rest.len());
            let (signs, behind) = rest.split_at(signs);
            let end = behind.find(['<', '>', '=', '~', '^', ' ']).unwrap_or(behind.len());
            let (version, behind) = behind.split_at(end);
            rest = behind.trim_start();
            let signs: String = signs.chars().filter(|c| *c != ' ').collect();
            one_of_npm(&signs, version, &mut constraints)?;
        }
    }
    Ok(constraints)
}

fn one_of_npm(signs: &str, text: &str, constraints: &mut Constraints) -> Result<(), NativeError> {
    let is_open = text.split(['-', '+']).next().unwrap_or_default().contains(['x', 'X', '*']);
    let version = Npm::read(text)?;
    let given = version.numbers.len();
    let mut between = |low: String, high: String| {
        constraints.push((GreaterOrEqual, low));
        constraints.push((Less, high));
    };
    match signs {
        "^" => {
            let zeros = version.numbers.iter().take_while(|number| plain(number) == "0").count();
            // The first number that is not zero may not change; where all that are given are zero, the last of them.
            let at = if zeros == given { given.saturating_sub(1) } else { zeros };
            between(version.version(), version.bumped(at));
        }
        "~" | "~>" => {
            if version.suffix.starts_with('-') && plain(version.number(2)) == "0" {
                // The specification's tests take this apart: pre-releases up to their release, and that release.
                let release = version.release();
                between(version.version(), release.clone());
                between(release, version.bumped(2));
            } else {
                between(version.version(), version.bumped(if given <= 1 { 0 } else { 1 }));
            }
        }
        // A version with an open part means all that it leaves open, whatever stands before it.
        "" | "=" | ">=" if is_open => match given {
            0 => constraints.push((GreaterOrEqual, "0.0.0".to_owned())),
            given => between(version.version(), version.bumped(given - 1)),
        },
        signs => match sign(signs) {
            (Some(comparator), "") => constraints.push((comparator, version.version())),
            (None, "") => constraints.push((Equal, version.version())),
            _ => return Err(wrong(signs, "it is no comparison")),
        },
    }
    Ok(())
}

/// Conan 2, "Version ranges".
fn conan(text: &str) -> Result<Constraints, NativeError> {
    let mut constraints = Constraints::new();
    if text.is_empty() {
        return Ok(constraints);
    }
    let expression = text.split(',').next().unwrap_or_default();
    for part in expression.split("||").flat_map(str::split_whitespace) {
        if matches!(part, "*" | "*-") {
            constraints.push((GreaterOrEqual, "0.0.0".to_owned()));
            continue;
        }
        let rough = part.strip_prefix(['~', '^']);
        // A hyphen at the end only says that pre-releases count.
        let version = |text: &str| text.strip_suffix('-').unwrap_or(text).to_owned();
        let Some(rough) = rough else {
            let (comparator, text) = sign(part);
            constraints.push((comparator.unwrap_or(Equal), version(text)));
            continue;
        };
        let low = version(rough);
        let main: Vec<&str> = low.split(['-', '+']).next().unwrap_or_default().split('.').collect();
        let at = if part.starts_with('~') {
            usize::from(main.len() > 1)
        } else {
            main.iter().position(|item| plain(item) != "0").unwrap_or(main.len() - 1)
        };
        let bumped =
            main.get(at).filter(|item| is_number(item)).ok_or_else(|| wrong(part, "it has no number to add to"))?;
        let mut high: Vec<String> = main[..at].iter().map(|item| (*item).to_owned()).collect();
        high.push(next(bumped));
        constraints.push((GreaterOrEqual, low));
        constraints.push((Less, format!("{}-", high.join("."))));
    }
    Ok(constraints)
}

#[derive(Clone, Copy)]
enum Rough {
    Gem,
    Python,
}

/// Comparisons between commas, with one sign for "about": RubyGems' `~>`, PEP 440's `~=`.
fn requirements(text: &str, rough: &[(&str, Rough)]) -> Result<Constraints, NativeError> {
    let mut constraints = Constraints::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let about = rough.iter().find_map(|(sign, kind)| Some((*kind, part.strip_prefix(sign)?.trim())));
        let Some((kind, version)) = about else {
            let (comparator, version) = sign(part);
            let comparator = comparator.unwrap_or(Equal);
            match version.strip_suffix(".*") {
                Some(start) if comparator == Equal => {
                    let numbers: Vec<&str> = start.split('.').collect();
                    let high = bumped_last(&numbers).ok_or_else(|| wrong(part, "it has no number to add to"))?;
                    constraints.push((GreaterOrEqual, start.to_owned()));
                    constraints.push((Less, high));
                }
                Some(_) => return Err(wrong(part, "a range with a hole has no VERS")),
                None => constraints.push((comparator, version.to_owned())),
            }
            continue;
        };
        let end = version
            .split('.')
            .take_while(|item| is_number(item))
            .map(|item| item.len() + 1)
            .sum::<usize>()
            .saturating_sub(1);
        let numbers: Vec<&str> = version[..end].split('.').collect();
        let kept = match (kind, numbers.len()) {
            (Rough::Python, 0 | 1) => return Err(wrong(part, "it needs two numbers")),
            (_, count) => count.saturating_sub(1).max(1),
        };
        let high = bumped_last(&numbers[..kept]).ok_or_else(|| wrong(part, "it has no number to add to"))?;
        constraints.push((GreaterOrEqual, version.to_owned()));
        constraints.push((Less, high));
    }
    Ok(constraints)
}

fn bumped_last(numbers: &[&str]) -> Option<String> {
    let (last, first) = numbers.split_last()?;
    let mut parts: Vec<String> = first.iter().map(|number| (*number).to_owned()).collect();
    parts.push(next(Some(*last).filter(|last| is_number(last))?));
    Some(parts.join("."))
}

/// NuGet and Maven: `[1.0,2.0)`, several of them behind each other; a bare version is a minimum to NuGet.
fn intervals(text: &str, bare_is_minimum: bool) -> Result<Constraints, NativeError> {
    let mut constraints = Constraints::new();
    let mut rest = text;
    if !rest.starts_with(['[', '(']) {
        return Ok(vec![(if bare_is_minimum { GreaterOrEqual } else { Equal }, rest.to_owned())]);
    }
    while !rest.is_empty() {
        let end = rest.find([']', ')']).ok_or_else(|| wrong(rest, "the interval has no end"))?;
        let (opening, body, closing) = (&rest[..1], &rest[1..end], &rest[end..=end]);
        let (low, high) = body.split_once(',').map_or((body, None), |(low, high)| (low, Some(high.trim())));
        let low = low.trim();
        match (opening, low, high) {
            ("[", version, None) if closing == "]" && !version.is_empty() => {
                constraints.push((Equal, version.to_owned()))
            }
            ("[" | "(", low, Some(high)) => {
                if !low.is_empty() {
                    constraints.push((if opening == "[" { GreaterOrEqual } else { Greater }, low.to_owned()));
                }
                if !high.is_empty() {
                    constraints.push((if closing == "]" { LessOrEqual } else { Less }, high.to_owned()));
                }
            }
            _ => return Err(wrong(&rest[..=end], "it is no interval")),
        }
        rest = rest[end + 1..].trim_start_matches([',', ' ']);
    }
    Ok(constraints)
}

/// nginx's security advisories: `0.7.52-0.8.39`, `1.5.0+, 1.4.1+`. A `+` goes on to the end of a stable branch, which has an
/// even second number, and without end in a mainline one.
fn nginx(text: &str) -> Result<Constraints, NativeError> {
    let mut constraints = Constraints::new();
    for part in text.split(',').map(str::trim) {
        if let Some(version) = part.strip_suffix('+') {
            constraints.push((GreaterOrEqual, version.to_owned()));
            let numbers: Vec<&str> = version.split('.').collect();
            if let [major, minor, ..] = numbers[..]
                && leading_digits(minor).0.ends_with(['0', '2', '4', '6', '8'])
            {
                constraints.push((Less, format!("{major}.{}.0", next(minor))));
            }
        } else if let Some((low, high)) = part.split_once('-') {
            constraints.push((GreaterOrEqual, low.to_owned()));
            constraints.push((LessOrEqual, high.to_owned()));
        } else {
            constraints.push((Equal, part.to_owned()));
        }
    }
    Ok(constraints)
}
