//! Opening: what is refused for which clause, and what a replay does.

mod image;

use image::dirty::{dirty, entry, seal};
use image::{MIB, clean, clean_with_header_sequence_number};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{DirtyLog, GuidSource, LogState, OpenOptions};

const TARGET: u64 = 4 * MIB;
const HEADERS: [u64; 2] = [64 << 10, 128 << 10];

fn writable() -> OpenOptions {
    OpenOptions::writable().guids(GuidSource::seeded(1))
}

/// The clause for which a writable open refuses the image; it must leave the image unchanged.
fn refused_for(mut image: SparseMemory) -> &'static str {
    let before = image.clone();
    let error = writable().open(&mut image).unwrap_err();
    assert!(image.sectors().eq(before.sectors()), "RPL-8: {error}");
    error.clause().expect("a refusal").id()
}

/// Changes both headers and makes their checksums valid.
fn with_headers(mut image: SparseMemory, change: impl Fn(&mut [u8])) -> SparseMemory {
    for at in HEADERS {
        let mut header = [0; 4096];
        image.read_at(at, &mut header).unwrap();
        change(&mut header);
        seal(&mut header);
        image.write_at(at, &header).unwrap();
    }
    image
}

fn one_entry() -> SparseMemory {
    dirty(&[(0, entry(5, 0).data(TARGET, 0xAA))])
}

fn byte(image: &SparseMemory, offset: u64) -> u8 {
    let mut byte = [0];
    image.read_at(offset, &mut byte).unwrap();
    byte[0]
}

#[test]
fn a_clean_file_is_opened_and_not_changed() {
    let mut image = clean(1);
    let before = image.clone();
    let opened = writable().open(&mut image).unwrap();
    assert!(matches!(opened.log(), LogState::Empty));
    assert!(image.sectors().eq(before.sectors()));
}

#[test]
fn a_replay_writes_the_updates_and_marks_the_log_empty() {
    // RPL-1, RPL-6, UPD-2
    let mut image = one_entry();
    let opened = writable().open(&mut image).unwrap();
    assert!(matches!(opened.log(), LogState::Replayed(plan, _) if plan.active.entries == 1));
    assert!([0, 7, 8, 4091, 4092, 4095].map(|at| byte(&image, TARGET + at)) == [0xAA; 6]);
    let again = writable().open(&mut image).unwrap();
    for header in [&again.headers().first, &again.headers().second] {
        assert!(header.as_ref().unwrap().log_guid.is_nil());
    }
}

#[test]
fn a_later_update_wins() {
    // RPL-1: zeros over data of an older entry, data over zeros of the same entry.
    let mut image = dirty(&[
        (0, entry(1, 0).data(TARGET, 1).data(TARGET + 4096, 1)),
        (3, entry(2, 0).zero(TARGET, 8192).data(TARGET, 2)),
    ]);
    writable().open(&mut image).unwrap();
    assert_eq!(byte(&image, TARGET), 2);
    assert_eq!(byte(&image, TARGET + 4096), 0);
}

#[test]
fn the_file_grows_to_the_last_target_and_to_last_file_offset() {
    // RPL-2, RPL-3; ENT-9: rounded up to 1 MiB.
    let mut image = dirty(&[(0, entry(1, 0).data(20 * MIB, 1))]);
    assert_eq!(
        writable().open(&mut image).unwrap().len().unwrap(),
        20 * MIB + 4096
    );
    let mut head = entry(1, 0);
    head.last_file_offset = 30 * MIB + 1;
    let mut image = dirty(&[(0, head)]);
    assert_eq!(
        writable().open(&mut image).unwrap().len().unwrap(),
        31 * MIB
    );
}

#[test]
fn what_is_not_a_vhdx_file_is_refused() {
    let mut image = clean(1);
    image.write_at(0, b"conectix").unwrap();
    assert_eq!(refused_for(image), "FID-1");
    assert_eq!(refused_for(SparseMemory::new(7)), "FID-1");
}

