//! The target `write`: a workload, checked against the abstract writer step by step.

use vhdx_log_crash::faults::FaultPlan;
use vhdx_log_crash::writer::{Writer, generate_workload};
use vhdx_log_crash::{Failure, Origin, Scenario, Stage, Workload};
use vhdx_log_image::compact;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::property::Violation;

use super::case::Case;
use super::scenario::{as_violation, with_base_image};
use super::workload;

/// How many workloads the search starts with.
const SEEDS: u64 = 64;

/// A workload without faults other than its own steps. It ends with a crash after the last request,
/// and everything that was requested is on the disk.
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
            Self(workload::clamp_sizes(generate_workload(&mut Rng::new(
                seed,
            ))))
        };
        (0..SEEDS)
            .map(|seed| (format!("generated-{seed:02}"), workload(seed)))
            .collect()
    }

    fn failure(&self) -> Option<Box<Failure>> {
        with_base_image(|base| {
            let writer = Writer::new(base, self.0.clone());
            let mut scenario = Scenario::without_crash(Origin::Workload(self.0.clone()));
            let played = writer.run(FaultPlan::default()).and_then(|run| {
                scenario.stages.extend(Stage::at_end(&run.recording));
                scenario.play_on(&run.recording)
            });
            played.err().map(|violation| {
                Box::new(Failure {
                    scenario,
                    violation,
                })
            })
        })
    }

    fn check(&self) -> Result<(), Violation> {
        as_violation(self.failure())
    }
}
