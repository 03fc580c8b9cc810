//! The catalogue of rules: what can be wrong, why that matters, and what to do about it.
//!
//! Here belongs what one rule knows: its id, its documentation, its parameters, and a pure check over a Bom and the judged
//! terms of its components. Here does not belong how much a rule matters to an organisation (`policy`), nor whether a
//! finding is waived, counted or shown (`evaluate`, `report`): a check yields [`Draft`]s and cannot know what becomes of
//! them.
//!
//! # How to add a rule
//! One file `<group>/<name>.rs` with a `pub static RULE: Rule` whose id is `group/name` with hyphens, its line in the group
//! below, and its line in [`TABLE`]. Tests compare the table with the folder, ask for every section of the documentation,
//! and run every rule over a bad and a good Bom (`evaluate/laws.rs`).

use std::fmt;

use crate::model::{Past, Severity};
use crate::practice::Evidence;

mod context;
mod draft;
mod known;
mod listed;
mod param;
mod paths;
mod profile;
mod remedy;
mod settings;

/// What models and datasets are, and under which terms.
mod ai {
    pub mod dataset_license;
    pub mod dataset_provenance_missing;
    pub mod dataset_undeclared;
    pub mod model_card_missing;
    pub mod model_license;
    pub mod model_undeclared;
    pub mod model_unpinned;
    pub mod model_unsafe_format;
}

/// What hardware designs and firmware are, and under which terms.
mod hardware {
    pub mod design_license;
    pub mod design_undeclared;
    pub mod firmware_unidentified;
    pub mod hbom_incomplete;
}

/// What a component's license means for its user.
mod legal {
    pub mod audit_overdue;
    pub mod component_license_denied;
    pub mod component_license_unmapped;
    pub mod component_license_unreviewed;
    pub mod component_no_license;
    pub mod contact_missing;
    pub mod license_changed;
    pub mod license_disagreement;
    pub mod license_incompatible;
    pub mod license_unresolved;
    pub mod network_copyleft_in_service;
    pub mod notices_incomplete;
    pub mod policy_missing;
    pub mod project_license_mismatch;
    pub mod project_license_missing;
    pub mod source_available_undeclared;
    pub mod source_obligation_unmet;
}

/// Where dependencies come from and whether they stay what they are.
mod deps {
    pub mod binary_artifact;
    pub mod component_denied;
    pub mod end_of_life;
    pub mod integrity_missing;
    pub mod namespace_confusion;
    pub mod new_component_unapproved;
    pub mod outdated;
    pub mod resolution_incomplete;
    pub mod source_not_allowed;
    pub mod undeclared_third_party;
    pub mod unmaintained;
    pub mod unpinned;
    pub mod upstream_changed;
}

/// Whether everything that is there was seen.
mod inventory {
    pub mod archive_missing;
    pub mod completeness_undeclared;
    pub mod component_identity_missing;
    pub mod component_profile_fields_missing;
    pub mod document_fields_missing;
    pub mod graph_incomplete;
    pub mod repo_not_inventoried;
    pub mod sbom_drift;
    pub mod sbom_invalid;
    pub mod sbom_missing;
    pub mod sbom_unsigned;
    pub mod system_not_inventoried;
    pub mod unreadable_file;
}

/// Whether decisions recorded in policies still stand.
mod governance {
    pub mod attestation_invalid;
    pub mod curation_outdated;
    pub mod curation_unused;
    pub mod waiver_expired;
    pub mod waiver_too_long;
    pub mod waiver_unused;
}

/// What is publicly known of components, and whether it finds somebody who acts.
mod vuln {
    pub mod advisory_data_stale;
    pub mod fix_overdue;
    pub mod gate_missing;
    pub mod known_exploited;
    pub mod malicious_package;
    pub mod security_policy_missing;
    pub mod severity_over_threshold;
    pub mod support_period_undeclared;
    pub mod suppression_unjustified;
    pub mod triage_owner_missing;
    pub mod unmonitorable_component;
}

/// Whether changes are looked at, and what should not be in them.
mod review {
    pub mod community_docs_missing;
    pub mod dangerous_workflow;
    pub mod evidence_low;
    pub mod file_notice_missing;
    pub mod forum_snippet;
    pub mod notice_removed;
    pub mod policy_missing;
    pub mod secret_in_tree;
}

/// Whether people are told and taught.
mod education {
    pub mod awareness_unassessed;
    pub mod decision_guide_missing;
    pub mod policy_not_signposted;
    pub mod repeat_violation;
    pub mod training_record_missing;
}

