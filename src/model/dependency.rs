//! Who needs whom, and for what.

use compact_str::CompactString;

use super::Evidence;

/// The place of a component in [`Bom::components`](super::Bom::components).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(pub u32);

/// The place of a project in [`Bom::projects`](super::Bom::projects).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectId(pub u32);

/// What a dependency is needed for. Ordered from the strongest tie to the weakest: a component reached in several ways has
/// the strongest of them, a path has the weakest of its edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Part of the running product.
    Runtime,
    /// Expected to be there already where the product runs (Maven `provided`).
    Provided,
    /// Asked of whoever uses the package (npm `peerDependencies`).
    Peer,
    /// Part of the product only if a feature, platform or extra is chosen.
    Optional,
    /// Runs while the product is built (build scripts, procedural macros of a build, CI actions).
    Build,
    /// Needed by tests only, where the ecosystem tells tests from other development.
    Test,
    /// Needed by those who work on the product.
    Development,
}

impl Scope {
    /// All scopes, strongest first.
    pub const ALL: [Scope; 7] =
        [Scope::Runtime, Scope::Provided, Scope::Peer, Scope::Optional, Scope::Build, Scope::Test, Scope::Development];

    /// The word used in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Runtime => "runtime",
            Scope::Provided => "provided",
            Scope::Peer => "peer",
            Scope::Optional => "optional",
            Scope::Build => "build",
            Scope::Test => "test",
            Scope::Development => "development",
        }
    }
}

/// An edge of the graph: `from` needs `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The project whose files state the edge.
    pub project: ProjectId,
    /// Who needs.
    pub from: ComponentId,
    /// Who is needed.
    pub to: ComponentId,
    /// What for, as `from` declares it. The scope of `to` in the whole project is in its occurrences.
    pub scope: Scope,
    /// What `from` asks for, as written (`^1.2`, `workspace:*`); `None` where the files do not say.
    pub requirement: Option<CompactString>,
    /// Whether `from` is a root of the project.
    pub direct: bool,
    /// Where the requirement is written: the line a person edits for a direct dependency.
    pub evidence: Option<Evidence>,
}
