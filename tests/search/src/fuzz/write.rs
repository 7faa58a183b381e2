//! The target `write`: a workload, held against the abstract writer step by step.

use super::crash::{final_stage, told, with_world};
use super::{Case, workload};
use vhdx_log_crash::{Breaks, Failure, Scenario, Workload, generate, run};
use vhdx_log_image::compact;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::property::Violation;

/// How many workloads the search begins with.
const SEEDS: u64 = 64;

/// A workload in which nothing goes wrong but what it says itself; at its end the program dies, and
/// all it asked for reaches the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write(Workload);

impl Case for Write {
    const TARGET: &'static str = "write";

    fn from_bytes(bytes: &[u8]) -> Self {
        Self(workload::clamp_sizes(compact::decode(bytes)))
    }

    fn to_bytes(&self) -> Vec<u8> {
        compact::encode(&self.0)
    }

    fn mutate(&mut self, rng: &mut Rng) {
        workload::mutate(&mut self.0, rng);
    }

    fn seeds() -> Vec<(String, Self)> {
        let workload = |seed| {
            Self(workload::clamp_sizes(generate::workload(&mut Rng::new(
                seed,
            ))))
        };
        (0..SEEDS)
            .map(|seed| (format!("generated-{seed:02}"), workload(seed)))
            .collect()
    }

    fn failure(&self) -> Option<Box<Failure>> {
        with_world(|world| {
            let mut scenario = Scenario::without_crash(&self.0, None);
            let played = run(world, &self.0, Breaks::default()).and_then(|run| {
                scenario.stages.extend(final_stage(&run));
                scenario.play(world, None)
            });
            played
                .err()
                .map(|violation| Failure::new(scenario, violation))
        })
    }

    fn check(&self) -> Result<(), Violation> {
        told(self.failure())
    }
}
