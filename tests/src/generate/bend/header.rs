//! Bends of the headers.

use crate::generate::dice::Dice;
use crate::generate::value::{self, u64_value};
use crate::image::{Checksum, Header, Layout, LogGuid, Presence, Recipe, Signature};

const MIB: u64 = 1 << 20;

/// Bends the current header mostly, or both, or the other.
pub(super) fn bend_headers(recipe: &mut Recipe, dice: &mut Dice) {
    let layout = Layout::of(&recipe.geometry);
    let which = dice.weighted(&[(60, [false, true]), (25, [true, true]), (15, [true, false])]);
    if dice.percent(15) {
        return numbers(recipe, dice);
    }
    let kind = dice.below(16);
    let seed = dice.number();
    for (header, bent) in [&mut recipe.header_1, &mut recipe.header_2]
        .into_iter()
        .zip(which)
    {
        if bent {
            bend_header(header, kind, &layout, &mut Dice::new(seed));
        }
    }
}

/// Gives two different headers the same number (HDR-4), or numbers on both sides of an edge that a
/// narrower or signed integer would trip over.
fn numbers(recipe: &mut Recipe, dice: &mut Dice) {
    if dice.percent(50) {
        recipe.header_1.sequence_number = Some(Header::SEQUENCE_NUMBERS[1]);
        match dice.below(3) {
            0 => recipe.header_1.reserved = 1,
            1 => recipe.header_1.log_guid = LogGuid::B,
            _ => recipe.header_2.log_guid = LogGuid::Zero,
        }
        return;
    }
    let edge = dice.pick(&[1 << 16, 1 << 31, 1 << 32, 1 << 32, 1 << 63]);
    let (older, newer) = (
        edge - u64::from(dice.within(1, 2)),
        edge + u64::from(dice.below(2)),
    );
    let swap = dice.percent(50);
    recipe.header_1.sequence_number = Some(if swap { newer } else { older });
    recipe.header_2.sequence_number = Some(if swap { older } else { newer });
    let stale = if swap {
        &mut recipe.header_2
    } else {
        &mut recipe.header_1
    };
    stale.log_guid = dice.pick(&[LogGuid::A, LogGuid::B, LogGuid::Zero]);
}

fn bend_header(header: &mut Header, kind: u32, layout: &Layout, dice: &mut Dice) {
    match kind {
        0 => header.presence = dice.pick(&[Presence::Absent, Presence::Twin]),
        1 => header.checksum = dice.pick(&[Checksum::Wrong, Checksum::Explicit(0)]),
        2 => {
            let [first, second] = Header::SEQUENCE_NUMBERS;
            header.sequence_number =
                Some(dice.pick(&[first, first, second, 0, 1, u64::MAX - 1, u64::MAX]));
        }
        3 => header.version = Some(dice.pick(&[0, 2, 0x100, u16::MAX])),
        4 => header.log_version = dice.pick(&[1, 0x100, u16::MAX]),
        5 | 6 => header.log_length = Some(log_length(layout, dice)),
        7 | 8 => header.log_offset = Some(log_offset(layout, dice)),
        9 => header.signature = Some(Signature(dice.pick(&[*b"HEAD", *b"loge", [0; 4]]))),
        10 => header.reserved = dice.pick(&[1, 0xFF]),
        11 | 12 => {
            header.log_guid = dice.pick(&[
                LogGuid::Zero,
                LogGuid::B,
                LogGuid::TextOrder,
                value::NEARLY_A[0],
            ])
        }
        13 => header.sequence_number = Some(u64_value(dice)),
        14 => header.checksum = Checksum::BeforeBends,
        _ => header.sequence_number = Some(Header::SEQUENCE_NUMBERS[dice.index(2)]),
    }
}

fn log_length(layout: &Layout, dice: &mut Dice) -> u32 {
    let length = layout.log_bytes as u32;
    dice.pick(&[
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

fn log_offset(layout: &Layout, dice: &mut Dice) -> u64 {
    let (offset, end) = (layout.log_offset, layout.file_bytes);
    dice.pick(&[
        0,
        offset + 4096,
        offset + MIB,
        offset + 1,
        end,
        end - MIB,
        1 << 62,
        u64::MAX - MIB + 1,
    ])
}
