//! When a long search ends early: somebody asked for it, or its time is over.
//!
//! A search polls [`Stop::is_due`] between two pieces of work, each well below a second, and
//! returns what it has. Its result is then partial, which the caller says. Once an answer is `true`
//! it stays so. This module is in the oracle for the same reason as [`shard`](crate::shard).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Asks a search to end. Clones share the request.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Stop {
    /// The search runs to its end.
    pub fn never() -> Self {
        Self::default()
    }

    /// The search ends when the flag is set, for example by a signal.
    pub fn when(asked: Arc<AtomicBool>) -> Self {
        Self {
            asked,
            deadline: None,
        }
    }

    /// The same, and the search also ends when this time has passed, counted from now.
    #[must_use]
    pub fn or_after(&self, time: Duration) -> Self {
        Self {
            asked: Arc::clone(&self.asked),
            // A time that no clock can hold never comes.
            deadline: Instant::now().checked_add(time),
        }
    }

    /// Whether the search should return what it has.
    pub fn is_due(&self) -> bool {
        self.is_asked()
            || self
                .deadline
                .is_some_and(|deadline| deadline <= Instant::now())
    }

    /// Whether somebody asked for the end. `false` when only the time is over.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}
