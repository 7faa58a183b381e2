//! Section 4: what lies around the newest sequence, and what a reader makes of it.
//!
//! `search.rs` has the steps of the search; here a reader stumbles over entries that are none, and
//! over runs that touch.

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use crate::image::{Ring, SECTOR, u32_at};
use crate::layout::Entry;
use crate::outcome::{Checked, ClauseId};
use crate::rules::{Format, Rules};

/// Rules of a reader that refuses the file at an entry that breaks one of these clauses.
macro_rules! fails_open {
    ($($clause:literal)|+) => {
        fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Checked<u64> {
            if matches!(clause, $($clause)|+) { Err(clause) } else { Ok(SECTOR) }
        }
    };
}

catalogue! {
    "invalid-shorter-entry-skipped-by-its-length" ["SEQ-5"]
        "advances past an invalid entry by the length it claims when that is less than the log's, \
        and misses valid entries inside that range"
        "the header of an overwritten entry just before the newest sequence"
        {
            fn after_invalid_entry(&self, _: ClauseId, claimed: u64, ring: u64) -> Checked<u64> {
                Ok(if claimed < ring { claimed.max(SECTOR) } else { SECTOR })
            }
        }

    "scan-stops-at-invalid-entry" ["SEQ-5"]
        "ends the scan at the first entry that is not valid, and misses what lies after it"
        "a torn entry before the newest sequence"
        {
            fn after_invalid_entry(&self, _: ClauseId, _: u64, ring: u64) -> Checked<u64> {
                Ok(ring)
            }
        }

    "scan-stops-at-other-generation" ["SEQ-5" "ENT-7"]
        "ends the scan at the first entry of another generation, and misses what lies after it"
        "an entry with another LogGuid before the newest sequence"
        {
            fn after_invalid_entry(&self, clause: ClauseId, _: u64, ring: u64) -> Checked<u64> {
                Ok(if clause == "ENT-7" { ring } else { SECTOR })
            }
        }

    "other-generation-fails-open" ["ENT-7"]
        "refuses the file when an entry of another generation lies in the log"
        "a valid sequence, and an entry with another LogGuid"
        { fails_open!("ENT-7"); }

    "entry-length-fails-open" ["ENT-3"]
        "refuses the file when an entry has a length that no entry can have, instead of skipping it"
        "a valid sequence, and an entry with an EntryLength of 100"
        { fails_open!("ENT-3"); }

    "entry-tail-fails-open" ["ENT-4"]
        "refuses the file when an entry has a Tail that no entry can have, instead of skipping it"
        "a valid sequence, and an entry with a Tail outside the log"
        { fails_open!("ENT-4"); }

    "entry-number-zero-fails-open" ["ENT-5"]
        "refuses the file when an entry has SequenceNumber 0, instead of skipping it"
        "a valid sequence, and an entry with sequence number 0"
        { fails_open!("ENT-5"); }

    "entry-shape-fails-open" ["ENT-6"]
        "refuses the file when EntryLength is not what the descriptors need, instead of skipping \
        the entry"
        "a valid sequence, and an entry without descriptors that claims two sectors"
        { fails_open!("ENT-6"); }

    "data-signature-fails-open" ["DAT-1"]
        "refuses the file when a data sector has another signature, instead of skipping the entry"
        "a valid sequence, and an entry whose data sector begins with `junk`"
        { fails_open!("DAT-1"); }

    "sector-after-run-skipped" ["SEQ-5"]
        "moves the scan one sector past the end of a run, and misses a sequence that begins there"
        "an older entry directly followed by the newest one"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, _: u64) -> Checked<u64> {
                Ok(start + if valid { run + SECTOR } else { SECTOR })
            }
        }

    "older-entry-behind-head-refused" ["SEQ-1"]
        "rejects a run when a valid entry with another number follows its head, as in every log \
        that has gone round"
        "a newest entry directly followed by an older one"
        {
            fn tail_entry(&self, run: &[&Entry], all: &[Entry]) -> Option<usize> {
                let head = run.last()?;
                let is_behind = |entry: &Entry| entry.offset == head.offset + head.length;
                if all.iter().any(is_behind) { None } else { Format.tail_entry(run, all) }
            }
        }

    "older-entry-before-tail-refused" ["SEQ-2"]
        "rejects a run when a valid entry lies directly before it, as in every log that has gone \
        round"
        "a newest entry directly behind an older one"
        {
            fn tail_entry(&self, run: &[&Entry], all: &[Entry]) -> Option<usize> {
                let first = run.first()?;
                let is_before = |entry: &Entry| entry.offset + entry.length == first.offset;
                if all.iter().any(is_before) { None } else { Format.tail_entry(run, all) }
            }
        }

    "tail-checked-for-bounds-only" ["ENT-4" "SEQ-2"]
        "accepts any Tail inside the log, unaligned ones too, and replays an invalid sequence"
        "a newest entry whose Tail is 512 bytes into its own data sector"
        {
            fn demand(&self, clause: &'static str, statement: &'static str, holds: bool) -> bool {
                holds || clause == "SEQ-2" || statement == "Tail is a multiple of 4 KiB"
            }
        }

    "empty-tail-entry-hangs" ["ENT-4" "SEQ-2" "SEQ-9"]
        "follows Tail to whatever begins with `loge` there, and never finishes when its \
        EntryLength is 0"
        "a newest entry whose Tail is in its own data sector, where an entry of length 0 begins"
        {
            fn demand(&self, _: &'static str, statement: &'static str, holds: bool) -> bool {
                holds || statement == "Tail is a multiple of 4 KiB"
            }

            fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Checked<()> {
                let sector = ring.sector(entry.tail / SECTOR);
                let at = (entry.tail % SECTOR) as usize;
                let is_entry = sector[at..].starts_with(b"loge");
                let is_empty = at > 0 && is_entry && u32_at(sector, at + 8) == 0;
                if is_empty { Err("tail of 0") } else { Ok(()) }
            }

            fn after_invalid_entry(&self, clause: ClauseId, _: u64, _: u64) -> Checked<u64> {
                if clause == "tail of 0" { Err("HANG") } else { Ok(SECTOR) }
            }
        }
}
