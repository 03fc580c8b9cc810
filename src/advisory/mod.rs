//! What is publicly known of components: advisories, which versions they affect, how severe they are.
//!
//! Here belongs how records are read ([`osv`], [`kev`], [`epss`]), what they mean ([`affected`], [`severity`], [`name`]), and the
//! compiled [`Index`] of all of them, which is asked for each component. Here does not belong whether an advisory is a
//! finding (`rule`), nor the order of versions (`version`). Everything is a function of its arguments except [`database`], the
//! door to the files on this machine.
//!
//! # How to add
//! A source of records that is not in OSV form: a reader beside [`osv`] that yields [`osv::Record`]s. A fact about an advisory that
//! the reports need: a field of [`osv::Record`], its place in [`index`], and a higher [`index::FORMAT`].

pub mod affected;
pub mod database;
pub mod epss;
pub mod index;
pub mod kev;
pub mod name;
pub mod osv;
pub mod severity;
pub mod vex;
mod wire;

pub use affected::Certainty;
pub use index::{Answer, Builder, EcosystemStatus, Index, IndexError, Match, ReadAt, Status};
pub use osv::{Kind, Record};
pub use severity::{Level, Score};
