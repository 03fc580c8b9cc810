//! Files of weights, by name and first bytes.

use sha2::{Digest, Sha256};

use super::header::{self, Header};
use super::{of_file, value};
use crate::ecosystem::{Capabilities, Format, Note, Package, Parsed, Role, Stability, pointer};
use crate::model::artefact::ai::{CREATOR, FORMAT as FORMAT_OF, LICENSE_LINK, SIZE, SOURCE, UNSAFE};
use crate::model::{ComponentKind, DiagnosticKind, Hash, HashAlgorithm};
use crate::text::{Source, SyntaxError};

pub(super) static FORMAT: Format = Format {
    id: "huggingface/weights",
    patterns: &[
        "**/*.safetensors",
        "**/*.gguf",
        "**/*.onnx",
        "**/*.pt",
        "**/*.pth",
        "**/*.ckpt",
        "**/*.h5",
        "**/*.keras",
        "**/*.tflite",
        "**/*.mlmodel",
        "**/*.pkl",
        "**/*.pickle",
        "**/*.joblib",
        "**/saved_model.pb",
        "**/frozen_*graph*.pb",
        "**/pytorch_model*.bin",
        "**/diffusion_pytorch_model*.bin",
        "**/adapter_model.bin",
        "**/ggml-*.bin",
    ],
    role: Role::Artefact,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: true, licenses: true },
    docs: "Weights of models: safetensors and GGUF with the metadata of their headers, ONNX, PyTorch, Keras, TensorFlow, TFLite \
           and Core ML by name and first bytes, pickles only where they name a library of machine learning; Git LFS pointers \
           with their digests.",
    parse,
};

/// Names of libraries in a pickle that holds a model.
const LIBRARIES: &[&[u8]] =
    &[b"sklearn", b"xgboost", b"lightgbm", b"catboost", b"torch", b"keras", b"tensorflow", b"transformers", b"spacy"];

/// What a file of weights is.
struct Kind {
    name: &'static str,
    /// Whether loading it the usual way runs what it says.
    runs: bool,
}

const fn safe(name: &'static str) -> Option<Kind> {
    Some(Kind { name, runs: false })
}

const fn runs(name: &'static str) -> Option<Kind> {
    Some(Kind { name, runs: true })
}

fn contains(head: &[u8], words: &[&[u8]]) -> bool {
    let head = &head[..head.len().min(1 << 16)];
    words.iter().any(|word| memchr::memmem::find(head, word).is_some())
}

/// A pickle of protocol 2 to 5 (Python's `pickletools`: the opcode PROTO and its argument).
fn is_pickle(head: &[u8]) -> bool {
    matches!(head, [0x80, 2..=5, ..])
}

/// What the name and the first bytes say; `None`: no weights.
fn kind(name: &str, head: &[u8], is_pointer: bool) -> Option<Kind> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let zip = head.starts_with(b"PK\x03\x04");
    match ending {
        "safetensors" if is_pointer || head.get(8) == Some(&b'{') || head.len() < 9 => safe("safetensors"),
        "gguf" if is_pointer || head.starts_with(b"GGUF") => safe("gguf"),
        // Its first field is the version of the representation, a small number (onnx.proto, `ModelProto`).
        "onnx" if is_pointer || matches!(head, [0x08, 1..=20, ..]) => safe("onnx"),
        "pt" | "pth" | "ckpt" | "bin" if is_pointer || is_pickle(head) => runs("pickle"),
        // A zip archive that holds a pickle, or TorchScript, which is code as well.
        "pt" | "pth" | "ckpt" | "bin" if zip => runs("pickle"),
        "bin" if head.starts_with(b"lmgg") || head.starts_with(b"fmgg") || head.starts_with(b"tjgg") => safe("ggml"),
        "h5" if head.starts_with(b"\x89HDF") => contains(head, &[b"keras_version", b"layer_names", b"model_weights"])
            .then_some(Kind { name: "hdf5", runs: false }),
        "h5" if is_pointer && ["model", "weight", "net"].iter().any(|word| name.contains(word)) => safe("hdf5"),
        "keras" if is_pointer || zip => safe("keras"),
        "tflite" if is_pointer || head.get(4..8) == Some(b"TFL3") => safe("tflite"),
        "mlmodel" if is_pointer || matches!(head, [0x08, 1..=20, ..]) => safe("coreml"),
        "pb" if is_pointer || matches!(head, [0x08 | 0x0A, ..]) => safe("tensorflow"),
        "pkl" | "pickle" | "joblib" if is_pickle(head) && contains(head, LIBRARIES) => runs("pickle"),
        "pkl" | "pickle" | "joblib" if is_pointer && name.contains("model") => runs("pickle"),
        _ => None,
    }
}

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let head = source.bytes();
    let pointer = pointer::read(head);
    let path = source.path();
    let Some(kind) = kind(path.file_name(), head, pointer.is_some()) else { return Ok(Parsed::default()) };
    let mut parsed = Parsed { dialect: kind.name.into(), ..Parsed::default() };
    let mut made = of_file(ComponentKind::Model, path.as_str(), source.start());
    made.properties.push((FORMAT_OF, kind.name.into()));
    if kind.runs {
        made.properties.push((UNSAFE, path.as_str().into()));
    }
    match pointer {
        Some(pointer) => {
            made.properties.push((SIZE, pointer.size.to_string().into()));
            made.hashes.push(pointer.hash);
        }
        None if source.size() == head.len() as u64 && !head.is_empty() => {
            made.hashes.extend(Hash::from_bytes(HashAlgorithm::Sha256, &Sha256::digest(head)));
        }
        None => {}
    }
    if made.hashes.is_empty() || source.size() == head.len() as u64 {
        let header = match kind.name {
            "safetensors" if head.get(8) == Some(&b'{') => header::safetensors(head, source.size()),
            "gguf" if head.starts_with(b"GGUF") => header::gguf(head),
            _ => Header::default(),
        };
        said(&header, &mut made, source);
        if let Some(trouble) = header.trouble {
            let message = format!("{trouble}: what it says of itself is not known");
            parsed.notes.push(Note { mark: source.start(), kind: DiagnosticKind::Entry, message });
        }
    }
    parsed.packages.push(made);
    Ok(parsed)
}

