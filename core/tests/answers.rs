//! What the small questions answer: lengths, holes, plans and texts, in every state that an open
//! leaves.

mod image;

#[cfg(unix)]
use std::fs::File;

use image::dirty::{dirty, entry};
use image::{MIB, TARGET, clean};
use vhdx_log::header::{Header, Headers, Slot};
#[cfg(unix)]
use vhdx_log::storage::HandleFault;
use vhdx_log::storage::{DenseMemory, Intent, LockOutcome, SparseMemory, Storage};
use vhdx_log::units::{FileOffset, LogOffset, SequenceNumber};
use vhdx_log::writer::{Limits, Log, Transaction, WriteError, WriteOptions};
use vhdx_log::{
    DirtyLog, Found, GuidSource, Image, LogState, OpenError, OpenOptions, Refusal, Ring, scan,
};

const LENGTH: u64 = 9 * MIB;

fn writable() -> OpenOptions {
    OpenOptions::writable().guids(GuidSource::seeded(1))
}

/// One entry that writes a sector past the end of the file.
fn growing() -> SparseMemory {
    dirty(&[(0, entry(1, 0).data(LENGTH + 8192, 0xAB))])
}

/// The image in each state of its log, and the length that is shown.
fn in_every_state() -> Vec<(Image<SparseMemory>, u64)> {
    let open = |options: OpenOptions, image| options.open(image).unwrap();
    let grown = LENGTH + 3 * 4096;
    vec![
        (open(writable(), clean(1)), LENGTH),
        (open(writable(), growing()), grown),
        (open(OpenOptions::read_only(), growing()), grown),
        (
            open(writable().dirty_log(DirtyLog::Report), growing()),
            LENGTH,
        ),
        (
            open(
                OpenOptions::read_only()
                    .dirty_log(DirtyLog::Report)
                    .accept_empty_generation(true),
                dirty(&[]),
            ),
            LENGTH,
        ),
    ]
}

#[test]
fn an_image_answers_in_every_state_of_its_log() {
    let mut planned = Vec::new();
    for (image, length) in in_every_state() {
        let state = format!("{:?}", image.log());
        assert_eq!(image.len().unwrap(), length, "{state}");
        assert!(!image.is_empty().unwrap());
        let shows_it = length > LENGTH;
        let next = image.next_data(TARGET).unwrap();
        assert_eq!(next, shows_it.then_some(LENGTH + 8192), "{state}");
        let mut sector = [0; 4096];
        let read = image.read_at(LENGTH + 8192, &mut sector);
        assert_eq!(read.is_ok(), shows_it, "{state}");
        assert_eq!(sector, [if shows_it { 0xAB } else { 0 }; 4096]);
        planned.push(image.log().plan().map(|plan| plan.active.entries));
        assert!(matches!(
            (image.log(), planned.len()),
            (LogState::Empty, 1)
                | (LogState::Replayed(..), 2)
                | (LogState::Overlaid(_), 3)
                | (LogState::Dirty(_), 4)
                | (LogState::NothingLogged { .. }, 5)
        ));
    }
    assert_eq!(planned, [None, Some(1), Some(1), Some(1), None]);
}

/// The data of an overlay: what the file has, and what the log puts over it, even in its middle.
#[test]
fn an_overlay_tells_where_its_data_is() {
    let mut image = growing();
    image.write_at(TARGET, &[1; 512]).unwrap();
    let opened = OpenOptions::read_only().open(image).unwrap();
    let LogState::Overlaid(overlay) = opened.log() else {
        panic!("{:?}", opened.log());
    };
    assert!(!overlay.is_empty());
    let in_log = LENGTH + 8192;
    for (from, expected) in [
        (TARGET, Some(TARGET)),
        (TARGET + 4096, Some(in_log)),
        (in_log + 5, Some(in_log + 5)),
        (in_log + 4095, Some(in_log + 4095)),
        (in_log + 4096, None),
    ] {
        assert_eq!(opened.next_data(from).unwrap(), expected, "{from:#x}");
    }
}

/// RPL-9: at the limit a replay may grow the file, above it not; a file that does not grow is
/// accepted whatever its length.
#[test]
fn the_limit_of_the_file_is_the_callers() {
    let grown = LENGTH + 3 * 4096;
    for (limit, is_refused) in [(grown, false), (grown - 1, true), (0, true)] {
        let opened = writable().max_file_size(limit).open(growing());
        let refusal = opened.err().and_then(|error| error.refusal().cloned());
        let expected = Refusal::TooLarge {
            resulting_length: grown,
            limit,
        };
        assert_eq!(refusal, is_refused.then_some(expected), "{limit}");
    }
    let in_place = dirty(&[(0, entry(1, 0).data(TARGET, 1))]);
    assert!(writable().max_file_size(0).open(in_place).is_ok());
}

#[test]
fn a_header_is_shown_as_it_stands_even_if_it_is_damaged() {
    let image = clean(1);
    let mut bytes = [0; 4096];
    image.read_at(128 << 10, &mut bytes).unwrap();
    let headers = Headers::read(&image, LENGTH).unwrap();
    let whole = headers.second.unwrap();
    assert_eq!(Header::without_checks(&bytes), whole);
    bytes[..8].fill(0);
    assert_eq!(Header::without_checks(&bytes), whole);
    assert_eq!(Slot::First.to_string(), "header 1");
    assert_eq!(Slot::Second.to_string(), "header 2");
}

