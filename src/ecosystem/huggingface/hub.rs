//! What a name means to a hub: `organisation/name`, or one word for what is older than organisations.

use compact_str::{CompactString, format_compact};

use super::{package, value};
use crate::ecosystem::Package;
use crate::model::artefact::ai::REVISION;
use crate::model::{ComponentKind, Mark, Origin, Purl};

/// First segments of paths on a disk: `checkpoints/best` is none of a hub.
const DIRECTORIES: &[&str] = &[
    ".",
    "..",
    "assets",
    "cache",
    "checkpoint",
    "checkpoints",
    "ckpt",
    "ckpts",
    "data",
    "dataset",
    "datasets",
    "dir",
    "example",
    "examples",
    "exp",
    "experiments",
    "files",
    "fixtures",
    "foo",
    "home",
    "local",
    "logs",
    "model",
    "model_weights",
    "models",
    "my",
    "my-org",
    "my_org",
    "namespace",
    "org",
    "organization",
    "out",
    "output",
    "outputs",
    "owner",
    "path",
    "pretrained",
    "pretrained_model",
    "pretrained_models",
    "repo",
    "resources",
    "results",
    "runs",
    "saved",
    "saved_model",
    "saved_models",
    "src",
    "test",
    "tests",
    "tmp",
    "trained_models",
    "user",
    "user_name",
    "username",
    "weights",
    "workspace",
    "your",
    "your-org",
    "your-username",
    "your_org",
    "your_username",
];

/// Models that are older than organisations, by how their names begin, with the organisation that keeps them today.
const OLD_MODELS: &[(&str, &str)] = &[
    ("albert-", "albert"),
    ("bert-", "google-bert"),
    ("camembert-", "almanach"),
    ("distilbert-", "distilbert"),
    ("distilgpt2", "distilbert"),
    ("distilroberta-", "distilbert"),
    ("gpt2", "openai-community"),
    ("openai-gpt", "openai-community"),
    ("roberta-", "FacebookAI"),
    ("t5-", "google-t5"),
    ("xlm-roberta-", "FacebookAI"),
    ("xlnet-", "xlnet"),
];

/// Names that `load_dataset` takes for readers of local files.
const READERS: &[&str] = &[
    "arrow",
    "audiofolder",
    "csv",
    "generator",
    "hdf5",
    "imagefolder",
    "json",
    "lance",
    "pandas",
    "parquet",
    "pdffolder",
    "spark",
    "sql",
    "text",
    "videofolder",
    "webdataset",
    "xml",
];

fn is_word(text: &str) -> bool {
    let signs = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (2..=96).contains(&text.len())
        && text.bytes().all(signs)
        && text.as_bytes()[0].is_ascii_alphanumeric()
        && !text.contains("..")
        && !text.contains("--")
}

/// Whether a text is filled in by a person: `your-model-name`.
fn is_filled_in(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let words = ["your-", "your_", "my-", "my_", "xxx", "path_to", "path-to", "placeholder", "dummy", "/path"];
    words.iter().any(|word| lower.starts_with(word) || lower.contains(&format!("/{word}")))
        || matches!(
            lower.as_str(),
            "org/name" | "org/model" | "foo/bar" | "user/repo" | "owner/repo" | "namespace/name"
        )
}

/// Endings of files: `models/yolo.pt` is a path.
fn is_file(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| {
        let endings = [
            "bin",
            "ckpt",
            "csv",
            "gguf",
            "h5",
            "json",
            "jsonl",
            "model",
            "npz",
            "onnx",
            "parquet",
            "pkl",
            "pt",
            "pth",
            "py",
            "safetensors",
            "tar",
            "tsv",
            "txt",
            "yaml",
            "yml",
            "zip",
        ];
        endings.contains(&ending.as_str())
    })
}

