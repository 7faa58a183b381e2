//! What a hunt knows, so that it can be stored and go on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vhdx_log_oracle::shard::Shard;

use crate::case::TestCase;
use crate::coverage::Coverage;
use crate::finding::Finding;
use crate::generate::{Pool, Yields};

/// The version of the format of a stored state: changed when an older program cannot go on with it.
pub const STATE: u32 = 1;

/// Everything that a hunt has seen. With the same settings and the same program, two hunts that are
/// in the same state go on alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The version of the format of a stored state.
    pub state: u32,
    pub seed: u64,
    pub shard: Shard,
    /// The name of the program.
    pub subject: String,
    /// The number of the next round of cases.
    pub next_round: u64,
    /// How many cases the program was asked, those for shrinking not counted.
    pub cases: u64,
    /// How many of them it got wrong.
    pub failures: u64,
    /// How often it was asked to make a finding smaller and to name it.
    pub asked: u64,
    /// How long the hunt took so far, in milliseconds.
    pub elapsed_ms: u64,
    pub coverage: Coverage,
    pub(crate) pool: Pool,
    pub(crate) yields: Yields,
    pub findings: Vec<Finding>,
    /// Findings that are expected: how often each was seen.
    pub known: BTreeMap<String, u64>,
    /// Failures that say nothing of the log: not seen again, or of disks that the program does not
    /// support.
    pub put_aside: u64,
    /// How often a failure of this kind turned out to be a known one when it was shrunk.
    pub(crate) in_vain: BTreeMap<String, u64>,
    /// How often the program hung in each cell.
    pub(crate) hangs: BTreeMap<String, u64>,
    /// Cases on which the two implementations of this project differ, with what was violated.
    pub disagreements: Vec<(TestCase, String)>,
}

impl State {
    /// The state of a hunt that has not begun.
    pub fn new(seed: u64, shard: Shard, subject: &str) -> Self {
        Self {
            state: STATE,
            seed,
            shard,
            subject: subject.to_owned(),
            next_round: u64::from(shard.index),
            cases: 0,
            failures: 0,
            asked: 0,
            elapsed_ms: 0,
            coverage: Coverage::default(),
            pool: Pool::default(),
            yields: Yields::default(),
            findings: Vec::new(),
            known: BTreeMap::new(),
            put_aside: 0,
            in_vain: BTreeMap::new(),
            hangs: BTreeMap::new(),
            disagreements: Vec::new(),
        }
    }

    /// The findings as they are reported: those that nothing explains first, then by harm.
    pub fn sorted(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.findings.iter().collect();
        findings.sort_by_key(|one| (!one.is_new(), one.worst, one.found_at));
        findings
    }
}
