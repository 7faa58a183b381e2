//! A newer entry with one thing wrong.

use vhdx_log_image::{Bytes, Checksum, Corruption, Entry, Overwrite};

use crate::recipes::{one_and, write};
use crate::source::{VectorSource, vector};

/// A valid entry and a newer one that does not count.
pub(super) fn ignored(
    id: &str,
    title: &str,
    why: &str,
    clause: &str,
    newer: Entry,
) -> VectorSource {
    vector(id, title, why)
        .ignores(clause)
        .made_by(one_and(newer))
        .replays([0])
}

pub(super) fn overwrite(at: u32, bytes: &[u8]) -> Corruption {
    Corruption::Overwrite(Overwrite {
        at,
        bytes: Bytes(bytes.to_vec()),
    })
}

pub(super) fn damaged(at: u32) -> Entry {
    write(2)
        .corrupt(overwrite(at, &[0x5A; 4]))
        .with_checksum(Checksum::BeforeCorruptions)
}
