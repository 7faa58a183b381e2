//! `vhdx-log crash --small-rings`, `--short-workloads`: every workload of a bounded set.

use std::time::{Duration, Instant};

use vhdx_log_crash::search::exhaustive::{Part, Scope, scopes};
use vhdx_log_crash::search::rings;
use vhdx_log_crash::writer::BaseImage;
use vhdx_log_crash::{Failure as Found, SeededBug, Tally};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use crate::terminal::progress;

/// Which set is searched; neither: random workloads.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Sets {
    /// Search every workload of up to four transactions on rings of a few sectors
    #[arg(long, conflicts_with_all = ["states", "time", "seed", "short_workloads"])]
    small_rings: bool,
    /// Search every workload of up to three transactions on the log of 1 MiB
    #[arg(long, conflicts_with_all = ["states", "time", "seed"])]
    short_workloads: bool,
}

impl Sets {
    pub(super) fn scopes(self) -> Option<Vec<Scope>> {
        match (self.small_rings, self.short_workloads) {
            (true, _) => Some(rings::scopes(Part::Whole)),
            (_, true) => Some(scopes(Part::Whole)),
            (false, false) => None,
        }
    }
}

/// What a search of scopes found.
pub(super) struct Searched {
    pub(super) elapsed: Duration,
    pub(super) tally: Tally,
    pub(super) failure: Option<Box<Found>>,
}

/// Searches every scope of a shard, until the first failure or `stop`.
pub(super) fn search(
    scopes: &[Scope],
    base: &BaseImage,
    shard: Shard,
    bug: Option<SeededBug>,
    stop: &Stop,
) -> Searched {
    let workloads = scopes.iter().map(|scope| scope.workloads_of(shard));
    let bar = progress::steps(
        workloads.sum(),
        "{wide_bar} {human_pos} of {human_len}, {eta}",
    );
    let begun = Instant::now();
    let mut tally = Tally::default();
    let mut failure = None;
    for scope in scopes {
        match scope.search(base, shard, bug, stop, &mut |more| bar.inc(more)) {
            Ok(more) => tally.add(&more),
            Err(found) => {
                failure = Some(found);
                break;
            }
        }
    }
    bar.finish_and_clear();
    Searched {
        elapsed: begun.elapsed(),
        tally,
        failure,
    }
}
