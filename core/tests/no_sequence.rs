//! A log without a valid sequence: the cases of SEQ-7, and marking an empty generation empty.

mod image;

use image::dirty::{Entry, LOG_GUID, dirty, dirty_bytes, entry, seal};
use image::{MIB, TARGET};
use uuid::Uuid;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{
    DirtyLog, GuidSource, LogEvidence, LogState, NoSequence, OpenOptions, OtherHeader, Refusal,
};

const HEADERS: [u64; 2] = [64 << 10, 128 << 10];
const OTHER_GUID: [u8; 16] = [9; 16];

fn writable() -> OpenOptions {
    OpenOptions::writable().guids(GuidSource::seeded(1))
}

fn accepting() -> OpenOptions {
    writable().accept_empty_generation(true)
}

/// What SEQ-7 says about the image; it must leave the image unchanged.
fn evidence_with(options: &OpenOptions, image: &SparseMemory) -> LogEvidence {
    let mut opened = image.clone();
    match options.open(&mut opened).unwrap_err().refusal() {
        Some(Refusal::NoActiveSequence { evidence, .. }) => {
            assert!(opened.sectors().eq(image.sectors()), "RPL-8");
            evidence.as_ref().clone()
        }
        other => panic!("{other:?}"),
    }
}

fn evidence(image: &SparseMemory) -> LogEvidence {
    evidence_with(&writable(), image)
}

/// Changes a header and makes its checksum valid.
fn with_header(mut image: SparseMemory, at: u64, change: impl Fn(&mut [u8])) -> SparseMemory {
    let mut header = [0; 4096];
    image.read_at(at, &mut header).unwrap();
    change(&mut header);
    seal(&mut header);
    image.write_at(at, &header).unwrap();
    image
}

/// The older header says that the log is empty.
fn only_newer_header(image: SparseMemory) -> SparseMemory {
    with_header(image, HEADERS[0], |header| header[48..64].fill(0))
}

/// An entry of another generation.
fn other(sequence_number: u64, tail: u32) -> Entry {
    Entry {
        log_guid: OTHER_GUID,
        ..entry(sequence_number, tail)
    }
}

/// Two entries of another generation; the newer one wants to write.
fn unapplied() -> [(u32, Entry); 2] {
    [
        (3, other(100, 3)),
        (
            4,
            other(101, 3).data(TARGET, 0xAA).data(TARGET + 4096, 0xBB),
        ),
    ]
}

#[test]
fn a_writer_that_stopped_before_its_first_entry_lost_nothing() {
    for (image, other_header) in [
        (only_newer_header(dirty(&[])), OtherHeader::Empty),
        (dirty(&[]), OtherHeader::SameGeneration),
        (only_newer_header(dirty(&unapplied())), OtherHeader::Empty),
    ] {
        let evidence = evidence(&image);
        assert_eq!(evidence.case(), NoSequence::NothingLogged, "{evidence}");
        assert_eq!(evidence.other_header, other_header);
        assert_eq!(evidence.log_guid, Uuid::from_bytes_le(LOG_GUID));
        assert_eq!((evidence.whole_entries, evidence.broken_entries), (0, 0));
    }
}

#[test]
fn entries_of_the_generation_that_form_no_sequence_are_damage() {
    let mut torn = entry(7, 0).data(TARGET, 1).bytes();
    torn[4096..].fill(0);
    let torn_first = dirty_bytes(&[(250, torn.clone())]);
    let tail_names_nothing = dirty(&[(0, entry(5, 9)), (1, entry(6, 9))]);
    let both = dirty_bytes(&[(0, entry(5, 9).bytes()), (250, torn.clone()), (9, torn)]);
    for (image, whole, broken, first) in [
        (torn_first, 0, 1, Some(250 << 12)),
        (tail_names_nothing, 2, 0, None),
        (both, 1, 2, Some(9 << 12)),
    ] {
        for image in [only_newer_header(image.clone()), image] {
            let evidence = evidence_with(&accepting(), &image);
            assert_eq!(evidence.case(), NoSequence::Damaged, "{evidence}");
            assert_eq!(evidence.whole_entries, whole);
            assert_eq!(evidence.broken_entries, broken);
            assert_eq!(evidence.first_broken.map(|entry| entry.offset.0), first);
        }
    }
}

