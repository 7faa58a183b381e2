//! Corruption of the headers.

use crate::generate::rng::Rng;
use crate::generate::value::{self, u64_value};
use crate::{Checksum, Header, Layout, LogGuid, MIB, Presence, Recipe, SECTOR, Signature};

/// Corrupts the current header in most cases, or both, or the other one.
pub(super) fn corrupt_headers(recipe: &mut Recipe, rng: &mut Rng) {
    let layout = Layout::of(&recipe.geometry);
    let which = rng.weighted(&[(60, [false, true]), (25, [true, true]), (15, [true, false])]);
    if rng.chance(15) {
        return sequence_numbers(recipe, rng);
    }
    let kind = rng.below(16);
    let seed = rng.next_u64();
    for (header, corrupted) in [&mut recipe.header_1, &mut recipe.header_2]
        .into_iter()
        .zip(which)
    {
        if corrupted {
            corrupt_header(header, kind, &layout, &mut Rng::new(seed));
        }
    }
}

/// Gives two different headers the same sequence number (HDR-4), or numbers on both sides of an
/// edge that a narrower or signed integer cannot represent.
fn sequence_numbers(recipe: &mut Recipe, rng: &mut Rng) {
    if rng.chance(50) {
        recipe.header_1.sequence_number = Some(Header::SEQUENCE_NUMBERS[1]);
        match rng.below(3) {
            0 => recipe.header_1.reserved = 1,
            1 => recipe.header_1.log_guid = LogGuid::B,
            _ => recipe.header_2.log_guid = LogGuid::Zero,
        }
        return;
    }
    let edge = rng.pick(&[1 << 16, 1 << 31, 1 << 32, 1 << 32, 1 << 63]);
    let (older, newer) = (
        edge - u64::from(rng.within(1, 2)),
        edge + u64::from(rng.below(2)),
    );
    let swap = rng.chance(50);
    recipe.header_1.sequence_number = Some(if swap { newer } else { older });
    recipe.header_2.sequence_number = Some(if swap { older } else { newer });
    let stale = if swap {
        &mut recipe.header_2
    } else {
        &mut recipe.header_1
    };
    stale.log_guid = rng.pick(&[LogGuid::A, LogGuid::B, LogGuid::Zero]);
}

fn corrupt_header(header: &mut Header, kind: u32, layout: &Layout, rng: &mut Rng) {
    match kind {
        0 => header.presence = rng.pick(&[Presence::Absent, Presence::Twin]),
        1 => header.checksum = rng.pick(&[Checksum::Wrong, Checksum::Explicit(0)]),
        2 => {
            let [first, second] = Header::SEQUENCE_NUMBERS;
            header.sequence_number =
                Some(rng.pick(&[first, first, second, 0, 1, u64::MAX - 1, u64::MAX]));
        }
        3 => header.version = Some(rng.pick(&[0, 2, 0x100, u16::MAX])),
        4 => header.log_version = rng.pick(&[1, 0x100, u16::MAX]),
        5 | 6 => header.log_length = Some(log_length(layout, rng)),
        7 | 8 => header.log_offset = Some(log_offset(layout, rng)),
        9 => header.signature = Some(Signature(rng.pick(&[*b"HEAD", *b"loge", [0; 4]]))),
        10 => header.reserved = rng.pick(&[1, 0xFF]),
        11 | 12 => {
            header.log_guid = rng.pick(&[
                LogGuid::Zero,
                LogGuid::B,
                LogGuid::TextOrder,
                value::NEARLY_A[0],
            ])
        }
        13 => header.sequence_number = Some(u64_value(rng)),
        14 => header.checksum = Checksum::BeforeCorruptions,
        _ => header.sequence_number = Some(Header::SEQUENCE_NUMBERS[rng.index(2)]),
    }
}

fn log_length(layout: &Layout, rng: &mut Rng) -> u32 {
    let length = layout.log_bytes as u32;
    rng.pick(&[
        0,
        4096,
        length / 2,
        length - 4096,
        length + 4096,
        length + (1 << 20),
        0xFFF0_0000,
        u32::MAX,
    ])
}

fn log_offset(layout: &Layout, rng: &mut Rng) -> u64 {
    let (offset, end) = (layout.log_offset, layout.file_bytes);
    rng.pick(&[
        0,
        offset + SECTOR,
        offset + MIB,
        offset + 1,
        end,
        end - MIB,
        1 << 62,
        u64::MAX - MIB + 1,
    ])
}
