//! Makes packages and links of what a file names.

use compact_str::{CompactString, format_compact};

use super::image::Image;
use super::uses::{self, Repository, Use};
use crate::ecosystem::{Declaration, Link, Note, Package, Parsed, Reference};
use crate::model::{ComponentKind, DiagnosticKind, Mark, Origin, Party, Purl, Scope, Span};
use crate::text::{Node, Source};

/// The name of the property that holds the version a comment claims for a commit.
const COMMENT_VERSION: &str = "sepal:github:comment-version";
/// The name of the property that holds the tag of an image that is pinned by its digest.
const IMAGE_TAG: &str = "sepal:docker:tag";

/// Where a workflow or an action of a repository is, from what its path says: the directory above `.github`.
pub(super) fn repository_root(path: &str) -> Option<&str> {
    if path.starts_with(".github/") {
        return Some("");
    }
    path.rfind("/.github/").map(|at| &path[..at])
}

/// What one file says, as far as it has been read.
pub(super) struct Collect<'s> {
    source: &'s Source,
    parsed: Parsed,
}

impl<'s> Collect<'s> {
    /// For a file that is a root itself: a workflow or an action.
    pub fn new(source: &'s Source, dialect: &str, name: Option<Node<'_>>) -> Self {
        let path = source.path();
        let root = Package {
            id: "".into(),
            purl: Purl::new("generic", path.file_name()).with_subpath(path.as_str()),
            kind: ComponentKind::Application,
            party: Party::First,
            origin: Origin::Path { path: path.as_str().into() },
            hashes: Vec::new(),
            license: None,
            stated: None,
            directory: Some(CompactString::default()),
            answers: Vec::new(),
            properties: Vec::new(),
            mark: name.map_or_else(|| source.start(), |name| source.mark(name.span())),
        };
        Self { source, parsed: Parsed { dialect: dialect.into(), packages: vec![root], ..Parsed::default() } }
    }

    /// What has been collected.
    pub fn finish(self) -> Parsed {
        self.parsed
    }

    /// Says that something could not be understood.
    pub fn note(&mut self, node: Node<'_>, kind: DiagnosticKind, message: impl Into<String>) {
        self.parsed.notes.push(Note { mark: self.source.mark(node.span()), kind, message: message.into() });
    }

    /// A `uses`. `id` is its place in the file.
    pub fn uses(&mut self, id: String, node: Node<'_>) {
        let Some(text) = node.scalar() else {
            self.note(node, DiagnosticKind::Entry, format!("`{id}` is not a text"));
            return;
        };
        match uses::parse(text.trim()) {
            Use::Repository(repository) => self.repository(&id, node, text, &repository),
            Use::Image(image) => self.image(&id, node, text, &image),
            Use::Local(path) => self.local(&id, node, text, path),
            Use::Dynamic => self.dynamic(&id, node, text),
            Use::Wrong(why) => self.note(node, DiagnosticKind::Entry, format!("`{}` {why}", shown(text))),
        }
    }

    /// The name of an image that a container or service runs. Empty means none (GitHub docs, `jobs.<job_id>.container`).
    pub fn container(&mut self, id: String, node: Node<'_>) {
        if let Some(text) = node.scalar() {
            self.named_image(id, node, text);
        }
    }

    /// The same, for a name of which only a part may stand at `node`.
    pub fn named_image(&mut self, id: String, node: Node<'_>, text: &str) {
        let name = text.trim().strip_prefix("docker://").unwrap_or(text.trim());
        if name.is_empty() {
            return;
        }
        if uses::is_dynamic(name) {
            self.dynamic(&id, node, text);
            return;
        }
        match Image::parse(name) {
            Some(image) => self.image(&id, node, text, &image),
            None => self.note(
                node,
                DiagnosticKind::Entry,
                format!("`{}` is not the name of a container image", shown(text)),
            ),
        }
    }

    /// An image that is built from a file of the repository: what is in it is not read here.
    pub fn built_image(&mut self, id: String, node: Node<'_>) {
        let Some(text) = node.scalar() else { return };
        self.declare(&id, node, text, Origin::Archive { url: CompactString::default() });
    }

    fn repository(&mut self, id: &str, node: Node<'_>, text: &str, repository: &Repository<'_>) {
        let commit = repository.commit();
        let (owner, name) = (repository.owner.to_ascii_lowercase(), repository.name.to_ascii_lowercase());
        let version = commit.as_deref().unwrap_or(repository.reference);
        let purl =
            Purl::new("github", &name).with_namespace(&owner).with_version(version).with_subpath(repository.path);
        let origin = Origin::Git {
            url: format_compact!("https://github.com/{owner}/{name}"),
            commit: commit.as_deref().map(CompactString::from),
            reference: commit.is_none().then(|| repository.reference.into()),
        };
        let mut properties = Vec::new();
        if commit.is_some()
            && let Some(claimed) = self.comment(node).and_then(uses::comment_version)
        {
            properties.push((COMMENT_VERSION, claimed.into()));
        }
        let package = self.package(id, node, purl, ComponentKind::Application, origin, properties);
        self.link(package, node, text, repository.reference);
    }

