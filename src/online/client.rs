//! Patience and manners: trying again, waiting as told, not asking too fast, and stopping in time.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::error::is_passing;
use super::moment::http_date;
use super::{Address, Answer, OnlineError, Request, Transport};

/// How to behave towards servers, and how much a run may take.
#[derive(Clone, Debug)]
pub struct Manners {
    /// How often a question is asked at most.
    pub tries: u32,
    /// How long to wait before the second try; twice as long before each further one.
    pub first_wait: Duration,
    /// The longest wait, also if the server asks for more: then it is given up.
    pub longest_wait: Duration,
    /// Questions to one host within a second.
    pub per_second: u32,
    /// Questions of a whole run, further tries among them.
    pub requests: u64,
    /// How long a whole run may take.
    pub time: Duration,
    /// After how many failures in a row, each after all tries, a host is not asked any more.
    pub failures: u32,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            tries: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
            per_second: 50,
            requests: 10_000,
            time: Duration::from_secs(300),
            failures: 3,
        }
    }
}

/// What is remembered of a host.
#[derive(Default)]
struct Host {
    /// When it may be asked next.
    next: Option<Instant>,
    failures: u32,
}

/// Asks servers. Can be used by several threads at once.
pub struct Client {
    transport: Box<dyn Transport>,
    manners: Manners,
    started: Instant,
    asked: AtomicU64,
    hosts: Mutex<BTreeMap<String, Host>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("manners", &self.manners).finish_non_exhaustive()
    }
}

/// A whole answer.
#[derive(Debug)]
pub struct Whole {
    /// The status: 200, 304 or 404.
    pub status: u16,
    /// The ETag.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
    /// The content, unpacked.
    pub bytes: Vec<u8>,
}

impl Client {
    /// A client. Its time starts now.
    pub fn new(transport: Box<dyn Transport>, manners: Manners) -> Self {
        Self { transport, manners, started: Instant::now(), asked: AtomicU64::new(0), hosts: Mutex::default() }
    }

    /// How it behaves.
    pub fn manners(&self) -> &Manners {
        &self.manners
    }

    /// Asks until there is an answer: a status that is none of "not now". Its content is still to be read.
    ///
    /// # Errors
    /// If there is none within the budget.
    pub fn send(&self, request: &Request) -> Result<Answer, OnlineError> {
        self.patiently(&request.address, || self.once(request))
    }

    /// Asks, and reads the content whole.
    ///
    /// # Errors
    /// As [`send`](Self::send), for statuses other than 200, 304, 404 and 410 (which is given as 404), and for an answer
    /// that is longer than `limit` bytes, counted unpacked.
    pub fn fetch(&self, request: &Request, limit: u64) -> Result<Whole, OnlineError> {
        let shown = || request.address.shown().to_owned();
        self.patiently(&request.address, || {
            let mut answer = self.once(request)?;
            let status = match answer.status {
                410 => 404,
                status @ (200 | 304 | 404) => status,
                status => return Err(OnlineError::Status { address: shown(), status }),
            };
            let mut bytes = Vec::new();
            if status == 200 {
                (&mut answer.body)
                    .take(limit + 1)
                    .read_to_end(&mut bytes)
                    .map_err(|error| OnlineError::Reach { address: shown(), why: error.to_string() })?;
                if bytes.len() as u64 > limit {
                    return Err(OnlineError::TooLong { address: shown(), limit });
                }
            }
            Ok(Whole { status, etag: answer.etag, modified: answer.modified, bytes })
        })
    }

    /// One try, with a status that says something.
    fn once(&self, request: &Request) -> Result<Answer, OnlineError> {
        self.pace(&request.address)?;
        let answer = self.transport.get(request)?;
        if is_passing(answer.status) {
            let address = request.address.shown().to_owned();
            let asked = answer.retry_after.as_deref().and_then(retry_after);
            return Err(match asked {
                Some(wait) if wait > self.manners.longest_wait => {
                    OnlineError::Wait { address, seconds: wait.as_secs() }
                }
                Some(wait) => {
                    self.not_before(&request.address, wait);
                    OnlineError::Status { address, status: answer.status }
                }
                None => OnlineError::Status { address, status: answer.status },
            });
        }
        Ok(answer)
    }

    /// Tries until it works, or it is no use.
    fn patiently<T>(
        &self,
        address: &Address,
        mut attempt: impl FnMut() -> Result<T, OnlineError>,
    ) -> Result<T, OnlineError> {
        let failed = self.on_host(address, |host| host.failures);
        if failed >= self.manners.failures {
            return Err(OnlineError::GivenUp { host: address.host().to_owned(), times: failed });
        }
        let mut wait = self.manners.first_wait;
        for tried in 1.. {
            match attempt() {
                Ok(found) => {
                    self.on_host(address, |host| host.failures = 0);
                    return Ok(found);
                }
                Err(error) if error.may_pass() && tried < self.manners.tries => {
                    self.rest(wait.min(self.manners.longest_wait))?;
                    wait = wait.saturating_mul(2);
                }
                Err(error) => {
                    if error.may_pass() || matches!(error, OnlineError::Wait { .. }) {
                        self.on_host(address, |host| host.failures += 1);
                    }
                    return Err(error);
                }
            }
        }
        unreachable!("the last try returns")
    }

    fn on_host<T>(&self, address: &Address, look: impl FnOnce(&mut Host) -> T) -> T {
        let mut hosts = self.hosts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        look(hosts.entry(address.host().to_owned()).or_default())
    }

