//! The search for the active sequence, and what is found out where there is none (SEQ-7).
//!
//! The search is one pass over the ring (SEQ-9). Only where it finds no sequence is there a second
//! one, for the sequences of other generations, and a comparison of the one found with the file.
//! What is collected is explained in [`evidence`](crate::evidence).

use uuid::Uuid;

use crate::clause::Clause;
use crate::error::OpenError;
use crate::evidence::{BrokenEntry, LogEvidence, OtherHeader, OtherSequence};
use crate::header::{Current, Headers};
use crate::limits::ReadLimits;
use crate::replay::{ReplayPlan, stands_in_file};
use crate::ring::Ring;
use crate::scan::{Found, scan, scan_within};
use crate::sequence::{ActiveSequence, RunTracker};
use crate::storage::Storage;
use crate::units::exact;

/// Searches the ring for the active sequence of one generation (SEQ-1 to SEQ-6), in time linear in
/// the ring's length (SEQ-9); `None` when there is none.
///
/// # Errors
/// Only [`OpenError::Io`].
pub fn find_active<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    log_guid: Uuid,
) -> Result<Option<ActiveSequence>, OpenError> {
    Ok(search(storage, ring, log_guid, &ReadLimits::DEFAULT)?.0)
}

/// Entries of the generation searched for.
#[derive(Default)]
pub(super) struct OwnEntries {
    whole: u32,
    broken: u32,
    first_broken: Option<BrokenEntry>,
}

/// The active sequence, and the entries met on the way.
pub(super) fn search<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    log_guid: Uuid,
    limits: &ReadLimits,
) -> Result<(Option<ActiveSequence>, OwnEntries), OpenError> {
    let mut tracker = RunTracker::new(ring);
    let mut own = OwnEntries::default();
    let mut found = |found| match found {
        Found::Entry(entry) => {
            exact::increment(&mut own.whole);
            _ = tracker.entry(entry);
        }
        // ENT-7: an entry of another generation.
        Found::NotAnEntry { fault, .. } if fault.clause == Clause::Ent7 => {}
        Found::NotAnEntry { offset, fault } => {
            exact::increment(&mut own.broken);
            // A broken entry that wraps is reported last.
            let broken = BrokenEntry { offset, fault };
            let first = own.first_broken.get_or_insert(broken);
            if offset < first.offset {
                *first = broken;
            }
        }
    };
    scan_within(limits, storage, ring, Some(log_guid), &mut found)?;
    Ok((tracker.finish(), own))
}

/// What is known about a log in which the search found no sequence.
pub(super) fn evidence<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    headers: &Headers,
    current: &Current,
    own: OwnEntries,
    file_length: u64,
) -> Result<LogEvidence, OpenError> {
    let log_guid = current.header.log_guid;
    let other_header = other_header(headers, current);
    Ok(LogEvidence {
        log_guid,
        other_header,
        whole_entries: own.whole,
        broken_entries: own.broken,
        first_broken: own.first_broken,
        other_sequence: other_sequence(storage, ring, log_guid, other_header, file_length)?,
    })
}

fn other_header(headers: &Headers, current: &Current) -> OtherHeader {
    match headers.slot(current.slot.other()) {
        Err(_) => OtherHeader::NotValid,
        Ok(other) if other.log_guid.is_nil() => OtherHeader::Empty,
        Ok(other) if other.log_guid == current.header.log_guid => OtherHeader::SameGeneration,
        Ok(other) => OtherHeader::OtherGeneration(other.log_guid),
    }
}

/// The whole sequence of another generation that tells most: the one that the other header names,
/// or else the one with the greatest head.
fn other_sequence<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    log_guid: Uuid,
    other_header: OtherHeader,
    file_length: u64,
) -> Result<Option<OtherSequence>, OpenError> {
    let (mut named, mut unnamed) = (RunTracker::new(ring), RunTracker::new(ring));
    scan(storage, ring, None, &mut |found| match found {
        Found::Entry(entry) if entry.log_guid == log_guid => {}
        Found::Entry(entry) => {
            let by_header = other_header == OtherHeader::OtherGeneration(entry.log_guid);
            let tracker = if by_header { &mut named } else { &mut unnamed };
            _ = tracker.entry(entry);
        }
        Found::NotAnEntry { .. } => {}
    })?;
    let Some(found) = named.finish().or_else(|| unnamed.finish()) else {
        return Ok(None);
    };
    let head = found.head();
    Ok(Some(OtherSequence {
        log_guid: head.log_guid,
        tail: found.tail,
        entries: found.entries,
        first_sequence_number: found.tail_sequence_number(),
        last_sequence_number: head.sequence_number,
        flushed_file_offset: head.flushed_file_offset,
        in_place: is_in_place(storage, ring, found, file_length)?,
    }))
}

/// Whether a replay of the sequence would change nothing; a sequence that cannot be replayed may be
/// needed all the same.
fn is_in_place<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    found: ActiveSequence,
    file_length: u64,
) -> Result<bool, OpenError> {
    let in_place = ReplayPlan::new(storage, ring, found, file_length, u64::MAX)
        .and_then(|plan| stands_in_file(storage, plan));
    match in_place {
        Err(OpenError::Refused(_)) => Ok(false),
        other => other,
    }
}