    fn image(&mut self, id: &str, node: Node<'_>, text: &str, image: &Image<'_>) {
        let origin = Origin::Registry { url: image.registry.map(CompactString::from) };
        let mut properties = Vec::new();
        if let (Some(tag), Some(_)) = (image.tag, image.digest) {
            properties.push((IMAGE_TAG, tag.into()));
        }
        let mut package = self.package(id, node, image.purl(), ComponentKind::Container, origin, properties);
        package.hashes.extend(image.hash());
        self.link(package, node, text, Image::requirement(text.trim().trim_start_matches("docker://")));
    }

    fn local(&mut self, id: &str, node: Node<'_>, text: &str, path: &str) {
        self.declare(id, node, text, Origin::Path { path: path.into() });
        let here = self.source.path().as_str();
        let Some(root) = repository_root(here) else { return };
        // From the file's own directory up to the repository's root, then down.
        let inner = here[root.len()..].trim_start_matches('/');
        let up = "../".repeat(inner.matches('/').count());
        let path = path.trim_matches('/');
        let mark = self.source.mark(node.span());
        let mut refer = |path: String| {
            self.parsed.references.push(Reference { path: path.into(), mark, optional: true });
        };
        if path.ends_with(".yml") || path.ends_with(".yaml") {
            refer(format!("{up}{path}"));
        } else {
            let slash = if path.is_empty() { "" } else { "/" };
            refer(format!("{up}{path}{slash}action.yml"));
            refer(format!("{up}{path}{slash}action.yaml"));
        }
    }

    fn dynamic(&mut self, id: &str, node: Node<'_>, text: &str) {
        self.declare(id, node, text, Origin::Unknown);
        self.note(
            node,
            DiagnosticKind::Note,
            format!("`{}` is decided when the workflow runs; it cannot be known here", shown(text)),
        );
    }

    /// What `join` has to look at: its origin says what it is.
    fn declare(&mut self, id: &str, node: Node<'_>, text: &str, origin: Origin) {
        self.parsed.declarations.push(Declaration {
            package: Some(0),
            section: id.into(),
            name: text.trim().into(),
            alias: None,
            requirement: CompactString::default(),
            scope: Scope::Build,
            origin,
            inherited: false,
            mark: self.source.mark(node.span()),
        });
    }

    fn package(
        &self,
        id: &str,
        node: Node<'_>,
        purl: Purl,
        kind: ComponentKind,
        origin: Origin,
        properties: Vec<(&'static str, CompactString)>,
    ) -> Package {
        Package {
            id: id.into(),
            purl,
            kind,
            party: Party::Third,
            origin,
            hashes: Vec::new(),
            license: None,
            stated: Some(Scope::Build),
            directory: None,
            answers: Vec::new(),
            properties,
            mark: self.source.mark(node.span()),
        }
    }

    fn link(&mut self, package: Package, node: Node<'_>, text: &str, requirement: &str) {
        let to = self.parsed.packages.len() as u32;
        self.parsed.packages.push(package);
        let mark = self.part(node, text, requirement);
        let requirement = (!requirement.is_empty()).then(|| requirement.into());
        self.parsed.links.push(Link { from: 0, to, scope: Scope::Build, requirement, mark: Some(mark) });
    }

    /// The place of the end of a value, where the value stands in the file as it is; else of the whole.
    fn part(&self, node: Node<'_>, text: &str, end: &str) -> Mark {
        let span = node.span();
        let same = self.source.slice(span) == text;
        match text.trim_end().len().checked_sub(end.len()) {
            Some(from) if same && !end.is_empty() => {
                let start = span.start + from as u32;
                self.source.mark(Span::new(start, start + end.len() as u32))
            }
            _ => self.source.mark(span),
        }
    }

    /// The comment behind a value on its line.
    fn comment(&self, node: Node<'_>) -> Option<&'s str> {
        let rest = self.source.text().get(node.span().end as usize..)?;
        let line = rest.split(['\n', '\r']).next()?;
        line.trim_start_matches(['"', '\'']).trim_start().strip_prefix('#')
    }
}

fn shown(text: &str) -> &str {
    let end = text.char_indices().nth(80).map_or(text.len(), |(at, _)| at);
    text[..end].trim()
}
