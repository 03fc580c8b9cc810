//! The product's own terms and papers: license files and the notice that goes with it, as far as a scan looked for them.

use compact_str::CompactString;

use super::RepoPath;

/// What a scan saw of the product's own terms. Nothing of it is looked for unless a policy asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// License files at the top of the tree, in `LICENSES/`, and in the directories of its projects, sorted. `None`: nobody
    /// looked.
    pub license_files: Option<Vec<OwnLicense>>,
    /// Files of the tree that say a license or a holder, sorted. `None`: nobody looked.
    pub files: Option<Vec<SourceFile>>,
    /// The notice that the policy names. `None`: it names none, or nobody looked.
    pub notice: Option<OwnNotice>,
    /// Registries that `.npmrc` files bind scopes to, sorted; empty where the policy has no namespaces, so that nobody looked.
    pub registries: Vec<ScopeRegistry>,
}

/// That a scope is answered by a registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeRegistry {
    /// The scope: `@acme`.
    pub scope: CompactString,
    /// The registry's URL, without user info.
    pub url: CompactString,
    /// The file that says so.
    pub path: RepoPath,
}

/// A license file of the product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnLicense {
    /// The file.
    pub path: RepoPath,
    /// What it says, as a canonical SPDX expression; `None`: nothing that is known.
    pub expression: Option<CompactString>,
}

/// A file of the tree with what it says of licenses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// The file.
    pub path: RepoPath,
    /// The line of the first place that says a license, from one.
    pub line: Option<u32>,
    /// What it says, as a canonical SPDX expression.
    pub expression: Option<CompactString>,
    /// Who holds rights, as written.
    pub copyrights: Vec<CompactString>,
    /// SHA-1 of its bytes, in lower-case hexadecimal.
    pub sha1: Box<str>,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: Box<str>,
}

/// The notice that goes with the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnNotice {
    /// The file that the policy names.
    pub path: RepoPath,
    /// Whether it is what would be written today.
    pub state: NoticeState,
    /// What today's lacks: a kind of gap, the component it is about (empty: the whole), and a sentence.
    pub gaps: Vec<(&'static str, String, String)>,
    /// Components whose terms ask to offer source code with object code, where the policy names nobody to ask for it.
    pub unoffered: Vec<String>,
}

/// What became of a committed notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// It is what would be written today.
    Current,
    /// There is no such file.
    Missing,
    /// It is another one than would be written today; in a few lines, how.
    Stale(Vec<String>),
}
