//! What a run tells while it goes on: a bar on a terminal, lines in a log.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::terminal::progress::{note, steps};

/// How often a log is told of a program that is being run.
const PERIOD: Duration = Duration::from_secs(10);

pub(super) struct Log {
    bar: ProgressBar,
    vectors: usize,
    /// A log is told of programs outside only: what is built in takes no time.
    tells: bool,
    now: Mutex<Now>,
}

/// The subject that is being run.
struct Now {
    name: String,
    done: usize,
    next: Instant,
}

impl Log {
    /// Of a run of so many subjects on so many vectors.
    pub(super) fn new(subjects: usize, vectors: usize, tells: bool) -> Self {
        Self {
            bar: steps((vectors * subjects) as u64, "{bar} {pos} of {len}: {msg}"),
            vectors,
            tells,
            now: Mutex::new(Now {
                name: String::new(),
                done: 0,
                next: Instant::now(),
            }),
        }
    }

    /// Counts a result of this subject.
    pub(super) fn count(&self, subject: &str) {
        self.bar.set_message(subject.to_owned());
        self.bar.inc(1);
        let Ok(mut now) = self.now.lock() else { return };
        if now.name != subject {
            (now.name, now.done) = (subject.to_owned(), 0);
            now.next = Instant::now();
        }
        now.done += 1;
        if self.tells && Instant::now() >= now.next {
            note(&format!(
                "{subject}: {} of {} vectors",
                now.done, self.vectors
            ));
            now.next = Instant::now() + PERIOD;
        }
    }

    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}
