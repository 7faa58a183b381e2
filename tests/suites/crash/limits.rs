//! The limits of the writer and of the replay: below, at and above each, the file comes out the
//! same, and the requests are those that the limit asks for.

use vhdx_log::storage::Storage;
use vhdx_log_crash::faults::{FaultPlan, Phase};
use vhdx_log_crash::search::{Plan, Search};
use vhdx_log_crash::states::Effort;
use vhdx_log_crash::trace::RequestKind;
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_crash::{Recording, Setup, Source, Span, Step, Update, Workload};
use vhdx_log_image::SECTOR;

/// A transaction that writes whole sectors.
fn write(first: u64, sectors: u64) -> Step {
    Step::Submit(vec![Update::Write(Span::new(
        first * SECTOR,
        sectors * SECTOR,
    ))])
}

/// Runs a workload, and checks every crash state of it against the model's history.
fn record(base: &BaseImage, setup: Setup, steps: Vec<Step>) -> Recording {
    let workload = Workload {
        setup,
        steps,
        ..Workload::default()
    };
    let writer = Writer::new(base, workload);
    let recording = writer.record(FaultPlan::default()).expect("a recording");
    let plan = Plan::crashes_only(Effort::FEW, 8);
    let mut search = Search::new();
    if let Err(failure) = search.recording(&writer, &recording, 0, &plan) {
        panic!("{}: {:?}", failure.scenario, failure.violation);
    }
    recording
}

/// The sectors of each write in a phase.
fn writes(recording: &Recording, phase: Phase) -> Vec<usize> {
    let phases = recording.phases();
    let requests = recording.trace.iter().zip(phases);
    let of_phase =
        requests.filter(|(request, of)| *of == phase && matches!(request.kind, RequestKind::Write));
    of_phase.map(|(request, _)| request.sectors.len()).collect()
}

/// The entries that three gathered changes make: one sector for the descriptors of each.
#[test]
fn an_entry_gathers_up_to_the_limit() {
    let base = BaseImage::new();
    let setup = Setup {
        max_gathered: Some(3),
        ..Setup::NONE
    };
    // Before them the empty entry that begins the generation.
    for (transactions, expected) in [(2, [1, 3].as_slice()), (3, &[1, 4]), (4, &[1, 6])] {
        let mut steps: Vec<Step> = (0..transactions)
            .map(|number| write(2 * number, 1))
            .collect();
        steps.push(Step::Commit);
        let recording = record(&base, setup, steps);
        assert_eq!(
            writes(&recording, Phase::LogWrite),
            expected,
            "{transactions}"
        );
    }
}

/// An entry never gathers more than a quarter of its ring.
#[test]
fn a_small_ring_gathers_less() {
    let base = BaseImage::new();
    for (ring, expected) in [(7, 4), (8, 3)] {
        let setup = Setup {
            max_gathered: Some(3),
            ..Setup::ring(ring)
        };
        let steps = vec![write(0, 1), write(2, 1), Step::Commit];
        let recording = record(&base, setup, steps);
        let sectors: usize = writes(&recording, Phase::LogWrite).iter().skip(1).sum();
        assert_eq!(sectors, expected, "a ring of {ring}");
    }
}

/// Entries are kept back until they have as many sectors as the limit.
#[test]
fn entries_are_kept_back_up_to_the_limit() {
    let base = BaseImage::new();
    let setup = Setup {
        max_gathered: Some(1),
        buffered_sectors: Some(4),
        ..Setup::NONE
    };
    for (transactions, expected) in [(1, [1, 2].as_slice()), (2, &[1, 4]), (3, &[1, 4, 2])] {
        let mut steps: Vec<Step> = (0..transactions)
            .map(|number| write(2 * number, 1))
            .collect();
        steps.push(Step::Commit);
        let recording = record(&base, setup, steps);
        assert_eq!(
            writes(&recording, Phase::LogWrite),
            expected,
            "{transactions}"
        );
    }
}

/// Changes go to their place in pieces of at most the limit.
#[test]
fn changes_are_applied_in_pieces_up_to_the_limit() {
    let base = BaseImage::new();
    let setup = Setup {
        piece_sectors: Some(2),
        ..Setup::NONE
    };
    for (sectors, expected) in [
        (1, [1].as_slice()),
        (2, &[2]),
        (3, &[2, 1]),
        (5, &[2, 2, 1]),
    ] {
        let recording = record(&base, setup, vec![write(0, sectors), Step::Checkpoint]);
        assert_eq!(writes(&recording, Phase::Apply), expected, "{sectors}");
    }
}

/// A replay resolves so many updates together: a sector that two updates of one batch write is
/// written once, the same sector in two batches twice.
#[test]
fn a_replay_resolves_batches_up_to_the_limit() {
    let base = BaseImage::new();
    for (batch, expected) in [(1, 3), (2, 2), (3, 1), (4, 1)] {
        let setup = Setup {
            max_gathered: Some(1),
            replay_batch: Some(batch),
            ..Setup::NONE
        };
        let steps = vec![
            write(0, 1),
            write(0, 1),
            write(0, 1),
            Step::Commit,
            Step::Drop,
        ];
        let recording = record(&base, setup, steps);
        let log = recording.base.log();
        let in_replay =
            writes_of_replay(&recording, |number| number > 48 && !log.contains(&number));
        assert_eq!(in_replay, expected, "batches of {batch}");
        let end = recording.end();
        assert_eq!(end.len().expect("a length"), recording.base.length());
    }
}

/// How many writes to sectors of a kind the opens of a recording made.
fn writes_of_replay(recording: &Recording, is_of_kind: impl Fn(u64) -> bool) -> usize {
    let in_opens = recording
        .opens
        .iter()
        .flat_map(|open| recording.trace.get(open.clone()));
    let writes = in_opens
        .flatten()
        .filter(|request| request.kind == RequestKind::Write);
    writes
        .filter(|request| request.sectors.iter().any(|write| is_of_kind(write.number)))
        .count()
}

/// The ring begins anywhere: the first entry of each generation goes to the sector that the limit
/// names, and passes the end of the ring from there.
#[test]
fn a_generation_begins_in_the_sector_of_the_limit() {
    let base = BaseImage::new();
    for first in [0, 1, 6, 7, 8] {
        let setup = Setup {
            first_sector: Some(first),
            ..Setup::ring(8)
        };
        let recording = record(&base, setup, vec![write(0, 3), Step::Commit, Step::Close]);
        let log = recording.base.log();
        let phases = recording.phases();
        let at = phases.iter().position(|&phase| phase == Phase::LogWrite);
        let number = recording.trace[at.expect("an entry")].sectors[0].number;
        assert_eq!(number - log.start, u64::from(first % 8));
    }
}
