//! Random single values: sequence numbers, targets, descriptors, edges of the integers.

use uuid::Uuid;

use super::rng::Rng;
use crate::{Content, Data, Descriptor, Guid, LogGuid, MIB, SECTOR, Target, Zero};

/// 64-bit values at which implementations fail.
pub(super) const EDGES: [u64; 16] = [
    0,
    1,
    2,
    511,
    512,
    4095,
    4096,
    8192,
    MIB,
    MIB + 4096,
    1 << 31,
    1 << 32,
    1 << 62,
    1 << 63,
    u64::MAX - 4095,
    u64::MAX,
];

/// LogGuids that differ from [`LogGuid::A`] in one bit: of the last byte, or of the first field.
pub(super) const NEARLY_A: [LogGuid; 2] = [
    explicit(0xa1b2c3d4_e5f6_4718_8293_a4b5c6d7e8f8),
    explicit(0xa1b2c3d5_e5f6_4718_8293_a4b5c6d7e8f9),
];

/// LogGuids in which all bytes but one are zero.
pub(super) const NEARLY_ZERO: [LogGuid; 3] = [explicit(1), explicit(1 << 95), explicit(1 << 127)];

const fn explicit(guid: u128) -> LogGuid {
    LogGuid::Explicit(Guid(Uuid::from_u128(guid)))
}

/// A 64-bit value: an edge, something near one, or anything.
pub(super) fn u64_value(rng: &mut Rng) -> u64 {
    match rng.below(8) {
        0 => rng.next_u64() >> rng.below(64),
        1 | 2 => rng
            .pick(&EDGES)
            .wrapping_add(u64::from(rng.below(5)))
            .wrapping_sub(2),
        3 => rng.pick(&EDGES) & !(SECTOR - 1),
        4 => u64::from(rng.below(1024)) * SECTOR,
        5 => u64::from(rng.below(16)) * MIB,
        _ => rng.pick(&EDGES),
    }
}

/// The lower half of such a value.
pub(super) fn u32_value(rng: &mut Rng) -> u32 {
    u64_value(rng) as u32
}

/// The first sequence number of a run of `entries` entries. `None`: the default.
pub(super) fn first_sequence_number(rng: &mut Rng, entries: u32) -> Option<u64> {
    let before =
        |edge: u64, rng: &mut Rng| Some(edge.wrapping_sub(u64::from(rng.below(entries + 1))));
    match rng.below(20) {
        0..=10 => None,
        11 => Some(1),
        12..=14 => Some(rng.next_u64() >> 1),
        15 | 16 => before(1 << 32, rng),
        17 => before(1 << 63, rng),
        _ => Some(u64::MAX - u64::from(entries.saturating_sub(1) + rng.below(3))),
    }
}

/// A target that a writer could have.
pub(super) fn target(rng: &mut Rng) -> Target {
    match rng.below(20) {
        0..=6 => Target::Payload(rng.below(8)), // few, so that entries meet on the same sector
        7 | 8 => Target::Payload(rng.below(600)),
        9..=11 => Target::Bat(rng.below(2)),
        12 | 13 => Target::Metadata(rng.pick(&[0, 1, 16, 255])),
        14 => Target::RegionTable(rng.pick(&[0, 1, 15, 16, 31])),
        15 | 16 => Target::Beyond(rng.below(3)),
        17 => Target::Beyond(rng.below(900)),
        _ => Target::Payload(rng.pick(&[0, 255, 256, 511])),
    }
}

/// A target that no writer may have (DSC-3, DSC-5, DSC-6, DSC-7).
pub(super) fn hostile_target(rng: &mut Rng) -> Target {
    match rng.below(12) {
        0..=2 => Target::Header(rng.pick(&[0, 15, 16, 31])),
        3 => Target::Identifier(rng.below(16)),
        4..=6 => Target::Log(rng.pick(&[0, 1, 2, 254, 255])),
        7 => Target::At(192 * 1024 + u64::from(rng.below(9)) * 512),
        8 => Target::At((1 << 63) - 4096),
        9 => Target::At(u64::MAX - 4095),
        _ => Target::At(u64_value(rng)),
    }
}

/// A descriptor that a writer could have made.
pub(super) fn descriptor(rng: &mut Rng) -> Descriptor {
    let target = target(rng);
    if rng.chance(22) {
        // A long range at another target would overlap the log.
        let far = matches!(target, Target::Payload(_) | Target::Beyond(_));
        let sectors = rng
            .weighted(&[(8, 1), (3, 0), (3, 2), (2, 8), (1, 256), (1, 1000)])
            .min(if far { 1000 } else { 1 });
        return Descriptor::Zero(Zero {
            target,
            length: sectors * SECTOR,
            more: 0,
        });
    }
    Descriptor::Data(Data {
        target,
        content: content(rng, target),
        more: 0,
    })
}

/// What is written to a target: mostly something that leaves the structure there valid.
fn content(rng: &mut Rng, target: Target) -> Content {
    match target {
        Target::Bat(0) if rng.chance(70) => Content::BlockTable(rng.below(5)),
        Target::Metadata(_) | Target::RegionTable(_) | Target::Bat(_) if rng.chance(70) => {
            Content::Original
        }
        _ => rng.weighted(&[
            (16, Content::Own),
            (2, Content::Pattern(7)),
            (1, Content::Zeros),
        ]),
    }
}
