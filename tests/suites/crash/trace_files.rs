//! Trace files: what is written is read back, and judged like the recording in memory. Anything
//! else is refused.

use vhdx_log_crash::faults::{FaultPlan, IoFault, IoFaultKind};
use vhdx_log_crash::history::{Event, History, Mark, Position, Version, VersionId};
use vhdx_log_crash::search::{Plan, Search};
use vhdx_log_crash::states::Effort;
use vhdx_log_crash::trace_file::{TraceFile, decode, encode};
use vhdx_log_crash::writer::{BaseImage, Writer, generate_workload};
use vhdx_log_crash::{Recording, Source, Tally};
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::stop::Stop;

/// Every kind of step, so that every kind of request and mark is in the file.
const EVERYTHING: &str = "w0+4096,z8192+300.c.p4096+4096.k.l2097152.x.w0+300.q3.l1048576.c.d.w0+8";

fn record(workload: &str, io_error: Option<IoFault>) -> Recording {
    let base = BaseImage::new();
    let writer = Writer::new(&base, workload.parse().expect("a workload"));
    let recording = writer.record(FaultPlan { io_error });
    let mut recording = recording.expect("the run violates nothing");
    recording.fired_at = None;
    recording
}

fn judge(source: &dyn Source, recording: &Recording) -> Tally {
    let mut search = Search::new();
    let plan = Plan {
        io_errors: false,
        replay_one_in: 16,
        crashes: Effort::LIGHT,
        ..Plan::EVERYTHING
    };
    search
        .recording(source, recording, 0, &plan)
        .expect("nothing is violated");
    search.tally
}

#[test]
fn a_recording_is_read_back() {
    let mut rng = Rng::new(17);
    let generated = (0..60).map(|_| generate_workload(&mut rng).to_string());
    for workload in generated.chain([EVERYTHING.to_owned(), "c".to_owned()]) {
        let recording = record(&workload, None);
        let bytes = encode(&recording);
        assert_eq!(decode(&bytes).as_ref(), Ok(&recording), "{workload}");
        assert_eq!(encode(&decode(&bytes).expect("it is read")), bytes);
    }
    for kind in IoFaultKind::ALL {
        let failed = record("w0+300.c.k", Some(IoFault { kind, nth: 1 }));
        assert_eq!(decode(&encode(&failed)).as_ref(), Ok(&failed), "{kind:?}");
    }
}

/// A crash state, and the verdict on it, do not depend on where the recording came from.
#[test]
fn a_recording_and_its_file_have_the_same_states() {
    let base = BaseImage::new();
    let writer = Writer::new(&base, EVERYTHING.parse().expect("a workload"));
    let recording = writer.record(FaultPlan::default()).expect("recorded");
    let file = TraceFile::new(&encode(&recording)).expect("it is read");
    let from_memory = judge(&writer, &recording);
    assert_eq!(judge(&file, file.recording()), from_memory);
    assert!(from_memory.unique_states > 500);
}

/// A violation in a trace file is found, its crash is shrunk, and its token reproduces it.
#[test]
fn a_violation_in_a_file_has_a_token() {
    let base = BaseImage::new();
    let bug = vhdx_log::writer::Canary::AcknowledgeEarly;
    let writer = Writer::with_bug(
        &base,
        "w0+8.c.w4096+8.c".parse().expect("a workload"),
        Some(bug),
    );
    let recording = writer.record(FaultPlan::default()).expect("recorded");
    let file = TraceFile::new(&encode(&recording)).expect("it is read");
    let failure = Search::new()
        .source(&file, &Plan::EVERYTHING)
        .expect_err("the bug is found");
    let shrunk = vhdx_log_crash::shrink::shrink(&file, failure, &Stop::never());
    let token = shrunk.scenario.to_string();
    let again: vhdx_log_crash::Scenario = token.parse().expect("a token");
    assert_eq!(again, shrunk.scenario);
    assert_eq!(again.play(&file), Err(shrunk.violation));

    // The program of a trace file is not run again.
    let injected = token.replacen('/', "/we0@", 1);
    assert!(injected.parse::<vhdx_log_crash::Scenario>().is_err());
}

