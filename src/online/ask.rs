//! Asking services for many licenses at once, a few at a time.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use compact_str::CompactString;

use crate::model::Purl;

use super::store::Reply;
use super::{Client, Moment, OnlineError, Request, Service, Store};

/// The longest answer that is read: packuments of packages with thousands of versions have some tens of megabytes.
const LONGEST: u64 = 64 << 20;

/// All that was asked about the components of a Bom, and what became of it.
#[derive(Debug, Default)]
pub struct Inquiry {
    /// Whom was asked, by name, sorted.
    pub asked: Vec<String>,
    /// What became of each question, by the component's place in the Bom.
    pub outcomes: Vec<(usize, Outcome)>,
    /// Who was not asked about, since nobody says that they are public: by the host of their registry, how many, and the
    /// place of the first.
    pub withheld: BTreeMap<String, (usize, usize)>,
}

/// What is asked: of which version, and which services may know, in order.
#[derive(Clone, Debug)]
pub struct Question<'q> {
    /// The version.
    pub purl: &'q Purl,
    /// Whom to ask, in order.
    pub services: Vec<&'q Service>,
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A service states a license.
    Stated {
        /// As it is written there.
        raw: CompactString,
        /// Why it is not certain, if it is not.
        uncertain: Option<&'static str>,
        /// Who says so.
        by: Teller,
    },
    /// Whoever could be asked knows the version, and no license of it; or does not know the version.
    NotStated,
    /// A service could not be asked, or its answer not be read.
    Failed {
        /// Its name.
        service: String,
        /// Why.
        why: String,
        /// What to do.
        help: Option<&'static str>,
    },
}

/// Who states something, where and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teller {
    /// The name of the service.
    pub service: String,
    /// Where it says so, without credentials.
    pub address: String,
    /// When it said so (RFC 3339).
    pub answered: String,
    /// Why it could not be asked again, although that is long ago.
    pub old: Option<String>,
}

/// Asks all questions, `parallel` at a time. The outcomes are in the order of the questions.
pub fn ask(
    client: &Client,
    store: Option<&Store>,
    questions: &[Question<'_>],
    parallel: usize,
    now: &Moment,
) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    // Each worker takes the next open question and remembers its number.
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(question) = questions.get(number) else { return done };
            done.push((number, one(client, store, question, now)));
        }
    };
    let mut all: Vec<(usize, Outcome)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..parallel.min(questions.len()).max(1)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, outcome)| outcome).collect()
}

fn one(client: &Client, store: Option<&Store>, question: &Question<'_>, now: &Moment) -> Outcome {
    let mut failed = None;
    for service in &question.services {
        match of_service(client, store, service, question.purl, now) {
            Ok(Some(stated)) => return stated,
            Ok(None) => {}
            Err(error) => {
                failed.get_or_insert(Outcome::Failed {
                    service: service.name.clone(),
                    why: error.to_string(),
                    help: error.help(),
                });
            }
        }
    }
    failed.unwrap_or(Outcome::NotStated)
}

fn of_service(
    client: &Client,
    store: Option<&Store>,
    service: &Service,
    purl: &Purl,
    now: &Moment,
) -> Result<Option<Outcome>, OnlineError> {
    for request in service.requests(purl) {
        let reply = match get(client, store, &request, now) {
            // A registry without documents of single versions says "not allowed"; its packument may know.
            Err(OnlineError::Status { status: 405, .. }) => continue,
            reply => reply?,
        };
        if !reply.found {
            continue;
        }
        let address = request.address.shown().to_owned();
        let said = service
            .read(purl, &reply.bytes)
            .map_err(|why| OnlineError::Answer { address: address.clone(), why: why.to_owned() })?;
        return Ok(said.map(|said| Outcome::Stated {
            raw: said.raw,
            uncertain: said.uncertain,
            by: Teller { service: service.name.clone(), address, answered: reply.answered, old: reply.old },
        }));
    }
    Ok(None)
}

fn get(client: &Client, store: Option<&Store>, request: &Request, now: &Moment) -> Result<Reply, OnlineError> {
    match store {
        Some(store) => store.ask(client, request, LONGEST, now),
        None => {
            let whole = client.fetch(request, LONGEST)?;
            Ok(Reply { found: whole.status == 200, bytes: whole.bytes, answered: now.text.clone(), old: None })
        }
    }
}