#[test]
fn a_broken_entry_that_wraps_is_not_the_first_one() {
    let mut torn = entry(7, 0).data(TARGET, 1).data(TARGET, 2).bytes();
    torn[8192..].fill(0);
    let image = dirty_bytes(&[(254, torn.clone()), (20, torn)]);
    let first = evidence(&image).first_broken.unwrap();
    assert_eq!(first.offset.0, 20 << 12);
}

#[test]
fn a_whole_sequence_that_no_header_names_may_be_needed() {
    let image = dirty(&unapplied());
    let evidence = evidence_with(&accepting(), &image);
    assert_eq!(evidence.case(), NoSequence::OtherGeneration);
    let found = evidence.other_sequence.unwrap();
    assert_eq!(found.log_guid, Uuid::from_bytes_le(OTHER_GUID));
    assert_eq!((found.tail.0, found.entries), (3 << 12, 2));
    let (first, last) = (found.first_sequence_number, found.last_sequence_number);
    assert_eq!((first.0, last.0), (100, 101));
    assert!(!found.in_place);
}

#[test]
fn a_left_over_sequence_whose_updates_stand_in_the_file_is_not_needed() {
    // Data over zeros: both have to be in place.
    let left_over = [
        (
            3,
            other(100, 3).zero(TARGET, 4 << 16).data(TARGET + 4096, 1),
        ),
        (5, other(101, 3).data(TARGET + 8192, 0xAA)),
    ];
    let mut image = dirty(&left_over);
    for (at, fill) in [(TARGET + 4096, 1), (TARGET + 8192, 0xAA)] {
        let apart = evidence(&image).other_sequence.unwrap();
        assert!(!apart.in_place);
        image.write_at(at, &[fill; 4096]).unwrap();
    }
    for image in [image.clone(), only_newer_header(image.clone())] {
        let found = evidence(&image);
        assert!(found.other_sequence.unwrap().in_place);
        assert_eq!(found.case(), NoSequence::NothingLogged);
        let opened = accepting().open(image).unwrap();
        assert!(matches!(opened.log(), LogState::NothingLogged { .. }));
    }
    for at in [TARGET, TARGET + (4 << 16) - 1, TARGET + 4096 + 77] {
        let mut changed = image.clone();
        changed.write_at(at, &[7]).unwrap();
        assert_eq!(evidence(&changed).case(), NoSequence::OtherGeneration);
    }
}

#[test]
fn a_sequence_that_makes_the_file_longer_or_cannot_be_replayed_is_not_in_place() {
    let mut longer = other(100, 3);
    longer.last_file_offset = 100 * MIB;
    let mut cut_short = other(100, 3);
    cut_short.flushed_file_offset = 100 * MIB;
    let endless = other(100, 3).zero(TARGET, 1 << 62);
    let forbidden = other(100, 3).data(64 << 10, 1);
    for entry in [longer, cut_short, endless, forbidden] {
        let image = dirty(&[(3, entry)]);
        assert!(!evidence(&image).other_sequence.unwrap().in_place);
    }
}

#[test]
fn the_generation_that_the_older_header_names_is_shown_first() {
    let mut placed = unapplied().to_vec();
    let mut greater = other(900, 90);
    greater.log_guid = [5; 16];
    placed.push((90, greater.data(TARGET, 1)));
    let image = with_header(dirty(&placed), HEADERS[0], |header| {
        header[48..64].copy_from_slice(&OTHER_GUID);
    });
    let evidence = evidence_with(&accepting(), &image);
    assert_eq!(evidence.case(), NoSequence::OtherGeneration);
    let named = Uuid::from_bytes_le(OTHER_GUID);
    assert_eq!(evidence.other_header, OtherHeader::OtherGeneration(named));
    assert_eq!(evidence.other_sequence.unwrap().log_guid, named);
    let unnamed = evidence_with(&accepting(), &dirty(&placed));
    assert_eq!(unnamed.other_sequence.unwrap().last_sequence_number.0, 900);
}

