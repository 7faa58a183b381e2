//! Section 4 of `corpus/SPEC.md`: sequences, and the search for the active one, SEQ-1 to SEQ-6.
//!
//! [`find_active`] is the text's own scan. SEQ-4 is the method `replayed` of the rules; SEQ-7 and
//! SEQ-8 are in `read.rs`.
//!
//! SEQ-9 is not promised: the cost can be the square of the number of entries.

use crate::entry::entry_at;
use crate::image::{Ring, SECTOR, u32_at};
use crate::layout::{Entry, Sequence};
use crate::outcome::{Active, Checked};
use crate::rules::Rules;

/// The search over a ring alone (its length any multiple of 4 KiB).
pub fn search(ring: &Ring<'_>, log_guid: &[u8; 16], rules: &dyn Rules) -> Option<Active> {
    find_active(ring, log_guid, rules)
        .ok()?
        .map(|active| summary(&active, rules))
}

/// Every valid entry of the ring, by offset. SEQ-5: each sector is tried as a start. Only a flawed
/// reader fails.
pub fn entries(ring: &Ring<'_>, log_guid: &[u8; 16], rules: &dyn Rules) -> Checked<Vec<Entry>> {
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
            "each sequence number is one greater than the last",
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
pub(crate) fn find_active(
    ring: &Ring<'_>,
    log_guid: &[u8; 16],
    rules: &dyn Rules,
) -> Checked<Option<Sequence>> {
    let all = entries(ring, log_guid, rules)?;
    let (mut best, mut position) = (None::<Sequence>, 0);
    while position < ring.length() {
        let mut run = run_from(position, &all, ring, rules);
        run.truncate(rules.judged_entries(&run, ring));
        if run.is_empty() {
            // The runs from the sectors up to the next entry are empty too: skip to the last one.
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

pub(crate) fn summary(sequence: &Sequence, rules: &dyn Rules) -> Active {
    let replayed = rules.replayed(sequence);
    // A flawed reader may start elsewhere than at the Tail, or replay nothing.
    let start = if replayed.is_empty() {
        sequence.tail
    } else {
        replayed.start
    };
    let (tail, head) = (&sequence.entries[start], sequence.head());
    Active {
        first: sequence.entries[0].offset,
        tail: tail.offset,
        head: head.offset,
        tail_sequence_number: tail.sequence_number,
        head_sequence_number: head.sequence_number,
        replayed_entries: replayed.len() as u64,
    }
}