/// The organisation and name that a text means as a model or dataset on a hub; `None` where it means something else or cannot
/// be told from a path. `at_home` is the organisation of names without one, if the caller has one.
pub(super) fn name(text: &str, kind: ComponentKind, at_home: Option<&str>) -> Option<(CompactString, CompactString)> {
    if is_filled_in(text) {
        return None;
    }
    match text.split_once('/') {
        Some((organisation, name)) => {
            let named = is_word(organisation)
                && is_word(name)
                && DIRECTORIES.binary_search(&organisation.to_ascii_lowercase().as_str()).is_err()
                && !is_file(name);
            named.then(|| (organisation.into(), name.into()))
        }
        None if !is_word(text) || is_file(text) => None,
        None if kind == ComponentKind::Data => (READERS.binary_search(&text).is_err() && !text.contains('.'))
            .then(|| (CompactString::default(), text.into())),
        None => {
            let old = OLD_MODELS.iter().find(|(start, _)| text.starts_with(start)).map(|(_, keeper)| *keeper);
            let keeper =
                old.or(at_home.filter(|_| text.contains('-') && text.bytes().any(|byte| byte.is_ascii_digit())))?;
            Some((keeper.into(), text.into()))
        }
    }
}

/// Whether a revision is a commit, which stays what it is.
pub(super) fn is_commit(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A model or dataset on the hub. Datasets live under `datasets/` there, and so does their package URL, whose definition knows
/// models only.
pub(super) fn reference(
    id: &str,
    kind: ComponentKind,
    (organisation, name): (&str, &str),
    revision: Option<&str>,
    mark: Mark,
) -> Package {
    let namespace = match (kind, organisation) {
        (ComponentKind::Data, "") => CompactString::from("datasets"),
        (ComponentKind::Data, organisation) => format_compact!("datasets/{organisation}"),
        (_, organisation) => organisation.into(),
    };
    let commit = revision.filter(|revision| is_commit(revision)).map(str::to_ascii_lowercase);
    let purl =
        Purl::new("huggingface", name).with_namespace(&namespace).with_version(commit.as_deref().unwrap_or_default());
    let mut made = package(id, kind, purl, Origin::Registry { url: None }, mark);
    if let Some(revision) = revision.filter(|revision| !is_commit(revision)) {
        made.properties.push((REVISION, value(revision)));
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(text: &str) -> Option<String> {
        name(text, ComponentKind::Model, None).map(|(organisation, name)| format!("{organisation}/{name}"))
    }

    #[test]
    fn tables_are_sorted() {
        assert!(DIRECTORIES.is_sorted() && READERS.is_sorted() && OLD_MODELS.is_sorted());
    }

    #[test]
    fn names_are_told_from_paths() {
        assert_eq!(model("acme/tiny-model").as_deref(), Some("acme/tiny-model"));
        assert_eq!(model("bert-base-uncased").as_deref(), Some("google-bert/bert-base-uncased"));
        for path in [
            "./model",
            "/models/a",
            "models/best",
            "checkpoints/x",
            "a/b/c",
            "out",
            "model",
            "weights.pt",
            "acme/a.pt",
            "your-org/model",
            "",
            "a",
            "acme/",
            "~/x",
            "{org}/x",
            "acme/x y",
        ] {
            assert_eq!(model(path), None, "{path}");
        }
        let data = |text| name(text, ComponentKind::Data, None);
        assert!(data("squad").is_some() && data("csv").is_none() && data("json").is_none() && data("a.csv").is_none());
    }

    #[test]
    fn commits_are_versions_and_branches_are_not() {
        let mark = Mark { span: Default::default(), line: 1, column: 1 };
        let made = |revision| reference("", ComponentKind::Data, ("acme", "words"), Some(revision), mark);
        let commit = "AB".repeat(20);
        let purl = format!("pkg:huggingface/datasets/acme/words@{}", "ab".repeat(20));
        assert_eq!(made(&commit).purl.to_string(), purl);
        assert_eq!(made("main").purl.to_string(), "pkg:huggingface/datasets/acme/words");
    }
}
