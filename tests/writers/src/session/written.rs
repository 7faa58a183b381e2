//! What the guest may find after a session that was cut off anywhere.

use std::collections::BTreeMap;
use std::ops::Range;

use super::operation::{Change, Operation, Session};
use crate::guest::{History, PIECE_BYTES, hash_of};

/// Adds what a session wrote to a history. `runs` are the requests of each run, and whether it
/// ended well: then everything written in it is acknowledged.
pub fn add_session(history: &mut History, session: &Session, runs: &[(Range<usize>, bool)]) {
    let nothing = hash_of(&[0; PIECE_BYTES]);
    let mut hashes = BTreeMap::from([(0, nothing)]);
    for (operations, (requests, ended_well)) in session.runs.iter().zip(runs) {
        for operation in operations {
            let Some(change) = operation.change() else {
                continue;
            };
            let Change {
                offset,
                length,
                pattern,
            } = change;
            let hash = *hashes
                .entry(pattern)
                .or_insert_with(|| hash_of(&[pattern; PIECE_BYTES]));
            let piece = PIECE_BYTES as u64;
            // A guest may find the old data of what it discarded.
            let is_discard = matches!(operation, Operation::Discard { .. });
            let sure = (*ended_well && !is_discard).then_some(requests.end);
            for number in offset / piece..(offset + length) / piece {
                history.acknowledge(number, nothing, hash, requests.start, sure);
            }
        }
    }
}
