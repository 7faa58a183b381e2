//! Files with every pair of headers that a few deviations make, with a log of the headers'
//! generation, of another one, or without entries (HDR-1 to HDR-13).

use uuid::Uuid;

use super::choices::Choose;
use vhdx_log_image::{
    Bytes, Checksum, Guid, Header, LogGuid, MIB, Patch, Presence, Recipe, SECTOR, Signature, Target,
};

#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// The most deviations of each header.
    pub(super) deviations: usize,
    /// Whether identifier, tables and length of the file vary too.
    pub(super) files: bool,
}

/// Every way in which a header can differ from the valid one.
const DEVIATIONS: &[fn(&mut Header)] = &[
    |header| header.presence = Presence::Absent,
    |header| header.presence = Presence::Twin,
    |header| header.sequence_number = Some(0),
    |header| header.sequence_number = Some(8),
    |header| header.sequence_number = Some(9),
    |header| header.sequence_number = Some((1 << 63) - 1),
    |header| header.sequence_number = Some(1 << 63),
    |header| header.sequence_number = Some(u64::MAX - 4),
    |header| header.sequence_number = Some(u64::MAX - 3),
    |header| header.sequence_number = Some(u64::MAX),
    |header| header.log_guid = LogGuid::Zero,
    |header| header.log_guid = LogGuid::B,
    |header| header.log_guid = LogGuid::TextOrder,
    |header| header.log_guid = LogGuid::Explicit(Guid(Uuid::from_u128(1))),
    |header| header.log_guid = LogGuid::Explicit(Guid(Uuid::from_u128(1 << 90))),
    |header| header.version = Some(0),
    |header| header.version = Some(2),
    |header| header.log_version = 1,
    |header| header.log_length = Some(0),
    |header| header.log_length = Some((MIB + SECTOR) as u32),
    |header| header.log_length = Some(2 * MIB as u32),
    |header| header.log_length = Some(0xFFF0_0000),
    |header| header.log_offset = Some(0),
    |header| header.log_offset = Some(MIB + 512),
    |header| header.log_offset = Some(2 * MIB),
    |header| header.log_offset = Some(6 * MIB),
    |header| header.log_offset = Some(0_u64.wrapping_sub(MIB)),
    |header| header.signature = Some(Signature(*b"HEAD")),
    |header| header.reserved = 0xFF,
    |header| header.checksum = Checksum::Wrong,
    |header| {
        header.checksum = Checksum::BeforeCorruptions;
        header.reserved = 1;
    },
];

/// Lengths of the file that truncate the log, header 2, header 1, or the identifier.
const LENGTHS: [Option<u64>; 7] = [
    None,
    Some(2 * MIB - 1),
    Some(132 << 10),
    Some((132 << 10) - 1),
    Some(68 << 10),
    Some(100),
    Some(7),
];

/// The offsets of what must not be read before the log is replayed (RPL-4): both region tables, the
/// metadata table.
const BROKEN: [&[u64]; 3] = [&[], &[192 << 10, 256 << 10], &[2 * MIB]];

pub(super) fn make(bounds: &Bounds, choose: &mut impl Choose) -> Recipe {
    let mut recipe = match choose.choose(3) {
        0 => Recipe::default().run(254, 2, [Target::Payload(0)]),
        1 => Recipe::default().stale_run(254, 2, [Target::Payload(0)]),
        _ => Recipe::default(),
    };
    deviate(&mut recipe.header_1, bounds.deviations, choose);
    deviate(&mut recipe.header_2, bounds.deviations, choose);
    if bounds.files {
        recipe.length = choose.pick(&LENGTHS);
        recipe.identifier.signature = choose
            .pick(&[None, Some(b"vhdxfilE")])
            .map(|bytes| Bytes(bytes.to_vec()));
        let broken = |&at: &u64| Patch {
            at,
            bytes: Bytes(vec![b'-']),
        };
        recipe.patches = choose.pick(&BROKEN).iter().map(broken).collect();
    }
    recipe
}

/// Adds up to `most` deviations, in the order of the list, so that each set of them is made once.
fn deviate(header: &mut Header, most: usize, choose: &mut impl Choose) {
    let mut from = 0;
    for _ in 0..most {
        match choose.choose(DEVIATIONS.len() - from + 1) {
            0 => return,
            next => {
                from += next;
                DEVIATIONS[from - 1](header);
            }
        }
    }
}
