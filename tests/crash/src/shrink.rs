//! Shrinking a failure: a simpler recording, then a simpler crash.
//!
//! A simpler recording is searched again, since its requests have other indices; it counts when the
//! same property fails in it. That is simpler than following one crash state through the changes. A
//! source that cannot be made simpler, such as a trace file, keeps its recording: only the crash is
//! simplified.

use std::time::Duration;

use vhdx_log_oracle::stop::Stop;

use crate::checks::READ_ALIKE;
use crate::protocol::Rule;
use crate::scenario::Failure;
use crate::search::{Plan, Search};
use crate::source::Source;
use crate::states::{Arrived, Effort, NewSpace};

/// The most recordings that are searched, and the time after which no more are: states of a full
/// log are slow.
const RECORDINGS_AT_MOST: usize = 400;
const TIME_AT_MOST: Duration = Duration::from_secs(5);

/// A failure of the same property that no single step makes simpler, or the simplest one found when
/// a limit was reached or the end was asked for. `source` is the one of the failure. The violation
/// returned is that of the failure returned.
pub fn shrink(source: &dyn Source, failure: Box<Failure>, stop: &Stop) -> Box<Failure> {
    let light = plan_for(&failure, Effort::LIGHT);
    let is_found = |found: &Failure| found.violation.property == failure.violation.property;
    let plan = match Search::until(stop).source(source, &light) {
        Err(found) if is_found(&found) => light,
        _ => plan_for(&failure, Effort::FULL),
    };
    let mut left = RECORDINGS_AT_MOST;
    let stop = stop.or_after(TIME_AT_MOST);
    shrink_source(source, &plan, failure, &mut left, &stop)
}

/// Takes the first simpler source that still fails, and continues from it.
fn shrink_source(
    source: &dyn Source,
    plan: &Plan,
    mut best: Box<Failure>,
    left: &mut usize,
    stop: &Stop,
) -> Box<Failure> {
    for candidate in source.simpler() {
        if *left == 0 || stop.is_due() {
            break;
        }
        *left -= 1;
        if let Err(found) = Search::until(stop).source(&*candidate, plan)
            && found.violation.property == best.violation.property
        {
            return shrink_source(&*candidate, plan, found, left, stop);
        }
    }
    simplify_crash(source, &mut best);
    best
}

/// The faults that the failure is made of: all that has to be searched to find it again.
fn plan_for(failure: &Failure, crashes: Effort) -> Plan {
    let scenario = &failure.scenario;
    let property = failure.violation.property;
    Plan {
        protocol: Rule::ALL.iter().any(|rule| rule.statement() == property),
        crashes,
        replay_depth: (scenario.stages.len() as u32).saturating_sub(1),
        replays: Effort::SUBSETS,
        replay_one_in: 1,
        model_one_in: u64::from(failure.violation.property == READ_ALIKE),
        io_errors: scenario.stages.iter().any(|stage| stage.io_error.is_some()),
        media: scenario.media.is_some(),
        lying_flushes: scenario
            .stages
            .iter()
            .any(|stage| stage.lying_flush.is_some()),
        seed: 0,
    }
}

/// Simplifies what arrived: whole or absent rather than torn, and whole where possible.
fn simplify_crash(source: &dyn Source, failure: &mut Failure) {
    let Ok(recording) = source.record(failure.scenario.fault_plan()) else {
        return;
    };
    let still_fails = |failure: &Failure| {
        let played = failure.scenario.play_on(&recording);
        played
            .err()
            .filter(|violation| violation.property == failure.violation.property)
    };
    for stage in 0..failure.scenario.stages.len() {
        for index in 0..failure.scenario.stages[stage].choice.arrived.len() {
            for simpler in [Arrived::WHOLE, Arrived::ABSENT] {
                let before = failure.scenario.stages[stage].choice.arrived[index];
                if before == Arrived::WHOLE || before == simpler {
                    break;
                }
                failure.scenario.stages[stage].choice.arrived[index] = simpler;
                match still_fails(failure) {
                    Some(violation) => failure.violation = violation,
                    None => failure.scenario.stages[stage].choice.arrived[index] = before,
                }
            }
        }
        let before = failure.scenario.stages[stage].choice.new_space;
        failure.scenario.stages[stage].choice.new_space = NewSpace::Zeros;
        match still_fails(failure) {
            Some(violation) => failure.violation = violation,
            None => failure.scenario.stages[stage].choice.new_space = before,
        }
    }
}
