//! The one door to the network, and it is closed: nothing here runs unless a command or flag asked for it by name.
//!
//! What belongs here: asking a web server politely ([`Client`]: tries again, waits as it is told, asks no host too fast, keeps
//! to a budget), files that are fetched in pieces and survive being interrupted ([`download`]), answers that are kept
//! ([`Store`]), and what the services that know licenses are asked and answer ([`Service`]). What does not: what is asked for
//! (`app`), what an answer means for a component (`enrich`), what advisories say (`advisory`).
//!
//! All of it talks through a [`Transport`], one exchange at a time; [`http`] is the only one, and the only file that knows the
//! library behind it. Without the feature `online` it is not there, and asking for it is an error that says so.
//!
//! Credentials are held in a [`Secret`] or in the part of an [`Address`] that is never shown, and reach no message.
//!
//! # How to add
//! A service that knows licenses: a [`ServiceKind`], the addresses it is asked at and the reader of its answer, all in [`service`].

#![allow(clippy::disallowed_methods, reason = "the door to the network, and to what was fetched through it")]

pub mod address;
pub mod ask;
pub mod client;
pub mod download;
pub mod error;
pub mod http;
pub mod moment;
pub mod service;
pub mod shelf;
pub mod store;
pub mod transport;

pub use address::Address;
pub use ask::{Inquiry, Outcome, Question, Teller, ask};
pub use client::{Client, Manners};
pub use download::{Kept, Progress, download};
pub use error::OnlineError;
pub use http::Wire;
pub use moment::Moment;
pub use service::{Service, ServiceKind};
pub use shelf::{Made, Shelf};
pub use store::Store;
pub(crate) use store::put_whole;
pub use transport::{Answer, Request, Secret, Transport};
