//! Crash states of outside programs: our writer is clean, and what is planted is found.

use std::io::Cursor;

use vhdx_log_crash::SeededBug;
use vhdx_log_crash::states::Effort;
use vhdx_log_crash::trace::RequestKind;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_writers::Outside;
use vhdx_log_writers::blklog::encode;
use vhdx_log_writers::guest::History;
use vhdx_log_writers::judge::{Harm, Judged, Settings, judge, shrink};

use super::ours::{in_one_open, recording};

fn judged(outside: &Outside) -> (History, Judged) {
    let history = History::of_trace(outside);
    let settings = Settings {
        effort: Effort::FEW,
        seed: 1,
        stop: Stop::never(),
    };
    let judged = judge(outside, &history, &settings);
    (history, judged)
}

#[test]
fn our_writer_is_clean_as_an_outside_program_and_through_a_log_of_writes() {
    let mut states = 0;
    for (number, recorded) in in_one_open(None).take(3).enumerate() {
        let log = encode(&recorded.trace);
        let length = Some(recorded.end().length());
        let through_log = Outside::of_log(Cursor::new(log), &recorded.base, length);
        for outside in [Ok(Outside::of_recording(&recorded, 1)), through_log] {
            let outside = outside.expect("a log that was encoded");
            assert!(
                outside.protocol().is_empty(),
                "{number}: {:?}",
                outside.protocol()
            );
            let (_, judged) = judged(&outside);
            assert!(judged.found.is_empty(), "{number}: {:?}", judged.found);
            states += judged.unique_states;
        }
    }
    assert!(states > 1000, "{states} states are too few to say anything");
}

#[test]
fn a_generation_named_before_its_first_entry_is_a_class_of_its_own() {
    let recorded = recording(1, Some(SeededBug::NameGenerationEarly)).expect("it is recorded");
    let outside = Outside::of_recording(&recorded, 1);
    let (history, judged) = judged(&outside);
    let harms: Vec<_> = judged.found.keys().copied().collect();
    assert_eq!(harms, [(Harm::NothingLogged, Some("SEQ-7"))]);
    let found = judged.found.values().next().expect("one").clone();
    let shrunk = shrink(&outside, &history, found);
    assert_eq!(shrunk.changes_lost(), 0, "a clean cut is enough");
    let broken = outside.protocol();
    assert!(broken.iter().any(|broken| broken.first.clause == "WRT-9"));
}

#[test]
fn a_program_that_never_flushes_is_found() {
    let mut recorded = recording(1, None).expect("our writer does no wrong");
    recorded
        .trace
        .retain(|request| request.kind != RequestKind::Flush);
    let outside = Outside::of_recording(&recorded, 1);
    assert!(outside.protocol().iter().any(|broken| broken.is_demanded()));
    let (_, judged) = judged(&outside);
    assert!(!judged.found.is_empty());
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let recorded = recording(1, Some(SeededBug::NameGenerationEarly)).expect("it is recorded");
    let outside = Outside::of_recording(&recorded, 1);
    let (_, first) = judged(&outside);
    let alone = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    let (_, second) = alone.install(|| judged(&outside));
    assert!(!first.found.is_empty());
    assert_eq!(first, second);
}
