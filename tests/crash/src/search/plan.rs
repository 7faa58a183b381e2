//! What is searched for in a recording, and how thoroughly.

use crate::disk::DiskImage;
use crate::states::Effort;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Whether the requests are checked against the protocol.
    pub protocol: bool,
    /// Crashes in the recording.
    pub crashes: Effort,
    /// How many recoveries in a row are crashed: 0, 1 or 2.
    pub replay_depth: u32,
    /// Crashes in recoveries.
    pub replays: Effort,
    /// One in this many crash states is also crashed during its recovery.
    pub replay_one_in: u64,
    /// One in this many crash states is also read by the model; 0: none is.
    pub model_one_in: u64,
    /// Whether requests are made to fail.
    pub io_errors: bool,
    /// Whether the device corrupts sectors.
    pub media: bool,
    /// Whether flushes lie.
    pub lying_flushes: bool,
    /// Selects the sampled choices, where an epoch has too many for all of them.
    pub seed: u64,
}

impl Plan {
    pub const EVERYTHING: Self = Self {
        protocol: true,
        crashes: Effort::FULL,
        replay_depth: 2,
        replays: Effort::LIGHT,
        replay_one_in: 1,
        model_one_in: 0,
        io_errors: true,
        media: true,
        lying_flushes: true,
        seed: 0,
    };

    /// Power loss only; also crashes every `replay_one_in`-th recovery.
    pub const fn crashes_only(crashes: Effort, replay_one_in: u64) -> Self {
        Self {
            protocol: true,
            crashes,
            replay_depth: 2,
            replays: Effort::SUBSETS,
            replay_one_in,
            model_one_in: 0,
            io_errors: false,
            media: false,
            lying_flushes: false,
            seed: 0,
        }
    }

    pub(super) fn wants_replay(&self, state: &DiskImage) -> bool {
        self.replay_depth > 0 && state.content_hash().is_multiple_of(self.replay_one_in)
    }

    pub(super) fn wants_model(&self, state: &DiskImage) -> bool {
        self.model_one_in > 0 && state.content_hash().is_multiple_of(self.model_one_in)
    }

    /// The seed of the samples of one epoch.
    pub(super) const fn samples(&self, cut: usize) -> u64 {
        self.seed ^ cut as u64
    }
}
