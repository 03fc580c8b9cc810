//! Files that DVC keeps elsewhere: `*.dvc` with name, digest and size (DVC documentation, ".dvc Files").

use super::{of_file, value};
use crate::ecosystem::{Capabilities, Format, Note, Parsed, Role, Stability};
use crate::model::artefact::ai::{SIZE, SOURCE};
use crate::model::{ComponentKind, DiagnosticKind, Hash, HashAlgorithm};
use crate::text::{Source, SyntaxError, yaml};

pub(super) static FORMAT: Format = Format {
    id: "huggingface/dvc",
    patterns: &["**/*.dvc"],
    role: Role::Lock,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: true, licenses: false },
    docs: "Files that DVC tracks: name, MD5 digest, size, and where an import came from.",
    parse,
};

/// Endings of weights; whatever else is tracked is data.
const WEIGHTS: &[&str] = &[
    "bin",
    "ckpt",
    "gguf",
    "h5",
    "joblib",
    "keras",
    "onnx",
    "pb",
    "pickle",
    "pkl",
    "pt",
    "pth",
    "safetensors",
    "tflite",
];

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = yaml::parse(source)?;
    let root = document.root();
    let mut parsed = Parsed { dialect: "DVC".into(), ..Parsed::default() };
    let origin = root.get("deps").and_then(|deps| deps.items().next());
    let origin =
        origin.and_then(|from| from.get("repo").and_then(|repo| repo.get_str("url")).or_else(|| from.get_str("path")));
    for out in root.get("outs").into_iter().flat_map(|outs| outs.items()) {
        let Some(path) = out.get("path").filter(|path| path.scalar().is_some_and(|text| !text.trim().is_empty()))
        else {
            let message = "an output without a path".to_owned();
            parsed.notes.push(Note { mark: source.mark(out.span()), kind: DiagnosticKind::Entry, message });
            continue;
        };
        let text = path.scalar().unwrap_or_default().trim();
        // What leaves the tree is told by its name alone.
        let placed = source.path().parent().join(text);
        let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or(text);
        let placed = placed.as_ref().map_or(last, |placed| placed.as_str());
        let ending = placed.rsplit_once('.').map_or("", |(_, ending)| ending);
        let kind = if WEIGHTS.binary_search(&ending).is_ok() { ComponentKind::Model } else { ComponentKind::Data };
        let mut made = of_file(kind, placed, source.mark(path.span()));
        made.id = text.into();
        // The digest of a directory is one of its listing.
        made.hashes.extend(out.get_str("md5").and_then(|hex| Hash::from_hex(HashAlgorithm::Md5, hex)));
        made.properties.extend(out.get_str("size").map(|size| (SIZE, value(size))));
        made.properties.extend(origin.map(|origin| (SOURCE, value(origin))));
        if parsed.packages.iter().all(|have| have.id != made.id) {
            parsed.packages.push(made);
        }
    }
    Ok(parsed)
}
