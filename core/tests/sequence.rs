//! Which entries form the active sequence, ring by ring.
//!
//! In the pictures each number is the SequenceNumber of an entry of one sector, `.` an empty
//! sector; the text after them says where the Tail is.

mod image;

use image::MIB;
use image::dirty::{Entry, LOG_GUID, dirty, entry};
use uuid::Uuid;
use vhdx_log::units::FileOffset;
use vhdx_log::{Ring, find_active};

/// Tail's and head's sequence number, and how many entries there are to replay.
fn active(placed: &[(u32, Entry)]) -> Option<(u64, u64, u32)> {
    let ring = Ring::new(FileOffset(MIB), 1 << 20).unwrap();
    let found = find_active(&dirty(placed), ring, Uuid::from_bytes_le(LOG_GUID)).unwrap();
    found.map(|active| {
        (
            active.tail_sequence_number().0,
            active.head().sequence_number.0,
            active.entries,
        )
    })
}

/// Entries of one sector at these sectors, all with one Tail.
fn run(at: impl IntoIterator<Item = u32>, first: u64, tail: u32) -> Vec<(u32, Entry)> {
    at.into_iter()
        .zip(first..)
        .map(|(at, sequence_number)| (at, entry(sequence_number, tail)))
        .collect()
}

#[test]
fn an_empty_ring_has_none() {
    assert_eq!(active(&[]), None);
}

#[test]
fn one_entry_is_its_own_tail() {
    assert_eq!(active(&run([3], 9, 3)), Some((9, 9, 1)));
}

#[test]
fn a_sequence_runs_from_the_tail_to_the_head() {
    // 5 6 7, Tail at 5
    assert_eq!(active(&run(0..3, 5, 0)), Some((5, 7, 3)));
}

#[test]
fn entries_before_the_tail_are_not_replayed() {
    // SEQ-4: 5 6 7 8, the head's Tail at 7
    assert_eq!(active(&run(0..4, 5, 2)), Some((7, 8, 2)));
}

#[test]
fn only_the_tail_of_the_head_counts() {
    // SEQ-2: 5 names nothing, 6 names 5.
    let placed = [(0, entry(5, 99)), (1, entry(6, 0))];
    assert_eq!(active(&placed), Some((5, 6, 2)));
}

#[test]
fn a_gap_in_the_numbers_ends_a_run() {
    // SEQ-1: 5 6 8, each run with its own Tail.
    let mut placed = run(0..2, 5, 0);
    placed.push((2, entry(8, 2)));
    assert_eq!(active(&placed), Some((8, 8, 1)));
}

#[test]
fn a_gap_in_the_ring_ends_a_run() {
    // SEQ-1: 5 6 . 7
    let mut placed = run(0..2, 5, 0);
    placed.push((3, entry(7, 3)));
    assert_eq!(active(&placed), Some((7, 7, 1)));
}

#[test]
fn a_tail_outside_its_run_makes_the_run_invalid() {
    // SEQ-2: 5 6 . 9, where 9 names 5.
    let mut placed = run(0..2, 5, 0);
    placed.push((3, entry(9, 0)));
    assert_eq!(active(&placed), Some((5, 6, 2)));
}

#[test]
fn a_tail_inside_an_entry_makes_the_run_invalid() {
    // SEQ-2: 5 has two sectors, and 6 names the second.
    let placed = [(0, entry(5, 0).data(4 * MIB, 1)), (2, entry(6, 1))];
    assert_eq!(active(&placed), None);
}

#[test]
fn the_greatest_head_wins_wherever_it_is() {
    // SEQ-3: 20 21 . 5 6 . 10
    let placed = [run(0..2, 20, 0), run(3..5, 5, 3), run([6], 10, 6)].concat();
    assert_eq!(active(&placed), Some((20, 21, 2)));
}

#[test]
fn on_a_tie_the_first_found_stays() {
    // SEQ-3: 8 . 7 8
    let placed = [run([0], 8, 0), run(2..4, 7, 2)].concat();
    assert_eq!(active(&placed), Some((8, 8, 1)));
}

#[test]
fn on_a_tie_the_part_of_a_wrapped_run_at_the_start_is_found_first() {
    // SEQ-3, SEQ-5: 7 8 . . . 8 . . . 5 6. The search meets 7 8 first, whose Tail is 7, then the
    // other 8, and the whole run last.
    let placed = [run([254, 255, 0, 1], 5, 0), run([100], 8, 100)].concat();
    assert_eq!(active(&placed), Some((7, 8, 2)));
    // With its Tail at 5 the run is found last, and loses.
    let placed = [run([254, 255, 0, 1], 5, 254), run([100], 8, 100)].concat();
    assert_eq!(active(&placed), Some((8, 8, 1)));
}

#[test]
fn a_run_that_wraps_is_one_run() {
    // SEQ-5: 7 8 . . . 5 6
    let placed = run([254, 255, 0, 1], 5, 254);
    assert_eq!(active(&placed), Some((5, 8, 4)));
}

#[test]
fn a_full_ring_ends() {
    // SEQ-5, SEQ-6: every sector starts an entry, from the middle of the ring round to it.
    let placed = run((0..256).map(|nth| (100 + nth) % 256), 1, 100);
    assert_eq!(active(&placed), Some((1, 256, 256)));
}

#[test]
fn the_last_sequence_number_has_no_successor() {
    // SEQ-1: 2^64 - 1 at sector 0, and an entry numbered 1 after it.
    let placed = [(0, entry(u64::MAX, 0)), (1, entry(1, 1))];
    assert_eq!(active(&placed), Some((u64::MAX, u64::MAX, 1)));
}
