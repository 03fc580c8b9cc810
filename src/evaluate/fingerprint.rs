//! Which finding is which, from one run to the next.
//!
//! A fingerprint is made of the rule, the purl without version, the project and the discriminator; never of offsets, versions
//! or prose. A finding about a component concerns it wherever it occurs, so it has no project in its fingerprint, unless a
//! waiver covers it in one project only: then the covered part has that waiver's project. Several versions of a package
//! with the same problem are told apart by their rank in the order of versions of the Bom.

use std::collections::BTreeMap;

use compact_str::CompactString;
use sha2::{Digest, Sha256};

use crate::model::Bom;

use super::weigh::Weighed;

/// Identities given so far.
#[derive(Default)]
pub(super) struct Identities {
    ranks: BTreeMap<[u8; 32], u32>,
}

impl Identities {
    /// The identity of the next finding. Findings are asked for in a fixed order, so that ranks are stable.
    pub fn of(&mut self, bom: &Bom, finding: &Weighed) -> CompactString {
        let purl = finding.component.map(|id| bom.component(id).purl.without_version().to_string());
        let project = match (finding.component, finding.project, &finding.part) {
            (Some(_), _, part) => part.clone().unwrap_or_default(),
            (None, Some(project), _) => {
                let project = bom.project(project);
                format!("{}\0{}", project.directory, project.ecosystem)
            }
            (None, None, _) => finding.draft.locations.first().map(|place| place.path.to_string()).unwrap_or_default(),
        };
        let hash = |rank: u32| -> [u8; 32] {
            let mut hash = Sha256::new();
            for part in [
                "sepal finding 1",
                finding.rule.id,
                purl.as_deref().unwrap_or_default(),
                &project,
                &finding.draft.discriminator,
            ] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part.as_bytes());
            }
            if rank > 0 {
                hash.update(rank.to_le_bytes());
            }
            hash.finalize().into()
        };
        let first = hash(0);
        let rank = self.ranks.entry(first).or_insert(0);
        let bytes = if *rank == 0 { first } else { hash(*rank) };
        *rank += 1;
        let mut text = CompactString::with_capacity(16);
        for byte in &bytes[..8] {
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }
}
