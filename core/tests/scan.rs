//! What the scan reports, ring by ring.
//!
//! In the pictures, one character is one sector: `A` the first sector of an entry, `a` one that
//! continues it, `.` an empty one, `x` a corrupt one.

mod image;

use image::MIB;
use image::dirty::{Entry, LOG_GUID, dirty, dirty_bytes, entry, seal};
use uuid::Uuid;
use vhdx_log::storage::SparseMemory;
use vhdx_log::units::FileOffset;
use vhdx_log::{Found, Ring, scan};

const TARGET: u64 = 4 * MIB;

/// Each item as `sector:sequence number` or `sector:clause@sector of the fault`.
fn report(image: &SparseMemory) -> Vec<String> {
    let ring = Ring::new(FileOffset(MIB), 1 << 20).unwrap();
    let mut items = Vec::new();
    let generation = Some(Uuid::from_bytes_le(LOG_GUID));
    scan(image, ring, generation, &mut |found| {
        items.push(match found {
            Found::Entry(entry) => format!("{}:{}", entry.offset.0 / 4096, entry.sequence_number),
            Found::NotAnEntry { offset, fault } => {
                format!("{}:{}@{}", offset.0 / 4096, fault.clause, fault.at.0 / 4096)
            }
        });
    })
    .unwrap();
    items
}

fn two_sectors(sequence_number: u64) -> Entry {
    entry(sequence_number, 0).data(TARGET, 1)
}

/// `Aa` with one change to its bytes, and a valid checksum.
fn changed(change: impl FnOnce(&mut [u8])) -> Vec<String> {
    let mut bytes = two_sectors(1).bytes();
    change(&mut bytes);
    seal(&mut bytes);
    report(&dirty_bytes(&[(0, bytes)]))
}

#[test]
fn an_empty_ring_has_nothing_to_report() {
    assert!(report(&dirty(&[])).is_empty());
}

#[test]
fn entries_are_reported_in_ring_order() {
    // AaBb.C
    let image = dirty(&[(5, entry(9, 0)), (2, two_sectors(4)), (0, two_sectors(3))]);
    assert_eq!(report(&image), ["0:3", "2:4", "5:9"]);
}

#[test]
fn an_entry_that_wraps_comes_last() {
    // a B ... A
    let image = dirty(&[(255, two_sectors(7)), (1, entry(8, 0))]);
    assert_eq!(report(&image), ["1:8", "255:7"]);
}

#[test]
fn a_torn_entry_fails_at_the_first_sector_that_is_not_its_own() {
    // A x: the data sector was never written.
    let torn = two_sectors(1).bytes()[..4096].to_vec();
    assert_eq!(report(&dirty_bytes(&[(0, torn)])), ["0:DAT-1@1"]);
}

#[test]
fn an_entry_inside_the_length_that_a_false_one_claims_is_found() {
    // SEQ-5: A claims two sectors, and B is in the second.
    let torn = two_sectors(1).bytes()[..4096].to_vec();
    let image = dirty_bytes(&[(0, torn), (1, entry(2, 0).bytes())]);
    assert_eq!(report(&image), ["0:DAT-1@1", "1:2"]);
}

#[test]
fn a_wrong_checksum_is_found_at_the_end() {
    let mut bytes = two_sectors(1).bytes();
    bytes[5000] ^= 1;
    assert_eq!(report(&dirty_bytes(&[(0, bytes)])), ["0:ENT-2@0"]);
}

#[test]
fn another_generation_is_not_this_one() {
    let mut other = two_sectors(1);
    other.log_guid[15] ^= 1;
    assert_eq!(report(&dirty(&[(0, other)])), ["0:ENT-7@0"]);
}

#[test]
fn lengths_must_be_whole_sectors_inside_the_ring() {
    for length in [0_u32, 4097, 257 * 4096] {
        let items = changed(|bytes| bytes[8..12].copy_from_slice(&length.to_le_bytes()));
        assert_eq!(items, ["0:ENT-3@0"], "EntryLength {length}");
    }
}

#[test]
fn the_length_must_be_what_the_descriptors_need() {
    // ENT-6: two data descriptors, one data sector.
    let items = changed(|bytes| {
        bytes[24] = 2;
        bytes.copy_within(64..96, 96);
    });
    assert_eq!(items, ["0:ENT-6@0"]);
}

#[test]
fn the_tail_must_be_a_sector_of_the_ring() {
    for tail in [1_u32, 1 << 20] {
        let items = changed(|bytes| bytes[12..16].copy_from_slice(&tail.to_le_bytes()));
        assert_eq!(items, ["0:ENT-4@0"], "Tail {tail}");
    }
}

#[test]
fn sequence_number_0_is_not_valid() {
    assert_eq!(changed(|bytes| bytes[16..24].fill(0)), ["0:ENT-5@0"]);
}

#[test]
fn descriptors_and_data_sectors_are_checked() {
    let checks: [(usize, &str); 5] = [
        (64, "0:DSC-1@0"),
        (64 + 24, "0:DSC-2@0"),
        (64 + 16, "0:DSC-3@0"),
        (4096, "0:DAT-1@1"),
        (4096 + 4092, "0:DAT-2@1"),
    ];
    for (at, expected) in checks {
        assert_eq!(changed(|bytes| bytes[at] ^= 0xFF), [expected], "byte {at}");
    }
    let mut zero = entry(1, 0).zero(TARGET, 4096).bytes();
    zero[64 + 8] = 1;
    seal(&mut zero);
    assert_eq!(report(&dirty_bytes(&[(0, zero)])), ["0:DSC-4@0"]);
}

#[test]
fn reserved_fields_are_not_checked() {
    // ENT-8, and DSC-8 in a zero descriptor.
    let mut bytes = entry(1, 0).zero(TARGET, 4096).bytes();
    bytes[28..32].fill(0xFF);
    bytes[68..72].fill(0xFF);
    seal(&mut bytes);
    assert_eq!(report(&dirty_bytes(&[(0, bytes)])), ["0:1"]);
}
