//! The earlier side of a comparison, as rules about changes see it.

use compact_str::CompactString;

use crate::model::{Bom, Past, PastComponent, PastTerms};
use crate::policy::Policy;
use crate::rule::{self, Check, Judged};

use super::terms;

/// Whether a policy has a rule on that asks what was there before. Nothing is kept of it otherwise.
pub fn wants_past(policy: &Policy) -> bool {
    rule::TABLE.iter().any(|rule| matches!(rule.check, Check::Change(_)) && policy.level(rule).0.is_some())
}

/// That nobody can tell of some packages whether their license changed, in a sentence: they came in another version, and the
/// license of one of the two is not known.
pub(super) fn untold(bom: &Bom, judged: &[Judged<'_>], past: &Past) -> Option<String> {
    let mut names: Vec<String> = judged
        .iter()
        .filter(|judged| {
            let purl = &bom.component(judged.component).purl;
            let before = past.of(purl);
            let same = before.iter().any(|version| version.purl == *purl);
            // Of neither is what `legal/component-no-license` says.
            let was_known = before.iter().any(|version| version.terms.is_some());
            !before.is_empty() && !same && judged.claim.is_some() != was_known
        })
        .map(|judged| bom.component(judged.component).purl.full_name().into())
        .collect();
    names.dedup();
    let first = names.first()?;
    Some(match names.len() {
        1 => format!("whether the license of {first} changed cannot be told: it is not known of both versions"),
        count => format!(
            "whether the license of {count} updated packages ({first}, …) changed cannot be told: it is not known of both \
             versions"
        ),
    })
}

/// What an inventory says of third parties, by the policy's curations.
pub fn past(bom: &Bom, policy: &Policy, since: impl Into<CompactString>) -> Past {
    let claims = terms::claims(bom, policy);
    let mut judged = claims.components.iter().peekable();
    let components = bom.third_parties().map(|(id, component)| {
        while judged.next_if(|(other, _)| *other < id).is_some() {}
        let claim = judged.next_if(|(other, _)| *other == id).and_then(|(_, claim)| *claim);
        PastComponent {
            purl: component.purl.clone(),
            terms: claim.map(PastTerms::of),
            origin: component.origin.clone(),
            hashes: component.hashes.clone(),
        }
    });
    Past::new(since, components.collect::<Vec<_>>())
}
