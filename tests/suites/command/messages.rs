//! The wording of every message, so that a change of it is seen.

use std::error::Error;
use std::fmt::Write;

use vhdx_log::storage::{HandleFault, Holder, Intent};
use vhdx_log::units::{FileOffset, LogOffset, SequenceNumber};
use vhdx_log::writer::WriteError;
use vhdx_log::{Clause, EntryFault, HeaderFault, OpenError, OpenOptions, Refusal, TargetClause};
use vhdx_log_image::{Entry, Header, LogGuid, Recipe, Tail, Target};
use vhdx_log_oracle::convert::BuiltImageExt;

fn refusals() -> Vec<Refusal> {
    let mut refusals = of_fields();
    refusals.extend(without_sequence());
    refusals
}

fn of_fields() -> Vec<Refusal> {
    let offset = FileOffset(0x20000);
    let bad_target = |clause| Refusal::BadTarget {
        clause,
        entry: LogOffset(0x5000),
        target: FileOffset(0x10_f000),
        length: 0x2000,
    };
    let missing = HeaderFault::Missing;
    let signature = HeaderFault::Signature { found: *b"he\0d" };
    let checksum = HeaderFault::Checksum {
        expected: 0x1234,
        found: 0xffff_0000,
    };
    let (log_offset, log_length, file_length) = (FileOffset(1 << 20), 1 << 20, 0x18_0000);
    vec![
        Refusal::NotVhdx { found: None },
        Refusal::NotVhdx {
            found: Some(*b"conectix"),
        },
        Refusal::NotVhdx {
            found: Some(*b"\0\x01\x1b[2J\"\\"),
        },
        Refusal::NoValidHeader {
            first: signature,
            second: checksum,
        },
        Refusal::NoValidHeader {
            first: missing,
            second: missing,
        },
        Refusal::AmbiguousHeaders {
            sequence_number: SequenceNumber(9),
        },
        Refusal::UnknownVersion { offset, found: 2 },
        Refusal::UnknownLogVersion { offset, found: 1 },
        Refusal::MisalignedLog {
            offset,
            log_offset: FileOffset(0x10_1000),
            log_length: 0x1000,
        },
        Refusal::NoLog { offset },
        Refusal::LogOutsideFile {
            offset,
            log_offset,
            log_length,
            file_length,
        },
        Refusal::SequenceNumbersExhausted {
            offset,
            sequence_number: SequenceNumber(u64::MAX),
        },
        Refusal::Truncated {
            head: LogOffset(0x7000),
            flushed_file_offset: 0x240_0000,
            file_length,
        },
        bad_target(TargetClause::PastTheEnd),
        bad_target(TargetClause::InHeaders),
        bad_target(TargetClause::InLog),
        Refusal::TooLarge {
            resulting_length: 1 << 62,
            limit: 1 << 46,
        },
        Refusal::OverlayTooLarge { limit: 1 << 20 },
        Refusal::Dirty { entries: 2 },
    ]
}

/// SEQ-7 in each of its cases: with a generation of which nothing was logged (named by one header,
/// and by both), with a torn entry, and with a sequence of another generation.
fn without_sequence() -> Vec<Refusal> {
    let nothing = Recipe::default();
    let one_header = Recipe {
        header_1: Header {
            log_guid: LogGuid::Zero,
            ..Header::default()
        },
        ..nothing.clone()
    };
    let entry = Entry::empty().data(Target::Payload(1));
    let torn = nothing.clone().then(entry.clone().torn_at_piece(9));
    let no_tail = nothing
        .clone()
        .then(entry.with_tail(Tail::Explicit(71 << 12)));
    let other = nothing.clone().stale_run(40, 3, [Target::Payload(0)]);
    [nothing, one_header, torn, no_tail, other]
        .map(|recipe| {
            let opened = OpenOptions::read_only().open(recipe.build().to_storage());
            opened.unwrap_err().refusal().unwrap().clone()
        })
        .into()
}

