//! Section 3: for every clause an entry that keeps it and one that breaks it. An invalid entry is
//! passed over.

mod small;

use vhdx_log_model::{Format, Ring, entries, entry_at};

use small::*;

/// What [`entry_at`] says of the entry at `offset`.
fn fault(s: &Small, offset: u64) -> Option<&'static str> {
    let ring = Ring::of_log(&s.image, s.log.0, s.log.1);
    entry_at(&ring, offset, &GUID, &Format).err()
}

/// The clause that an entry with a data and a zero descriptor breaks, once these bytes are written
/// over it and its checksum is made valid.
fn fault_with(at: u64, bytes: &[u8]) -> Option<&'static str> {
    let mut s = Small::dirty();
    s.entry(
        8192,
        1 << 33 | 5,
        8192,
        &[Data(TARGET, 1), Zero(TARGET, 8192)],
    );
    assert_eq!(fault(&s, 8192), None);
    fault(s.change(8192, at, bytes), 8192)
}

fn u32(value: u32) -> [u8; 4] {
    value.to_le_bytes()
}

fn u64(value: u64) -> [u8; 8] {
    value.to_le_bytes()
}

#[test]
fn ent_1_an_entry_begins_with_loge() {
    assert_eq!(fault_with(0, b"logE"), Some("ENT-1"));
}

#[test]
fn ent_2_a_changed_byte_breaks_the_checksum() {
    for at in [4, 28, 56, 70, 4095, 4096 + 8, 4096 + 4000] {
        let mut s = Small::one();
        s.log_write(at, &[0xAB]);
        assert_eq!(fault(&s, 0), Some("ENT-2"), "byte {at}");
    }
}

#[test]
fn ent_3_entry_length_is_whole_sectors_within_the_log() {
    assert_eq!(fault_with(8, &u32(8191)), Some("ENT-3"));
    assert_eq!(fault_with(8, &u32(0)), Some("ENT-3"));
    assert_eq!(fault_with(8, &u32((1 << 20) + 4096)), Some("ENT-3"));
    let mut s = Small::one();
    s.log_write(8, &u32(0xFFFF_F000));
    assert_eq!(
        fault(&s, 0),
        Some("ENT-3"),
        "before any checksum over 4 GiB"
    );
    let mut s = Small::dirty();
    let updates: Vec<_> = (0..254).map(|n| Data(2 * MIB, n as u8)).collect();
    s.entry(4096, 5, 4096, &updates);
    assert_eq!(fault(&s, 4096), None, "as long as the log");
}

#[test]
fn ent_4_tail_is_a_sector_of_the_log() {
    assert_eq!(fault_with(12, &u32(LAST as u32)), None);
    assert_eq!(fault_with(12, &u32(1 << 20)), Some("ENT-4"));
    assert_eq!(fault_with(12, &u32(8191)), Some("ENT-4"));
}

#[test]
fn ent_5_sequence_number_is_not_zero() {
    let mut s = Small::dirty();
    s.entry(0, 0, 0, &[])
        .entry(4096, 1, 4096, &[])
        .entry(8192, u64::MAX, 8192, &[Data(TARGET, 1)]);
    assert_eq!(
        (fault(&s, 0), fault(&s, 4096), fault(&s, 8192)),
        (Some("ENT-5"), None, None)
    );
}

#[test]
fn ent_6_entry_length_is_exactly_what_the_descriptors_need() {
    assert_eq!(fault_with(8, &u32(4096)), Some("ENT-6"));
    assert_eq!(
        fault_with(8, &u32(12288)),
        Some("ENT-6"),
        "a padding sector"
    );
    assert_eq!(
        fault_with(24, &u32(127)),
        Some("DSC-1"),
        "descriptors that are not there"
    );
    assert_eq!(fault_with(24, &u32(255)), Some("ENT-6"));
    assert_eq!(fault_with(24, &u32(u32::MAX)), Some("ENT-6"));
    assert_eq!(
        fault_with(24, &u32(0)),
        Some("ENT-6"),
        "a data sector too many"
    );
    assert_eq!(
        fault_with(24, &u32(1)),
        None,
        "one descriptor less: a zero descriptor has no sector"
    );
}

