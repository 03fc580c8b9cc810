//! Programs and notebooks in Python that load models or datasets by name.

use std::ops::Range;
use std::sync::OnceLock;

use super::calls::{self, Call, Constants, Value};
use super::{hub, package, program, value};
use crate::ecosystem::{Capabilities, Format, Link, Package, Parsed, Role, Stability, Statement};
use crate::model::{ComponentKind, Mark, Origin, Purl, Scope, Span};
use crate::text::{Source, SyntaxError, json};

pub(super) static FORMAT: Format = Format {
    id: "huggingface/python",
    patterns: &["**/*.py"],
    role: Role::Code,
    stage: Stability::Preview,
    capabilities: CAPABILITIES,
    docs: "Programs in Python: models and datasets that they load by name, with the revision that they ask for.",
    parse,
};

pub(super) static NOTEBOOK: Format = Format {
    id: "huggingface/notebook",
    patterns: &["**/*.ipynb"],
    role: Role::Code,
    stage: Stability::Preview,
    capabilities: CAPABILITIES,
    docs: "Jupyter notebooks: the same as in programs, from their cells of code.",
    parse: parse_notebook,
};

const CAPABILITIES: Capabilities = Capabilities { edges: true, scopes: false, hashes: false, licenses: false };

/// What a call loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loads {
    Model,
    Data,
    /// Told by its argument `repo_type`.
    Either,
    /// A repository of a forge: `owner/name:reference`.
    Forge,
    /// A model whose name begins with `hf_hub:`.
    Prefixed,
}

/// A call that loads something by name.
struct Loader {
    /// The last part of its name.
    name: &'static str,
    loads: Loads,
    /// The place of the name among the arguments, and its keywords.
    position: Option<usize>,
    keys: &'static [&'static str],
    /// The organisation of names without one.
    at_home: Option<&'static str>,
    /// What has to stand somewhere in the file, since others use the same name for other things; empty: nothing.
    beside: &'static [&'static str],
}

const fn loader(name: &'static str, loads: Loads, position: Option<usize>, keys: &'static [&'static str]) -> Loader {
    Loader { name, loads, position, keys, at_home: None, beside: &[] }
}

const LOADERS: &[Loader] = &[
    loader("from_pretrained", Loads::Model, Some(0), &["pretrained_model_name_or_path", "model_id", "model_name"]),
    Loader { beside: &["datasets"], ..loader("load_dataset", Loads::Data, Some(0), &["path"]) },
    loader("hf_hub_download", Loads::Either, Some(0), &["repo_id"]),
    loader("snapshot_download", Loads::Either, Some(0), &["repo_id"]),
    Loader {
        at_home: Some("sentence-transformers"),
        ..loader("SentenceTransformer", Loads::Model, Some(0), &["model_name_or_path"])
    },
    Loader {
        at_home: Some("cross-encoder"),
        ..loader("CrossEncoder", Loads::Model, Some(0), &["model_name", "model_name_or_path"])
    },
    Loader {
        at_home: Some("sentence-transformers"),
        ..loader("HuggingFaceEmbeddings", Loads::Model, None, &["model_name"])
    },
    Loader { beside: &["transformers"], ..loader("pipeline", Loads::Model, Some(1), &["model"]) },
    Loader { beside: &["vllm"], ..loader("LLM", Loads::Model, Some(0), &["model"]) },
    Loader { beside: &["torch.hub", "import hub"], ..loader("load", Loads::Forge, Some(0), &["repo_or_dir"]) },
    loader("create_model", Loads::Prefixed, Some(0), &["model_name"]),
];

/// Whether a text may hold such a call: one pass over its bytes, so that most programs cost nothing more.
fn may_load(text: &str) -> bool {
    static FINDER: OnceLock<Option<aho_corasick::AhoCorasick>> = OnceLock::new();
    let words = [
        "from_pretrained",
        "load_dataset(",
        "hf_hub_download",
        "snapshot_download",
        "SentenceTransformer(",
        "CrossEncoder(",
        "HuggingFaceEmbeddings(",
        "pipeline(",
        "LLM(",
        "hub.load(",
        "hf_hub:",
        "hf-hub:",
    ];
    let finder = FINDER.get_or_init(|| aho_corasick::AhoCorasick::new(words).ok());
    finder.as_ref().is_none_or(|finder| finder.is_match(text))
}

/// Texts whose places are places in a source.
struct Places<'s> {
    source: &'s Source,
    /// For a notebook: where each line of the text begins, and the place of the JSON text that it is. Empty: the text is the
    /// source's own.
    lines: Vec<(usize, Span)>,
}

