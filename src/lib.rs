//! sepal tells what third-party software is in a tree, under which terms, and whether a policy allows it: offline, without
//! executing anything, the same answer each time, with a place for every fact.
//!
//! This page is the map of the house. Each room opens with what belongs there, what does not, and how to add to it.
//!
//! # The path of a scan
//!
//! 1. [`cli`] turns arguments into settings, reads clock and environment, and calls a use case of [`app`].
//! 2. [`walk`] finds the files that some [`ecosystem::Format`] wants, reads each once, and hands it to [`extract`] in the same
//!    worker. There the format's `parse` makes [`ecosystem::Parsed`] of the text, through the readers of [`text`], which keep
//!    the place of everything.
//! 3. [`resolve`] lets each [`ecosystem::Ecosystem`] join what was read into graphs, decides scopes by reachability, merges
//!    by package URL and sorts: a [`model::Bom`]. Under `--trust-tools` [`tool`] has asked the ecosystem's own tool before, and
//!    its answer is one more format.
//! 4. [`enrich`] adds what the scanned files did not state: licenses, from copies of packages that [`cache`] opens and under
//!    `--online` from what [`online`] was answered; and what is publicly known of components, from the index of [`advisory`].
//! 5. [`evaluate`] lays a [`policy::Policy`] over the Bom on a day: every [`rule::Rule`] yields drafts, which are weighed,
//!    waived and counted into a [`model::Verdict`]. What an expression means and what lists make of it is [`license`].
//!    Where a change is compared with what it changes, both sides take this path, the earlier one from git's objects.
//! 6. [`report`] puts Bom and Verdict into words for a person, a program, code scanning, a workflow's log or a pull request;
//!    [`sbom`] writes the Bom as CycloneDX, SPDX or package URLs.
//!
//! # Floors
//!
//! A room imports only rooms of lower floors and, on its own floor, those listed before it. Below, rooms are listed from the
//! ground floor up.
//!
//! | floor | rooms | what they are |
//! | --- | --- | --- |
//! | 0 | [`model`] | the nouns |
//! | 1 | [`text`], [`version`], [`license`] | what is true of texts, versions and licenses anywhere |
//! | 2 | [`ecosystem`], [`sbom`], [`advisory`], [`practice`] | the dialects: those that are read, those that are written, what is publicly known, what projects write about how they work |
//! | 3 | [`walk`], [`extract`], [`resolve`], [`cache`], [`tool`], [`online`], [`enrich`] | from files to a Bom |
//! | 4 | [`rule`], [`policy`], [`evaluate`] | from a Bom to a Verdict |
//! | 5 | [`report`], [`score`] | from a Verdict to words, and to points of programmes |
//! | 6 | [`app`] | use cases |
//! | 7 | [`cli`] | the front door |
//!
//! # Doors
//!
//! Everything is a function of its arguments, except for the doors: [`walk`] opens files of the scanned tree, [`cache`] copies of
//! packages, [`advisory::database`] advisories, [`app::files`] what belongs to the user, [`tool`] runs another program, and [`cli`]
//! asks clock and environment.
//! The door to the network, [`online`], stays closed unless a command or flag asks for it by name (`advisories update`, `--online`).
//!
//! # Promises, and the tests that hold them
//!
//! | promise | held by |
//! | --- | --- |
//! | stairs lead down only; only doors touch the world; tables are the folders | `tests/house.rs`, `clippy.toml` |
//! | no socket, no process | `tests/it/inert.rs` |
//! | the same bytes in, the same bytes out | `tests/it/determinism.rs`, `tests/sbom.rs` |
//! | evidence holds what it claims; no cut or changed byte of any file panics; each case is read as expected, and as the ecosystem's own tool reads it | `tests/formats.rs` |
//! | strangers' text steers nothing; secrets in URLs reach no output; broken files end nothing | `tests/it/hostile.rs` |
//! | nothing outside the roots is read; what is no plain file is never opened; what is left out is counted | `tests/it/walking.rs` |
//! | unknown is not a pass; waivers end; a typo is answered with its line | `tests/it/policy.rs` |
//! | versions are ordered as each package manager orders them, and no order contradicts itself | `tests/it/versions.rs` |
//! | every rule finds its bad example and leaves its good one | `evaluate/laws.rs` |
//! | the fast reader of a format and the general one agree | `text/differential.rs` |
//! | documents are valid by the official schemas and read by other people's libraries | `tests/sbom.rs` |
//! | documents of others are read as their own libraries read them; every required case of the package URL suite holds | `tests/sbom_read.rs`, `tests/it/documents.rs` |
//! | a vulnerability is settled only if a statement is on every way to it | `tests/it/vex.rs` |
//! | the pages show what the program answers | `tests/it/docs.rs`, `.ci/readme` |
//!
//! # What turned out otherwise than planned
//!
//! - [`tool`] is a room of its own: the one place that runs another program has walls around it, and [`extract`] stays pure.
//! - [`cache`] stands beside [`walk`]: copies of packages are opened by other laws than the scanned tree (only by a path that an
//!   ecosystem names, also outside the roots).
//! - Hash maps are for looking up only: [`model::LookUp`] cannot be iterated, so that no order of chance reaches an output.
//! - Which directories are installed trees is the ecosystems' knowledge ([`ecosystem::InstalledTree`]), and so is where copies
//!   lie ([`ecosystem::CopyKind`]); the walker and the cache know neither.
//! - Rules about waivers and curations see how those fared ([`rule::Check::Decisions`]); all others see the Bom alone
//!   ([`rule::Check::Scan`]), and cannot know what becomes of what they find.
//! - A join may ask package caches of the machine for files beyond the tree ([`ecosystem::Aids`]): the parents of a `pom.xml`
//!   and the `go.mod` of a dependency say what the tree's own files mean, and which of them only the join knows. It asks
//!   a look-up that it is handed, so that it stays a function of its arguments; [`cache`] answers.
//! - The walk asks git's index before any `.gitignore`: what is tracked is in whatever a pattern says, and nearly everything is
//!   tracked, so that nearly no pattern is compiled.
//! - [`ecosystem`] is joined once over all its files rather than file by file, since a manifest in one directory may belong to
//!   a lock file in another.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

// Floor 0

// The nouns: what there is.
pub mod model;

// Floor 1: what is true anywhere

// Bytes to structure, keeping the place of everything.
pub mod text;

// Which version is older.
pub mod version;

// What is known of licenses: grammar, names, classes, lists.
pub mod license;

// Floor 2: dialects

// What package ecosystems write: the formats that are read.
pub mod ecosystem;

// What tools exchange: the documents that are written.
pub mod sbom;

// What is publicly known of components.
pub mod advisory;

// What projects write about how they work.
pub mod practice;

// Floor 3: from files to a Bom

// The door to the scanned tree.
pub mod walk;

// Runs a format over a file.
pub mod extract;

// Joins, decides scopes, merges, sorts.
pub mod resolve;

// The door to copies of packages.
pub mod cache;

// The door to other programs.
pub mod tool;

// The door to the network, opened on request only.
pub mod online;

// Adds what the scanned files did not say.
pub mod enrich;

// Floor 4: from a Bom to a Verdict

// What can be wrong, why that matters, what to do.
pub mod rule;

// What an organisation wants.
pub mod policy;

// Judgement.
pub mod evaluate;

// Floor 5: from a Verdict to words

// One file for each output.
pub mod report;

// How far points of programmes are met.
pub mod score;

// Floor 6

// The use cases.
pub mod app;

// Floor 7

// What a person types, and what the process answers with.
pub mod cli;
