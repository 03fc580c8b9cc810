//! Cards of models and datasets: a README whose front matter describes one (Hugging Face documentation, "Model Cards" and
//! "Dataset Cards").

use compact_str::CompactString;

use super::{hub, package, program, value};
use crate::ecosystem::{Capabilities, Format, Link, Note, Package, Parsed, Role, Stability};
use crate::model::artefact::ai::{CARD, CREATOR, INTENDED_USE, LICENSE_LINK, SENSITIVITY, SOURCE, TRAINING_DATA};
use crate::model::{ComponentKind, DiagnosticKind, Mark, Origin, Party, Purl, RepoPath, Scope, Span};
use crate::text::{Node, Source, SyntaxError, yaml};

pub(super) static FORMAT: Format = Format {
    id: "huggingface/card",
    patterns: &["**/README.md", "**/MODEL_CARD.md", "**/DATASET_CARD.md"],
    role: Role::Code,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: true, scopes: false, hashes: false, licenses: true },
    docs: "Model and dataset cards: README.md (or MODEL_CARD.md, DATASET_CARD.md) with front matter that states license, base \
           model, datasets and the like. Other READMEs are passed over.",
    parse,
};

/// Keys that only cards have.
const OF_CARDS: &[&str] = &[
    "annotations_creators",
    "base_model",
    "dataset_info",
    "datasets",
    "language_creators",
    "library_name",
    "license_name",
    "model-index",
    "pipeline_tag",
    "size_categories",
    "task_categories",
    "task_ids",
];

/// Keys that only cards of datasets have.
const OF_DATASETS: &[&str] =
    &["annotations_creators", "dataset_info", "language_creators", "size_categories", "task_categories", "task_ids"];

/// Keys of pages that are no cards.
const OF_PAGES: &[&str] = &["layout", "sidebar_position", "permalink", "nav_order"];

/// Longer front matter is no card.
const LONGEST: usize = 1 << 18;

/// The bytes of the front matter of a text: between its first line `---` and the next.
fn front_matter(text: &str) -> Option<std::ops::Range<usize>> {
    let rest = text.strip_prefix("---")?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    let start = text.len() - rest.len();
    let end = memchr::memmem::find(rest.as_bytes(), b"\n---")?;
    (end <= LONGEST).then_some(start..start + end)
}

/// Reads the YAML in the front of a text, with places in the whole text.
struct Front<'s> {
    source: &'s Source,
    inner: &'s Source,
    start: u32,
}

impl Front<'_> {
    fn mark(&self, node: Node<'_>) -> Mark {
        // Quoted texts are meant without their quotes.
        let span = node.span();
        let text = self.inner.slice(span);
        let trimmed = text.trim_end();
        let end = span.end - (text.len() - trimmed.len()) as u32;
        self.source.mark(Span::new(self.start + span.start, self.start + end))
    }
}

fn texts<'d>(node: Option<Node<'d>>) -> Vec<Node<'d>> {
    let Some(node) = node else { return Vec::new() };
    let single = node.scalar().is_some().then_some(node);
    single.into_iter().chain(node.items().filter(|item| item.scalar().is_some())).collect()
}

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let text = source.text();
    let Some(range) = front_matter(text) else { return Ok(Parsed::default()) };
    let block = &text[range.clone()];
    // Most READMEs with front matter are pages of a site: no need to read those as YAML.
    let mentions =
        |key: &str| block.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    if !OF_CARDS.iter().any(|key| mentions(key)) && !mentions("license") {
        return Ok(Parsed::default());
    }
    let is_ascii_safe = Source::from_text(source.path().clone(), block.to_owned());
    let Ok(inner) = is_ascii_safe else { return Ok(Parsed::default()) };
    let document = match yaml::parse(&inner) {
        Ok(document) => document,
        Err(error) => {
            let start = range.start as u32;
            let mark = source.mark(Span::new(start + error.span.start, start + error.span.end));
            let message = format!("front matter could not be read as YAML: {}", error.message);
            let notes = vec![Note { mark, kind: DiagnosticKind::Note, message }];
            return Ok(Parsed { notes, ..Parsed::default() });
        }
    };
    let root = document.root();
    let has = |keys: &[&str]| keys.iter().any(|key| root.get(key).is_some());
    if has(OF_PAGES) || !(has(OF_CARDS) || root.get("license").is_some() && root.get("title").is_none()) {
        return Ok(Parsed::default());
    }
    let front = Front { source, inner: &inner, start: range.start as u32 };
    let body = &text[range.end..];
    Ok(read(&front, root, body))
}