#[test]
fn entries_of_two_generations_are_never_one_sequence() {
    // SEQ-1, ENT-7: 100 of one generation, then 101 of another whose Tail names the first.
    let mut next = other(101, 3);
    next.log_guid = [5; 16];
    let image = dirty(&[(3, other(100, 99)), (4, next)]);
    assert_eq!(evidence(&image).other_sequence, None);
}

#[test]
fn an_invalid_older_header_proves_nothing() {
    let mut image = dirty(&unapplied());
    image.write_at(HEADERS[0], &[0; 4096]).unwrap();
    let evidence = evidence_with(&accepting(), &image);
    assert_eq!(evidence.other_header, OtherHeader::NotValid);
    assert_eq!(evidence.case(), NoSequence::OtherGeneration);
}

#[test]
fn a_person_can_have_the_log_marked_empty() {
    for image in [
        dirty(&[]),
        only_newer_header(dirty(&[])),
        only_newer_header(dirty(&unapplied())),
    ] {
        let mut marked = image.clone();
        let opened = accepting().open(&mut marked).unwrap();
        let LogState::NothingLogged {
            marked_empty: true, ..
        } = opened.log()
        else {
            panic!("{:?}", opened.log());
        };
        assert!(opened.current().header.log_guid.is_nil());
        assert_only_headers_differ(&image, &marked);
        let again = OpenOptions::read_only().open(&mut marked).unwrap();
        assert!(matches!(again.log(), LogState::Empty));
        let (first, second) = (&again.headers().first, &again.headers().second);
        let (first, second) = (first.as_ref().unwrap(), second.as_ref().unwrap());
        // UPD-1, UPD-2, UPD-4: both say it, with a new FileWriteGuid and the old DataWriteGuid.
        assert!(first.log_guid.is_nil() && second.log_guid.is_nil());
        assert_eq!(first.file_write_guid, second.file_write_guid);
        assert_ne!(first.file_write_guid, Uuid::from_bytes_le([0x16; 16]));
        assert_eq!(first.data_write_guid, Uuid::from_bytes_le([0x32; 16]));
        assert_eq!((first.sequence_number.0, second.sequence_number.0), (3, 4));
    }
}

fn assert_only_headers_differ(before: &SparseMemory, after: &SparseMemory) {
    let rest = |image: &SparseMemory| {
        let sectors = image.sectors().filter(|(at, _)| !(16..48).contains(at));
        sectors
            .map(|(at, bytes)| (at, bytes.clone()))
            .collect::<Vec<_>>()
    };
    assert!(rest(before) == rest(after));
    assert_eq!(before.len().unwrap(), after.len().unwrap());
}

#[test]
fn only_a_writable_open_that_replays_marks_it() {
    let image = dirty(&[]);
    for options in [
        OpenOptions::read_only(),
        OpenOptions::read_only().dirty_log(DirtyLog::Report),
        OpenOptions::writable().dirty_log(DirtyLog::Report),
        OpenOptions::writable().dirty_log(DirtyLog::Overlay),
    ] {
        let mut opened = image.clone();
        let shown = options
            .accept_empty_generation(true)
            .open(&mut opened)
            .unwrap();
        let LogState::NothingLogged {
            marked_empty: false,
            ..
        } = shown.log()
        else {
            panic!("{:?}", shown.log());
        };
        shown.read_at(TARGET, &mut [0; 512]).unwrap();
        assert!(opened.sectors().eq(image.sectors()));
    }
    let refusing = accepting().dirty_log(DirtyLog::Refuse);
    assert_eq!(
        evidence_with(&refusing, &image).case(),
        NoSequence::NothingLogged
    );
}

