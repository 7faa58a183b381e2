//! Section 6 of `corpus/SPEC.md`: the writer as a state machine, for what a crash may leave
//! (WRT-9).
//!
//! The state is the transactions submitted (WRT-6: each sees the ones before it) and how many of
//! them were acknowledged as stable.
//!
//! Not modelled: WRT-1, WRT-2, WRT-3, WRT-4, WRT-5, WRT-7, WRT-8, WRT-10 and UPD-5. They say how
//! the log is written (order, sequence numbers, Tail, reuse of space, offsets, draining, group
//! commit, what is logged, the fresh LogGuid) and are means to WRT-9; the tests of the writer in
//! `core` check them.
//!
//! ```text
//! base     submitted: 1   2   3   4   5
//!                             ^ acknowledged
//! a crash may leave the state after   3, 4 or 5: each transaction whole, none skipped
//! ```

use crate::image::{Image, SECTOR, Update};
use crate::layout::{HEADER_OFFSETS, HEADERS_END, MIB};

/// The file as a sequence of transactions on a stable base.
#[derive(Clone, Debug)]
pub struct Writer {
    base: Image,
    submitted: Vec<Vec<Update>>,
    acknowledged: usize,
}

impl Writer {
    /// A writer that has just opened this file.
    pub fn new(base: Image) -> Self {
        Self {
            base,
            submitted: Vec::new(),
            acknowledged: 0,
        }
    }

    /// A transaction is submitted: its updates survive a crash together or not at all. Returns how
    /// many were submitted since the open or the last checkpoint.
    pub fn submit(&mut self, transaction: Vec<Update>) -> usize {
        self.submitted.push(transaction);
        self.submitted.len()
    }

    /// The flush of the first `count` transactions succeeded: they must survive every later crash.
    pub fn acknowledge(&mut self, count: usize) {
        self.acknowledged = self.acknowledged.max(count.min(self.submitted.len()));
    }

    /// All transactions are stable at their place, and the log is empty.
    pub fn checkpoint(&mut self) {
        *self = Self::new(self.contents());
    }

    /// The file as it is read through the writer: everything submitted is there (WRT-6).
    pub fn contents(&self) -> Image {
        self.state_after(self.submitted.len())
    }

    /// The file after the first `count` transactions.
    pub fn state_after(&self, count: usize) -> Image {
        let mut state = self.base.clone();
        for update in self.submitted.iter().take(count).flatten() {
            let end = if update.target().is_empty() {
                0
            } else {
                update.target().end
            };
            state.set_length(state.length().max(end));
            update.apply(&mut state);
        }
        state
    }

    /// WRT-9: the states that a crash at this moment may leave, from the acknowledged transactions
    /// to all of them.
    pub fn allowed_after_crash(&self) -> impl Iterator<Item = Image> {
        (self.acknowledged..=self.submitted.len()).map(|count| self.state_after(count))
    }

    /// WRT-9: how many transactions a file found after a crash has, if it is in an allowed state;
    /// if several states fit, the last of them. The file may be longer than the state, up to the
    /// longest allowed one rounded up to 1 MiB (RPL-3, ENT-9): it may be extended before the
    /// transaction that needs the room is stable.
    pub fn recovered(&self, found: &Image, log_offset: u64, log_length: u64) -> Option<usize> {
        let longest = self.allowed_after_crash().map(|state| state.length()).max();
        let longest = longest
            .and_then(|longest| longest.checked_next_multiple_of(MIB))
            .unwrap_or(u64::MAX);
        (self.acknowledged..=self.submitted.len())
            .rev()
            .find(|&count| {
                let state = self.state_after(count);
                (state.length()..=longest).contains(&found.length())
                    && same_contents(found, &state, log_offset, log_length)
            })
    }
}

/// Whether two files hold the same bytes outside the headers and the log. Past its end a file
/// counts as zeros.
pub fn same_contents(a: &Image, b: &Image, log_offset: u64, log_length: u64) -> bool {
    let headers = HEADER_OFFSETS[0] / SECTOR..HEADERS_END / SECTOR;
    let log = log_offset / SECTOR..log_offset.saturating_add(log_length).div_ceil(SECTOR);
    a.difference(b)
        .iter()
        .all(|sector| headers.contains(sector) || log.contains(sector))
}
