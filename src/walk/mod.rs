//! The door to the scanned tree: finds files by the patterns it is given, reads them, and hands each to the worker that
//! read it.
//!
//! What belongs here: everything that touches the scanned repository's files. What does not: what a file means. Nothing is
//! opened that no pattern wants, nothing outside the root is read, nothing is executed, and whatever could not be read is
//! said ([`Walked::diagnostics`]), never fatal.
//!
//! A tree of files is a directory ([`walk`]) or a [`Snapshot`]: a revision or the index of a git repository ([`git`]).

#![allow(clippy::disallowed_methods, reason = "the door to the scanned tree")]

mod excerpt;
#[cfg(feature = "git")]
pub mod git;
mod heads;
mod ignored;
mod index;
mod name;
mod patterns;
mod read;
mod revision;
mod snapshot;
mod texts;
mod tree;

pub use excerpt::{excerpts, excerpts_of};
pub use heads::{Heads, heads};
pub use name::repo_path;
pub use patterns::Patterns;
pub use read::{Limits, Unread, is_file, read_bytes, read_file, read_reference};
pub use revision::{Revision, newest_release_tag, revision};
pub use snapshot::{
    Content, Entry, ObjectName, Snapshot, SnapshotError, bytes_in, files_in, is_file_in, object_in, read_in, root_in,
    walk_snapshot,
};
pub use texts::{TextCounts, TextOptions, WholeFile, files, read_text, text_of, texts};
pub use tree::{Noticed, Options, Prune, Root, Walked, is_installed_tree, walk};
