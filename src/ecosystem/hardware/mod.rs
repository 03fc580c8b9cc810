//! Hardware designs and firmware: circuit boards, mechanical parts, logic, and images that run on them.
//!
//! Here belong the files of design programs (`design.rs`), what they export (`output.rs`), lists of parts (`parts.rs`), manifests
//! that describe a design (`manifest.rs`, `core.rs`), and images of firmware (`firmware.rs`). `join.rs` makes one design of the
//! files that belong together. Only names and first bytes are looked at. Sources of firmware are programs and belong to the
//! ecosystems of their languages.

mod core;
mod design;
mod firmware;
mod join;
mod manifest;
mod output;
mod parts;

use compact_str::CompactString;

use super::{Ecosystem, Package};
use crate::model::artefact::hardware::FORMATS;
use crate::model::{ComponentKind, Mark, Origin, Party, Purl};

/// Hardware designs and firmware.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "hardware",
    name: "Hardware designs and firmware",
    osv: None,
    formats: &[
        &core::FORMAT,
        &design::FORMAT,
        &firmware::FORMAT,
        &manifest::FORMAT,
        &output::FORMAT,
        &parts::FORMAT,
    ],
    join: join::join,
    copies: &[],
    texts: &[],
    caches: &[],
    installed_trees: &[],
    docs: "\
Files of design programs are recognised by name and first bytes. Those that belong together are one design of one's own: what \
lies below a manifest or a project file, else below one directory at the top. Name, revision and license are taken from an Open \
Know-How manifest, a FuseSoC core or a KiCad title block, where there is one. Images of firmware are components of third \
parties, each with its digest.

Package URLs have no type for hardware, so these components are `pkg:generic` with their path.

Not known are: the parts of a design as components (only whether there is a list of parts, and what it lacks), and what is in \
an image.
",
};

/// A design of one's own, as one file shows it.
fn design(path: &str, name: &str, format: &str, mark: Mark) -> Package {
    let purl = Purl::new("generic", name).with_subpath(path);
    Package {
        kind: ComponentKind::Device,
        party: Party::First,
        properties: vec![(FORMATS, format.into())],
        directory: Some(CompactString::default()),
        ..Package::library("", purl, Origin::Path { path: path.into() }, mark)
    }
}

/// The last part of a path without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// A version in words that a package URL may hold.
fn version(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= 60 && !text.contains(['^', '*', '$', ' ', '\n'])).then_some(text)
}

/// A value for a property: one line, short.
fn value(text: &str) -> CompactString {
    let text = super::without_user_info(text);
    let line = text.split(['\n', '\r', ';']).next().unwrap_or_default().trim();
    let end = line.char_indices().nth(200).map_or(line.len(), |(at, _)| at);
    line[..end].into()
}
