//! A failure as a person reads it: the property, the steps, the crash, the log as the crash left it,
//! the word to replay it.

use std::fmt::Write as _;

use vhdx_log::writer::Canary;

use vhdx_log_crash::World;
use vhdx_log_crash::disk::{Arrived, Change, Epoch, NewSpace, Operation};
use vhdx_log_crash::{Failure, Stage};
use vhdx_log_crash::{Span, Step, Update};
use vhdx_log_inspect::print;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::{Extent, inspect};

/// Characters in a line.
const WIDTH: usize = 100;

/// The whole story.
pub fn describe(world: &World, canary: Option<Canary>, failure: &Failure) -> String {
    let Failure {
        scenario,
        violation,
    } = failure;
    let mut out = format!("{violation}\n\nworkload\n");
    for (number, step) in (1..).zip(&scenario.workload.steps) {
        let _ = writeln!(out, "  {number}. {}", step_in_words(step));
    }
    if let Some(number) = scenario.workload.first_number {
        let _ = writeln!(
            out,
            "  the first entry of each generation has the number {number}"
        );
    }
    let crashed = scenario.crashed(world, canary);
    for (index, stage) in scenario.stages.iter().enumerate() {
        let heading = [
            "crash",
            "crash in the recovery",
            "crash in the recovery of that",
        ][index.min(2)];
        let _ = writeln!(out, "\n{heading}");
        let trace = crashed
            .as_ref()
            .filter(|_| index == 0)
            .map(|(_, run)| (&run.start, run.trace.as_slice()));
        describe_stage(&mut out, stage, trace);
    }
    if let Some(fault) = scenario.media {
        let _ = writeln!(out, "\nspoilt\n  {fault}");
    }
    if let Some((state, _)) = crashed {
        out.push_str("\nthe log then\n");
        let columns = print::columns_for(Some(WIDTH));
        let mut picture = Vec::new();
        let drawn = inspect(
            &state,
            "crash state".to_owned(),
            Extent {
                all: false,
                columns,
            },
        )
        .map_err(|error| error.to_string())
        .and_then(|log| {
            print::write_log(&mut picture, &log, Paint::PLAIN, WIDTH)
                .map_err(|error| error.to_string())
        });
        match drawn {
            Ok(()) => out.push_str(&String::from_utf8_lossy(&picture)),
            Err(error) => {
                let _ = writeln!(out, "  {error}");
            }
        }
    }
    let canary = canary
        .map(|canary| format!(" --canary {canary:?}"))
        .unwrap_or_default();
    let _ = write!(
        out,
        "\nreplay it with\n  vhdx-log crash{canary} --replay '{scenario}'"
    );
    out
}

fn describe_stage(
    out: &mut String,
    stage: &Stage,
    trace: Option<(&vhdx_log_crash::disk::DiskImage, &[Operation])>,
) {
    if let Some(io) = stage.io {
        let _ = writeln!(
            out,
            "  request {} of those that can have it fails: {:?}",
            io.nth, io.kind
        );
    }
    if let Some(flush) = stage.lying_flush {
        let _ = writeln!(out, "  the flush that is request {flush} lies");
    }
    let _ = writeln!(out, "  after {} requests", stage.cut);
    let epochs = trace
        .map(|(start, trace)| Epoch::from(start, trace, stage.cut))
        .unwrap_or_default();
    let epoch = epochs
        .iter()
        .find(|epoch| epoch.operations.end == stage.cut);
    for (index, arrived) in stage.choice.arrived.iter().enumerate() {
        let what = match epoch
            .and_then(|epoch| epoch.pending.get(index))
            .map(|pending| &pending.change)
        {
            Some(Change::Sector(write)) => format!("the sector at {:#x}", write.number * 4096),
            Some(Change::Length { from, to }) => format!("the length, from {from:#x} to {to:#x}"),
            None => format!("pending change {index}"),
        };
        let how = match *arrived {
            Arrived::WHOLE => "is there".to_owned(),
            Arrived::ABSENT => "is not there".to_owned(),
            Arrived(pieces) => {
                let there = (0..8)
                    .filter(|piece| pieces >> piece & 1 == 1)
                    .map(|piece| piece.to_string());
                format!(
                    "is there in part: pieces {} of 512 bytes",
                    there.collect::<Vec<_>>().join(", ")
                )
            }
        };
        let _ = writeln!(out, "    {what} {how}");
    }
    match stage.choice.new_space {
        NewSpace::Zeros => {}
        NewSpace::Old => out.push_str("    new space holds what another file left\n"),
        NewSpace::Pattern => out.push_str("    new space holds a pattern\n"),
    }
}

fn step_in_words(step: &Step) -> String {
    let span = |Span { at, length }: Span| format!("{length} bytes at +{at:#x}");
    match step {
        Step::Submit(updates) => {
            let updates = updates.iter().map(|update| match *update {
                Update::Write(range) => format!("write {}", span(range)),
                Update::Zero(range) => format!("zero {}", span(range)),
            });
            format!("submit: {}", updates.collect::<Vec<_>>().join("; "))
        }
        Step::Payload(range) => format!("write payload, {}", span(*range)),
        Step::Commit => "commit".to_owned(),
        Step::Checkpoint => "checkpoint".to_owned(),
        Step::Close => "close, and open again".to_owned(),
        Step::Drop => "die, and open again".to_owned(),
        Step::PowerCut(number) => format!("lose power (choice {number}), and open again"),
        Step::SetLength(length) => format!("set the length to +{length:#x}"),
    }
}