#[test]
fn every_truncation_is_refused() {
    let bytes = encode(&record("w0+300.c.x.w4096+8", None));
    for length in 0..bytes.len() {
        let error = decode(&bytes[..length]).expect_err("it is cut off");
        assert!(error.offset <= length as u64, "{length}: {error}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    let error = decode(&longer).expect_err("it is too long");
    assert_eq!(error.offset, bytes.len() as u64);
}

#[test]
fn other_versions_and_other_files_are_refused() {
    let bytes = encode(&record("w0+8.c", None));
    let refusal = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        decode(&bytes).expect_err("it is changed").to_string()
    };
    for (at, value, said) in [
        (
            0,
            b'v',
            "expected the signature \"VHDXTRCE\"; found \"vHDXTRCE\"",
        ),
        (8, 2, "at offset 0x8, version 2 is unknown"),
        (12, 1, "at offset 0xc, a reserved field is not zero"),
        (23, 1, "at offset 0x10, the length of the base image"),
        (31, 1, "at offset 0x18, the log"),
        (43, 1, "contents need at least"),
        (47, 1, "base sectors need at least"),
        (63, 1, "at most 4096 are supported"),
    ] {
        let refusal = refusal(at, value);
        assert!(refusal.contains(said), "{at}: {refusal}");
    }
}

/// Any bytes are refused or are a recording that can be searched: nothing panics, and no count in
/// the file decides how much memory is taken.
#[test]
fn damaged_files_never_panic() {
    let mut rng = Rng::new(23);
    let bytes = encode(&record("w0+300.c.d.l2097152.k", None));
    let contents = u32::from_le_bytes(bytes[40..44].try_into().expect("4 bytes")) as usize;
    let body = 64 + contents * 4096;
    let (mut refused, mut read) = (0, 0);
    for _ in 0..3000 {
        let mut damaged = bytes.clone();
        for _ in 0..=rng.below(3) {
            let at = match rng.below(4) {
                0 => rng.index(64),
                _ => body + rng.index(damaged.len() - body),
            };
            damaged[at] = match rng.below(3) {
                0 => damaged[at] ^ 1 << rng.below(8),
                1 => rng.below(256) as u8,
                _ => rng.pick(&[0, 1, 0x7F, 0xFF]),
            };
        }
        match TraceFile::new(&damaged) {
            Ok(file) => {
                // Whether it finds a violation does not matter.
                let plan = Plan::crashes_only(Effort::SUBSETS, 64);
                let _ = Search::new().source(&file, &plan);
                read += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(
        refused > 500 && read > 100,
        "{refused} refused, {read} read"
    );
}

/// A history needs no more than versions and marks.
#[test]
fn a_history_is_made_from_marks_alone() {
    let base = BaseImage::new().image;
    let mut changed = base.clone();
    changed.set(1024, vhdx_log_crash::disk::Sector::new(&[7; 4096]));
    let version = Version {
        image: changed.clone(),
        touched: std::iter::once(1024..1025).collect(),
        payload: false,
    };
    let begun = Mark {
        at: 2,
        event: Event::Begun(VersionId(1)),
    };
    let acknowledged = Mark {
        at: 5,
        event: Event::Acknowledged,
    };
    let of = |marks: &[Mark]| History::from_marks(base.clone(), vec![version.clone()], marks);
    let history = of(&[begun, acknowledged]).expect("sound marks");
    let found = |at: usize, image| history.allowed(at).find(image, base.length()).ok();
    assert_eq!(found(1, &base), Some(Position(0)));
    assert_eq!(found(1, &changed), None, "it has not begun");
    assert_eq!(found(4, &base), Some(Position(0)));
    assert_eq!(found(4, &changed), Some(Position(1)));
    assert_eq!(found(5, &base), None, "it was acknowledged");
    assert_eq!(found(5, &changed), Some(Position(1)));

    assert!(of(&[acknowledged, begun]).is_err(), "out of order");
    let unknown = Mark {
        at: 0,
        event: Event::Begun(VersionId(2)),
    };
    assert!(of(&[unknown]).is_err(), "no such version");
}
