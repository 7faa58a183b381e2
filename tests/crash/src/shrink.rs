//! Making a failure small: fewer steps, simpler steps, a simpler crash.
//!
//! A smaller workload is searched afresh, since its requests have other numbers; it counts when a
//! property of the same name fails in it. That is simpler than following one crash state through the
//! changes, and cannot go astray.

use std::time::{Duration, Instant};

use vhdx_log::writer::Canary;

use super::choices::Effort;
use super::scenario::Failure;
use super::search::{Plan, Search};
use super::workload::{Span, Step, Update, Workload};
use super::world::World;
use crate::disk::{Arrived, NewSpace};

/// The most workloads that are searched, and the longest that goes on: states of a full log take
/// their time.
const WORKLOADS_AT_MOST: usize = 400;
const TIME_AT_MOST: Duration = Duration::from_secs(5);

/// A failure of the same property that cannot be made simpler in one small change, or that took too
/// long to simplify.
pub fn shrink(world: &World, canary: Option<Canary>, failure: Box<Failure>) -> Box<Failure> {
    let light = plan_for(&failure, Effort::LIGHT);
    let workload = &failure.scenario.workload;
    let is_found = |found: &Failure| found.violation.property == failure.violation.property;
    let plan = match Search::new(world, canary).workload(workload, 0, &light) {
        Err(found) if is_found(&found) => light,
        _ => plan_for(&failure, Effort::FULL),
    };
    let mut best = failure;
    let mut left = WORKLOADS_AT_MOST;
    let begun = Instant::now();
    'again: loop {
        for candidate in simpler(&best.scenario.workload) {
            if left == 0 || begun.elapsed() > TIME_AT_MOST {
                break 'again;
            }
            left -= 1;
            let mut search = Search::new(world, canary);
            if let Err(found) = search.workload(&candidate, 0, &plan)
                && found.violation.property == best.violation.property
            {
                best = found;
                continue 'again;
            }
        }
        break;
    }
    simplify_crash(world, canary, &mut best);
    best
}

/// What has to be looked for to find such a failure again: only what it is made of.
fn plan_for(failure: &Failure, crashes: Effort) -> Plan {
    let scenario = &failure.scenario;
    Plan {
        crashes,
        replay_depth: (scenario.stages.len() as u32).saturating_sub(1),
        replays: Effort::SUBSETS,
        replay_one_in: 1,
        requests: scenario.stages.iter().any(|stage| stage.io.is_some()),
        media: scenario.media.is_some(),
        promises: scenario
            .stages
            .iter()
            .any(|stage| stage.lying_flush.is_some()),
    }
}

/// Workloads that are one change simpler, the largest changes first.
fn simpler(workload: &Workload) -> Vec<Workload> {
    let Workload {
        first_number,
        steps,
    } = workload;
    let with = |steps: Vec<Step>| Workload {
        first_number: *first_number,
        steps,
    };
    let mut all = Vec::new();
    for keep in [steps.len() / 2, steps.len().saturating_sub(1)] {
        if keep < steps.len() {
            all.push(with(steps[..keep].to_vec()));
        }
    }
    for index in 0..steps.len() {
        let mut fewer = steps.clone();
        fewer.remove(index);
        all.push(with(fewer));
    }
    if first_number.is_some() {
        all.push(Workload {
            first_number: None,
            steps: steps.clone(),
        });
    }
    for (index, step) in steps.iter().enumerate() {
        all.extend(simpler_steps(step).into_iter().map(|step| {
            let mut simpler = steps.clone();
            simpler[index] = step;
            with(simpler)
        }));
    }
    all
}

fn simpler_steps(step: &Step) -> Vec<Step> {
    match step {
        Step::Submit(updates) => {
            let mut all = Vec::new();
            for index in 0..updates.len() {
                if updates.len() > 1 {
                    let mut fewer = updates.clone();
                    fewer.remove(index);
                    all.push(Step::Submit(fewer));
                }
                for span in simpler_spans(updates[index].span()) {
                    let mut simpler = updates.clone();
                    simpler[index] = match updates[index] {
                        Update::Write(_) => Update::Write(span),
                        Update::Zero(_) => Update::Zero(span),
                    };
                    all.push(Step::Submit(simpler));
                }
            }
            all
        }
        Step::Payload(span) => simpler_spans(*span)
            .into_iter()
            .map(Step::Payload)
            .collect(),
        Step::PowerCut(number) => [Step::Drop]
            .into_iter()
            .chain((*number > 0).then_some(Step::PowerCut(0)))
            .collect(),
        Step::Close => vec![Step::Drop],
        Step::Checkpoint => vec![Step::Commit],
        Step::SetLength(length) => {
            let rounded = length.next_multiple_of(1 << 20);
            if rounded == *length {
                Vec::new()
            } else {
                vec![Step::SetLength(rounded)]
            }
        }
        Step::Commit | Step::Drop => Vec::new(),
    }
}

fn simpler_spans(span: Span) -> Vec<Span> {
    let Span { at, length } = span;
    let sector = at - at % 4096;
    let candidates = [
        Span::new(0, 8),
        Span::new(0, 4096),
        Span::new(0, length),
        Span::new(sector, 4096),
        Span::new(at, 8),
    ];
    let weight = |span: Span| {
        (
            !span.at.is_multiple_of(4096),
            span.length > 4096,
            span.at,
            span.length,
        )
    };
    candidates
        .into_iter()
        .filter(|&simpler| weight(simpler) < weight(span))
        .collect()
}

/// Makes what arrived simpler: all or nothing rather than torn, and as much as can be.
fn simplify_crash(world: &World, canary: Option<Canary>, failure: &mut Failure) {
    let still_fails = |failure: &Failure| {
        let played = failure.scenario.play(world, canary);
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