#[test]
fn ent_6_descriptors_fill_126_and_then_128_places_a_sector() {
    for (count, sectors) in [
        (0, 1),
        (1, 1),
        (126, 1),
        (127, 2),
        (128, 2),
        (254, 2),
        (255, 3),
    ] {
        let mut s = Small::dirty();
        let updates: Vec<_> = (0..count).map(|n| Zero(TARGET + n * 4096, 4096)).collect();
        s.entry(8192, 5, 8192, &updates);
        let ring = Ring::of_log(&s.image, LOG, MIB);
        let entry = entry_at(&ring, 8192, &GUID, &Format).unwrap();
        assert_eq!(
            (entry.descriptors.len() as u64, entry.length),
            (count, sectors * 4096)
        );
    }
}

#[test]
fn ent_7_log_guid_is_that_of_the_header() {
    for at in 32..48 {
        assert_eq!(fault_with(at, &[0xEE]), Some("ENT-7"));
    }
}

#[test]
fn ent_8_ent_9_dsc_8_reserved_fields_and_offsets_are_not_checked() {
    assert_eq!(fault_with(28, &u32(7)), None, "Reserved");
    assert_eq!(fault_with(48, &u64(513)), None, "FlushedFileOffset");
    assert_eq!(fault_with(56, &u64(513)), None, "LastFileOffset");
    assert_eq!(
        fault_with(64 + 32 + 4, &u32(7)),
        None,
        "Reserved of a zero descriptor"
    );
    assert_eq!(
        fault_with(4000, &u32(7)),
        None,
        "bytes after the last descriptor"
    );
}

#[test]
fn dsc_1_to_dsc_4_a_bad_descriptor_makes_the_entry_invalid() {
    let second = 64 + 32;
    assert_eq!(fault_with(64, b"DESC"), Some("DSC-1"));
    assert_eq!(fault_with(second, &[0; 4]), Some("DSC-1"));
    assert_eq!(fault_with(64 + 24, &u64(5)), Some("DSC-2"));
    assert_eq!(fault_with(second + 24, &u64(1 << 33)), Some("DSC-2"));
    assert_eq!(fault_with(64 + 16, &u64(TARGET + 512)), Some("DSC-3"));
    assert_eq!(fault_with(second + 16, &u64(u64::MAX)), Some("DSC-3"));
    assert_eq!(fault_with(second + 8, &u64(8191)), Some("DSC-4"));
    assert_eq!(fault_with(second + 8, &u64(0)), None);
    assert_eq!(fault_with(64 + 8, &u64(8191)), None, "LeadingBytes are any");
}

#[test]
fn dsc_9_targets_do_not_make_an_entry_invalid() {
    assert_eq!(fault_with(64 + 16, &u64(0)), None);
    assert_eq!(fault_with(64 + 16, &u64(LOG)), None);
    assert_eq!(fault_with(64 + 16, &u64(u64::MAX - 4095)), None);
}

#[test]
fn dat_1_dat_2_a_bad_data_sector_makes_the_entry_invalid() {
    assert_eq!(fault_with(4096, b"datA"), Some("DAT-1"));
    assert_eq!(fault_with(4100, &u32(0)), Some("DAT-2"));
    assert_eq!(fault_with(8188, &u32(6)), Some("DAT-2"));
}

#[test]
fn every_sector_is_tried_as_a_start() {
    let mut s = Small::dirty();
    s.entry(0, 5, 0, &[Data(TARGET, 1)])
        .entry(12288, 9, 0, &[])
        .entry(LAST, 4, 0, &[Data(TARGET, 1)]);
    // Its second half wrote over the first entry.
    let ring = Ring::of_log(&s.image, LOG, MIB);
    let found: Vec<_> = entries(&ring, &GUID, &Format)
        .unwrap()
        .iter()
        .map(|entry| entry.offset)
        .collect();
    assert_eq!(found, [12288, LAST]);
}

#[test]
fn entries_wrap_at_every_sector() {
    let updates: Vec<_> = (0..130)
        .map(|n| Data(2 * MIB + n * 4096, n as u8 + 1))
        .collect();
    for back in 0..132 {
        let mut s = Small::dirty();
        let offset = (MIB - back * 4096) % MIB;
        s.entry(offset, 5, offset, &updates);
        assert_eq!(fault(&s, offset), None, "{back} sectors before the end");
        let targets = [2 * MIB, 2 * MIB + 64 * 4096, 2 * MIB + 129 * 4096];
        assert_eq!(tags(&s.read(), targets), [Some(1), Some(65), Some(130)]);
    }
}
