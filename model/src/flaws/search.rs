//! Section 4: sequences and the search.

use super::flaw::{Flaw, catalogue, lets_pass, seen_in};
use crate::image::SECTOR;
use crate::layout::{Entry, MIB, Sequence};
use crate::outcome::ClauseId;
use crate::rules::{Format, Rules};
use std::ops::Range;

catalogue! {
    "second-entry-unchecked" ["SEQ-1"] ("Q8 QEMU 10.0")
        "the second entry of a run may have any number"
        "a newest entry followed by an old one with another number"
        {
            fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
                run.len() < 2 || run[run.len() - 1].sequence_number.checked_add(1) == Some(entry.sequence_number)
            }
        }

    "entry-numbers-unchecked" ["SEQ-1"]
        "the numbers of a run are not looked at"
        "a newest sequence of two entries followed by an old one with another number"
        { lets_pass!("SEQ-1"); }

    "entry-numbers-may-jump" ["SEQ-1"]
        "the next entry's number need only be greater"
        "entries 5, 6 and 8 one after the other: the last is left from another time"
        {
            fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
                run.last().is_none_or(|last| last.sequence_number < entry.sequence_number)
            }
        }

    "entry-numbers-32-bit" ["SEQ-1"]
        "the lower half of the next entry's number is one greater"
        "entries 5 and 2^32 + 6 one after the other"
        {
            fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
                let low = |entry: &Entry| entry.sequence_number as u32;
                run.last().is_none_or(|last| low(last).wrapping_add(1) == low(entry))
            }
        }

    "run-does-not-wrap" ["SEQ-1" "SEQ-5"]
        "a run ends at the end of the log"
        "a sequence of two entries, the newer at the start of the log"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "next entry" { number } else { number % ring_sectors }
            }
        }

    "entry-after-log-end-not-at-start" ["SEQ-1" "SEQ-5"]
        "after an entry that ends with the log the next is not looked for at its start"
        "a sequence of two entries, the older ends with the log, the newer is at its start"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "next entry" && number == ring_sectors { number } else { number % ring_sectors }
            }
        }

    "tail-unchecked" ["SEQ-2"]
        "a run is a valid sequence wherever its head's Tail points"
        "a run whose head's Tail is the log's last sector, which is empty"
        { lets_pass!("SEQ-2"); }

    "tail-inside-entry-accepted" ["SEQ-2"]
        "the head's Tail may be any sector of the run"
        "a head whose Tail is the data sector of the entry before it"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                let tail = run.last()?.tail;
                run.iter().position(|entry| (entry.offset..entry.offset + entry.length).contains(&tail))
            }
        }

    "tail-in-old-entry-accepted" ["SEQ-2"]
        "the head's Tail may be any valid entry of the log"
        "a head whose Tail is an old entry outside its run"
        {
            fn tail_entry(&self, run: &[&Entry], all: &[Entry]) -> Option<usize> {
                let tail = run.last()?.tail;
                all.iter().find(|entry| entry.offset == tail)?;
                Some(run.iter().position(|entry| entry.offset == tail).unwrap_or(0))
            }
        }

    "tail-of-first-entry" ["SEQ-2"]
        "the Tail of a run's first entry is used in place of the head's"
        "a run of three whose first entry has itself for Tail, and whose head the second"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                let tail = run.first()?.tail;
                run.iter().position(|entry| entry.offset == tail)
            }
        }

    "tail-behind-head-refused" ["SEQ-2"]
        "the head's Tail must not be a greater offset than the head's"
        "a wrapped sequence with its head at the start of the log"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                let head = run.last()?;
                run.iter().position(|entry| entry.offset == head.tail && head.tail <= head.offset)
            }
        }

    "tail-must-be-first-entry" ["SEQ-2"]
        "the head's Tail must be the first entry of the run; if it is not, the whole run is passed over"
        "a run of two whose head has itself for Tail"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                (run.last()?.tail == run[0].offset).then_some(0)
            }

            fn next_position(&self, start: u64, run: u64, _: bool, _: u64) -> Result<u64, ClauseId> {
                Ok(start + run.max(SECTOR))
            }
        }

    "tail-must-not-be-head" ["SEQ-2"]
        "the head's Tail must be an older entry"
        "a head that has itself for Tail"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                let (head, older) = run.split_last()?;
                older.iter().position(|entry| entry.offset == head.tail)
            }
        }

    "tail-never-goes-back" ["SEQ-2" "SEQ-4"]
        "the newest Tail of a run is the greatest one, by the entry it names"
        "a run of three with the tails first, second, first"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                Format.tail_entry(run, &[])?;
                let named = |entry: &&Entry| run.iter().position(|other| other.offset == entry.tail);
                run.iter().filter_map(named).max()
            }
        }

    "first-entries-compared" ["SEQ-3" "SEQ-5"] ("Q1 QEMU 10.0")
        "candidate sequences are compared by the numbers of their first entries"
        "a sequence 5, 6, 7 and an older one that is the single entry 6"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries[0].sequence_number > best.entries[0].sequence_number
            }
        }

    "later-sequence-wins-tie" ["SEQ-3"]
        "of two sequences with the same newest number the later in the log is taken"
        "two sequences of one entry each, with the same number"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.head().sequence_number >= best.head().sequence_number
            }
        }

    "sequences-compared-signed" ["SEQ-3"]
        "the numbers of candidate sequences are compared as signed integers"
        "two sequences with the numbers 2^63 - 1 and 2^63"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                (candidate.head().sequence_number as i64) > (best.head().sequence_number as i64)
            }
        }

    "sequences-compared-32-bit" ["SEQ-3"]
        "only the lower halves of the numbers of candidate sequences are compared"
        "two sequences with the numbers 2^32 - 1 and 2^32"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                (candidate.head().sequence_number as u32) > (best.head().sequence_number as u32)
            }
        }

    "own-tail-part-wins" ["SEQ-2" "SEQ-3" "SEQ-5"] ("Q1 QEMU 10.0")
        "Tail is not looked at, and candidates are compared by their first entries: a wrapped sequence loses to its own end"
        "a sequence 5, 6, 7 of which the last two lie at the start of the log"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                (!run.is_empty()).then_some(0)
            }

            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries[0].sequence_number > best.entries[0].sequence_number
            }
        }

    "sequences-compared-by-tail" ["SEQ-3"]
        "candidate sequences are compared by the numbers of their tails"
        "a sequence 5, 6, 7 with the first for tail, and an older one that is the single entry 6"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries[candidate.tail].sequence_number > best.entries[best.tail].sequence_number
            }
        }

    "most-to-replay-wins" ["SEQ-3"]
        "the sequence with the most entries to replay is taken"
        "an old sequence of three entries, all to be replayed, and a new one of one"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries.len() - candidate.tail > best.entries.len() - best.tail
            }
        }

    "longest-sequence-wins" ["SEQ-3"]
        "the sequence with the most entries is taken"
        "an old sequence of three entries and a new one of one"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries.len() > best.entries.len()
            }
        }

    "last-sequence-wins" ["SEQ-3"]
        "the last sequence in the log is taken"
        "a new sequence at the start of the log and an old one behind it"
        {
            fn is_better(&self, _: &Sequence, _: &Sequence) -> bool {
                true
            }
        }

    "scan-stops-at-first-sequence" ["SEQ-3" "SEQ-5"]
        "the first sequence in the log is taken"
        "an old sequence at the start of the log and a new one behind it"
        {
            fn next_position(&self, start: u64, _: u64, valid: bool, ring: u64) -> Result<u64, ClauseId> {
                Ok(if valid { ring } else { start + SECTOR })
            }
        }

    "scan-stops-at-gap" ["SEQ-5"]
        "the scan ends at the first sector in which no valid entry starts"
        "an empty sector before the only sequence"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Result<u64, ClauseId> {
                if run == 0 { Ok(ring) } else { Format.next_position(start, run, valid, ring) }
            }
        }

    "full-log-hangs" ["SEQ-5"]
        "the scan ends only at an offset less than the one before (the text's own rule)"
        "a sequence that fills the whole log"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Result<u64, ClauseId> {
                let next = if valid { start + run } else { start + SECTOR };
                if next % ring == start { Err("HANG") } else { Ok(next) }
            }
        }

    "full-log-refused" ["SEQ-6"]
        "a sequence must be shorter than the log"
        "a sequence that fills the whole log"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Result<u64, ClauseId> {
                match valid {
                    true if run >= ring => Err("SEQ-6"),
                    true => Ok(start + run),
                    false => Ok(start + SECTOR),
                }
            }
        }

    "wrapped-search-costs-its-square" ["SEQ-9"] ("O6 OpenVMM")
        "a sequence that wraps is looked for anew from every sector; in a log of more than 1 MiB that counts as no end"
        "a log of 2 MiB with a sequence around its end"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Result<u64, ClauseId> {
                let next = Format.next_position(start, run, valid, ring)?;
                if next > ring && ring > MIB { Err("HANG") } else { Ok(next) }
            }
        }

    "no-sequence-is-clean" ["SEQ-7"] ("V5 vhdx-rs 0.2.0, QEMU")
        "a log without a valid sequence counts as empty"
        "LogGuid set and a log of zeros"
        { lets_pass!("SEQ-7"); }

    "truncation-unchecked" ["SEQ-8"] ("O5 OpenVMM")
        "the file's length is not held against FlushedFileOffset"
        "a file shorter than its head's FlushedFileOffset"
        { lets_pass!("SEQ-8"); }

    "truncation-by-tail" ["SEQ-8"]
        "the tail's FlushedFileOffset is used"
        "a file shorter than its tail's FlushedFileOffset, but not than its head's"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.entries[active.tail].flushed_file_offset
            }
        }

    "truncation-by-any-entry" ["SEQ-8"] ("QEMU 10.0")
        "the greatest FlushedFileOffset of the sequence is used"
        "a file shorter than the FlushedFileOffset of an entry before its head"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.entries.iter().map(|entry| entry.flushed_file_offset).max().unwrap_or(0)
            }
        }

    "truncation-by-last-file-offset" ["SEQ-8"]
        "the head's LastFileOffset is used"
        "a file shorter than its head's LastFileOffset, but not than its FlushedFileOffset"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().last_file_offset
            }
        }

    "file-of-flushed-length-refused" ["SEQ-8"]
        "the file must be longer than FlushedFileOffset"
        "a file exactly as long as its head's FlushedFileOffset"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().flushed_file_offset.saturating_add(1)
            }
        }

    "tail-ignored" ["SEQ-4"] ("Q7 QEMU 10.0")
        "replay begins at the first entry of the run"
        "a run whose first entry is applied already, and what it wrote changed since"
        {
            fn replayed(&self, active: &Sequence) -> Range<usize> {
                0..active.entries.len()
            }
        }

    "only-head-replayed" ["SEQ-4"]
        "only the newest entry is replayed"
        "a tail and a head that write different sectors"
        {
            fn replayed(&self, active: &Sequence) -> Range<usize> {
                active.entries.len() - 1..active.entries.len()
            }
        }

    "tail-entry-not-replayed" ["SEQ-4"]
        "replay begins after the entry that Tail names"
        "a sequence of one entry that writes a sector"
        {
            fn replayed(&self, active: &Sequence) -> Range<usize> {
                active.tail + 1..active.entries.len()
            }
        }

    "head-not-replayed" ["SEQ-4"]
        "replay ends before the newest entry"
        "a sequence of one entry that writes a sector"
        {
            fn replayed(&self, active: &Sequence) -> Range<usize> {
                active.tail..active.entries.len() - 1
            }
        }
}
