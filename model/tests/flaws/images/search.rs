//! Section 4: sequences and the search.

use vhdx_log_model::SECTOR;

use super::row::Row;
use crate::small::*;

pub const IMAGES: &[Row] = &[
    (&["second-entry-unchecked"], |s| {
        s.first_entry().entry(8192, 2, 8192, &[Data(TARGET, 2)]);
    }),
    (&["entry-numbers-unchecked"], |s| {
        s.run_of_three(0).entry(24576, 2, 24576, &[Data(TARGET, 9)]);
    }),
    (&["entry-numbers-may-jump"], |s| {
        s.run_of_three(0).entry(24576, 9, 0, &[Data(TARGET, 9)]);
    }),
    (&["entry-numbers-32-bit"], |s| {
        s.first_entry()
            .entry(8192, (1 << 32) + 6, 0, &[Data(TARGET + SECTOR, 2)]);
    }),
    (
        &[
            "run-does-not-wrap",
            "own-tail-part-wins",
            "tail-behind-head-refused",
        ],
        |s| wrapped(s, LAST),
    ),
    (&["entry-after-log-end-not-at-start"], |s| {
        wrapped(s, LAST - SECTOR)
    }),
    (&["tail-unchecked"], |s| {
        s.first_entry().change(0, 12, &(LAST as u32).to_le_bytes());
    }),
    (&["tail-inside-entry-accepted"], |s| {
        _ = s.run_of_three(4096)
    }),
    (&["tail-in-old-entry-accepted"], |s| {
        s.run_of_three(65536)
            .entry(65536, 2, 65536, &[Data(TARGET, 9)]);
    }),
    (&["tail-of-first-entry"], |s| _ = s.run_of_three(8192)),
    (&["tail-must-be-first-entry"], |s| _ = s.run_of_three(16384)),
    (&["tail-must-not-be-head"], |s| _ = s.first_entry()),
    (&["tail-never-goes-back"], |s| {
        s.run_of_three(0).change(8192, 12, &8192u32.to_le_bytes());
    }),
    (&["first-entries-compared"], |s| {
        s.run_of_three(16384)
            .entry(65536, 6, 65536, &[Data(TARGET, 9)]);
    }),
    (&["later-sequence-wins-tie"], |s| {
        s.first_entry().entry(65536, 5, 65536, &[Data(TARGET, 2)]);
    }),
    (&["sequences-compared-signed"], |s| {
        two_sequences(s, 1 << 63)
    }),
    (&["sequences-compared-32-bit"], |s| {
        two_sequences(s, 1 << 32)
    }),
    (&["sequences-compared-by-tail"], |s| {
        s.run_of_three(0).entry(65536, 6, 65536, &[Data(TARGET, 9)]);
    }),
    (&["most-to-replay-wins"], |s| {
        s.run_of_three(0)
            .entry(65536, 50, 65536, &[Data(TARGET, 9)]);
    }),
    (
        &["longest-sequence-wins", "scan-stops-at-first-sequence"],
        |s| {
            old_and_new(s, 0, 65536);
        },
    ),
    (&["last-sequence-wins"], |s| old_and_new(s, 65536, 0)),
    (&["scan-stops-at-gap"], |s| {
        s.entry(4096, 5, 4096, &[Data(TARGET, 1)]);
    }),
    (&["full-log-hangs", "full-log-refused"], |s| {
        for n in 0..128 {
            s.entry(n * 8192, 5 + n, 0, &[Data(TARGET, n as u8)]);
        }
    }),
    (&["wrapped-search-costs-its-square"], |s| {
        wrapped_in_log_of(s, 2)
    }),
    (&["no-sequence-is-clean"], |_| {}),
    (&["truncation-unchecked"], |s| {
        s.first_entry().lengths(0, LENGTH + MIB, LENGTH + MIB);
    }),
    (&["truncation-by-tail", "truncation-by-any-entry"], |s| {
        s.run_of_three(0).lengths(0, LENGTH + MIB, LENGTH);
    }),
    (&["truncation-by-last-file-offset"], |s| {
        s.first_entry().lengths(0, LENGTH, LENGTH + MIB);
    }),
    (&["tail-ignored"], |s| {
        s.old(TARGET, 8)
            .first_entry()
            .entry(8192, 6, 8192, &[Data(TARGET + SECTOR, 2)]);
    }),
    (&["only-head-replayed"], |s| _ = s.run_of_three(0)),
    (
        &[
            "file-of-flushed-length-refused",
            "tail-entry-not-replayed",
            "head-not-replayed",
        ],
        |s| _ = s.first_entry(),
    ),
];

/// An entry at `offset`, two sectors long, and a newer one after it at the log's start.
fn wrapped(s: &mut Small, offset: u64) {
    let next = (offset + 2 * SECTOR) % MIB;
    s.entry(offset, 5, offset, &[Data(TARGET, 1)]).entry(
        next,
        6,
        offset,
        &[Data(TARGET + SECTOR, 2)],
    );
}

/// Two sequences of one entry, with this sequence number and the one before it.
fn two_sequences(s: &mut Small, sequence_number: u64) {
    s.entry(0, sequence_number - 1, 0, &[Data(TARGET, 1)])
        .entry(65536, sequence_number, 65536, &[Data(TARGET, 2)]);
}

/// An old sequence of three entries and a new one of one, at these offsets.
fn old_and_new(s: &mut Small, old: u64, new: u64) {
    for n in 0..3 {
        s.entry(old + n * 8192, 5 + n, old, &[Data(TARGET, n as u8)]);
    }
    s.entry(new, 50, new, &[Data(TARGET, 9)]);
}
