//! The search of a seed.

use std::time::Duration;

use vhdx_log_cli::report::crash_failure;
use vhdx_log_crash::faults::{FaultKind, Phase};
use vhdx_log_crash::search::explore::{Exploration, Explored, Until};
use vhdx_log_crash::writer::BaseImage;
use vhdx_log_crash::{Summary, Tally};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use super::searched::JSON;

/// A search ends with the batch that reaches its number of states; this number gives one batch.
const STATES: u64 = 1;

fn exploration(seed: u64, shard: Shard) -> Exploration {
    Exploration {
        seed,
        shard,
        until: Until::States(STATES),
        seeded_bug: None,
        protocol: true,
    }
}

fn explore(seed: u64, shard: Shard) -> Tally {
    let explored = exploration(seed, shard);
    let Explored { tally, failure, .. } =
        explored.run(&BaseImage::new(), &Stop::never(), &mut |_, _| {});
    if let Some(failure) = failure {
        panic!("seed {seed}:\n{}", crash_failure::describe_ours(&failure));
    }
    tally
}

/// The same seed gives the same states in another process, whatever the threads do; another seed
/// gives other workloads.
#[test]
fn the_same_seed_gives_the_same_states() {
    let here = explore(1, Shard::WHOLE);
    let there: Tally = serde_json::from_str(JSON.says(0)).expect("a tally, and more");
    assert_eq!(here, there);
    // Every fault is injected in every phase in which it can occur.
    assert_eq!(here.uncovered_cells(), Vec::<(FaultKind, Phase)>::new());

    let first = |seed| exploration(seed, Shard::WHOLE).first_random();
    assert_eq!(first(1), first(1));
    assert_ne!(first(1), first(2));
}

/// The shards of a search differ, and their sums do not depend on the order.
#[test]
fn shards_add_up() {
    // Of these shards every workload is on a small ring, which costs the least.
    let shards = [12, 20].map(|index| Shard { index, of: 24 });
    let parts = shards.map(|shard| explore(5, shard));
    assert_ne!(parts[0].trace_hash, parts[1].trace_hash);
    let sum = |order: [usize; 2]| {
        let mut sum = Tally::default();
        order.iter().for_each(|&part| sum.add(&parts[part]));
        sum
    };
    assert_eq!(sum([0, 1]), sum([1, 0]));

    let summary = |index: usize| {
        let took = Duration::from_millis(1500);
        Summary::new(5, shards[index], took, parts[index].clone(), None)
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
