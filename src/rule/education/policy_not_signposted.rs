//! There is an open source policy, and no guide leads to it.

use crate::model::{DocumentKind, FactKind};
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// There is an open source policy, and no guide leads to it.
pub static RULE: Rule = Rule {
    id: "education/policy-not-signposted",
    summary: "there is an open source policy, and no guide leads to it",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when an open source policy is in the repository and neither README nor CONTRIBUTING nor SUPPORT names it.",
        why: "A policy that nobody comes across is followed by those who wrote it.",
        how_to_fix: "1. Link it from CONTRIBUTING.md, with the address of the contact.",
        fine_when: "Never: a link costs nothing.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n==> docs/open-source-policy.md <==\nComponents under permissive licenses may be used. Others need the license office. Components under permissive licenses may be used. Others need the license office. Components under permissive licenses may be used. Others need the license office. Components under permissive licenses may be used. Others need the license office. \n",
        example_good: "==> README.md <==\n# Kit\n\nA kit.\n\nSee our [open source policy](docs/open-source-policy.md).\n==> docs/open-source-policy.md <==\nComponents under permissive licenses may be used. Others need the license office. Components under permissive licenses may be used. Others need the license office. Components under permissive licenses may be used. Others need the license office. Components under permissive licenses may be used. Others need the license office. \n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.2a"), ("GGI", "21.O1"), ("ISO/IEC 5230", "3.1.1.2"), ("ISO/IEC 18974", "4.1.1.2")],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let Some(policy) = evidence.document(DocumentKind::OpenSourcePolicy) else { return };
    if evidence.one(FactKind::PolicyLink).is_some() {
        return;
    }
    let message = format!("neither README nor CONTRIBUTING leads to {}", policy.location.path);
    let mut draft =
        Draft::new(Subject::Place, message, "a policy that nobody comes across is followed by its authors alone");
    draft.help.push(format!("link {} from CONTRIBUTING.md", policy.location.path));
    draft.locations.push(policy.location);
    drafts.push(draft);
}
