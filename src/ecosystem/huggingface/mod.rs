//! Models and datasets: weights, data files, their cards, and the names by which programs load them from a hub.
//!
//! Here belong files that are a model or dataset (`weights.rs`, `data.rs`), files that describe one (`card.rs`, `croissant.rs`,
//! `dvc.rs`) and files that name one (`python.rs`, `modelfile.rs`); what a name means is in `hub.rs`. `join.rs` puts weights
//! and data under the card they lie with. No file of weights is ever loaded: its name, its first bytes and the metadata in its
//! header are all that is looked at. To read another header, add a reader in `header.rs`; another call that loads from a hub is
//! a line in `python.rs`. Packages of Python that bring models along do not belong here.

mod calls;
mod card;
mod croissant;
mod data;
mod dvc;
mod header;
mod hub;
mod join;
mod modelfile;
mod python;
mod weights;

use compact_str::CompactString;

use super::{Ecosystem, Format, Package, Parsed};
use crate::model::{AI_KIND, ComponentKind, Mark, Origin, Party, Purl};

/// Models and datasets.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "huggingface",
    name: "Models and datasets",
    osv: None,
    formats: &[
        &card::FORMAT,
        &croissant::FORMAT,
        &data::FORMAT,
        &dvc::FORMAT,
        &modelfile::FORMAT,
        &python::NOTEBOOK,
        &python::FORMAT,
        &weights::FORMAT,
    ],
    join: join::join,
    copies: &[],
    texts: &[],
    caches: &[],
    installed_trees: &[],
    docs: "\
Weights and data are components by their files: recognised by name and first bytes, never loaded, and read no further than \
1 MiB. Metadata of a safetensors or GGUF header (name, version, license) and the digest in a Git LFS pointer are kept. A card \
or Croissant file at the top of the tree describes the product's own model or dataset, one further down a third party's; \
files below belong to it.

What programs load by name (`from_pretrained`, `load_dataset`, `hf_hub_download`, `snapshot_download`, `SentenceTransformer`, \
`torch.hub.load`, …) is a third party, pinned where a commit is named. A name is known where it is written out, in the call or \
as a constant of the same file; else it is decided when the program runs, and the project is not called complete.

Program texts, notebooks and cards are read only where there is a reason: a model or dataset in the tree, a package that loads \
such among the dependencies, or a policy with a rule of the group `ai`.

Not known are: the license of what lies on a hub (sepal asks nobody), names in configuration files and in other languages \
than Python, and what a pickle holds.
",
};

/// Packages of Python and JavaScript that load models or datasets, sorted.
const LOADERS: &[&str] = &[
    "@huggingface/hub",
    "@huggingface/inference",
    "@huggingface/transformers",
    "@xenova/transformers",
    "accelerate",
    "datasets",
    "diffusers",
    "evaluate",
    "gradio",
    "huggingface-hub",
    "keras",
    "langchain-huggingface",
    "llama-cpp-python",
    "llama-index",
    "mlcroissant",
    "open-clip-torch",
    "peft",
    "sentence-transformers",
    "timm",
    "torch",
    "transformers",
    "trl",
    "ultralytics",
    "vllm",
];

/// See [`super::names_models`].
pub(super) fn is_reason(format: &Format, parsed: &Parsed) -> bool {
    if format.id.starts_with("huggingface/") {
        return !parsed.packages.is_empty();
    }
    if !(format.id.starts_with("pypi/") || format.id.starts_with("npm/")) {
        return false;
    }
    let loads = |name: &str| LOADERS.binary_search(&name).is_ok();
    parsed.declarations.iter().any(|declared| loads(&declared.name))
        || parsed.packages.iter().any(|package| loads(package.purl.name()))
}

/// A model or dataset of a third party.
fn package(id: &str, kind: ComponentKind, purl: Purl, origin: Origin, mark: Mark) -> Package {
    let word = if kind == ComponentKind::Data { "data" } else { "model" };
    Package { kind, properties: vec![(AI_KIND, word.into())], ..Package::library(id, purl, origin, mark) }
}

/// A model or dataset that is a file of the tree.
fn of_file(kind: ComponentKind, path: &str, mark: Mark) -> Package {
    let name = path.rsplit('/').next().unwrap_or(path);
    let purl = Purl::new("generic", name).with_subpath(path);
    package("", kind, purl, Origin::Path { path: path.into() }, mark)
}

/// Program text that names what it loads: a root, told by its path.
fn program(path: &str, mark: Mark) -> Package {
    let name = path.rsplit('/').next().unwrap_or(path);
    let purl = Purl::new("generic", name).with_subpath(path);
    Package {
        kind: ComponentKind::Application,
        party: Party::First,
        directory: Some(CompactString::default()),
        ..Package::library("", purl, Origin::Path { path: path.into() }, mark)
    }
}

/// A value for a property: one line, short.
fn value(text: &str) -> CompactString {
    const MOST: usize = 200;
    let text = super::without_user_info(text);
    let line = text.split(['\n', '\r', ';']).next().unwrap_or_default().trim();
    let end = line.char_indices().nth(MOST).map_or(line.len(), |(at, _)| at);
    line[..end].into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loaders_are_sorted() {
        assert!(LOADERS.is_sorted());
    }
}