/// Puts what a header says into the package.
fn said(header: &Header, made: &mut Package, source: &Source) {
    let name = header.text(&["general.name", "modelspec.title"]);
    let version = header.text(&["general.version"]);
    if let Some(name) = name.filter(|name| name.len() <= 120 && !name.contains(['\n', '\r'])) {
        let renamed = crate::model::Purl::new("generic", name).with_subpath(source.path().as_str());
        made.purl = renamed;
    }
    if let Some(version) = version.filter(|version| version.len() <= 60 && !version.contains(['^', '*', '$', ' '])) {
        made.purl = made.purl.clone().with_version(version);
    }
    let license =
        header.text(&["general.license", "modelspec.license"]).filter(|text| !text.eq_ignore_ascii_case("other"));
    let license = license.or_else(|| header.text(&["general.license.name"]));
    made.license = license.map(|license| (value(license), source.start()));
    let facts = [
        (CREATOR, header.text(&["general.organization", "general.author", "modelspec.author"])),
        (LICENSE_LINK, header.text(&["general.license.link"])),
        (
            SOURCE,
            header.text(&[
                "general.source.huggingface.repository",
                "general.source.url",
                "general.repo_url",
                "general.base_model.0.repo_url",
                "general.base_model.0.name",
            ]),
        ),
    ];
    made.properties.extend(facts.into_iter().filter_map(|(name, text)| Some((name, value(text?)))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn read(path: &str, bytes: &[u8]) -> Parsed {
        parse(&Source::from_head(RepoPath::new(path), bytes.to_vec(), bytes.len() as u64)).unwrap()
    }

    #[test]
    fn first_bytes_tell_weights_from_other_files() {
        let is = |path: &str, bytes: &[u8]| read(path, bytes).packages.len() == 1;
        assert!(is("a.pt", b"PK\x03\x04rest") && is("a.pth", b"\x80\x02}q"));
        assert!(!is("distutils-precedence.pth", b"import os") && !is("messages.pt", b"ol\xc3\xa1"));
        assert!(is("m.pkl", b"\x80\x04\x95sklearn.svm") && !is("cache.pkl", b"\x80\x04\x95builtins"));
        assert!(is("m.onnx", b"\x08\x07\x12") && !is("m.onnx", b"text"));
        assert!(is("m.tflite", b"\x1c\0\0\0TFL3") && is("m.h5", b"\x89HDF layer_names") && !is("d.h5", b"\x89HDF"));
        let pickle = read("a.pt", b"PK\x03\x04");
        assert!(pickle.packages[0].properties.iter().any(|(name, _)| *name == UNSAFE));
        assert_eq!(pickle.packages[0].hashes.len(), 1, "a small file is hashed");
    }

    #[test]
    fn a_header_of_impossible_length_is_said() {
        let parsed = read("a.safetensors", &[&(1_u64 << 63).to_le_bytes()[..], b"{\"__metadata__\":{}}"].concat());
        assert_eq!((parsed.packages.len(), parsed.notes.len()), (1, 1));
    }
}