#[test]
fn a_file_needs_one_current_header() {
    let broken = with_headers(clean(1), |header| header[0] = b'H');
    assert_eq!(refused_for(broken), "HDR-3");
    let mut one = clean(1);
    one.write_at(HEADERS[0], &[0; 4096]).unwrap();
    assert!(writable().open(one).is_ok(), "HDR-2: one is enough");
    let mut nth = 0;
    let mut equal = with_headers(clean(1), |header| header[8..16].fill(9));
    equal.read_at(HEADERS[1], &mut [0; 1]).unwrap();
    assert!(writable().open(equal.clone()).is_ok(), "HDR-4b: identical");
    for at in HEADERS {
        let mut header = [0; 4096];
        equal.read_at(at, &mut header).unwrap();
        nth += 1;
        header[100] = nth;
        seal(&mut header);
        equal.write_at(at, &header).unwrap();
    }
    assert_eq!(refused_for(equal), "HDR-4");
}

#[test]
fn fields_of_the_current_header_are_checked() {
    type Change = fn(&mut [u8]);
    let checks: [(Change, &str); 5] = [
        (|header| header[66] = 2, "HDR-5"),
        (|header| header[64] = 1, "HDR-6"),
        (|header| header[72] = 1, "HDR-7"),
        (|header| header[68..72].fill(0), "HDR-10"),
        (|header| header[76] = 1, "HDR-8"),
    ];
    for (change, clause) in checks {
        assert_eq!(refused_for(with_headers(one_entry(), change)), clause);
    }
}

#[test]
fn a_dirty_file_needs_a_valid_sequence() {
    assert_eq!(refused_for(dirty(&[])), "SEQ-7");
}

#[test]
fn a_truncated_file_is_refused_for_the_heads_value_alone() {
    // SEQ-8
    let mut head = entry(2, 0);
    head.flushed_file_offset = 100 * MIB;
    assert_eq!(
        refused_for(dirty(&[(0, entry(1, 0)), (1, head.clone())])),
        "SEQ-8"
    );
    head.sequence_number = 1;
    assert!(
        writable()
            .open(dirty(&[(0, head), (1, entry(2, 0))]))
            .is_ok()
    );
}

#[test]
fn a_bad_target_among_the_entries_to_replay_is_refused() {
    // DSC-5 to DSC-7, DSC-9
    for (target, clause) in [
        ((1 << 63) - 4096, "DSC-5"),
        (188 << 10, "DSC-6"),
        (2 * MIB - 4096, "DSC-7"),
    ] {
        assert_eq!(
            refused_for(dirty(&[(0, entry(1, 0).data(target, 1))])),
            clause
        );
        let before_the_tail = [(0, entry(1, 0).data(target, 1)), (2, entry(2, 2))];
        assert!(writable().open(dirty(&before_the_tail)).is_ok(), "{clause}");
    }
    let nothing = dirty(&[(0, entry(1, 0).zero(64 << 10, 0))]);
    assert!(
        writable().open(nothing).is_ok(),
        "a zero-length target touches nothing"
    );
}

#[test]
fn growth_is_limited_and_existing_length_is_not() {
    // RPL-9
    let image = dirty(&[(0, entry(1, 0).data(20 * MIB, 1))]);
    let exact = 20 * MIB + 4096;
    assert!(writable().max_file_size(exact).open(image.clone()).is_ok());
    let error = writable().max_file_size(exact - 1).open(image).unwrap_err();
    assert_eq!(error.clause().unwrap().id(), "RPL-9");
    assert!(writable().max_file_size(1).open(one_entry()).is_ok());
    let mut head = entry(1, 0);
    head.last_file_offset = u64::MAX;
    assert_eq!(refused_for(dirty(&[(0, head)])), "RPL-9");
}

#[test]
fn a_header_that_cannot_be_followed_can_still_be_read() {
    // HDR-13
    let image = clean_with_header_sequence_number(1, u64::MAX - 1);
    assert!(OpenOptions::read_only().open(image.clone()).is_ok());
    assert_eq!(refused_for(image), "HDR-13");
}

#[test]
fn a_caller_can_refuse_a_dirty_file_or_see_it_without_the_replay() {
    // RPL-5
    let refuse = OpenOptions::read_only().dirty_log(DirtyLog::Refuse);
    let error = refuse.open(one_entry()).unwrap_err();
    assert_eq!(error.clause().unwrap().id(), "RPL-5");
    let report = OpenOptions::read_only().dirty_log(DirtyLog::Report);
    let opened = report.open(one_entry()).unwrap();
    assert!(matches!(opened.log(), LogState::Dirty(plan) if plan.data_updates == 1));
    let mut first = [1];
    opened.read_at(TARGET, &mut first).unwrap();
    assert_eq!(first, [0]);
}
