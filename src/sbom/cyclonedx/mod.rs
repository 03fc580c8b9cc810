//! CycloneDX (ECMA-424), JSON.
//!
//! The `cyclonedx-bom` crate models 1.3 to 1.5 and refuses 1.6, which BSI TR-03183-2 asks for; so the document is written by
//! structs of our own, and that crate is the independent reader in the tests.

mod document;
mod listed;
mod write;

pub use write::JSON;
