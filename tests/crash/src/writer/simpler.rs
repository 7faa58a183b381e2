//! The ways in which a workload can be made one change simpler.

use vhdx_log_image::{MIB, SECTOR};

use crate::setup::Setup;
use crate::workload::{Span, Step, Update, Workload};

/// Workloads that are one change simpler than this one, the largest changes first.
pub fn simpler(workload: &Workload) -> Vec<Workload> {
    let steps = &workload.steps;
    let with = |steps: Vec<Step>| Workload {
        steps,
        ..workload.clone()
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
    if workload.first_sequence_number.is_some() {
        all.push(Workload {
            first_sequence_number: None,
            ..workload.clone()
        });
    }
    all.extend(simpler_setups(workload.setup).map(|setup| Workload {
        setup,
        ..workload.clone()
    }));
    for (index, step) in steps.iter().enumerate() {
        all.extend(simpler_steps(step).into_iter().map(|step| {
            let mut simpler = steps.clone();
            simpler[index] = step;
            with(simpler)
        }));
    }
    all
}

/// Setups with one limit fewer. The ring stays: on another one the same steps do other things.
fn simpler_setups(setup: Setup) -> impl Iterator<Item = Setup> {
    let fewer = [
        Setup {
            first_sector: None,
            ..setup
        },
        Setup {
            max_gathered: None,
            ..setup
        },
        Setup {
            buffered_sectors: None,
            ..setup
        },
        Setup {
            piece_sectors: None,
            ..setup
        },
        Setup {
            replay_batch: None,
            ..setup
        },
    ];
    fewer.into_iter().filter(move |&fewer| fewer != setup)
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
            let rounded = length.next_multiple_of(MIB);
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
    let sector = at - at % SECTOR;
    let candidates = [
        Span::new(0, 8),
        Span::new(0, SECTOR),
        Span::new(0, length),
        Span::new(sector, SECTOR),
        Span::new(at, 8),
    ];
    let weight = |span: Span| {
        (
            !span.at.is_multiple_of(SECTOR),
            span.length > SECTOR,
            span.at,
            span.length,
        )
    };
    candidates
        .into_iter()
        .filter(|&simpler| weight(simpler) < weight(span))
        .collect()
}
