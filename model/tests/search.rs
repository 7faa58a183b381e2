//! Section 4: runs, sequences and the choice of the active one.

mod small;

use vhdx_log_model::{Active, Format, Image, Ring, SECTOR, Verdict, search};

use small::*;

#[track_caller]
fn active(s: &Small) -> Active {
    match s.read() {
        Verdict::Replayed(replay) => replay.active,
        other => panic!("{other:?}"),
    }
}

/// Ring offsets of the run's first entry, the tail and the head, in sectors; and the number of
/// entries replayed.
#[track_caller]
fn places(s: &Small) -> [u64; 4] {
    let active = active(s);
    [
        active.first / SECTOR,
        active.tail / SECTOR,
        active.head / SECTOR,
        active.replayed_entries,
    ]
}

/// Empty entries: sector, number, Tail in sectors.
fn empties(entries: &[(u64, u64, u64)]) -> Small {
    let mut s = Small::dirty();
    for &(sector, number, tail) in entries {
        s.entry(sector * SECTOR, number, tail * SECTOR, &[]);
    }
    s
}

#[test]
fn seq_1_sequence_numbers_increase_by_one() {
    assert_eq!(
        places(&empties(&[(0, 5, 0), (1, 6, 0), (2, 7, 0)])),
        [0, 0, 2, 3]
    );
    for next in [4, 5, 7, (1 << 32) + 6] {
        // The second entry begins a run of its own, and its Tail is not in it.
        assert_eq!(places(&empties(&[(0, 5, 0), (1, next, 0)])), [0, 0, 0, 1]);
    }
    assert_eq!(
        places(&empties(&[
            (0, u64::MAX - 1, 0),
            (1, u64::MAX, 0),
            (2, 1, 0)
        ])),
        [0, 0, 1, 2]
    );
}

#[test]
fn seq_1_the_next_entry_starts_where_the_last_ends() {
    assert_eq!(places(&empties(&[(0, 5, 0), (2, 6, 0)])), [0, 0, 0, 1]);
    assert_eq!(
        places(&empties(&[(255, 5, 255), (0, 6, 255)])),
        [255, 255, 0, 2]
    );
}

#[test]
fn seq_1_a_run_is_judged_by_its_last_entry() {
    assert_eq!(
        in_short(&empties(&[(0, 5, 0), (1, 6, 0), (2, 7, 9)]).read()),
        "SEQ-7"
    );
    // An entry that is not valid does not count: the run ends before it.
    assert_eq!(
        places(&empties(&[(0, 5, 0), (1, 6, 0), (2, 7, 256)])),
        [0, 0, 1, 2]
    );
}

#[test]
fn seq_2_the_head_s_tail_is_an_entry_of_the_run() {
    assert_eq!(
        places(&empties(&[(0, 5, 0), (1, 6, 0), (2, 7, 2)])),
        [0, 2, 2, 1]
    );
    assert_eq!(
        places(&empties(&[(0, 5, 9), (1, 6, 200), (2, 7, 1)])),
        [0, 1, 2, 2]
    );
    let mut s = Small::one();
    s.entry(8192, 6, 4096, &[]);
    assert_eq!(in_short(&s.read()), "SEQ-7", "inside an entry");
    assert_eq!(places(&empties(&[(0, 5, 0), (9, 7, 0)])), [0, 0, 0, 1]);
}

#[test]
fn seq_3_the_sequence_with_the_greatest_head_is_active() {
    assert_eq!(
        places(&empties(&[(0, 5, 0), (1, 6, 0), (2, 7, 0), (9, 6, 9)])),
        [0, 0, 2, 3]
    );
    assert_eq!(
        places(&empties(&[(0, 5, 0), (1, 6, 0), (2, 7, 0), (9, 8, 9)])),
        [9, 9, 9, 1]
    );
    assert_eq!(
        places(&empties(&[(4, 1 << 63, 4), (9, (1 << 63) - 1, 9)])),
        [4, 4, 4, 1]
    );
    assert_eq!(
        places(&empties(&[(4, 7, 4), (9, 7, 9)])),
        [4, 4, 4, 1],
        "a tie"
    );
}

