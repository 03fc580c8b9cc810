//! SPDX 2.3 (ISO/IEC 5962 carries 2.2.1), as JSON and as tag-value.
//!
//! [`build`] makes one [`document`] of a Bom; each encoding has a file that writes it. To add one, write such a file. The
//! `spdx-rs` crate is the independent reader in the tests.

mod build;
mod document;
mod id;
mod json;
mod tag_value;

pub use json::JSON;
pub use tag_value::TAG_VALUE;