/// Whether anybody counts.
mod kpi {
    pub mod dashboard_not_published;
    pub mod indicators_not_collected;
    pub mod regression;
}

pub use context::{Context, DecidedTerm, Judged, Terms};
pub use draft::{Draft, Subject};
pub use inventory::sbom_drift::not_compared as sboms_not_compared;
pub use known::package_name;
pub use param::{Param, ParamKind, Params, SHIPPED, Value};
pub use paths::Paths;
pub use profile::{DEMANDS, Demand, PROFILES, Profile, document_trouble};
pub use remedy::{Manager, Step, allows};
pub use settings::{
    Approval, Decision, DecisionState, Denial, Distribution, Namespace, Settings, SourcePattern, SourcePatternError,
    Sources,
};

/// All rules, sorted by id.
pub static TABLE: &[&Rule] = &[
    &ai::dataset_license::RULE,
    &ai::dataset_provenance_missing::RULE,
    &ai::dataset_undeclared::RULE,
    &ai::model_card_missing::RULE,
    &ai::model_license::RULE,
    &ai::model_undeclared::RULE,
    &ai::model_unpinned::RULE,
    &ai::model_unsafe_format::RULE,
    &deps::binary_artifact::RULE,
    &deps::component_denied::RULE,
    &deps::end_of_life::RULE,
    &deps::integrity_missing::RULE,
    &deps::namespace_confusion::RULE,
    &deps::new_component_unapproved::RULE,
    &deps::outdated::RULE,
    &deps::resolution_incomplete::RULE,
    &deps::source_not_allowed::RULE,
    &deps::undeclared_third_party::RULE,
    &deps::unmaintained::RULE,
    &deps::unpinned::RULE,
    &deps::upstream_changed::RULE,
    &education::awareness_unassessed::RULE,
    &education::decision_guide_missing::RULE,
    &education::policy_not_signposted::RULE,
    &education::repeat_violation::RULE,
    &education::training_record_missing::RULE,
    &governance::attestation_invalid::RULE,
    &governance::curation_outdated::RULE,
    &governance::curation_unused::RULE,
    &governance::waiver_expired::RULE,
    &governance::waiver_too_long::RULE,
    &governance::waiver_unused::RULE,
    &hardware::design_license::RULE,
    &hardware::design_undeclared::RULE,
    &hardware::firmware_unidentified::RULE,
    &hardware::hbom_incomplete::RULE,
    &inventory::archive_missing::RULE,
    &inventory::completeness_undeclared::RULE,
    &inventory::component_identity_missing::RULE,
    &inventory::component_profile_fields_missing::RULE,
    &inventory::document_fields_missing::RULE,
    &inventory::graph_incomplete::RULE,
    &inventory::repo_not_inventoried::RULE,
    &inventory::sbom_drift::RULE,
    &inventory::sbom_invalid::RULE,
    &inventory::sbom_missing::RULE,
    &inventory::sbom_unsigned::RULE,
    &inventory::system_not_inventoried::RULE,
    &inventory::unreadable_file::RULE,
    &kpi::dashboard_not_published::RULE,
    &kpi::indicators_not_collected::RULE,
    &kpi::regression::RULE,
    &legal::audit_overdue::RULE,
    &legal::component_license_denied::RULE,
    &legal::component_license_unmapped::RULE,
    &legal::component_license_unreviewed::RULE,
    &legal::component_no_license::RULE,
    &legal::contact_missing::RULE,
    &legal::license_changed::RULE,
    &legal::license_disagreement::RULE,
    &legal::license_incompatible::RULE,
    &legal::license_unresolved::RULE,
    &legal::network_copyleft_in_service::RULE,
    &legal::notices_incomplete::RULE,
    &legal::policy_missing::RULE,
    &legal::project_license_mismatch::RULE,
    &legal::project_license_missing::RULE,
    &legal::source_available_undeclared::RULE,
    &legal::source_obligation_unmet::RULE,
    &review::community_docs_missing::RULE,
    &review::dangerous_workflow::RULE,
    &review::evidence_low::RULE,
    &review::file_notice_missing::RULE,
    &review::forum_snippet::RULE,
    &review::notice_removed::RULE,
    &review::policy_missing::RULE,
    &review::secret_in_tree::RULE,
    &vuln::advisory_data_stale::RULE,
    &vuln::fix_overdue::RULE,
    &vuln::gate_missing::RULE,
    &vuln::known_exploited::RULE,
    &vuln::malicious_package::RULE,
    &vuln::security_policy_missing::RULE,
    &vuln::severity_over_threshold::RULE,
    &vuln::support_period_undeclared::RULE,
    &vuln::suppression_unjustified::RULE,
    &vuln::triage_owner_missing::RULE,
    &vuln::unmonitorable_component::RULE,
];

