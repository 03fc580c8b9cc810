//! Version range specifiers (VERS): `vers:npm/>=1.0.0|<2.0.0`.
//!
//! The specification wants them canonical and nothing else accepted: [`Range::parse`] does that. [`Range::read`] takes
//! constraints in any order and sorts them, for what other tools write. Whether a version is inside is the same for both.

use std::cmp::Ordering;
use std::fmt;

use super::{Key, Scheme, VersionError, key};

/// How a version is to stand to the one of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparator {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `=`, which is not written
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

use Comparator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};

impl Comparator {
    /// As it is written: `>=`.
    pub fn as_str(self) -> &'static str {
        match self {
            Less => "<",
            LessOrEqual => "<=",
            Equal => "=",
            NotEqual => "!=",
            Greater => ">",
            GreaterOrEqual => ">=",
        }
    }

    fn is_upper(self) -> bool {
        matches!(self, Less | LessOrEqual)
    }

    fn is_lower(self) -> bool {
        matches!(self, Greater | GreaterOrEqual)
    }
}

/// One signpost of a range.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// How a version is to stand to it.
    pub comparator: Comparator,
    /// The version, decoded.
    pub version: String,
    /// Its key; `None` if it is no version of the scheme, which only equality can do without.
    key: Option<Key>,
}

/// A range of versions of one scheme.
#[derive(Clone, Debug)]
pub struct Range {
    kind: String,
    scheme: Option<&'static Scheme>,
    everything: bool,
    constraints: Vec<Constraint>,
}

