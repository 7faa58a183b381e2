//! How a hunt is done.

use vhdx_log_oracle::shard::Shard;

use crate::known::Known;

/// How a hunt is done. The first three decide what is asked of the program, and in which order;
/// `jobs` does not.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Decides everything random.
    pub seed: u64,
    pub shard: Shard,
    /// Findings that are expected, and not reported.
    pub known: Known,
    /// The hunt ends after the round that has this many cases, so that a stored hunt goes on with a
    /// whole round.
    pub cases: Option<u64>,
    /// How many cases are asked at a time; at least one is.
    pub jobs: usize,
    /// How often the program is asked to make one finding smaller.
    pub shrink_cases: usize,
    /// How long that may take, in seconds. A program that hangs takes its time limit each time.
    pub shrink_seconds: u64,
    /// The hunt ends with its first finding.
    pub first_only: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            shard: Shard::WHOLE,
            known: Known::default(),
            cases: None,
            jobs: 1,
            shrink_cases: 4000,
            shrink_seconds: 60,
            first_only: false,
        }
    }
}
