//! The protocol checker: our writer keeps every rule, and a trace that breaks one is found by it.

mod edit;

use std::collections::BTreeSet;

use vhdx_log_crash::faults::FaultPlan;
use vhdx_log_crash::protocol::{
    Checker, End, Finding, Payload, Rule, check, recording_keeps_the_protocol,
};
use vhdx_log_crash::search::explore::{Exploration, Until};
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_crash::{Recording, Source};
use vhdx_log_oracle::shard::Shard;

use edit::Edit;

/// Random workloads of our writer, and the tour through the fault model, keep every rule.
#[test]
fn our_writer_keeps_the_protocol() {
    let base = BaseImage::new();
    let exploration = Exploration {
        seed: 1,
        shard: Shard::WHOLE,
        until: Until::States(0),
        seeded_bug: None,
        protocol: true,
    };
    for number in 0..2000 {
        let workload = exploration.job(number).workload;
        let writer = Writer::new(&base, workload.clone());
        let recording = writer.record(FaultPlan::default()).expect("a recording");
        let kept = recording_keeps_the_protocol(&recording, &writer.origin());
        assert_eq!(kept, Ok(()), "{workload}");
    }
}

/// Two writes, each committed, applied and closed.
const PLAIN: &str = "w0+4096.c.w4096+4096.c.k.x";
/// A payload write, and an entry after it.
const PAYLOAD: &str = "p0+512.w4096+4096.c";
/// The file is closed and opened again.
const TWICE: &str = "w0+4096.c.x.w4096+4096.c.x";
/// The program dies with a dirty log, and the file is opened again.
const DIES: &str = "w0+4096.c.d.w4096+4096.c";
/// The file grows by 2 MiB, is written there, and is cut by 1 MiB.
const CUT: &str = "w0+8.c.l2097152.w1572964+4096.c.k.l1048576.w0+4096.c";
/// The file is cut below the FlushedFileOffset of its newest entry.
const CUT_BELOW_ENTRY: &str = "n1.l2097152.z12288+2156,w1042014+8192.w1966+4096.l1779298";

/// A rule, a workload of our writer, and the change of its trace that breaks the rule.
type Broken = (Rule, &'static str, fn(&mut Edit));

const BROKEN: [Broken; 24] = [
    (Rule::HeaderSlot, PLAIN, |edit| edit.move_header(0)),
    (Rule::HeaderNumber, PLAIN, |edit| {
        edit.header(0, |header| header.sequence_number += 1);
    }),
    (Rule::HeaderFlush, PLAIN, |edit| {
        edit.drop_flush_after_header(0)
    }),
    (Rule::FreshFileWriteGuid, PLAIN, |edit| {
        let old = edit.first_header().file_write_guid;
        edit.every_header(|header| header.file_write_guid = old);
    }),
    (Rule::SecondHeader, PLAIN, |edit| edit.drop_header(1)),
    (Rule::KeptFields, PLAIN, |edit| {
        edit.header(4, |header| header.log_length *= 2);
    }),
    (Rule::DataWriteGuidFirst, PLAIN, |edit| {
        let old = edit.first_header().data_write_guid;
        edit.every_header(|header| header.data_write_guid = old);
    }),
    (Rule::DataWriteGuidKept, DIES, |edit| {
        edit.header(4, |header| header.data_write_guid = [7; 16]);
    }),
    (Rule::NewLogGuid, TWICE, |edit| {
        let old = edit.log_guid_of_entry(0);
        edit.every_entry(|entry| entry[32..48].copy_from_slice(&old));
    }),
    (Rule::NamedEmpty, PLAIN, |edit| {
        edit.name_before_first_entry()
    }),
    (Rule::EntryValid, PLAIN, |edit| edit.flip_entry_checksum(1)),
    (Rule::EntryNumber, CUT, |edit| {
        edit.empty_entry(|entry| entry[16] ^= 1);
    }),
    (Rule::EntryPlace, CUT, |edit| edit.move_empty_entry()),
    (Rule::TailInSequence, CUT, |edit| {
        edit.empty_entry(|entry| entry[13] ^= 0x80);
    }),
    (Rule::TailNotLate, PLAIN, |edit| edit.late_tail(2)),
    (Rule::PlaceAfterLog, PLAIN, |edit| {
        edit.drop_flush_after_entry(2);
    }),
    (Rule::EntryAfterPayload, PAYLOAD, |edit| {
        edit.drop_flush_after_place(0);
    }),
    (Rule::ActiveSpace, PLAIN, |edit| {
        edit.overwrite_with_entry(2)
    }),
    (Rule::FlushedFileOffset, PLAIN, |edit| {
        edit.entry(1, |entry| entry[48 + 2] += 0x10);
    }),
    (Rule::FlushedFileOffsetClose, PLAIN, |edit| {
        edit.entry(1, |entry| entry[48 + 2] -= 0x10);
    }),
    (Rule::LastFileOffset, PLAIN, |edit| {
        edit.entry(1, |entry| entry[56 + 2] -= 0x10);
    }),
    (Rule::LastFileOffsetClose, PLAIN, |edit| {
        edit.entry(1, |entry| entry[56 + 2] += 0x10);
    }),
    (Rule::Shrink, CUT_BELOW_ENTRY, |edit| {
        edit.drop_empty_entry()
    }),
    (Rule::EmptyAfterPlace, PLAIN, |edit| {
        edit.drop_flush_after_place(0);
    }),
];

/// Each broken rule is found, by its own name; the trace before the change breaks none.
#[test]
fn each_broken_rule_is_found() {
    let base = BaseImage::new();
    for (rule, token, change) in BROKEN {
        let recording = record(&base, token);
        assert_eq!(findings(&recording), [], "{token}");
        let mut edit = Edit::new(recording);
        change(&mut edit);
        let found = findings(&edit.recording);
        assert!(
            found.iter().any(|finding| finding.rule == rule),
            "{rule:?}: found {found:#?}"
        );
    }
}

/// A program that closes the file leaves both headers without a log (RPL-6).
#[test]
fn a_file_that_is_left_dirty_is_found() {
    let base = BaseImage::new();
    for (token, expected) in [(PLAIN, vec![]), (PAYLOAD, vec![Rule::LeftDirty])] {
        let recording = record(&base, token);
        let mut checker = Checker::new(&recording.base, Payload::AllBefore);
        for request in &recording.trace {
            checker.request(request);
        }
        let found = checker.finish(End::Closed);
        let rules: Vec<Rule> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, expected, "{token}");
    }
}

/// The two tests above cover all rules.
#[test]
fn every_rule_has_a_trace_that_breaks_it() {
    let broken = BROKEN.iter().map(|&(rule, _, _)| rule);
    let broken: BTreeSet<Rule> = broken.chain([Rule::LeftDirty]).collect();
    assert_eq!(broken, BTreeSet::from(Rule::ALL));
}

fn record(base: &BaseImage, token: &str) -> Recording {
    let writer = Writer::new(base, token.parse().expect("a workload"));
    writer.record(FaultPlan::default()).expect("a recording")
}

fn findings(recording: &Recording) -> Vec<Finding> {
    let Recording {
        base, trace, opens, ..
    } = recording;
    check(base, trace, opens, Payload::AllBefore)
}