/// Why a text is no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// It is none at all.
    #[error("no version range like vers:npm/>=1.0.0|<2.0.0: {0}")]
    Shape(&'static str),
    /// The type of its versions is not known.
    #[error("no version scheme is called `{0}`")]
    UnknownType(String),
    /// It is one, but not in the only form that the specification allows.
    #[error("non-canonical VERS: {0}")]
    NotCanonical(&'static str),
    /// One of its versions has no order.
    #[error(transparent)]
    Version(#[from] VersionError),
}

impl Range {
    /// Reads a canonical range.
    ///
    /// # Errors
    /// If it is no range, or not canonical: spaces, empty constraints, percent-encoding of what needs none, versions that are
    /// not in order or there twice, comparators that contradict or repeat each other.
    pub fn parse(text: &str) -> Result<Range, RangeError> {
        let range = Self::split(text)?;
        let keys: Vec<&Key> = range.constraints.iter().filter_map(|constraint| constraint.key.as_ref()).collect();
        if let Some(scheme) = range.scheme {
            for pair in keys.windows(2) {
                match scheme.compare_keys(pair[0], pair[1]) {
                    Ordering::Less => {}
                    Ordering::Equal => return Err(RangeError::NotCanonical("a version occurs more than once")),
                    Ordering::Greater => {
                        return Err(RangeError::NotCanonical("constraints are not sorted by version"));
                    }
                }
            }
        }
        let mut before: Option<Comparator> = None;
        let mut bound: Option<Comparator> = None;
        for comparator in range.constraints.iter().map(|constraint| constraint.comparator).filter(|c| *c != NotEqual) {
            let repeated = bound.is_some_and(|bound| bound.is_upper() == comparator.is_upper());
            if comparator != Equal && repeated || before == Some(Equal) && comparator.is_upper() {
                return Err(RangeError::NotCanonical("the sequence of comparators is not permitted"));
            }
            before = Some(comparator);
            if comparator != Equal {
                bound = Some(comparator);
            }
        }
        Ok(range)
    }

    /// Reads a range whose constraints may be in any order, and sorts them.
    ///
    /// # Errors
    /// If it is no range, or one of several versions has no order.
    pub fn read(text: &str) -> Result<Range, RangeError> {
        let mut range = Self::split(text)?;
        range.sort()?;
        Ok(range)
    }

    /// A range of constraints, sorted here. Equal versions are sorted by their comparators, upper bounds first.
    pub(super) fn of(
        kind: &str,
        scheme: &'static Scheme,
        constraints: Vec<(Comparator, String)>,
    ) -> Result<Range, RangeError> {
        let constraints = constraints
            .into_iter()
            .map(|(comparator, version)| Ok(Constraint { comparator, key: Some(scheme.key(&version)?), version }))
            .collect::<Result<_, VersionError>>()?;
        let mut range = Range { kind: kind.to_owned(), scheme: Some(scheme), everything: false, constraints };
        range.sort()?;
        Ok(range)
    }

    /// The range that holds every version.
    pub(super) fn everything(kind: &str, scheme: &'static Scheme) -> Range {
        Range { kind: kind.to_owned(), scheme: Some(scheme), everything: true, constraints: Vec::new() }
    }

    fn sort(&mut self) -> Result<(), RangeError> {
        let Some(scheme) = self.scheme.filter(|_| self.constraints.len() > 1) else { return Ok(()) };
        for constraint in self.constraints.iter().filter(|constraint| constraint.key.is_none()) {
            scheme.key(&constraint.version)?;
        }
        key::sort(&mut self.constraints, |a, b| match (&a.key, &b.key) {
            (Some(left), Some(right)) => scheme.compare_keys(left, right).then_with(|| a.comparator.cmp(&b.comparator)),
            _ => Ordering::Equal,
        });
        Ok(())
    }

    fn split(text: &str) -> Result<Range, RangeError> {
        if text.contains(char::is_whitespace) {
            return Err(RangeError::NotCanonical("whitespace is not permitted"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(RangeError::NotCanonical("only printable ASCII characters are permitted"));
        }
        let rest = text.strip_prefix("vers:").ok_or(RangeError::Shape("it does not begin with `vers:`"))?;
        let (kind, rest) = rest.split_once('/').ok_or(RangeError::Shape("there is no `/` behind the type"))?;
        if kind.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(RangeError::NotCanonical("the type must be lowercase"));
        }
        let scheme = match kind {
            "all" | "none" => None,
            kind => Some(Scheme::by_id(kind).ok_or_else(|| RangeError::UnknownType(kind.to_owned()))?),
        };
        let everything = rest == "*";
        if everything || scheme.is_none() {
            return if everything {
                Ok(Range { kind: kind.to_owned(), scheme, everything: kind != "none", constraints: Vec::new() })
            } else {
                Err(RangeError::Shape("this type has no other range than `*`"))
            };
        }
        if rest.is_empty() {
            return Err(RangeError::Shape("there are no constraints"));
        }
        if rest.starts_with('|') {
            return Err(RangeError::NotCanonical("leading pipe is not permitted"));
        }
        if rest.ends_with('|') {
            return Err(RangeError::NotCanonical("trailing pipe is not permitted"));
        }
        let mut constraints = Vec::new();
        for part in rest.split('|') {
            if part.is_empty() {
                return Err(RangeError::NotCanonical("consecutive pipes are not permitted"));
            }
            let signs = [(">=", GreaterOrEqual), ("<=", LessOrEqual), ("!=", NotEqual), ("<", Less), (">", Greater)];
            let (comparator, encoded) = signs
                .iter()
                .find_map(|(sign, comparator)| Some((*comparator, part.strip_prefix(sign)?)))
                .unwrap_or((Equal, part));
            if kind == "datetime" && encoded.contains("%3A") {
                return Err(RangeError::NotCanonical("datetime time colons must be unencoded"));
            }
            let version = decode(encoded)?;
            if kind == "datetime" && !version.bytes().all(|byte| !byte.is_ascii_lowercase()) {
                return Err(RangeError::NotCanonical("datetime must use uppercase T and Z"));
            }
            let key = scheme.and_then(|scheme| scheme.key(&version).ok());
            constraints.push(Constraint { comparator, version, key });
        }
        Ok(Range { kind: kind.to_owned(), scheme, everything: false, constraints })
    }

    /// The type of its versions as written: `npm`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether it holds every version.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Its constraints, sorted by version.
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// Whether a version is inside.
    ///
    /// # Errors
    /// If the version, or one that it has to be compared with, is none of the scheme.
    pub fn contains(&self, version: &str) -> Result<bool, VersionError> {
        let Some(scheme) = self.scheme.filter(|_| !self.everything) else { return Ok(self.everything) };
        let tested = match scheme.key(version) {
            Ok(key) => key,
            // What has no order can still be the very version that a range names.
            Err(error) => {
                let same = |wanted| self.constraints.iter().any(|c| c.comparator == wanted && c.version == version);
                let only_names = self.constraints.iter().all(|c| matches!(c.comparator, Equal | NotEqual));
                return if same(Equal) || only_names && !same(Equal) && self.has_no_exclusion() {
                    Ok(same(Equal))
                } else {
                    Err(error)
                };
            }
        };
        let mut bounds: Vec<(Comparator, Ordering)> = Vec::new();
        let (mut inside, mut excluded, mut only_exclusions) = (false, false, true);
        for Constraint { comparator, version: written, key } in &self.constraints {
            let order = match key {
                Some(key) => scheme.compare_keys(&tested, key),
                None if *comparator == Equal && written != version => Ordering::Greater,
                None => return Err(scheme.key(written).err().unwrap_or_else(|| self.unordered(written))),
            };
            only_exclusions &= *comparator == NotEqual;
            match (comparator, order) {
                (Equal | LessOrEqual | GreaterOrEqual, Ordering::Equal) => inside = true,
                (NotEqual, Ordering::Equal) => excluded = true,
                (Less | LessOrEqual | Greater | GreaterOrEqual, order) => bounds.push((*comparator, order)),
                _ => {}
            }
        }
        if inside || excluded || only_exclusions {
            return Ok(inside || !excluded);
        }
        // Of several lower bounds in a row the first counts, of several upper ones the last.
        let mut signposts: Vec<(Comparator, Ordering)> = Vec::with_capacity(bounds.len());
        for bound in bounds {
            match signposts.last_mut() {
                Some(last) if last.0.is_lower() && bound.0.is_lower() => {}
                Some(last) if last.0.is_upper() && bound.0.is_upper() => *last = bound,
                _ => signposts.push(bound),
            }
        }
        let mut above = signposts.first().is_some_and(|(comparator, _)| comparator.is_upper());
        for (comparator, order) in signposts {
            if comparator.is_lower() {
                above = order.is_gt();
            } else if above && order.is_lt() {
                return Ok(true);
            } else {
                above = false;
            }
        }
        Ok(above)
    }

    fn has_no_exclusion(&self) -> bool {
        self.constraints.iter().all(|constraint| constraint.comparator != NotEqual)
    }

    fn unordered(&self, version: &str) -> VersionError {
        VersionError {
            scheme: self.scheme.map_or("vers", |scheme| scheme.id),
            version: version.to_owned(),
            problem: "it has no order",
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "vers:{}/", self.kind)?;
        if self.everything || self.kind == "none" {
            return formatter.write_str("*");
        }
        for (index, constraint) in self.constraints.iter().enumerate() {
            if index > 0 {
                formatter.write_str("|")?;
            }
            if constraint.comparator != Equal {
                formatter.write_str(constraint.comparator.as_str())?;
            }
            formatter.write_str(&encode(&constraint.version))?;
        }
        Ok(())
    }
}

/// Whether a character of a version cannot stand for itself.
fn needs_encoding(byte: u8) -> bool {
    !byte.is_ascii_graphic() || b"><=!*|%".contains(&byte)
}

fn encode(version: &str) -> String {
    let mut encoded = String::with_capacity(version.len());
    for byte in version.bytes() {
        if needs_encoding(byte) {
            encoded.push_str(&format!("%{byte:02X}"));
        } else {
            encoded.push(char::from(byte));
        }
    }
    encoded
}

fn decode(encoded: &str) -> Result<String, RangeError> {
    if encoded.is_empty() {
        return Err(RangeError::Shape("a constraint has no version"));
    }
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            if needs_encoding(byte) {
                return Err(RangeError::NotCanonical("a version contains a character that must be percent-encoded"));
            }
            bytes.push(byte);
            continue;
        }
        let digit = |at: usize| rest.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return Err(RangeError::NotCanonical("invalid percent-encoding in version"));
        };
        let decoded = u8::try_from(high * 16 + low).unwrap_or_default();
        if !needs_encoding(decoded) || rest[..2].iter().any(u8::is_ascii_lowercase) {
            return Err(RangeError::NotCanonical("percent-encoding in version is not canonical"));
        }
        bytes.push(decoded);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).map_err(|_| RangeError::NotCanonical("invalid percent-encoding in version"))
}