impl Places<'_> {
    fn mark(&self, range: &Range<usize>) -> Mark {
        if self.lines.is_empty() {
            return self.source.mark(Span::new(range.start as u32, range.end as u32));
        }
        let at = self.lines.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        self.source.mark(self.lines[at].1)
    }
}

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let text = source.text();
    if !may_load(text) {
        return Ok(Parsed::default());
    }
    Ok(read(source, "Python", text, &Places { source, lines: Vec::new() }))
}

fn parse_notebook(source: &Source) -> Result<Parsed, SyntaxError> {
    if !may_load(source.text()) {
        return Ok(Parsed::default());
    }
    let document = json::parse(source)?;
    let mut text = String::new();
    let mut lines = Vec::new();
    for cell in document.root().get("cells").into_iter().flat_map(|cells| cells.items()) {
        let code = cell.get("source").filter(|_| cell.get_str("cell_type") == Some("code"));
        let Some(code) = code else { continue };
        for node in std::iter::once(code).chain(code.items()) {
            if let Some(line) = node.string() {
                lines.push((text.len(), node.span()));
                text.push_str(line);
            }
        }
        // A cell ends its last statement.
        text.push('\n');
    }
    Ok(if lines.is_empty() { Parsed::default() } else { read(source, "notebook", &text, &Places { source, lines }) })
}

fn read(source: &Source, dialect: &str, text: &str, places: &Places<'_>) -> Parsed {
    let mut parsed = Parsed { dialect: dialect.into(), ..Parsed::default() };
    let (found, constants) = calls::read(text, &|name| LOADERS.iter().any(|loader| loader.name == name));
    for call in found {
        let last = call.name.rsplit('.').next().unwrap_or(call.name);
        let Some(loader) = LOADERS.iter().find(|loader| loader.name == last) else { continue };
        if loader.beside.is_empty() || loader.beside.iter().any(|word| text.contains(word)) {
            one(&mut parsed, source, places, &call, loader, &constants);
        }
    }
    parsed
}

/// The text that an argument is, with its place.
fn text_of<'t>(value: Option<&Value<'t>>, constants: &Constants<'t>) -> Option<(&'t str, Range<usize>)> {
    match value? {
        Value::Text(text, place) => Some((text, place.clone())),
        Value::Name(name) => constants.get(name).cloned(),
        Value::Other => None,
    }
}

fn one(
    parsed: &mut Parsed,
    source: &Source,
    places: &Places<'_>,
    call: &Call<'_>,
    loader: &Loader,
    constants: &Constants<'_>,
) {
    // `load` is a name of much else.
    if loader.loads == Loads::Forge && !(call.name.ends_with("hub.load")) {
        return;
    }
    let argument = call.argument(loader.position, loader.keys);
    let Some((name, place)) = text_of(argument, constants) else {
        // A class's own method, and calls without a name, load nothing by themselves.
        if argument.is_some()
            && !matches!(loader.loads, Loads::Prefixed | Loads::Forge)
            && !call.name.starts_with("self.")
        {
            let mark = places.mark(&call.at);
            let (name, value) = (call.name.into(), Default::default());
            parsed.statements.push(Statement { kind: "dynamic", within: None, name, value, mark });
        }
        return;
    };
    let revision = text_of(call.argument(None, &["revision"]), constants).map(|(text, _)| text);
    let kind = match loader.loads {
        Loads::Data => ComponentKind::Data,
        Loads::Either => match text_of(call.argument(None, &["repo_type"]), constants).map(|(text, _)| text) {
            Some("dataset") => ComponentKind::Data,
            Some("space") => return,
            _ => ComponentKind::Model,
        },
        _ => ComponentKind::Model,
    };
    let mark = places.mark(&place);
    let id = compact_str::format_compact!("{name}@{}", revision.unwrap_or_default());
    let made = match loader.loads {
        Loads::Forge => of_forge(&id, name, mark),
        Loads::Prefixed => {
            let name = name.strip_prefix("hf_hub:").or_else(|| name.strip_prefix("hf-hub:"));
            let (name, inline) = match name.and_then(|name| name.split_once('@')) {
                Some((name, revision)) => (Some(name), Some(revision)),
                None => (name, None),
            };
            let name = name.and_then(|name| hub::name(name, kind, None));
            name.map(|(organisation, name)| {
                hub::reference(&id, kind, (&organisation, &name), revision.or(inline), mark)
            })
        }
        _ => hub::name(name, kind, loader.at_home)
            .filter(|(organisation, _)| !organisation.is_empty() || kind == ComponentKind::Data)
            .map(|(organisation, name)| hub::reference(&id, kind, (&organisation, &name), revision, mark)),
    };
    let Some(made) = made else { return };
    let to = match parsed.packages.iter().position(|have| have.id == made.id && have.kind == made.kind) {
        Some(_) => return,
        None => {
            if parsed.packages.is_empty() {
                parsed.packages.push(program(source.path().as_str(), source.start()));
            }
            // One text may name a model and a dataset.
            let mut made = made;
            if parsed.packages.iter().any(|have| have.id == made.id) {
                made.id.push_str(" (data)");
            }
            let at = parsed.packages.len() as u32;
            parsed.packages.push(made);
            at
        }
    };
    let requirement = revision.map(value);
    parsed.links.push(Link { from: 0, to, scope: Scope::Runtime, requirement, mark: Some(mark) });
}