/// The first heading of a text, with its place from the text's start.
fn heading(body: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    for line in body.split_inclusive('\n').take(60) {
        if let Some(rest) = line.strip_prefix("# ") {
            let title = rest.trim().trim_matches(['*', '`', '#']).trim();
            let plain = !title.is_empty() && title.len() <= 80 && !title.contains(['<', '[', '!', '{', '(']);
            return plain.then(|| (at + line.find(title).unwrap_or_default(), title));
        }
        at += line.len();
    }
    None
}

fn read(front: &Front<'_>, root: Node<'_>, body: &str) -> Parsed {
    let source = front.source;
    let path = source.path();
    let directory = path.parent();
    let is_space = root.get("sdk").is_some();
    let is_data =
        !is_space && (OF_DATASETS.iter().any(|key| root.get(key).is_some()) || path.file_name().starts_with("DATASET"));
    let kind = if is_data { ComponentKind::Data } else { ComponentKind::Model };
    let mut parsed =
        Parsed { dialect: if is_data { "dataset card" } else { "model card" }.into(), ..Parsed::default() };
    let mut own =
        if is_space { program(path.as_str(), source.start()) } else { described(front, root, body, kind, &directory) };
    own.properties.push((CARD, path.as_str().into()));
    parsed.packages.push(own);
    let named =
        [("base_model", ComponentKind::Model), ("models", ComponentKind::Model), ("datasets", ComponentKind::Data)];
    for (key, kind) in named {
        for node in texts(root.get(key)) {
            let text = node.scalar().unwrap_or_default().trim();
            let Some((organisation, name)) = hub::name(text, kind, None) else { continue };
            let id: CompactString = compact_str::format_compact!("{key}:{text}");
            if parsed.packages.iter().any(|package| package.id == id) {
                continue;
            }
            let mark = front.mark(node);
            let revision = None;
            let to = parsed.packages.len() as u32;
            parsed.packages.push(hub::reference(&id, kind, (&organisation, &name), revision, mark));
            parsed.links.push(Link { from: 0, to, scope: Scope::Build, requirement: None, mark: Some(mark) });
        }
    }
    parsed
}

/// The model or dataset that a card is about.
fn described(front: &Front<'_>, root: Node<'_>, body: &str, kind: ComponentKind, directory: &RepoPath) -> Package {
    let source = front.source;
    let body_start = source.text().len() - body.len();
    let named = ["pretty_name", "model_name"].iter().find_map(|key| {
        let node = root.get(key)?;
        Some((node.scalar()?.trim(), front.mark(node)))
    });
    let named = named.or_else(|| {
        let (at, title) = heading(body)?;
        let start = (body_start + at) as u32;
        Some((title, source.mark(Span::new(start, start + title.len() as u32))))
    });
    let fallback = match directory.file_name() {
        "" if kind == ComponentKind::Data => "dataset",
        "" => "model",
        name => name,
    };
    let (name, mark) = named.filter(|(name, _)| !name.is_empty()).unwrap_or((fallback, source.start()));
    let purl = Purl::new("generic", name).with_subpath(directory.as_str());
    let mut own = package("", kind, purl, Origin::Path { path: directory.as_str().into() }, mark);
    // At the top it is what the repository is; further down it came along with what it describes.
    own.party = if directory.as_str().is_empty() { Party::First } else { Party::Third };
    own.directory = Some(CompactString::default());
    own.license = license(front, root);
    if let Some(link) = root.get_str("license_link") {
        own.properties.push((LICENSE_LINK, value(link)));
    }
    if let Some(base) = texts(root.get("base_model")).first().and_then(|node| node.scalar()) {
        own.properties.push((SOURCE, value(base)));
    }
    let trained = texts(root.get("datasets")).first().and_then(|node| node.scalar()).map(value);
    let tells = told(body);
    if let Some(data) = trained.or_else(|| tells.training.then(|| "described".into())) {
        own.properties.push((TRAINING_DATA, data));
    }
    for (is, name) in [(tells.use_, INTENDED_USE), (tells.sensitivity, SENSITIVITY), (tells.creator, CREATOR)] {
        if is {
            own.properties.push((name, "described".into()));
        }
    }
    if tells.source && kind == ComponentKind::Data {
        own.properties.push((SOURCE, "described".into()));
    }
    own
}

