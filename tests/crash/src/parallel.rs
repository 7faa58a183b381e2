//! Searching many workloads on all cores, with a result that does not depend on how many there are.

use std::ops::Range;

use rayon::prelude::*;
use vhdx_log::writer::Canary;

use super::scenario::Failure;
use super::search::{Plan, Search};
use super::tally::Tally;
use super::workload::Workload;
use super::world::World;

/// Searches the workloads with these numbers; `workload` gives one, the index of the first step
/// that is looked at, and what is looked for. Of the failures, the one with the lowest number is
/// given.
pub fn search(
    world: &World,
    canary: Option<Canary>,
    numbers: Range<u64>,
    workload: impl Fn(u64) -> (Workload, usize, Plan) + Sync,
) -> (Tally, Option<Box<Failure>>) {
    let numbers: Vec<u64> = numbers.collect();
    // Some workloads take a thousand times as long as others.
    let searched = numbers.into_par_iter().with_max_len(1).map_init(
        || Search::new(world, canary),
        |search, number| {
            let (workload, first_step, plan) = workload(number);
            let outcome = search.workload(&workload, first_step, &plan);
            (
                std::mem::take(&mut search.tally),
                outcome.err().map(|failure| (number, failure)),
            )
        },
    );
    let (tally, failure) = searched.reduce(Default::default, |(mut sum, one), (tally, other)| {
        sum.add(&tally);
        (
            sum,
            one.into_iter()
                .chain(other)
                .min_by_key(|&(number, _)| number),
        )
    });
    (tally, failure.map(|(_, failure)| failure))
}
