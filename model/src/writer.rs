//! Section 6: the writer as a state machine, for what a crash may leave (WRT-9).
//!
//! How the log is written does not show here (WRT-1 to WRT-5 are means to this end), only which
//! transactions were submitted and which of them the writer said are safe.
//!
//! ```text
//! base     submitted: 1   2   3   4   5
//!                             ^ acknowledged
//! a crash may leave the state after   3, 4 or 5 - each transaction whole, none passed over
//! ```

use crate::{Image, MIB, SECTOR, Update};

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

    /// The flush of the first `count` transactions came back: they are never lost again.
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
    /// of several the last. It may be longer than its state, up to the longest allowed one in whole
    /// MiB (RPL-3, ENT-9): a file may be extended before the transaction that needs it is safe.
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

/// Whether two files hold the same bytes but for the headers and the log; beyond their ends they
/// hold zeros.
pub fn same_contents(a: &Image, b: &Image, log_offset: u64, log_length: u64) -> bool {
    let headers = (64 << 10) / SECTOR..(192 << 10) / SECTOR;
    let log = log_offset / SECTOR..log_offset.saturating_add(log_length).div_ceil(SECTOR);
    a.difference(b)
        .iter()
        .all(|sector| headers.contains(sector) || log.contains(sector))
}
