//! The search that a seed decides: a fixed tour through the fault model, then workloads at random.

use std::time::{Duration, Instant};

use vhdx_log::writer::Canary;

use super::choices::Effort;
use super::generate;
use super::parallel;
use super::scenario::Failure;
use super::search::Plan;
use super::tally::Tally;
use super::workload::Workload;
use super::world::World;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::shard::Shard;

/// Workloads that together meet every fault in every phase, so that no table has an empty cell by
/// bad luck.
const TOUR: [&str; 8] = [
    "w0+4096,w3900+500.c.w100+4096,z8192+4096.k.x",
    "w0+4096.w4096+4096.c.d.w1000+16.c",
    "w0+8.c.l2097152.w1572964+4096.c.k.l1048576.w0+4096.c",
    "w1572964+8192.c.d.w0+512.c",
    "w0+4096.p4096+4096.w8192+4096.c.k.p4000+300.c",
    "w0+4096.c.q3.w4096+300.k.w8192+4096.q7.w0+300.c",
    "n18446744073709551613.w0+4096.c.w4096+4096.c.w0+300.c",
    "w0+300.c.w0+8192,z4096+4096,w4000+200.c.x.w1000+16.c.d",
];

/// Workloads on a log that is nearly full: their states cost a hundred times as much, so less is
/// looked for.
const FULL_LOGS: [&str; 2] = [
    "w65536+1024000.c.w0+4096.c.w4096+12288.c",
    "w65536+1024000.k.w0+4096.c.w4096+8192.k.w0+512.c",
];

/// What to look at, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Exploration {
    /// Decides everything.
    pub seed: u64,
    /// Which part of the work is done here.
    pub shard: Shard,
    /// When to stop.
    pub until: Until,
    /// A deliberate break of the writer.
    pub canary: Option<Canary>,
}

/// When a search stops; never in the middle of a batch of workloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When so many states have been made. The same seed and number give the same states, on any
    /// machine.
    States(u64),
    /// When so much time has passed.
    Time(Duration),
}

/// What came of it.
#[derive(Debug)]
pub struct Explored {
    /// What was looked at.
    pub tally: Tally,
    /// How long it took.
    pub elapsed: Duration,
    /// The first property that did not hold, by the order of the workloads.
    pub failure: Option<Box<Failure>>,
}

impl Exploration {
    /// Carries it out, on all cores; `progress` is told after each batch.
    pub fn run(&self, world: &World, progress: &mut dyn FnMut(&Tally, Duration)) -> Explored {
        const BATCH: u64 = 32;
        let begun = Instant::now();
        let mut tally = Tally::default();
        for batch in 0.. {
            let numbers = batch * BATCH..(batch + 1) * BATCH;
            let (shard, shards) = (u64::from(self.shard.index), u64::from(self.shard.of));
            let (sum, failure) = parallel::search(world, self.canary, numbers, |number| {
                let (workload, plan) = self.workload(number * shards + shard);
                (workload, 0, plan)
            });
            tally.add(&sum);
            let elapsed = begun.elapsed();
            progress(&tally, elapsed);
            let done = match self.until {
                Until::States(states) => tally.states >= states,
                Until::Time(time) => elapsed >= time,
            };
            if done || failure.is_some() {
                return Explored {
                    tally,
                    elapsed,
                    failure,
                };
            }
        }
        unreachable!("there is always another batch")
    }

    /// A workload by its number among those of all shards, and what is made to go wrong in it.
    pub fn workload(&self, number: u64) -> (Workload, Plan) {
        let tour = Plan {
            replay_one_in: 4,
            ..Plan::EVERYTHING
        };
        if let Some(text) = TOUR.get(number as usize) {
            return (text.parse().unwrap_or_default(), tour);
        }
        if let Some(text) = FULL_LOGS.get((number as usize).wrapping_sub(TOUR.len())) {
            return (
                text.parse().unwrap_or_default(),
                Plan::crashes_only(Effort::LIGHT, u64::MAX),
            );
        }
        let mut rng = Rng::new(self.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let workload = generate::workload(&mut rng);
        let light = Plan {
            crashes: Effort::LIGHT,
            replays: Effort::SUBSETS,
            replay_one_in: 64,
            ..Plan::EVERYTHING
        };
        let plan = match rng.below(8) {
            0 => light,
            1 => Plan {
                crashes: Effort::FULL,
                requests: false,
                ..light
            },
            _ => Plan::crashes_only(Effort::LIGHT, 64),
        };
        (workload, plan)
    }
}
