//! SPDX identifiers: `SPDXRef-` and then letters, digits, `.` and `-` only (SPDX 2.3, 7.2).

use sha2::{Digest, Sha256};

use crate::model::LookUp;
use crate::model::{Bom, ComponentId};
use crate::sbom::References;

/// How much of a purl is kept for the reader.
const READABLE: usize = 64;

/// The text with everything else than letters, digits, `.` and `-` replaced, at most so many characters of it.
pub fn legal(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
}

/// Identifiers of the packages of a document, by component.
pub struct Ids {
    ids: Vec<String>,
    order: Vec<ComponentId>,
    ranks: Vec<u32>,
}

impl Ids {
    pub fn of(bom: &Bom, references: &References) -> Self {
        let mut taken: LookUp<String, u32> = LookUp::with_capacity(bom.components.len());
        let mut ids = vec![String::new(); bom.components.len()];
        for component in references.in_order() {
            let reference = references.get(component);
            let digest = Sha256::digest(reference.as_bytes());
            let hash: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            let readable = legal(reference.strip_prefix("pkg:").unwrap_or(reference), READABLE);
            let id = format!("SPDXRef-{readable}-{hash}");
            // Names that agree in their start and in 64 bits of their hash are made on purpose; still no identifier is given
            // twice: a number behind a hash of fixed length meets no other.
            let count = taken.get_or_insert_with(id.clone(), || 0);
            *count += 1;
            ids[component.0 as usize] = if *count == 1 { id } else { format!("{id}.{count}") };
        }
        let mut order: Vec<ComponentId> = references.in_order().collect();
        order.sort_by(|a, b| ids[a.0 as usize].cmp(&ids[b.0 as usize]));
        let mut ranks = vec![0; order.len()];
        for (rank, component) in (0..).zip(&order) {
            ranks[component.0 as usize] = rank;
        }
        Self { ids, order, ranks }
    }

    pub fn get(&self, component: ComponentId) -> &str {
        &self.ids[component.0 as usize]
    }

    /// All components, sorted by identifier.
    pub fn in_order(&self) -> &[ComponentId] {
        &self.order
    }

    /// The place of a component in that order: comparing places is cheaper than comparing identifiers.
    pub fn rank(&self, component: ComponentId) -> u32 {
        self.ranks[component.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_legal_characters_are_left() {
        assert_eq!(legal("npm/%40acme/kit@1.0~2?a=<b>\u{e9}", 99), "npm--40acme-kit-1.0-2-a--b--");
        assert_eq!(legal("abc", 2), "ab");
    }
}
