//! Random workloads that go round the ring, and what is searched for in them: power loss anywhere,
//! with any subset of the writes, each whole, torn or absent.

use vhdx_log_image::generate::Rng;

use super::parallel::Job;
use super::plan::Plan;
use crate::states::Effort;
use crate::workload::Workload;
use crate::writer::{generate_long, generate_on_small_ring};

/// A workload on a ring of a few sectors.
pub fn on_small_ring(rng: &mut Rng) -> Job {
    job(generate_on_small_ring(rng), Effort::FEW)
}

/// A long workload, with large transactions, on the log of 1 MiB.
pub fn long(rng: &mut Rng) -> Job {
    job(generate_long(rng), Effort::SAMPLES)
}

fn job(workload: Workload, crashes: Effort) -> Job {
    Job {
        workload,
        first_step: 0,
        plan: Plan {
            model_one_in: 64,
            ..Plan::crashes_only(crashes, 256)
        },
    }
}
