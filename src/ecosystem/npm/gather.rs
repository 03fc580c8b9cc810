//! What the readers of yarn's and pnpm's lock files do alike: putting packages, links and notes into a [`Parsed`].

use compact_str::CompactString;

use super::identity;
use crate::ecosystem::{Link, Note, Package, Parsed, without_user_info};
use crate::model::{DiagnosticKind, Mark, Scope, Span};
use crate::text::Source;

/// How many notes of one file are kept; a file that is wrong throughout is not worth more.
const NOTES: usize = 100;

/// A [`Parsed`] in the making.
pub(super) struct Gather<'s> {
    source: &'s Source,
    parsed: Parsed,
    left_out: usize,
}

impl<'s> Gather<'s> {
    pub(super) fn new(source: &'s Source, dialect: CompactString) -> Self {
        Self { source, parsed: Parsed { dialect, ..Parsed::default() }, left_out: 0 }
    }

    /// Says that something could not be understood; the first hundred are kept and the rest counted.
    pub(super) fn note(&mut self, span: Span, kind: DiagnosticKind, message: impl Into<String>) {
        if self.parsed.notes.len() < NOTES {
            let mark = self.source.mark(span);
            let message = without_user_info(&message.into()).into_owned();
            self.parsed.notes.push(Note { mark, kind, message });
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn add(&mut self, package: Package) -> u32 {
        self.parsed.packages.push(package);
        self.parsed.packages.len() as u32 - 1
    }

    pub(super) fn package(&self, index: u32) -> &Package {
        &self.parsed.packages[index as usize]
    }

    pub(super) fn packages_mut(&mut self) -> &mut [Package] {
        &mut self.parsed.packages
    }

    pub(super) fn link(&mut self, from: u32, to: u32, scope: Scope, requirement: Option<(&str, Span)>) {
        let mark = requirement.map(|(_, span)| self.source.mark(span));
        let requirement = requirement.map(|(text, _)| without_user_info(text).as_ref().into());
        self.parsed.links.push(Link { from, to, scope, requirement, mark });
    }

    pub(super) fn parsed_mut(&mut self) -> &mut Parsed {
        &mut self.parsed
    }

    pub(super) fn mark(&self, span: Span) -> Mark {
        self.source.mark(span)
    }

    /// Whether a path relative to the file's directory stays in the scanned tree.
    pub(super) fn is_inside(&self, path: &str) -> bool {
        self.source.path().parent().join(path).is_some()
    }

    pub(super) fn finish(mut self) -> Parsed {
        if self.left_out > 0 {
            let message = format!("{} more entries could not be understood", self.left_out);
            let mark = self.source.start();
            self.parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message });
        }
        self.parsed
    }
}

/// The directory `path` as seen from the directory `base`, with `.` and `..` resolved as text; both are relative to the
/// file's own directory, and so is the answer, which may begin with `..`. `None` if `path` is absolute.
pub(super) fn directory_from(base: &str, path: &str) -> Option<CompactString> {
    if path.starts_with(['/', '~']) || path.contains('\\') || path.as_bytes().get(1) == Some(&b':') {
        return None;
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in base.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/").into())
}

/// The version that a lock file gives, if it is one: never a range, a URL, or yarn's stand-in for "as the manifest says".
pub(super) fn real_version(text: &str) -> Option<&str> {
    identity::version(text).filter(|version| *version != "0.0.0-use.local")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_resolved_as_text_and_may_leave() {
        assert_eq!(directory_from("", "./lib/../x").as_deref(), Some("x"));
        assert_eq!(directory_from("packages/app", "../../lib/local").as_deref(), Some("lib/local"));
        assert_eq!(directory_from("", "../../apps/a").as_deref(), Some("../../apps/a"));
        assert_eq!(directory_from("a", "../../b").as_deref(), Some("../b"));
        assert_eq!(directory_from("", "/etc"), None);
        assert_eq!(directory_from("", "C:\\x"), None);
    }
}