/// `pytorch/vision:v0.10.0`: a repository of GitHub, whose code is fetched and run.
fn of_forge(id: &str, text: &str, mark: Mark) -> Option<Package> {
    let (repository, reference) = match text.split_once(':') {
        Some((repository, reference)) => (repository, Some(reference).filter(|text| !text.is_empty())),
        None => (text, None),
    };
    let (owner, name) = hub::name(repository, ComponentKind::Model, None).filter(|(owner, _)| !owner.is_empty())?;
    if !repository.contains('/') {
        return None;
    }
    let (owner, name) = (owner.to_ascii_lowercase(), name.to_ascii_lowercase());
    let plain = |text: &&str| !text.contains(['^', '*', '$', ' ']);
    let purl =
        Purl::new("github", &name).with_namespace(&owner).with_version(reference.filter(plain).unwrap_or_default());
    let commit = reference.filter(|text| hub::is_commit(text)).map(Into::into);
    let origin = Origin::Git {
        url: compact_str::format_compact!("https://github.com/{owner}/{name}"),
        reference: if commit.is_some() { None } else { reference.map(Into::into) },
        commit,
    };
    Some(package(id, ComponentKind::Model, purl, origin, mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn found(text: &str) -> Vec<String> {
        let source = Source::from_text(RepoPath::new("src/a.py"), text.to_owned()).unwrap();
        let parsed = parse(&source).unwrap();
        parsed.packages.iter().skip(1).map(|package| package.purl.to_string()).collect()
    }

    #[test]
    fn names_that_programs_load_are_found() {
        let commit = "ab".repeat(20);
        assert_eq!(found("m = AutoModel.from_pretrained(\"acme/tiny\")"), ["pkg:huggingface/acme/tiny"]);
        assert_eq!(
            found(&format!("AutoModel.from_pretrained('acme/tiny', revision='{commit}')")),
            [format!("pkg:huggingface/acme/tiny@{commit}")]
        );
        assert_eq!(found("MODEL = 'acme/tiny'\nX.from_pretrained(MODEL)"), ["pkg:huggingface/acme/tiny"]);
        let data = "from datasets import load_dataset\nload_dataset('acme/words')\nload_dataset('csv', data_files=1)";
        assert_eq!(found(data), ["pkg:huggingface/datasets/acme/words"]);
        assert!(found("import seaborn as sns\nsns.load_dataset('iris')").is_empty());
        let hub = "hf_hub_download(repo_id='acme/words', repo_type='dataset', filename='a')";
        assert_eq!(found(hub), ["pkg:huggingface/datasets/acme/words"]);
        assert_eq!(
            found("SentenceTransformer('all-MiniLM-L6-v2')"),
            ["pkg:huggingface/sentence-transformers/all-MiniLM-L6-v2"]
        );
        assert_eq!(found("torch.hub.load('acme/vision:v0.1', 'net')"), ["pkg:github/acme/vision@v0.1"]);
        assert_eq!(found("timm.create_model('hf_hub:acme/vit')"), ["pkg:huggingface/acme/vit"]);
        assert!(found("X.from_pretrained('./out')\nX.from_pretrained(path)\n# X.from_pretrained('a/b')").is_empty());
    }

    #[test]
    fn notebooks_are_read_by_their_cells() {
        let text = r##"{"cells":[{"cell_type":"markdown","source":["from_pretrained(\"no/no\")"]},
            {"cell_type":"code","source":["from transformers import X\n","m = X.from_pretrained(\"acme/tiny\")"]},
            {"cell_type":"code","source":"X.from_pretrained('acme/other')"}]}"##;
        let source = Source::from_text(RepoPath::new("a.ipynb"), text.to_owned()).unwrap();
        let parsed = parse_notebook(&source).unwrap();
        let purls: Vec<String> = parsed.packages.iter().skip(1).map(|package| package.purl.to_string()).collect();
        assert_eq!(purls, ["pkg:huggingface/acme/tiny", "pkg:huggingface/acme/other"]);
        assert!(source.slice(parsed.packages[1].mark.span).contains("acme/tiny"));
    }
}