/// SEQ-5: an entry that ends with the ring does not pass its end.
#[test]
fn an_entry_knows_whether_it_passes_the_end_of_the_ring() {
    let ring = Ring::new(FileOffset(MIB), 1 << 20).unwrap();
    for (at, wraps, end) in [
        (0, false, 2),
        (253, false, 255),
        (254, false, 0),
        (255, true, 1),
    ] {
        let image = dirty(&[(at, entry(1, at).data(TARGET, 1))]);
        let mut found = Vec::new();
        scan(&image, ring, None, &mut |item| match item {
            Found::Entry(entry) => found.push((entry.wraps(ring), entry.end(ring))),
            other => panic!("{other:?}"),
        })
        .unwrap();
        assert_eq!(found, [(wraps, LogOffset(end * 4096))], "at sector {at}");
    }
}

/// Both memories are a file: the same answers, and the same errors past the end.
#[test]
fn memory_is_a_file() {
    fn check(mut memory: impl Storage) {
        assert!(memory.is_empty().unwrap());
        memory.write_at(4094, b"tail").unwrap();
        assert_eq!(
            (memory.len().unwrap(), memory.is_empty().unwrap()),
            (4098, false)
        );
        let mut read = [9; 6];
        memory.read_at(4092, &mut read).unwrap();
        assert_eq!(&read, b"\0\0tail");
        assert!(memory.read_at(4093, &mut read).is_err());
        assert!(memory.read_at(u64::MAX, &mut read).is_err());
        memory.zero(4095, 2).unwrap();
        memory.zero(4098, 0).unwrap();
        assert!(memory.zero(4097, 2).is_err());
        assert!(memory.zero(1, u64::MAX).is_err());
        memory.read_at(4092, &mut read).unwrap();
        assert_eq!(&read, b"\0\0t\0\0l");
        memory.set_len(4095).unwrap();
        memory.set_len(4098).unwrap();
        memory.read_at(4092, &mut read).unwrap();
        assert_eq!(&read, b"\0\0t\0\0\0", "what was cut is gone");
        assert!(memory.write_at(u64::MAX, b"xy").is_err());
        assert!(matches!(
            memory.try_lock(Intent::Write).unwrap(),
            LockOutcome::Taken
        ));
        memory.flush().unwrap();
    }
    check(DenseMemory::default());
    check(SparseMemory::new(0));
    let bytes: Vec<u8> = DenseMemory::from(vec![1, 2]).into();
    assert_eq!(bytes, [1, 2]);
}

/// Sectors past the end are dropped, and so are the bytes of the last one.
#[test]
fn sectors_that_are_given_end_with_the_file() {
    let sector = |fill| std::sync::Arc::new([fill; 4096]);
    let given = [(0, sector(1)), (1, sector(2)), (2, sector(3))];
    let image = SparseMemory::from_sectors(4097, given);
    let mut last = [9; 4096];
    last[1..].fill(0);
    last[0] = 2;
    let kept: Vec<_> = image
        .sectors()
        .map(|(number, bytes)| (number, **bytes))
        .collect();
    assert!(kept == [(0, [1; 4096]), (1, last)]);
    assert_eq!(image.shared().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_nobody_uses_is_not_in_use() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let open = || File::open(file.path()).unwrap();
    assert_eq!(vhdx_log::storage::in_use(&open()).unwrap(), None);
    let writer = open();
    writer.lock().unwrap();
    let holder = vhdx_log::storage::in_use(&open())
        .unwrap()
        .expect("a holder");
    assert_eq!(holder.intent, Intent::Write);
    writer.unlock().unwrap();
    assert_eq!(vhdx_log::storage::in_use(&open()).unwrap(), None);
}

/// A handle that cannot read or write is refused before anything is looked at.
#[cfg(unix)]
#[test]
fn a_handle_that_cannot_do_it_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let read_only = File::open(file.path()).unwrap();
    let write_only = File::options().write(true).open(file.path()).unwrap();
    let append = File::options()
        .read(true)
        .append(true)
        .open(file.path())
        .unwrap();
    for (handle, options, expected) in [
        (&read_only, writable(), HandleFault::NotWritable),
        (&write_only, writable(), HandleFault::NotReadable),
        (
            &write_only,
            OpenOptions::read_only(),
            HandleFault::NotReadable,
        ),
        (&append, writable(), HandleFault::Append),
    ] {
        match options.open(handle) {
            Err(OpenError::Handle(fault)) => assert_eq!(fault, expected),
            other => panic!("{other:?}"),
        }
    }
}

/// The writer's own questions; and what stops it for good.
#[test]
fn a_log_answers() {
    let options = WriteOptions::from(writable())
        .first_log_sequence_number(0)
        .limits(Limits::default());
    let mut log = Log::open(clean(1), &options).unwrap();
    assert_eq!((log.len(), log.is_empty()), (LENGTH, false));
    let nothing = Transaction::new().write(TARGET, b"").zero(TARGET, 0);
    assert!(nothing.is_empty());
    assert!(!Transaction::new().zero(TARGET, 1).is_empty());
    log.submit(&nothing).unwrap();
    log.set_len(LENGTH).unwrap();
    let before = log.storage().clone();
    assert!(before.sectors().eq(clean(1).sectors()), "nothing was asked");
    log.set_len(LENGTH + MIB).unwrap();
    log.write_payload(TARGET, b"").unwrap();
    log.submit(&Transaction::new().write(TARGET, b"x")).unwrap();
    log.commit().unwrap();
    assert_eq!(log.len(), LENGTH + MIB);
    // ENT-5: 0 is not valid, and counts as 1.
    let ring = Ring::new(FileOffset(MIB), 1 << 20).unwrap();
    let mut numbers = Vec::new();
    scan(log.storage(), ring, None, &mut |item| {
        if let Found::Entry(entry) = item {
            numbers.push(entry.sequence_number);
        }
    })
    .unwrap();
    assert_eq!(numbers.first(), Some(&SequenceNumber(1)));
    let error = WriteError::from(OpenError::NoGuidSource);
    assert!(matches!(error, WriteError::Failed));
}
