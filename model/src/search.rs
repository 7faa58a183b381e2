//! Section 4: sequences, and the search for the active one.

use crate::image::u32_at;
use crate::{ClauseId, Entry, Ring, Rules, SECTOR, entry_at};

/// A valid sequence: a maximal run of entries whose head's Tail is one of them (SEQ-1, SEQ-2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sequence {
    /// The entries, oldest first; never empty.
    pub entries: Vec<Entry>,
    /// Which of them the head's Tail names.
    pub tail: usize,
}

/// The active sequence, in short. Offsets are in bytes of the ring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Active {
    /// Offset of the first entry of the run found.
    pub first: u64,
    /// Offset of the first entry that is replayed.
    pub tail: u64,
    /// Offset of the newest entry.
    pub head: u64,
    /// SequenceNumber of the entry at `tail`.
    pub tail_sequence_number: u64,
    /// SequenceNumber of the entry at `head`.
    pub head_sequence_number: u64,
    /// How many entries are replayed.
    pub replayed_entries: u64,
}

impl Sequence {
    /// The newest entry.
    pub fn head(&self) -> &Entry {
        &self.entries[self.entries.len() - 1]
    }

    pub(crate) fn in_short(&self, rules: &dyn Rules) -> Active {
        let (tail, head) = (&self.entries[self.tail], self.head());
        Active {
            first: self.entries[0].offset,
            tail: tail.offset,
            head: head.offset,
            tail_sequence_number: tail.sequence_number,
            head_sequence_number: head.sequence_number,
            replayed_entries: rules.replayed(self).len() as u64,
        }
    }
}

/// The search over a ring alone (its length any multiple of 4 KiB).
pub fn search(ring: &Ring<'_>, log_guid: &[u8; 16], rules: &dyn Rules) -> Option<Active> {
    find_active(ring, log_guid, rules)
        .ok()?
        .map(|active| active.in_short(rules))
}

/// Every valid entry of the ring, by offset: each sector is tried as a start. Only a flawed reader
/// fails.
pub fn entries(
    ring: &Ring<'_>,
    log_guid: &[u8; 16],
    rules: &dyn Rules,
) -> Result<Vec<Entry>, ClauseId> {
    let (mut found, mut next) = (Vec::new(), 0);
    for index in ring.present() {
        let offset = index * SECTOR;
        if offset < next {
            continue;
        }
        match entry_at(ring, offset, log_guid, rules) {
            Ok(entry) => found.push(entry),
            Err("ENT-1") => {}
            Err(clause) => {
                let claimed = u32_at(ring.sector(index), 8).into();
                next = offset + rules.after_invalid_entry(clause, claimed, ring.length())?;
            }
        }
    }
    Ok(found)
}

/// SEQ-1, SEQ-6: the maximal run of entries from ring offset `at` on.
fn run_from<'e>(
    mut at: u64,
    all: &'e [Entry],
    ring: &Ring<'_>,
    rules: &dyn Rules,
) -> Vec<&'e Entry> {
    let (mut run, mut length) = (Vec::new(), 0);
    while let Ok(index) = all.binary_search_by_key(&at, |entry| entry.offset)
        && rules.demand(
            "SEQ-1",
            "each number is one greater than the last",
            rules.continues(&run, &all[index]),
        )
        && rules.demand(
            "SEQ-6",
            "a run never laps itself",
            length + all[index].length <= ring.length(),
        )
    {
        run.push(&all[index]);
        length += all[index].length;
        at = SECTOR
            * rules.ring_sector(
                "next entry",
                (at + all[index].length) / SECTOR,
                ring.length() / SECTOR,
            );
    }
    run
}

/// SEQ-1 to SEQ-6: the active sequence.
///
/// The cost can be the square of the number of entries (SEQ-9 is not promised here): this is the
/// text's own scan.
pub(crate) fn find_active(
    ring: &Ring<'_>,
    log_guid: &[u8; 16],
    rules: &dyn Rules,
) -> Result<Option<Sequence>, ClauseId> {
    let all = entries(ring, log_guid, rules)?;
    let (mut best, mut position) = (None::<Sequence>, 0);
    while position < ring.length() {
        let run = run_from(position, &all, ring, rules);
        if run.is_empty() {
            // So is the run from each sector up to the next entry: on to the last of them.
            let next = all.get(all.partition_point(|entry| entry.offset <= position));
            position = next.map_or(ring.length(), |entry| entry.offset) - SECTOR;
        }
        let length = run.iter().map(|entry| entry.length).sum();
        let tail = rules.tail_entry(&run, &all);
        let valid = !run.is_empty()
            && rules.demand(
                "SEQ-2",
                "the head's Tail is an entry of the run",
                tail.is_some(),
            );
        if valid {
            let candidate = Sequence {
                entries: run.into_iter().cloned().collect(),
                tail: tail.unwrap_or(0),
            };
            best = best
                .filter(|best| !rules.is_better(&candidate, best))
                .or(Some(candidate));
        }
        position = rules.next_position(position, length, valid, ring.length())?;
    }
    Ok(best)
}
