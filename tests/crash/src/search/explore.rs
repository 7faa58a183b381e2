//! The search of a seed: a fixed tour through the fault model, then random workloads.
//!
//! Contract: workloads have numbers, and a seed and a number give the same workload and the same
//! states on any machine and any number of cores. A search of a number of states stops only between
//! batches, so a failure is always that of the lowest number in its batch. A search of a time, and
//! one that is interrupted, stops anywhere.

use std::time::{Duration, Instant};

use crate::seeded_bug::SeededBug;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use super::parallel::{self, Job};
use super::plan::Plan;
use super::random_rings;
use crate::scenario::Failure;
use crate::states::Effort;
use crate::tally::Tally;
use crate::workload::Workload;
use crate::writer::{BaseImage, generate_workload};

/// Workloads that together meet every fault in every phase, so that no cell of the table is empty
/// by chance.
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

/// Workloads on a log that is nearly full. Their states cost a hundred times as much, so they are
/// searched for power loss only.
const FULL_LOGS: [&str; 2] = [
    "w65536+1024000.c.w0+4096.c.w4096+12288.c",
    "w65536+1024000.k.w0+4096.c.w4096+8192.k.w0+512.c",
];

#[derive(Clone, Copy, Debug)]
pub struct Exploration {
    /// Selects the workloads.
    pub seed: u64,
    /// Which part of the work is done here.
    pub shard: Shard,
    pub until: Until,
    pub seeded_bug: Option<SeededBug>,
    /// Whether the requests are checked against the protocol, and not only the crash states.
    pub protocol: bool,
}

/// When a search stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After the batch of workloads that makes it this many states. The same seed and number give
    /// the same states on any machine.
    States(u64),
    Time(Duration),
}

#[derive(Debug)]
pub struct Explored {
    pub tally: Tally,
    pub elapsed: Duration,
    /// Whether somebody asked for the end before it was reached.
    pub interrupted: bool,
    /// The failure of the lowest workload number in the first batch that has any.
    pub failure: Option<Box<Failure>>,
}

impl Exploration {
    /// Searches on all cores; `progress` is called after each batch.
    pub fn run(
        &self,
        base: &BaseImage,
        stop: &Stop,
        progress: &mut dyn FnMut(&Tally, Duration),
    ) -> Explored {
        const BATCH: u64 = 32;
        let begun = Instant::now();
        let due = match self.until {
            Until::Time(time) => stop.or_after(time),
            Until::States(_) => stop.clone(),
        };
        let mut tally = Tally::default();
        for batch in 0.. {
            let numbers = batch * BATCH..(batch + 1) * BATCH;
            let (shard, shards) = (u64::from(self.shard.index), u64::from(self.shard.of));
            let bug = self.seeded_bug;
            let (sum, failure) = parallel::search_jobs(base, bug, numbers, &due, |number| {
                self.job(number * shards + shard)
            });
            tally.add(&sum);
            let elapsed = begun.elapsed();
            progress(&tally, elapsed);
            let done = matches!(self.until, Until::States(states) if tally.states >= states);
            if done || failure.is_some() || due.is_due() {
                return Explored {
                    interrupted: !done && failure.is_none() && stop.is_asked(),
                    tally,
                    elapsed,
                    failure,
                };
            }
        }
        unreachable!("there is always another batch")
    }

    /// The first workload that the seed selects; those before it are the same for every seed.
    pub fn first_random(&self) -> Workload {
        self.job((TOUR.len() + FULL_LOGS.len()) as u64).workload
    }

    /// A workload by its number among those of all shards, and what is searched for in it.
    pub fn job(&self, number: u64) -> Job {
        let mut job = self.numbered(number);
        job.plan.protocol = self.protocol;
        job
    }

    fn numbered(&self, number: u64) -> Job {
        let place = number as usize;
        if let Some(token) = TOUR.get(place) {
            let plan = Plan {
                replay_one_in: 4,
                ..Plan::EVERYTHING
            };
            return Job {
                workload: of_token(token),
                first_step: 0,
                plan,
            };
        }
        if let Some(token) = FULL_LOGS.get(place - TOUR.len()) {
            return Job {
                workload: of_token(token),
                first_step: 0,
                plan: Plan::crashes_only(Effort::LIGHT, u64::MAX),
            };
        }
        let mut rng = Rng::new(self.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        match number % 8 {
            0 | 4 => return random_rings::on_small_ring(&mut rng),
            1 => return random_rings::long(&mut rng),
            _ => {}
        }
        let workload = generate_workload(&mut rng);
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
                io_errors: false,
                ..light
            },
            _ => Plan::crashes_only(Effort::LIGHT, 64),
        };
        Job {
            workload,
            first_step: 0,
            plan,
        }
    }
}

fn of_token(token: &str) -> Workload {
    token.parse().expect("the tour is made of tokens")
}
