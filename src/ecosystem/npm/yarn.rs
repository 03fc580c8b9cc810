//! yarn.lock: one file name, two formats. Yarn 1 writes a format of its own, yarn 2 and later ("berry") write YAML with a
//! `__metadata` entry at the top; that entry tells them apart, as it does for yarn itself.

use super::{yarn_berry, yarn_classic};
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability};
use crate::text::{Source, SyntaxError};

/// yarn.lock of all versions of yarn.
pub static FORMAT: Format = Format {
    id: "npm/yarn-lock",
    patterns: &["**/yarn.lock"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: false, hashes: true, licenses: false },
    docs: "The lock file of yarn: version 1 (classic) and versions 2 to 4 (berry, with `__metadata`). Which dependencies \
           are for development only is written in the manifests alone. Berry's `checksum` is of yarn's own archive, not of \
           what the registry hands out, and is kept as a property.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    if is_berry(source.text()) { yarn_berry::parse(source) } else { yarn_classic::parse(source) }
}

/// Whether a line begins with the key `__metadata`.
fn is_berry(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), b"__metadata").any(|at| {
        let before = text[..at].trim_end_matches(['"', '\'']);
        before.is_empty() || before.ends_with('\n')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_formats_are_told_apart() {
        assert!(is_berry("# x\n\n__metadata:\n  version: 8\n"));
        assert!(is_berry("\"__metadata\":\n  version: 8\n"));
        assert!(is_berry("# x\r\n__metadata:\r\n"));
        assert!(!is_berry("# no __metadata here\na@1:\n  version \"1.0.0\"\n"));
        assert!(!is_berry(""));
    }
}
