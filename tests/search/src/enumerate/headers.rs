//! Files with every pair of headers that a few deviations make, over a log that fits the one, the
//! other, or neither.

use uuid::Uuid;

use super::choices::Choose;
use vhdx_log_image::{
    Bytes, Checksum, Guid, Header, LogGuid, Patch, Presence, Recipe, Signature, Target,
};

/// How far headers deviate.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// How many deviations each header has at most.
    pub(super) deviations: usize,
    /// Whether the file's start and end are varied too.
    pub(super) files: bool,
}

/// Every way in which a header is other than the right one.
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
    |header| header.log_length = Some((1 << 20) + 4096),
    |header| header.log_length = Some(2 << 20),
    |header| header.log_length = Some(0xFFF0_0000),
    |header| header.log_offset = Some(0),
    |header| header.log_offset = Some((1 << 20) + 512),
    |header| header.log_offset = Some(2 << 20),
    |header| header.log_offset = Some(6 << 20),
    |header| header.log_offset = Some(0_u64.wrapping_sub(1 << 20)),
    |header| header.signature = Some(Signature(*b"HEAD")),
    |header| header.reserved = 0xFF,
    |header| header.checksum = Checksum::Wrong,
    |header| {
        header.checksum = Checksum::BeforeCorruptions;
        header.reserved = 1;
    },
];

/// Lengths of the file that cut something off: the log's end, header 2, header 1, the identifier.
const LENGTHS: [Option<u64>; 7] = [
    None,
    Some((2 << 20) - 1),
    Some(132 << 10),
    Some((132 << 10) - 1),
    Some(68 << 10),
    Some(100),
    Some(7),
];

/// What must not be looked at before the log is replayed (RPL-4): both region tables, the metadata
/// table.
const BROKEN: [&[u64]; 3] = [&[], &[192 << 10, 256 << 10], &[2 << 20]];

/// The file that these choices make.
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

/// Up to `most` deviations, in order: each set of them once.
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