    fn not_before(&self, address: &Address, wait: Duration) {
        let until = Instant::now() + wait;
        self.on_host(address, |host| host.next = host.next.max(Some(until)));
    }

    /// Waits for this host's turn, and counts.
    fn pace(&self, address: &Address) -> Result<(), OnlineError> {
        let step = Duration::from_secs(1) / self.manners.per_second.max(1);
        let now = Instant::now();
        let turn = self.on_host(address, |host| {
            let turn = host.next.map_or(now, |next| next.max(now));
            host.next = Some(turn + step);
            turn
        });
        self.rest(turn.saturating_duration_since(now))?;
        if self.asked.fetch_add(1, Ordering::Relaxed) >= self.manners.requests {
            return Err(OnlineError::Budget { what: format!("{} requests", self.manners.requests) });
        }
        Ok(())
    }

    /// Waits, unless that would take longer than the run may.
    pub(super) fn rest(&self, wait: Duration) -> Result<(), OnlineError> {
        if self.started.elapsed() + wait > self.manners.time {
            return Err(OnlineError::Budget { what: format!("{} seconds", self.manners.time.as_secs()) });
        }
        if !wait.is_zero() {
            thread::sleep(wait);
        }
        Ok(())
    }
}

/// How long a server asks to be left alone: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Some(Duration::from_secs(http_date(text)?.saturating_sub(now)))
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::VecDeque;
    use std::io::Cursor;

    use super::*;

    /// Status, `Retry-After` and body.
    pub type Reply = (u16, Option<&'static str>, &'static str);

    /// Answers in order; `None` is no answer at all.
    pub struct Script(pub Mutex<VecDeque<Option<Reply>>>);

    impl Transport for Script {
        fn get(&self, request: &Request) -> Result<Answer, OnlineError> {
            let address = request.address.shown().to_owned();
            let next = self.0.lock().unwrap().pop_front().expect("asked more often than expected");
            let (status, retry, body) =
                next.ok_or(OnlineError::Reach { address, why: "nobody is there".to_owned() })?;
            Ok(Answer {
                status,
                etag: None,
                modified: None,
                length: None,
                part: None,
                retry_after: retry.map(str::to_owned),
                body: Box::new(Cursor::new(body.as_bytes())),
            })
        }
    }

    pub fn quick() -> Manners {
        Manners { first_wait: Duration::from_millis(1), per_second: 100_000, ..Manners::default() }
    }

    fn client(script: &[Option<(u16, Option<&'static str>, &'static str)>], manners: Manners) -> Client {
        Client::new(Box::new(Script(Mutex::new(script.iter().copied().collect()))), manners)
    }

    fn request() -> Request {
        Request::new(Address::parse("https://a.example/x").unwrap(), "*/*")
    }

    #[test]
    fn what_passes_is_waited_for_and_what_does_not_is_told_at_once() {
        let passing =
            client(&[None, Some((503, None, "")), Some((429, Some("0"), "")), Some((200, None, "yes"))], quick());
        assert_eq!(passing.fetch(&request(), 10).unwrap().bytes, b"yes");
        let final_answer = client(&[Some((403, None, ""))], quick());
        assert!(matches!(final_answer.fetch(&request(), 10), Err(OnlineError::Status { status: 403, .. })));
        let missing = client(&[Some((410, None, ""))], quick());
        assert_eq!(missing.fetch(&request(), 10).unwrap().status, 404);
    }

    #[test]
    fn a_server_that_asks_for_long_rest_is_left_alone() {
        let resting = client(&[Some((429, Some("3600"), ""))], quick());
        assert!(matches!(resting.fetch(&request(), 10), Err(OnlineError::Wait { seconds: 3600, .. })));
        let dated = client(&[Some((503, Some("Fri, 31 Dec 9999 23:59:59 GMT"), ""))], quick());
        assert!(matches!(dated.fetch(&request(), 10), Err(OnlineError::Wait { .. })));
    }

    #[test]
    fn a_wait_that_the_server_asks_for_is_kept() {
        let waiting = client(&[Some((503, Some("1"), "")), Some((200, None, ""))], quick());
        let began = Instant::now();
        waiting.fetch(&request(), 10).unwrap();
        assert!(began.elapsed() >= Duration::from_millis(990));
    }

    #[test]
    fn a_host_that_is_down_is_given_up() {
        let down = client(&[None; 6], Manners { tries: 2, failures: 3, ..quick() });
        for _ in 0..3 {
            assert!(matches!(down.send(&request()), Err(OnlineError::Reach { .. })));
        }
        assert!(matches!(down.send(&request()), Err(OnlineError::GivenUp { times: 3, .. })));
    }

    #[test]
    fn budgets_hold() {
        let few = client(&[Some((200, None, "")); 2], Manners { requests: 2, ..quick() });
        assert!(few.send(&request()).is_ok() && few.send(&request()).is_ok());
        assert!(matches!(few.send(&request()), Err(OnlineError::Budget { .. })));
        let short = client(&[None], Manners { time: Duration::ZERO, ..quick() });
        assert!(matches!(short.send(&request()), Err(OnlineError::Budget { .. })));
        let long = client(&[Some((200, None, "0123456789a"))], quick());
        assert!(matches!(long.fetch(&request(), 10), Err(OnlineError::TooLong { limit: 10, .. })));
    }

    #[test]
    fn one_host_is_not_asked_too_fast() {
        let paced = client(&[Some((200, None, "")); 5], Manners { per_second: 20, ..quick() });
        let began = Instant::now();
        for _ in 0..5 {
            paced.send(&request()).unwrap();
        }
        assert!(began.elapsed() >= Duration::from_millis(190));
    }
}
