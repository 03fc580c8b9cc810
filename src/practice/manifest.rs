//! What stands in the manifest of a package and is no matter of the package: the configuration of Renovate in `package.json`.
//!
//! Renovate, "Configuration Options": the key `renovate` of the `package.json` at the top of the repository is as good as a
//! `renovate.json`. The manifest is read for the inventory anyway; it is parsed once more only where it has that word.

use super::Read;
use crate::model::{Document, DocumentKind};
use crate::text::{Kind, Source, json};

/// What a manifest at the top says of how the project works; `None` for every other file.
pub(super) fn read(source: &Source) -> Option<Read> {
    const KEY: &str = "\"renovate\"";
    if source.path().as_str() != "package.json"
        || memchr::memmem::find(source.text().as_bytes(), KEY.as_bytes()).is_none()
    {
        return None;
    }
    let document = json::parse_relaxed(source).ok()?;
    // A dependency of this name is a text, and stands deeper.
    document.root().get("renovate").filter(|value| value.kind() == Kind::Mapping)?;
    let bot = Document { kind: DocumentKind::UpdateBot, path: source.path().clone(), stub: None };
    Some(Read { documents: vec![bot], ..Read::default() })
}
