//! Ranges that touch, or lie one sector apart.

use vhdx_log_model::SECTOR;

use super::row::Row;
use crate::small::*;

const NEXT: u64 = TARGET + SECTOR;
const NEXT_BUT_ONE: u64 = TARGET + 2 * SECTOR;

pub const IMAGES: &[Row] = &[
    (&["zero-ranges-one-sector-apart-merged"], |s| {
        s.old(NEXT, 9)
            .entry(0, 5, 0, &[Zero(TARGET, SECTOR), Zero(NEXT_BUT_ONE, SECTOR)]);
    }),
    (&["data-one-sector-apart-joined"], |s| {
        s.old(NEXT, 9)
            .entry(0, 5, 0, &[Data(TARGET, 1), Data(NEXT_BUT_ONE, 2)]);
    }),
    (&["data-next-but-one-to-zeros-joined"], |s| {
        s.old(NEXT, 9)
            .entry(0, 5, 0, &[Zero(TARGET, SECTOR), Data(NEXT_BUT_ONE, 2)]);
    }),
    (&["zero-ranges-of-entries-merged"], |s| {
        s.old(NEXT, 9)
            .entry(0, 5, 0, &[Zero(TARGET, SECTOR)])
            .entry(4096, 6, 0, &[Zero(NEXT_BUT_ONE, SECTOR)]);
    }),
    (&["touching-zero-range-lost"], |s| {
        s.old(NEXT, 9)
            .entry(0, 5, 0, &[Zero(TARGET, SECTOR), Zero(NEXT, SECTOR)]);
    }),
    (&["zero-range-one-sector-too-long"], |s| {
        s.old(NEXT, 9).entry(0, 5, 0, &[Zero(TARGET, SECTOR)]);
    }),
    (&["zero-range-one-sector-too-short"], |s| {
        s.old(NEXT, 9).entry(0, 5, 0, &[Zero(TARGET, 2 * SECTOR)]);
    }),
];
