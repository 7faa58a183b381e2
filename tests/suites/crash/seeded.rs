//! The search of a seed.

use std::time::Duration;

use vhdx_log_cli::report::crash_failure;
use vhdx_log_crash::faults::{FaultKind, Phase};
use vhdx_log_crash::search::explore::{Exploration, Explored, Until};
use vhdx_log_crash::writer::BaseImage;
use vhdx_log_crash::{Summary, Tally};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

/// A search ends with the batch that reaches its number of states; this number gives one batch.
const STATES: u64 = 1;

fn explore(seed: u64, shard: Shard, states: u64) -> Tally {
    let base = BaseImage::new();
    let exploration = Exploration {
        seed,
        shard,
        until: Until::States(states),
        seeded_bug: None,
        protocol: true,
    };
    let Explored { tally, failure, .. } = exploration.run(&base, &Stop::never(), &mut |_, _| {});
    if let Some(failure) = failure {
        panic!("seed {seed}:\n{}", crash_failure::describe_ours(&failure));
    }
    tally
}

/// The same seed gives the same states, whatever the threads do; another seed gives others.
#[test]
fn the_same_seed_gives_the_same_states() {
    let first = explore(1, Shard::WHOLE, STATES);
    assert_eq!(first, explore(1, Shard::WHOLE, STATES));
    assert_ne!(
        first.trace_hash,
        explore(2, Shard::WHOLE, STATES).trace_hash
    );
    // Every fault is injected in every phase in which it can occur.
    assert_eq!(first.uncovered_cells(), Vec::<(FaultKind, Phase)>::new());
}

/// The shards of a search differ, and their sums do not depend on the order.
#[test]
fn shards_add_up() {
    let parts: Vec<Tally> = (0..2)
        .map(|part| explore(5, Shard { index: part, of: 2 }, STATES))
        .collect();
    assert_ne!(parts[0].trace_hash, parts[1].trace_hash);
    let sum = |order: [usize; 2]| {
        let mut sum = Tally::default();
        order.iter().for_each(|&part| sum.add(&parts[part]));
        sum
    };
    assert_eq!(sum([0, 1]), sum([1, 0]));

    let summary = |index: u32| {
        let took = Duration::from_millis(1500);
        Summary::new(
            5,
            Shard { index, of: 2 },
            took,
            parts[index as usize].clone(),
            None,
        )
    };
    let mut whole = summary(0);
    assert!(whole.merge(summary(0)).unwrap_err().contains("twice"));
    assert!(
        whole
            .merge(Summary {
                seed: 6,
                ..summary(1)
            })
            .is_err()
    );
    assert!(
        whole
            .merge(Summary {
                shards: vec![Shard { index: 1, of: 3 }],
                ..summary(1)
            })
            .is_err()
    );
    whole.merge(summary(1)).expect("parts of one");
    assert_eq!(
        (&whole.tally, whole.milliseconds, whole.shards.len()),
        (&sum([0, 1]), 3000, 2)
    );
    let json = serde_json::to_string(&whole).expect("a summary is JSON");
    assert_eq!(
        serde_json::from_str::<Summary>(&json).expect("and back"),
        whole
    );
}

/// A search by time ends soon after it.
#[test]
fn a_search_by_time_ends() {
    let base = BaseImage::new();
    let until = Until::Time(Duration::from_millis(1));
    let explored = Exploration {
        seed: 3,
        shard: Shard { index: 1, of: 3 },
        until,
        seeded_bug: None,
        protocol: true,
    }
    .run(&base, &Stop::never(), &mut |_, _| {});
    assert!(explored.failure.is_none());
    assert!(explored.tally.workloads <= 32, "one batch at most");
}
