//! What is known of licenses, without looking at anything: grammar, names, classes, and what lists of a policy make of them.
//!
//! Here belongs what is true of a license wherever it is met: how its name is written ([`read`]), what an expression means as
//! logic ([`Expression`]), what kind of terms it has ([`Class`], from `policies/licenses/classes.toml`), what it asks
//! ([`facts()`], from `facts.toml` and `exceptions.toml` there), what it goes together with ([`compatible`]), what lists of
//! licenses say of an expression ([`Lists`]), and sentences that teach ([`explain()`]). Here does not belong which component
//! has which license (`enrich`), what an organisation wants (`policy`) and whether that is a finding (`rule`).
//!
//! # How to add
//! A wording that packages really use: one line in `alias.rs`, with the reason why it means what it says. A license or an
//! exception of known terms: one line in `policies/licenses/classes.toml`, and what it asks as a table in `facts.toml`
//! beside it. Words about a license: one entry in `explain.rs`.
//! Identifiers themselves come from the SPDX list inside the `spdx` crate and grow when that crate is updated.

mod agree;
mod alias;
mod class;
mod compatibility;
mod distribution;
mod explain;
mod expression;
mod facts;
pub mod identify;
mod ids;
mod linkage;
mod lists;
mod obligations;
mod reading;
pub mod reuse;
mod standard;

pub use agree::{Together, all_of, are_kin, confirmed, disagreement, is_of_kind, together};
pub use class::{Class, Classes, ClassesError, WithRule, classes};
pub use compatibility::{Compatibility, Fitness, Reason, Usage, compatible};
pub use distribution::Distribution;
pub use explain::{ClassText, Explanation, class_text, explain};
pub use expression::{Expression, Part, Term};
pub use facts::{
    Ask, Condition, Effect, ExceptionFacts, FactTable, Facts, FactsError, GplList, Patents, Reach, TermFacts, When,
    facts, is_deprecated,
};
pub use identify::{
    Copyright, Difference, FileRole, Identification, Looked, Match, Technique, identification_data, identify,
    identify_as,
};
pub use ids::{list_version, nearest};
pub use linkage::Linkage;
pub use lists::{ChosenBy, Decision, Judgement, ListKind, Lists, Selector, SelectorError};
pub use obligations::{Checklist, ChecklistItem, Duties, Duty, Used, duties, obligations};
pub use reading::{LicenseReading, read};
pub use standard::{StandardText, asks_nothing, standard_text, text_id, wants_copyright};
