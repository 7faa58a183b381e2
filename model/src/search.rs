//! Section 4: sequences, and the search for the active one.

use crate::entry::{Entry, entry_at};
use crate::image::{Ring, SECTOR};
use crate::rules::{Fault, Rules};

/// A valid sequence: a maximal run of entries whose head's Tail is one of them (SEQ-1, SEQ-2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sequence {
    /// The entries, oldest first; never empty.
    pub entries: Vec<Entry>,
    /// Which of them the head's Tail names.
    pub tail: usize,
}

impl Sequence {
    /// The newest entry.
    pub fn head(&self) -> &Entry {
        &self.entries[self.entries.len() - 1]
    }
}

/// The active sequence, in short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Active {
    /// Ring offset of the first entry of the run found, in bytes.
    pub first: u64,
    /// Ring offset of the first entry that is replayed.
    pub tail: u64,
    /// Ring offset of the newest entry.
    pub head: u64,
    /// SequenceNumber of the entry at `tail`.
    pub tail_sequence: u64,
    /// SequenceNumber of the entry at `head`.
    pub head_sequence: u64,
    /// How many entries are replayed.
    pub replayed_entries: u64,
}

impl Active {
    pub(crate) fn of(active: &Sequence, rules: &dyn Rules) -> Self {
        let replayed = rules.replayed(active);
        let (tail, head) = (&active.entries[active.tail], active.head());
        Self {
            first: active.entries[0].offset,
            tail: tail.offset,
            head: head.offset,
            tail_sequence: tail.sequence,
            head_sequence: head.sequence,
            replayed_entries: replayed.len() as u64,
        }
    }
}

/// The search over a ring alone (its length any multiple of 4 KiB).
pub fn search(ring: &Ring<'_>, log_guid: &[u8; 16], rules: &dyn Rules) -> Option<Active> {
    let active = find_active(ring, log_guid, rules).ok()??;
    Some(Active::of(&active, rules))
}

/// Every valid entry of the ring, by offset: each sector is tried as a start.
pub fn entries(ring: &Ring<'_>, log_guid: &[u8; 16], rules: &dyn Rules) -> Vec<Entry> {
    valid_entries(ring, log_guid, rules).unwrap_or_default()
}

fn valid_entries(ring: &Ring<'_>, log_guid: &[u8; 16], rules: &dyn Rules) -> Result<Vec<Entry>, Fault> {
    let mut found = Vec::new();
    let mut next = 0;
    for offset in ring.present().map(|index| index * SECTOR) {
        if offset < next {
            continue;
        }
        match entry_at(ring, offset, log_guid, rules) {
            Ok(entry) => found.push(entry),
            Err("ENT-1") => {}
            Err(clause) => {
                let claimed = crate::bytes::u32_at(ring.sector(offset / SECTOR), 8);
                next = offset + rules.after_invalid_entry(clause, claimed.into(), ring.length())?;
            }
        }
    }
    Ok(found)
}

/// SEQ-1, SEQ-6: the maximal run of entries from ring offset `start` on.
fn run_from<'e>(start: u64, all: &'e [Entry], ring: u64, rules: &dyn Rules) -> Vec<&'e Entry> {
    let mut run: Vec<&Entry> = Vec::new();
    let (mut at, mut length) = (start, 0);
    while let Ok(index) = all.binary_search_by_key(&at, |entry| entry.offset) {
        let entry = &all[index];
        length += entry.length;
        let continues = rules.continues(&run, entry);
        if !rules.demand("SEQ-1", "each number is one greater than the last", continues)
            || !rules.demand("SEQ-6", "a run never laps itself", length <= ring)
        {
            break;
        }
        run.push(entry);
        at = rules.next_entry(entry.offset + entry.length, ring);
    }
    run
}

/// SEQ-1 to SEQ-6: the active sequence.
///
/// The cost can be the square of the number of entries (SEQ-9 is not promised here): this is the text's own scan.
pub(crate) fn find_active(ring: &Ring<'_>, log_guid: &[u8; 16], rules: &dyn Rules) -> Result<Option<Sequence>, Fault> {
    let all = valid_entries(ring, log_guid, rules)?;
    let mut best: Option<Sequence> = None;
    let mut position = 0;
    // SEQ-5. An empty run moves the scan by one sector, so it comes to the next sector where a valid entry starts.
    while let Some(next) = all.get(all.partition_point(|entry| entry.offset < position)) {
        let start = next.offset;
        if !rules.crosses_gap(position, start) {
            break;
        }
        let run = run_from(start, &all, ring.length(), rules);
        let length = run.iter().map(|entry| entry.length).sum();
        let tail = rules.tail_entry(&run, &all);
        let valid = !run.is_empty() && rules.demand("SEQ-2", "the head's Tail is an entry of the run", tail.is_some());
        if valid {
            let candidate = Sequence { entries: run.into_iter().cloned().collect(), tail: tail.unwrap_or(0) };
            if best.as_ref().is_none_or(|best| rules.is_better(&candidate, best)) {
                best = Some(candidate);
            }
        }
        position = rules.next_position(start, length, valid, ring.length())?;
    }
    Ok(best)
}
