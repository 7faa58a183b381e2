//! A search: its counts, and the states it has seen.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use vhdx_log_oracle::stop::Stop;

use crate::disk::DiskImage;
use crate::tally::Tally;

/// The searches through one recording are its methods, each in the file of its fault.
#[derive(Debug, Default)]
pub struct Search {
    /// What was covered so far.
    pub tally: Tally,
    stop: Stop,
    seen: HashSet<u64, BuildHasherDefault<AlreadyHashed>>,
}

impl Search {
    pub fn new() -> Self {
        Self::default()
    }

    /// A search that ends early when it is asked to. What it has then is a part of the whole, and
    /// that it found no violation says only that.
    pub fn until(stop: &Stop) -> Self {
        Self {
            stop: stop.clone(),
            ..Self::default()
        }
    }

    /// Whether to return what there is.
    pub(super) fn is_over(&self) -> bool {
        self.stop.is_due()
    }

    /// Forgets the states of the recording before.
    pub(super) fn begin(&mut self) {
        self.seen.clear();
    }

    /// Whether a state has not been seen before. Two states are the same only if the same is
    /// expected of them.
    pub(super) fn is_new(&mut self, state: &DiskImage, expected: u64) -> bool {
        let hash = state.content_hash();
        self.tally.look(hash);
        let new = self.seen.insert(hash ^ expected.rotate_left(32));
        if new {
            self.tally.judged();
        }
        new
    }
}

/// States are hashes already.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