/// One thing that can be wrong.
pub struct Rule {
    /// `group/name`, lower case with hyphens: what policies, waivers and reports call it. Never changes.
    pub id: &'static str,
    /// What it finds, in one sentence without a full stop.
    pub summary: &'static str,
    /// How much it matters where no policy says otherwise; `None`: it runs only where a policy asks for it.
    pub default: Option<Severity>,
    /// The version of sepal that brought it.
    pub since: &'static str,
    /// Its page.
    pub docs: Docs,
    /// What a policy can set beside its level.
    pub params: &'static [Param],
    /// Points of standards and programmes that it serves: name and item.
    pub mappings: &'static [(&'static str, &'static str)],
    /// What it does.
    pub check: Check,
}

impl Rule {
    /// The first part of the id: `legal`.
    pub fn group(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(group, _)| group)
    }

    /// The parameter of a name.
    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({})", self.id)
    }
}

/// The page of a rule, in fixed sections of Markdown.
#[derive(Debug)]
pub struct Docs {
    /// What it looks at and when it fires.
    pub what: &'static str,
    /// Why that matters, calmly.
    pub why: &'static str,
    /// What to do, the cheapest way first.
    pub how_to_fix: &'static str,
    /// When it is fine as it is: what a waiver may well say.
    pub fine_when: &'static str,
    /// A small piece of a file on which it fires.
    pub example_bad: &'static str,
    /// The same, put right.
    pub example_good: &'static str,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// The Bom and the judged terms of its components.
    Scan(fn(&Context<'_>, &mut Vec<Draft>)),
    /// What the project writes about how it works. Documents are read only where a policy has such a rule on.
    Practices(fn(&Context<'_>, &Evidence<'_>, &mut Vec<Draft>)),
    /// The SBOM documents that were named or are kept in the tree ([`Bom::sboms`](crate::model::Bom)), as documents. They are
    /// read for it only where a policy has such a rule on.
    Sboms(fn(&Context<'_>, &mut Vec<Draft>)),
    /// The same as `Practices`, and what source texts give away: every text of the tree is read for it.
    Texts(fn(&Context<'_>, &Evidence<'_>, &mut Vec<Draft>)),
    /// The same as [`Check::Practices`], and what lies in the tree beyond texts: the names of all files, and how some begin.
    Tree(fn(&Context<'_>, &Evidence<'_>, &mut Vec<Draft>)),
    /// The Bom beside what was there before. Runs only where a change is compared with what it changes, or today with a
    /// baseline.
    Change(fn(&Context<'_>, &Past, &mut Vec<Draft>)),
    /// The decisions of the policy, after they have been applied to what the scan rules found. What such a rule finds cannot
    /// be waived: a waiver does not waive itself.
    Decisions(fn(&Context<'_>, &[Decision], &mut Vec<Draft>)),
}

/// The rule of an id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    TABLE.binary_search_by(|rule| rule.id.cmp(id)).ok().map(|at| TABLE[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_id_is_well_formed() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} stands before {}", pair[0].id, pair[1].id);
        }
        for rule in TABLE {
            let (group, name) = rule.id.split_once('/').unwrap();
            for part in [group, name] {
                assert!(!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
            }
            assert_eq!(by_id(rule.id).map(|found| found.id), Some(rule.id));
        }
        assert!(by_id("legal/nothing").is_none());
    }

    #[test]
    fn every_rule_has_a_whole_page() {
        for rule in TABLE {
            let docs = &rule.docs;
            for section in
                [docs.what, docs.why, docs.how_to_fix, docs.fine_when, docs.example_bad, docs.example_good, rule.since]
            {
                assert!(!section.trim().is_empty(), "{} lacks a section", rule.id);
            }
            assert!(!rule.summary.ends_with('.'), "{}: a summary has no full stop", rule.id);
            assert!(!rule.mappings.is_empty(), "{} serves no point of any standard", rule.id);
            assert!(docs.how_to_fix.starts_with("1. "), "{}: ways out are a numbered list", rule.id);
            for param in rule.params {
                assert!(!param.docs.is_empty(), "{}: {} is not explained", rule.id, param.name);
            }
        }
    }
}
