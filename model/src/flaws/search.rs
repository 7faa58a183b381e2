//! Section 4: sequences and the search.

use std::ops::Range;

use super::flaw::{Flaw, catalogue, lets_pass, own_steps, seen_in};
use crate::image::SECTOR;
use crate::layout::{Entry, MIB, Sequence};
use crate::outcome::Checked;
use crate::rules::{Format, Rules};

catalogue! {
    "second-entry-unchecked" ["SEQ-1"] ("Q8 QEMU 10.0")
        "does not check the sequence number of the second entry of a run, and replays an old entry"
        "a newest entry followed by an old one with another sequence number"
        {
            fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
                run.len() < 2 || Format.continues(run, entry)
            }
        }

    "entry-numbers-unchecked" ["SEQ-1"]
        "does not check sequence numbers along a run, and replays old entries"
        "a newest sequence of two entries followed by an old one with another sequence number"
        { lets_pass!("SEQ-1"); }

    "entry-numbers-may-jump" ["SEQ-1"]
        "accepts any greater sequence number as the next of a run, and replays an entry of another \
        sequence"
        "entries 5, 6 and 8 one after the other: the last is from another sequence"
        {
            fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
                run.last().is_none_or(|last| last.sequence_number < entry.sequence_number)
            }
        }

    "entry-numbers-32-bit" ["SEQ-1"]
        "compares only the lower 32 bits of consecutive sequence numbers"
        "entries 5 and 2^32 + 6 one after the other"
        {
            fn continues(&self, run: &[&Entry], entry: &Entry) -> bool {
                let low = |entry: &Entry| entry.sequence_number as u32;
                run.last().is_none_or(|last| low(last).wrapping_add(1) == low(entry))
            }
        }

    "run-does-not-wrap" ["SEQ-1" "SEQ-5"]
        "ends a run at the end of the log, and loses the newest entries of a wrapped sequence"
        "a sequence of two entries, the newer at the start of the log"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                if part == "next entry" { number } else { number % ring_sectors }
            }
        }

    "entry-after-log-end-not-at-start" ["SEQ-1" "SEQ-5"]
        "does not look at the start of the log after an entry that ends with the log, and loses \
        the newest entries"
        "a sequence of two entries: the older ends with the log, the newer is at its start"
        {
            fn ring_sector(&self, part: &str, number: u64, ring_sectors: u64) -> u64 {
                let is_first = part == "next entry" && number == ring_sectors;
                if is_first { number } else { number % ring_sectors }
            }
        }

    "tail-unchecked" ["SEQ-2"] ("Q7 QEMU 10.0")
        "accepts a run whatever its head's Tail points to, and replays an incomplete sequence"
        "a run whose head's Tail is the log's last sector, which is empty"
        { lets_pass!("SEQ-2"); }

    "tail-inside-entry-accepted" ["SEQ-2"]
        "accepts a Tail that points into the middle of an entry of the run"
        "a head whose Tail is the data sector of the entry before it"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                let tail = run.last()?.tail;
                let range = |entry: &&Entry| entry.offset..entry.offset + entry.length;
                run.iter().position(|entry| range(entry).contains(&tail))
            }
        }

    "tail-in-old-entry-accepted" ["SEQ-2"]
        "accepts a Tail that points to any valid entry of the log, and replays an incomplete \
        sequence"
        "a head whose Tail is an old entry outside its run"
        {
            fn tail_entry(&self, run: &[&Entry], all: &[Entry]) -> Option<usize> {
                let tail = run.last()?.tail;
                all.iter().find(|entry| entry.offset == tail)?;
                Some(run.iter().position(|entry| entry.offset == tail).unwrap_or(0))
            }
        }

    "tail-of-first-entry" ["SEQ-2"]
        "uses the Tail of a run's first entry instead of the head's, and applies old entries again"
        "a run of three: the first entry's Tail is itself, the head's is the second"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                let tail = run.first()?.tail;
                run.iter().position(|entry| entry.offset == tail)
            }
        }

    "tail-behind-head-refused" ["SEQ-2"]
        "rejects a Tail with a greater offset than the head, and so every wrapped sequence"
        "a wrapped sequence with its head at the start of the log"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                let head = run.last()?;
                run.iter().position(|entry| entry.offset == head.tail && head.tail <= head.offset)
            }
        }

    "tail-must-be-first-entry" ["SEQ-2"]
        "rejects a run when its head's Tail is not its first entry, and refuses the file"
        "a run of two whose head has itself as Tail"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                (run.last()?.tail == run[0].offset).then_some(0)
            }

            fn next_position(&self, start: u64, run: u64, _: bool, _: u64) -> Checked<u64> {
                Ok(start + run.max(SECTOR))
            }
        }

    "tail-must-not-be-head" ["SEQ-2"]
        "rejects a head that has itself as Tail, and so every sequence of one entry"
        "a head that has itself as Tail"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                let (head, older) = run.split_last()?;
                older.iter().position(|entry| entry.offset == head.tail)
            }
        }

    "tail-never-goes-back" ["SEQ-2" "SEQ-4"]
        "uses the newest Tail of any entry of the run instead of the head's, and skips entries \
        that must be replayed"
        "a run of three with Tails at the first, second and first entry"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                Format.tail_entry(run, &[])?;
                let index = |tail| run.iter().position(|other| other.offset == tail);
                run.iter().filter_map(|entry| index(entry.tail)).max()
            }
        }

    "first-entries-compared" ["SEQ-3" "SEQ-5"] ("Q1 QEMU 10.0")
        "compares candidate sequences by the sequence numbers of their first entries, and can take \
        an outdated sequence"
        "a sequence 5, 6, 7, and an older one that is the single entry 6"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries[0].sequence_number > best.entries[0].sequence_number
            }
        }

    "later-sequence-wins-tie" ["SEQ-3"]
        "takes the later of two sequences with the same newest sequence number"
        "two sequences of one entry each, with the same sequence number"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.head().sequence_number >= best.head().sequence_number
            }
        }

    "sequences-compared-signed" ["SEQ-3"]
        "compares candidate sequences as signed integers, and takes the older one from 2^63 on"
        "two sequences with the sequence numbers 2^63 - 1 and 2^63"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                (candidate.head().sequence_number as i64) > (best.head().sequence_number as i64)
            }
        }

    "sequences-compared-32-bit" ["SEQ-3"]
        "compares only the lower 32 bits of candidate sequences, and takes the older one when they \
        wrap"
        "two sequences with the sequence numbers 2^32 - 1 and 2^32"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                (candidate.head().sequence_number as u32) > (best.head().sequence_number as u32)
            }
        }

    "own-tail-part-wins" ["SEQ-2" "SEQ-3" "SEQ-5"]
        "ignores Tail and compares candidates by their first entries: a wrapped sequence loses to \
        its own second half, and its older entries are never applied"
        "a sequence 5, 6, 7 with the last two at the start of the log"
        {
            fn tail_entry(&self, run: &[&Entry], _: &[Entry]) -> Option<usize> {
                (!run.is_empty()).then_some(0)
            }

            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries[0].sequence_number > best.entries[0].sequence_number
            }
        }

    "sequences-compared-by-tail" ["SEQ-3"]
        "compares candidate sequences by the sequence numbers of their tails, and can take an \
        outdated sequence"
        "a sequence 5, 6, 7 with the first as tail, and an older one that is the single entry 6"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                let tail = |found: &Sequence| found.entries[found.tail].sequence_number;
                tail(candidate) > tail(best)
            }
        }

    "most-to-replay-wins" ["SEQ-3"]
        "takes the sequence with the most entries to replay, and can take an outdated one"
        "an old sequence of three entries, all to be replayed, and a new one of one"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries.len() - candidate.tail > best.entries.len() - best.tail
            }
        }

    "longest-sequence-wins" ["SEQ-3"]
        "takes the sequence with the most entries, and can take an outdated one"
        "an old sequence of three entries and a new one of one"
        {
            fn is_better(&self, candidate: &Sequence, best: &Sequence) -> bool {
                candidate.entries.len() > best.entries.len()
            }
        }

    "last-sequence-wins" ["SEQ-3"]
        "takes the last sequence in the log, and can take an outdated one"
        "a new sequence at the start of the log and an old one after it"
        {
            fn is_better(&self, _: &Sequence, _: &Sequence) -> bool {
                true
            }
        }

    "scan-stops-at-first-sequence" ["SEQ-3" "SEQ-5"]
        "takes the first sequence in the log, and can take an outdated one"
        "an old sequence at the start of the log and a new one after it"
        {
            fn next_position(&self, start: u64, _: u64, valid: bool, ring: u64) -> Checked<u64> {
                Ok(if valid { ring } else { start + SECTOR })
            }
        }

    "scan-stops-at-gap" ["SEQ-5"]
        "stops the scan at the first sector without a valid entry, and refuses the file"
        "an empty sector before the only sequence"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Checked<u64> {
                if run == 0 { Ok(ring) } else { Format.next_position(start, run, valid, ring) }
            }
        }

    "full-log-hangs" ["SEQ-5"]
        "stops the scan only at an offset less than the one before (the text's own rule), and \
        never finishes on a full log"
        "a sequence that fills the whole log"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Checked<u64> {
                let next = if valid { start + run } else { start + SECTOR };
                if next % ring == start { Err("HANG") } else { Ok(next) }
            }
        }

    "full-log-refused" ["SEQ-6"]
        "rejects a sequence that fills the whole log"
        "a sequence that fills the whole log"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Checked<u64> {
                match valid {
                    true if run >= ring => Err("SEQ-6"),
                    true => Ok(start + run),
                    false => Ok(start + SECTOR),
                }
            }
        }

    "wrapped-search-costs-its-square" ["SEQ-9"] ("O6 OpenVMM")
        "searches a wrapped sequence again from every sector, quadratic in its length (counts as \
        endless for a log over 1 MiB)"
        "a log of 2 MiB with a sequence across its end"
        {
            fn next_position(&self, start: u64, run: u64, valid: bool, ring: u64) -> Checked<u64> {
                let next = Format.next_position(start, run, valid, ring)?;
                if next > ring && ring > MIB { Err("HANG") } else { Ok(next) }
            }
        }

    "no-sequence-is-clean" ["SEQ-7"] ("V5 vhdx-rs 0.2.0; V5 QEMU 10.0")
        "takes a log without a valid sequence as empty, and opens a file whose log is lost"
        "a nonzero LogGuid and a log of zeros"
        { lets_pass!("SEQ-7"); }

    "truncation-unchecked" ["SEQ-8"] ("O5 OpenVMM")
        "does not compare the file's length with FlushedFileOffset, and opens a truncated file"
        "a file shorter than its head's FlushedFileOffset"
        { lets_pass!("SEQ-8"); }

    "truncation-by-tail" ["SEQ-8"]
        "compares the file's length with the tail's FlushedFileOffset instead of the head's"
        "a file shorter than its tail's FlushedFileOffset, but not than its head's"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.entries[active.tail].flushed_file_offset
            }
        }

    "truncation-by-any-entry" ["SEQ-8"] ("QEMU 10.0")
        "compares the file's length with the greatest FlushedFileOffset of the sequence, and \
        refuses a file that was shrunk"
        "a file shorter than the FlushedFileOffset of an entry before its head"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.entries.iter().map(|entry| entry.flushed_file_offset).max().unwrap_or(0)
            }
        }

    "truncation-by-last-file-offset" ["SEQ-8"]
        "compares the file's length with LastFileOffset, and refuses a file that only has to be \
        extended"
        "a file shorter than its head's LastFileOffset, but not than its FlushedFileOffset"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().last_file_offset
            }
        }

    "file-of-flushed-length-refused" ["SEQ-8"]
        "refuses a file that is exactly as long as FlushedFileOffset"
        "a file exactly as long as its head's FlushedFileOffset"
        {
            fn flushed_file_offset(&self, active: &Sequence) -> u64 {
                active.head().flushed_file_offset.saturating_add(1)
            }
        }

    "tail-ignored" ["SEQ-4"] ("Q7 QEMU 10.0")
        "replays from the first entry of the run, and writes old data over newer data"
        "a run whose first entry is already applied, and whose target has changed since"
        {
            fn replayed(&self, active: &Sequence) -> Range<usize> {
                0..active.entries.len()
            }
        }

    "only-head-replayed" ["SEQ-4"]
        "replays only the newest entry, and loses the others"
        "a tail and a head that write different sectors"
        {
            fn replayed(&self, active: &Sequence) -> Range<usize> {
                active.entries.len() - 1..active.entries.len()
            }
        }

    "tail-entry-not-replayed" ["SEQ-4"]
        "starts replay after the entry that Tail points to, and loses that entry"
        "a sequence of one entry that writes a sector"
        {
            fn replayed(&self, active: &Sequence) -> Range<usize> {
                active.tail + 1..active.entries.len()
            }
        }

    "head-not-replayed" ["SEQ-4"]
        "stops replay before the newest entry, and loses it"
        "a sequence of one entry that writes a sector"
        {
            fn replayed(&self, active: &Sequence) -> Range<usize> {
                active.tail..active.entries.len() - 1
            }
        }
}
