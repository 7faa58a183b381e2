//! A crash failure as a person reads it: the violation, the steps, each crash, the log as the crash
//! left it, and the command that reproduces it.
//!
//! The violation printed is that of the failure printed, so a caller shrinks first.

use std::fmt::Write as _;

use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::states::{Arrived, Change, Epoch, NewSpace, PIECES};
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_crash::{Failure, Origin, Recording, Source, Span, Stage, Step, Update, Workload};
use vhdx_log_image::SECTOR;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::{Extent, inspect, print};

/// Characters in a line.
const WIDTH: usize = 100;

/// The report of a failure of our writer, as it is.
pub fn describe_ours(failure: &Failure) -> String {
    let base = BaseImage::new();
    match Writer::of(&base, &failure.scenario.origin, None) {
        Some(writer) => describe(&writer, "", failure),
        None => failure.violation.to_string(),
    }
}

/// The whole report. `flags` are those that `vhdx-log crash` needs besides `--replay`, each with a
/// space before it.
pub fn describe(source: &dyn Source, flags: &str, failure: &Failure) -> String {
    let Failure {
        scenario,
        violation,
    } = failure;
    let mut out = format!("{violation}\n");
    match &scenario.origin {
        Origin::Workload(workload) => describe_workload(&mut out, workload),
        Origin::TraceFile(_) => out.push_str("\ntrace\n  read from a file\n"),
    }
    let recording = source.record(scenario.fault_plan()).ok();
    for (index, stage) in scenario.stages.iter().enumerate() {
        let heading = [
            "crash",
            "crash in the recovery",
            "crash in the recovery from that",
        ];
        let _ = writeln!(out, "\n{}", heading[index.min(2)]);
        // Only the first crash is in the recording.
        describe_stage(&mut out, stage, recording.as_ref().filter(|_| index == 0));
    }
    if let Some(fault) = scenario.media {
        let _ = writeln!(out, "\nmedia fault\n  {fault}");
    }
    if let Some(state) = recording.and_then(|recording| scenario.crashed(&recording)) {
        out.push_str("\nthe log after the first crash\n");
        describe_log(&mut out, &state);
    }
    let _ = write!(
        out,
        "\nreproduce it with\n  vhdx-log crash{flags} --replay '{scenario}'"
    );
    out
}

fn describe_workload(out: &mut String, workload: &Workload) {
    out.push_str("\nworkload\n");
    for (number, step) in (1..).zip(&workload.steps) {
        let _ = writeln!(out, "  {number}. {}", step_in_words(step));
    }
    let setup = &workload.setup;
    for (what, value) in [
        ("the sectors of the ring", setup.ring_sectors),
        ("the sector that generations begin in", setup.first_sector),
        ("the most changes gathered", setup.max_gathered),
        ("the sectors kept back", setup.buffered_sectors),
        ("the sectors written at once", setup.piece_sectors),
        ("the updates replayed at once", setup.replay_batch),
    ] {
        if let Some(value) = value {
            let _ = writeln!(out, "  {what}: {value}");
        }
    }
    if let Some(first) = workload.first_sequence_number {
        let _ = writeln!(
            out,
            "  the first entry of each generation has sequence number {first}"
        );
    }
}

fn describe_stage(out: &mut String, stage: &Stage, recording: Option<&Recording>) {
    if let Some(io_error) = stage.io_error {
        let _ = writeln!(out, "  I/O error: {io_error}");
    }
    if let Some(flush) = stage.lying_flush {
        let _ = writeln!(
            out,
            "  lying flush: the flush at request {flush} reports success but does nothing"
        );
    }
    let _ = writeln!(
        out,
        "  power loss: after {} requests; of the changes not yet flushed,",
        stage.cut
    );
    let epoch = recording
        .and_then(|recording| Epoch::ending_at(&recording.base, &recording.trace, stage.cut));
    for (index, arrived) in stage.choice.arrived.iter().enumerate() {
        let change = epoch
            .as_ref()
            .and_then(|epoch| epoch.pending.get(index))
            .map(|pending| &pending.change);
        let what = match change {
            Some(Change::Sector(write)) => format!("the sector at {:#x}", write.number * SECTOR),
            Some(Change::Length { from, to }) => format!("the length, from {from:#x} to {to:#x},"),
            None => format!("change {index}"),
        };
        let _ = writeln!(out, "    {what} {}", arrived_in_words(*arrived));
    }
    match stage.choice.new_space {
        NewSpace::Zeros => {}
        NewSpace::Old => out.push_str("    new space holds what another file left there\n"),
        NewSpace::Pattern => out.push_str("    new space holds a pattern\n"),
    }
}

fn arrived_in_words(arrived: Arrived) -> String {
    match arrived {
        Arrived::WHOLE => "arrived".to_owned(),
        Arrived::ABSENT => "is lost".to_owned(),
        torn => {
            let pieces = (0..PIECES).filter(|&piece| torn.has(piece));
            let pieces: Vec<String> = pieces.map(|piece| piece.to_string()).collect();
            let plural = if pieces.len() == 1 { "" } else { "s" };
            format!(
                "is torn: of its 512-byte pieces 0 to 7, piece{plural} {} arrived",
                pieces.join(", ")
            )
        }
    }
}

fn describe_log(out: &mut String, state: &DiskImage) {
    let extent = Extent {
        columns: print::columns_for(Some(WIDTH)),
        ..Extent::default()
    };
    let mut picture = Vec::new();
    let drawn = inspect(state, "crash state".to_owned(), extent)
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
