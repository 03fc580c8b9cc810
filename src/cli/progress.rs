//! A sign of life on stderr for runs that take long, on a terminal only.

use std::io::Write;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Runs shorter than this show nothing.
const PATIENCE: Duration = Duration::from_millis(600);
const STEP: Duration = Duration::from_millis(120);
const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// Shows that something is going on until it is dropped.
pub struct Progress {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts, if somebody is watching.
    pub fn start(watched: bool, what: &'static str) -> Self {
        if !watched {
            return Self { running: None };
        }
        let (stop, stopped) = channel();
        let started = Instant::now();
        let thread = std::thread::spawn(move || {
            let mut wait = PATIENCE;
            let mut shown = false;
            for frame in FRAMES.iter().cycle() {
                match stopped.recv_timeout(wait) {
                    Err(RecvTimeoutError::Timeout) => {}
                    _ => break,
                }
                wait = STEP;
                shown = true;
                let seconds = started.elapsed().as_secs();
                let _ = write!(std::io::stderr(), "\r\u{1b}[K{frame} {what} … {seconds} s");
                let _ = std::io::stderr().flush();
            }
            if shown {
                let _ = write!(std::io::stderr(), "\r\u{1b}[K");
                let _ = std::io::stderr().flush();
            }
        });
        Self { running: Some((stop, thread)) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}