fn open_errors() -> Vec<OpenError> {
    let source = std::io::Error::other("the medium is bad");
    let offset = FileOffset(0x30_0000);
    vec![
        OpenError::Refused(Refusal::NoLog {
            offset: FileOffset(0x10000),
        }),
        OpenError::Io {
            doing: "write",
            offset,
            source,
        },
        OpenError::Locked {
            holder: Holder::unknown(Intent::Write),
        },
        OpenError::CannotLock {
            error: std::io::Error::other("No locks available"),
        },
        OpenError::Handle(HandleFault::NotReadable),
        OpenError::Handle(HandleFault::NotWritable),
        OpenError::Handle(HandleFault::Append),
        OpenError::NoGuidSource,
        OpenError::ChangedWhileRead { offset },
    ]
}

fn entry_faults() -> Vec<EntryFault> {
    let at = LogOffset(0x5000);
    let fault = |clause, expected, found| EntryFault {
        clause,
        at,
        expected,
        found,
    };
    vec![
        fault(Clause::Ent1, 0, u32::from_le_bytes(*b"data").into()),
        fault(Clause::Ent2, 0x1234_5678, 0x8765_4321),
        fault(Clause::Ent3, 1 << 20, 0x1800),
        fault(Clause::Ent4, 1 << 20, 0x10_0000),
        fault(Clause::Ent5, 1, 0),
        fault(Clause::Ent6, 0x3000, 0x2000),
        fault(Clause::Ent7, 0, 0),
        fault(Clause::Dsc1, 0, u32::from_le_bytes(*b"\0esc").into()),
        fault(Clause::Dsc2, 7, 8),
        fault(Clause::Dsc3, 0, 0x30_0200),
        fault(Clause::Dsc4, 0, 0x200),
        fault(Clause::Dat1, 0, u32::from_le_bytes(*b"loge").into()),
        fault(Clause::Dat2, 7, 6),
    ]
}

#[test]
fn every_message_reads_as_agreed() {
    let mut messages = String::new();
    for refusal in refusals() {
        writeln!(messages, "{}  {refusal}", refusal.clause()).unwrap();
    }
    for error in open_errors() {
        writeln!(messages, "error  {error}").unwrap();
    }
    for fault in entry_faults() {
        writeln!(messages, "entry  {fault}").unwrap();
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn no_kind_of_error_is_forgotten_here() {
    let kinds_of = |shown: Vec<String>| {
        let names = shown
            .iter()
            .map(|debug| debug.split([' ', '(', '{']).next().unwrap().to_owned());
        names.collect::<std::collections::BTreeSet<_>>().len()
    };
    let refusals = kinds_of(
        refusals()
            .iter()
            .map(|refusal| format!("{refusal:?}"))
            .collect(),
    );
    let errors = kinds_of(
        open_errors()
            .iter()
            .map(|error| format!("{error:?}"))
            .collect(),
    );
    let declared = include_str!("../../../core/src/error.rs")
        .matches("#[error(")
        .count();
    assert_eq!(
        refusals + errors,
        declared,
        "each #[error(...)] of the library has its message in this suite"
    );
}

#[test]
fn a_refusal_names_its_clause_and_an_error_of_the_world_none() {
    for refusal in refusals() {
        assert!(
            refusal
                .to_string()
                .ends_with(&format!("[{}]", refusal.clause())),
            "{refusal}"
        );
    }
    assert_eq!(
        open_errors()
            .iter()
            .filter(|error| error.clause().is_some())
            .count(),
        1
    );
}

#[test]
fn no_message_repeats_that_of_its_cause() {
    // What prints an error and its causes, as the command does, would say it twice.
    let write_error = WriteError::Io {
        doing: "write",
        offset: FileOffset(0),
        source: std::io::Error::other("the medium is bad"),
    };
    let mut errors: Vec<Box<dyn Error>> = vec![Box::new(write_error)];
    errors.extend(
        open_errors()
            .into_iter()
            .map(|error| Box::new(error) as Box<dyn Error>),
    );
    let mut with_cause = 0;
    for error in errors {
        if let Some(cause) = error.source() {
            let (message, cause) = (error.to_string(), cause.to_string());
            assert!(!message.contains(&cause), "{message}: {cause}");
            with_cause += 1;
        }
    }
    assert!(with_cause >= 2);
}
