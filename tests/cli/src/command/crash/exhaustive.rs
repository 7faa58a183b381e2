//! `vhdx-log crash --small-rings`, `--short-workloads`: every workload of a bounded set.

use std::time::Instant;

use vhdx_log_crash::Tally;
use vhdx_log_crash::search::exhaustive::{Part, Scope, scopes};
use vhdx_log_crash::search::rings;
use vhdx_log_crash::writer::BaseImage;

use super::{Exit, Failure, interrupt, progress};

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

impl super::Args {
    pub(super) fn search_all(&self, base: &BaseImage, scopes: Vec<Scope>) -> Result<Exit, Failure> {
        let stop = interrupt::stop();
        let workloads = scopes.iter().map(|scope| scope.workloads_of(self.shard));
        let bar = progress::steps(
            workloads.sum(),
            "{wide_bar} {human_pos} of {human_len}, {eta}",
        );
        let begun = Instant::now();
        let mut tally = Tally::default();
        let mut found = None;
        for scope in scopes {
            match scope.search(base, self.shard, self.seeded_bug, &stop, &mut |more| {
                bar.inc(more)
            }) {
                Ok(more) => tally.add(&more),
                Err(failure) => {
                    found = Some(self.shrunk(base, failure, &stop));
                    break;
                }
            }
        }
        bar.finish_and_clear();
        self.report_found(begun.elapsed(), tally, found, stop.is_asked())
    }
}
