//! Which finding is which, from one run to the next.
//!
//! A fingerprint is made of the rule, the purl without version, the project and the discriminator; never of offsets, versions
//! or prose. A finding about a component concerns it wherever it occurs, so it has no project in its fingerprint, unless a
//! waiver covers it in one project only: then the covered part has that waiver's project. Several versions of a package
//! with the same problem are told apart by their rank in the order of versions of the Bom.

use compact_str::CompactString;
use sha2::{Digest, Sha256};

use crate::model::{Bom, LookUp};

use super::weigh::Weighed;

/// Identities given so far.
#[derive(Default)]
pub(super) struct Identities {
    ranks: LookUp<[u8; 32], u32>,
}

impl Identities {
    /// The identity of the next finding with this digest. Findings are asked for in a fixed order, so that ranks are stable.
    pub fn ranked(&mut self, digest: [u8; 32]) -> CompactString {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let rank = self.ranks.get_or_insert_with(digest, || 0);
        let bytes = if *rank == 0 { digest } else { digest_of(&[&digest, &rank.to_le_bytes()]) };
        *rank += 1;
        let digits = bytes[..8].iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
    }
}

fn digest_of(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The digest of what makes a finding the one it is; several may share it.
pub(super) fn of(bom: &Bom, finding: &Weighed<'_>) -> [u8; 32] {
    let purl = finding.component.map(|id| bom.component(id).purl.without_version().to_string());
    let project = match (finding.component, finding.project, &finding.part) {
        (Some(_), _, part) => part.clone().unwrap_or_default(),
        (None, Some(project), _) => {
            let project = bom.project(project);
            format!("{}\0{}", project.directory, project.ecosystem)
        }
        (None, None, _) => finding.draft.locations.first().map(|place| place.path.to_string()).unwrap_or_default(),
    };
    let purl = purl.as_deref().unwrap_or_default();
    let parts = ["sepal finding 1", finding.rule, purl, &project, &finding.draft.discriminator];
    digest_of(&parts.map(str::as_bytes))
}
