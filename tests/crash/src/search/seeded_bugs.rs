//! How soon each kind of search finds a bug that is seeded into the writer or the replay.
//!
//! Each search goes through its workloads one after the other, so that what it finds and after how
//! many states depends on nothing but the search.

use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::shard::Shard;

use super::exhaustive::Part;
use super::explore::{Exploration, Until};
use super::parallel::{Job, one};
use super::random_rings;
use super::rings::scopes;
use super::session::Search;
use crate::faults::FaultPlan;
use crate::protocol::recording_keeps_the_protocol;
use crate::scenario::Failure;
use crate::seeded_bug::SeededBug;
use crate::source::Source;
use crate::writer::{BaseImage, Writer};

/// A search by its name, and its workloads.
#[derive(Clone, Copy)]
pub struct Hunt {
    pub name: &'static str,
    looks_at: LooksAt,
    jobs: fn() -> Box<dyn Iterator<Item = Job>>,
}

/// What a search looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LooksAt {
    /// What each crash leaves.
    States,
    /// The requests of a recording.
    Requests,
}

/// The most recordings that the protocol checker reads for one bug.
const RECORDINGS: u64 = 200;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hunted {
    pub is_found: bool,
    /// States made, or recordings read, until the bug was found or the search ended.
    pub tried: u64,
}

/// What `vhdx-log crash` searches.
const EVERY_FAULT: Exploration = Exploration {
    seed: 1,
    shard: Shard::WHOLE,
    until: Until::States(u64::MAX),
    seeded_bug: None,
    protocol: false,
};

impl Hunt {
    /// The exhaustive set of small rings, random workloads on small rings, long ones on the log of
    /// 1 MiB, short ones with every kind of fault; and the protocol checker.
    pub const ALL: [Self; 5] = [
        Self {
            name: "small rings",
            looks_at: LooksAt::States,
            jobs: || Box::new(interleaved()),
        },
        Self {
            name: "random, small rings",
            looks_at: LooksAt::States,
            jobs: || Box::new(random(random_rings::on_small_ring)),
        },
        Self {
            name: "random, 1 MiB",
            looks_at: LooksAt::States,
            jobs: || Box::new(random(random_rings::long)),
        },
        Self {
            name: "every fault",
            looks_at: LooksAt::States,
            jobs: || Box::new((0..).map(|number| EVERY_FAULT.job(number))),
        },
        Self {
            name: "protocol",
            looks_at: LooksAt::Requests,
            jobs: || Box::new(random(random_rings::on_small_ring)),
        },
    ];

    /// Searches until the bug is found, or until so many states were made or recordings read.
    pub fn run(&self, base: &BaseImage, bug: Option<SeededBug>, limit: u64) -> Hunted {
        let mut search = Search::new();
        let mut read = 0;
        let limit = match self.looks_at {
            LooksAt::States => limit,
            LooksAt::Requests => limit.min(RECORDINGS),
        };
        for mut job in (self.jobs)() {
            let protocol = std::mem::take(&mut job.plan.protocol);
            let (is_found, tried) = match self.looks_at {
                LooksAt::Requests if !protocol => continue,
                LooksAt::States => {
                    let is_found = one(&mut search, base, bug, job).is_err();
                    (is_found, search.tally.states)
                }
                LooksAt::Requests => {
                    read += 1;
                    (!keeps_the_protocol(base, bug, job), read)
                }
            };
            if is_found || tried >= limit {
                return Hunted { is_found, tried };
            }
        }
        Hunted {
            is_found: false,
            tried: search.tally.states,
        }
    }

    /// The first failure that the search finds in a state; `None` when it ends without one.
    pub fn failure(&self, base: &BaseImage, bug: Option<SeededBug>) -> Option<Box<Failure>> {
        let mut search = Search::new();
        (self.jobs)().find_map(|mut job| {
            job.plan.protocol = false;
            one(&mut search, base, bug, job).err()
        })
    }
}

/// Whether the requests of a workload keep the protocol. One that the writer does not come to the
/// end of says nothing.
fn keeps_the_protocol(base: &BaseImage, bug: Option<SeededBug>, job: Job) -> bool {
    let writer = Writer::with_bug(base, job.workload, bug);
    match writer.run(FaultPlan::default()) {
        Ok(run) => recording_keeps_the_protocol(&run.recording, &writer.origin()).is_ok(),
        Err(_) => true,
    }
}

/// The workloads of all setups in turn: the first of each, the second of each, ...
fn interleaved() -> impl Iterator<Item = Job> {
    let scopes = scopes(Part::Short);
    let longest = scopes.iter().map(|scope| scope.workloads()).max();
    (0..longest.unwrap_or(0)).flat_map(move |number| {
        let with_number = scopes.iter().filter(|scope| number < scope.workloads());
        with_number
            .map(|scope| scope.job(number))
            .collect::<Vec<_>>()
    })
}

fn random(make: fn(&mut Rng) -> Job) -> impl Iterator<Item = Job> {
    (0..).map(move |number| make(&mut Rng::new(number)))
}
