//! Gradle, which takes from and publishes to the repositories of Maven.
//!
//! What belongs here: the files that Gradle reads and writes, one file each ([`lock`], [`catalog`], [`verification`],
//! [`wrapper`], [`script`] by [`tokens`]; [`module`] in its cache), and how they are joined: [`builds`] finds what belongs
//! together, [`asked`] what projects ask for, [`needs`] what locked modules need, [`join`] makes the graphs. What does not:
//! poms, and running Gradle. To read another file of Gradle's, add a file with a `Format` and list it in the ecosystem.

mod asked;
mod builds;
mod catalog;
mod configuration;
mod coordinates;
mod join;
mod lock;
mod module;
mod needs;
mod script;
mod tokens;
mod verification;
mod wrapper;

pub use catalog::CATALOG;
pub use join::join;
pub use lock::LOCK;
pub use script::SCRIPT;
pub use verification::VERIFICATION;
pub use wrapper::WRAPPER;
