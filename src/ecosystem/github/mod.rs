//! GitHub Actions: what workflows and actions run while a product is built.
//!
//! Here belong the files that GitHub reads: workflows (`.github/workflows/`) and the metadata of actions (`action.yml`). A
//! `uses` is read in `uses.rs`, an image in `image.rs`; `collect.rs` makes packages of both, `join.rs` one project per
//! repository. To read another place where an action or image is named, add it where its file is read (`workflow.rs`,
//! `action.rs`). Dockerfiles and the packages that an action brings along inside its repository do not belong here.

mod action;
mod collect;
mod image;
mod join;
mod uses;
mod workflow;

use super::Ecosystem;

/// GitHub Actions.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "github",
    name: "GitHub Actions",
    osv: Some("GitHub Actions"),
    formats: &[&action::FORMAT, &workflow::FORMAT],
    join: join::join,
    copies: &[],
    texts: &[],
    caches: &[],
    installed_trees: &[],
    docs: "\
Workflows and actions of a repository are one project, each file a root of it. Read are the actions, reusable workflows and \
container images that jobs, steps and services name. Everything has the scope `build`, since it runs while the product is \
built.

An action named by a commit is pinned to it; a tag or branch may point elsewhere tomorrow. A version in a comment behind a \
commit (`# v4.1.2`) is kept as the property `sepal:github:comment-version`, as a person's claim.

Not known are: what an action of another repository uses in its turn, and so a project that uses any is never called \
complete; what an expression (`${{ … }}`) will be, other than values of the job's own matrix in the name of an image; what \
is in an image. \
Versions inside `run` scripts are not looked for.
",
};
