//! Requirements as PEP 508 writes them: `name[extra] >=1,<2 ; marker`, and `name @ url`.

use compact_str::{CompactString, format_compact};

use super::name::is_name;

/// The parts of a requirement, each a part of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Requirement<'t> {
    /// As written.
    pub name: &'t str,
    /// What stands in the brackets.
    pub extras: &'t str,
    /// The specifiers; empty for a URL.
    pub constraint: &'t str,
    /// What stands behind `@`.
    pub url: Option<&'t str>,
    /// What stands behind `;`.
    pub marker: Option<&'t str>,
}

impl<'t> Requirement<'t> {
    /// Reads a requirement. `None` if it is none.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let text = text.trim();
        let end = text
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')))
            .unwrap_or(text.len());
        let name = &text[..end];
        if !is_name(name) {
            return None;
        }
        Some(Self { name, ..Self::parse_rest(&text[end..])? })
    }

    /// Reads what stands behind the name: `[extra]>=1 ; marker`.
    pub(super) fn parse_rest(text: &'t str) -> Option<Self> {
        let mut rest = text.trim_start();
        let mut extras = "";
        if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']')?;
            extras = inner[..end].trim();
            rest = inner[end + 1..].trim_start();
        }
        if let Some(url) = rest.strip_prefix('@') {
            let url = url.trim_start();
            // A semicolon may be part of a URL; one that begins a marker has a space before it.
            let (url, marker) = match url.find(|character: char| character.is_whitespace()) {
                Some(end) => (&url[..end], url[end..].trim_start().strip_prefix(';')),
                None => (url, None),
            };
            let marker = marker.map(str::trim).filter(|marker| !marker.is_empty());
            return (!url.is_empty()).then_some(Self { name: "", extras, constraint: "", url: Some(url), marker });
        }
        let (constraint, marker) = rest.split_once(';').map_or((rest, None), |(before, after)| (before, Some(after)));
        let constraint = constraint.trim();
        let understood = constraint.is_empty()
            || constraint.starts_with(['<', '>', '=', '!', '~', '^', '*', '(', '|'])
            || constraint.starts_with(|character: char| character.is_ascii_digit());
        let marker = marker.map(str::trim).filter(|marker| !marker.is_empty());
        understood.then_some(Self { name: "", extras, constraint, url: None, marker })
    }

    /// The names of the extras.
    pub(super) fn extras(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.extras.split(',').map(str::trim).filter(|extra| !extra.is_empty())
    }

    /// What stands behind the name.
    pub(super) fn rest(text: &'t str) -> &'t str {
        let text = text.trim();
        let end = text
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')))
            .unwrap_or(text.len());
        text[end..].trim_start()
    }
}

/// What stands behind the name of a requirement that is written in parts.
pub(super) fn rest_of(extras: &[&str], constraint: &str, marker: Option<&str>) -> CompactString {
    if extras.is_empty() && marker.is_none() {
        return constraint.into();
    }
    let brackets = if extras.is_empty() { CompactString::default() } else { format_compact!("[{}]", extras.join(",")) };
    match marker {
        Some(marker) if brackets.is_empty() && constraint.is_empty() => format_compact!("; {marker}"),
        Some(marker) => format_compact!("{brackets}{constraint} ; {marker}"),
        None => format_compact!("{brackets}{constraint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_told_apart() {
        let read = |text| Requirement::parse(text);
        let full = read("Kit_X [a, b] >=1,<2 ; python_version < '3.9'").unwrap();
        assert_eq!((full.name, full.constraint, full.marker), ("Kit_X", ">=1,<2", Some("python_version < '3.9'")));
        assert_eq!(full.extras().collect::<Vec<_>>(), ["a", "b"]);
        let url = read("kit @ git+https://git.example/kit@v1;x ; os_name == 'nt'").unwrap();
        assert_eq!((url.url, url.marker), (Some("git+https://git.example/kit@v1;x"), Some("os_name == 'nt'")));
        assert_eq!(read("kit(>=1)").unwrap().constraint, "(>=1)");
        assert_eq!(Requirement::rest("kit[a]>=1"), "[a]>=1");
        for wrong in ["", "-x", "kit what", "kit[a", "https://x", "kit @", "ü", "kit; ", "a b"] {
            let ok = matches!(wrong, "kit; ");
            assert_eq!(read(wrong).is_some(), ok, "{wrong}");
        }
        assert_eq!(rest_of(&["a"], ">=1", Some("m")), "[a]>=1 ; m");
        assert_eq!(rest_of(&[], "", Some("m")), "; m");
    }
}