/// What the headings of a card tell.
#[derive(Default)]
struct Tells {
    use_: bool,
    training: bool,
    source: bool,
    sensitivity: bool,
    creator: bool,
}

fn told(body: &str) -> Tells {
    let mut tells = Tells::default();
    for line in body.lines() {
        let lower = line.trim().to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        // The templates' fields stand in bold (`- **Curated by:**`); what is left empty says nothing.
        let is_field = lower.starts_with("- **") || lower.starts_with("* **") || lower.starts_with("**");
        let empty = lower.ends_with("[more information needed]");
        if empty || !(is_field || lower.starts_with('#')) {
            continue;
        }
        tells.use_ |= has(&["intended use", "direct use", "uses", "use case", "how to use", "usage", "limitation"]);
        tells.training |= has(&["training data", "trained on", "dataset", "training procedure", "training details"]);
        tells.source |=
            has(&["source", "provenance", "curat", "collect", "origin", "creation", "homepage", "repository"]);
        tells.sensitivity |= has(&["sensitive", "personal", "privacy", "anonymi"]);
        tells.creator |= has(&["curated by", "author", "developed by", "creator", "citation", "maintain", "contact"]);
    }
    tells
}

/// The license as the card states it: its own name where the id is `other`.
fn license(front: &Front<'_>, root: Node<'_>) -> Option<(CompactString, Mark)> {
    let stated = texts(root.get("license"));
    let first = *stated.first()?;
    let text = first.scalar()?.trim();
    match text.to_ascii_lowercase().as_str() {
        "" | "unknown" | "unlicense?" => None,
        "other" => {
            let name = root.get("license_name").filter(|name| name.scalar().is_some())?;
            Some((value(name.scalar()?), front.mark(name)))
        }
        _ if stated.len() > 1 => {
            // Several hold together unless somebody says otherwise.
            let all: Vec<&str> = stated.iter().filter_map(|node| node.scalar()).map(str::trim).collect();
            Some((value(&all.join(" AND ")), front.mark(first)))
        }
        _ => Some((value(text), front.mark(first))),
    }
}

/// Whether a text begins like a card, from its first lines.
#[cfg(test)]
fn is_card(text: &str) -> bool {
    let source = Source::from_text(RepoPath::new("README.md"), text.to_owned());
    source.is_ok_and(|source| parse(&source).is_ok_and(|parsed| !parsed.packages.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_told_from_pages() {
        assert!(is_card("---\nlicense: mit\nlibrary_name: transformers\n---\n# Kit\n"));
        assert!(is_card("---\nlicense: mit\n---\n"));
        assert!(is_card("---\ntask_categories:\n- text-classification\n---\n"));
        for other in [
            "# Kit\n",
            "---\ntitle: Kit\nlicense: mit\n---\n",
            "---\nlayout: page\ndatasets: x\n---\n",
            "---\n\n---\n",
            "---\nlicense: [\n---\n",
            "---\nlicense: mit\n",
        ] {
            assert!(!is_card(other), "{other}");
        }
    }

    #[test]
    fn deep_front_matter_is_no_card() {
        let deep = format!("---\nlicense: {}\n---\n", "[".repeat(100_000));
        assert!(!is_card(&deep));
        let deep = format!(
            "---\nlicense:\n{}\n---\n",
            (0..5_000).map(|n| format!("{}- \n", " ".repeat(n))).collect::<String>()
        );
        is_card(&deep);
    }
}