#[test]
fn seq_4_replay_begins_at_the_tail() {
    let mut s = Small::dirty();
    s.entry(0, 5, 0, &[Data(TARGET, 1)])
        .entry(8192, 6, 8192, &[Data(TARGET + SECTOR, 2)]);
    assert_eq!(
        tags(&s.read(), [TARGET, TARGET + SECTOR]),
        [Some(0), Some(2)]
    );
    assert_eq!(
        (
            active(&s).tail_sequence_number,
            active(&s).head_sequence_number
        ),
        (6, 6)
    );
}

#[test]
fn seq_5_a_wrapped_sequence_is_found_whole() {
    // Its part at the start of the log is not a sequence by itself: the Tail is in the other part.
    let s = empties(&[(254, 5, 254), (255, 6, 254), (0, 7, 254), (1, 8, 255)]);
    assert_eq!(places(&s), [254, 255, 1, 3]);
    // Here it is, with the same head: the first found stays, and the replay is the same.
    let s = empties(&[(255, 6, 255), (0, 7, 0), (1, 8, 0)]);
    assert_eq!(places(&s), [0, 0, 1, 2]);
}

#[test]
fn seq_5_an_invalid_entry_moves_the_scan_by_one_sector() {
    let mut s = empties(&[(0, 4, 0), (1, 5, 1), (3, 9, 3)]);
    s.log_write(8, &8192u32.to_le_bytes()); // claims the sector of the next
    s.log_write(3 * SECTOR + 100, b"torn");
    assert_eq!(places(&s), [1, 1, 1, 1]);
}

#[test]
fn seq_5_seq_6_a_sequence_may_fill_the_log() {
    for start in [0, 1, 100, 255] {
        let run: Vec<_> = (0..256)
            .map(|n| ((start + n) % 256, 5 + n, start))
            .collect();
        assert_eq!(
            places(&empties(&run))[1..],
            [start, (start + 255) % 256, 256]
        );
    }
    let mut s = Small::dirty();
    let updates: Vec<_> = (0..254).map(|n| Data(2 * MIB + n * SECTOR, 1)).collect();
    s.entry(77 * SECTOR, 5, 77 * SECTOR, &updates);
    assert_eq!(places(&s), [77, 77, 77, 1]);
}

#[test]
fn seq_7_a_log_guid_without_a_sequence_is_refused() {
    assert_eq!(in_short(&Small::dirty().read()), "SEQ-7");
    assert_eq!(in_short(&empties(&[(0, 5, 1)]).read()), "SEQ-7");
}

#[test]
fn seq_8_a_file_shorter_than_the_head_says_is_refused() {
    let mut s = empties(&[(0, 5, 0), (1, 6, 0)]);
    s.lengths(0, u64::MAX, LENGTH).lengths(4096, LENGTH, LENGTH);
    assert_eq!(in_short(&s.read()), "replayed");
    s.lengths(4096, LENGTH + 1, LENGTH);
    assert_eq!(in_short(&s.read()), "SEQ-8");
}

#[test]
fn a_ring_of_any_number_of_sectors_is_searched() {
    for sectors in 1..8 {
        let mut s = Small::dirty();
        s.image = Image::new(sectors * SECTOR);
        s.log = (0, sectors * SECTOR);
        for n in 0..sectors {
            let at = (sectors / 2 + n) % sectors * SECTOR;
            s.entry(at, 5 + n, at, &[]);
        }
        let found = search(&Ring::of_log(&s.image, 0, sectors * SECTOR), &GUID, &Format).unwrap();
        assert_eq!(found.head_sequence_number, 4 + sectors);
        assert_eq!(found.replayed_entries, 1);
    }
    assert_eq!(
        search(&Ring::of_log(&Image::new(0), 0, 0), &GUID, &Format),
        None
    );
}