#[test]
fn the_option_changes_nothing_for_other_files() {
    let plain = dirty(&[(0, entry(1, 0).data(TARGET, 1))]);
    let (mut with, mut without) = (plain.clone(), plain);
    let opened = accepting().open(&mut with).unwrap();
    assert!(matches!(opened.log(), LogState::Replayed(..)));
    writable().open(&mut without).unwrap();
    assert!(with.sectors().eq(without.sectors()));
}

/// A storage that keeps the file's state before each write.
struct Recorded {
    image: SparseMemory,
    before: Vec<SparseMemory>,
    flushed: bool,
}

impl Storage for &mut Recorded {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.image.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> std::io::Result<()> {
        assert!(
            self.flushed,
            "UPD-1: each header is flushed before the next"
        );
        self.before.push(self.image.clone());
        self.flushed = false;
        self.image.write_at(offset, bytes)
    }
    fn zero(&mut self, _: u64, _: u64) -> std::io::Result<()> {
        panic!("only headers are written")
    }
    fn set_len(&mut self, _: u64) -> std::io::Result<()> {
        panic!("only headers are written")
    }
    fn len(&self) -> std::io::Result<u64> {
        self.image.len()
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.flushed = true;
        Ok(())
    }
}

/// The headers of `after` with each 512 bytes taken from `before` where the mask says so.
fn torn(before: &SparseMemory, after: &SparseMemory, mask: u32) -> SparseMemory {
    let mut mixed = after.clone();
    for at in HEADERS {
        for piece in (0..8).filter(|piece| mask & (1 << piece) != 0) {
            let mut bytes = [0; 512];
            before.read_at(at + piece * 512, &mut bytes).unwrap();
            mixed.write_at(at + piece * 512, &bytes).unwrap();
        }
    }
    mixed
}

#[test]
fn a_crash_while_it_is_marked_leaves_a_file_that_is_empty_or_can_be_marked_again() {
    for image in [
        dirty(&[]),
        only_newer_header(dirty(&[])),
        only_newer_header(dirty(&unapplied())),
    ] {
        let mut recorded = Recorded {
            image,
            before: Vec::new(),
            flushed: true,
        };
        accepting().open(&mut recorded).unwrap();
        assert!(recorded.flushed);
        let mut states = recorded.before;
        states.push(recorded.image);
        assert_eq!(states.len(), 3, "two writes");
        for pair in states.windows(2) {
            for mask in 0..256 {
                let mut crashed = torn(&pair[0], &pair[1], mask);
                accepting().open(&mut crashed).unwrap();
                let again = writable().open(&mut crashed).unwrap();
                assert!(matches!(again.log(), LogState::Empty));
            }
        }
    }
}

#[test]
fn a_header_without_room_for_updates_is_not_marked() {
    // HDR-13
    let image = with_header(dirty(&[]), HEADERS[1], |header| header[8..16].fill(0xFF));
    let error = accepting().open(image).unwrap_err();
    assert_eq!(error.clause().unwrap().id(), "HDR-13");
}

#[test]
fn the_message_says_what_it_means_and_what_to_do() {
    let message = |image: SparseMemory| writable().open(image).unwrap_err().to_string();
    let empty = message(dirty(&[]));
    assert!(empty.contains("both headers name"), "{empty}");
    assert!(empty.contains("nothing is lost"), "{empty}");
    assert!(empty.contains("--accept-empty-generation"), "{empty}");
    let one = message(only_newer_header(dirty(&[])));
    assert!(one.contains("only the newer header names"), "{one}");
    let damaged = message(dirty(&[(0, entry(5, 9)), (128, entry(6, 9))]));
    assert!(
        damaged.contains("2 entries whole and 0 broken"),
        "{damaged}"
    );
    let other = message(dirty(&unapplied()));
    assert!(other.contains("SequenceNumbers 100 to 101"), "{other}");
    assert!(other.contains("copied while in use"), "{other}");
    for text in [empty, one, other] {
        assert!(!text.contains("corrupt"), "{text}");
    }
}
