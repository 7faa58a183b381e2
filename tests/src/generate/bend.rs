//! One thing wrong, or merely unusual, with an image that was right.

use super::dice::Dice;
use super::value::{self, EDGES, u32_value, u64_value};
use crate::image::{
    Bend, Bytes, Checksum, Data, Descriptor, Entry, Header, Layout, Leftover, LogGuid, Nth, Overwrite, Patch, Place,
    Presence, Recipe, Signature, Tail, Tear, Zero,
};

const MIB: u64 = 1 << 20;

/// Bends the recipe in one place: mostly one of its newest entries, sometimes a header, sometimes the file around them.
pub fn bend(recipe: &mut Recipe, dice: &mut Dice) {
    match dice.below(100) {
        0..=18 => header(recipe, dice),
        19 => recipe.identifier.signature = Some(Bytes(dice.pick(&[&b"VHDXFILE"[..], b"conectix", b""]).to_vec())),
        20..=26 => length(recipe, dice),
        27..=29 => recipe.patches.push(patch(recipe, dice)),
        30..=34 => shift(recipe, dice),
        _ => {
            let Some(entry) = newest(recipe, dice) else { return header(recipe, dice) };
            bend_entry(entry, dice);
        }
    }
}

/// One of the recipe's entries, the newer the likelier.
pub(super) fn newest<'a>(recipe: &'a mut Recipe, dice: &mut Dice) -> Option<&'a mut Entry> {
    let mut back = dice.weighted(&[(50, 0), (22, 1), (12, 2), (16, usize::MAX)]);
    let entries = recipe.entries().count();
    if back == usize::MAX {
        back = dice.index(entries);
    }
    let skip = entries.checked_sub(1)?.saturating_sub(back);
    recipe.log.iter_mut().filter_map(|item| item.entry_mut()).nth(skip)
}

/// Bends the current header mostly, or both, or the other.
fn header(recipe: &mut Recipe, dice: &mut Dice) {
    let layout = Layout::of(&recipe.geometry);
    let which = dice.weighted(&[(60, [false, true]), (25, [true, true]), (15, [true, false])]);
    let kind = dice.below(16);
    let seed = dice.number();
    for (header, bent) in [&mut recipe.header_1, &mut recipe.header_2].into_iter().zip(which) {
        if bent {
            bend_header(header, kind, &layout, &mut Dice::new(seed));
        }
    }
}

fn bend_header(header: &mut Header, kind: u32, layout: &Layout, dice: &mut Dice) {
    match kind {
        0 => header.presence = dice.pick(&[Presence::Absent, Presence::Twin]),
        1 => header.checksum = dice.pick(&[Checksum::Wrong, Checksum::Explicit(0)]),
        2 => {
            let [first, second] = Header::SEQUENCE_NUMBERS;
            header.sequence_number = Some(dice.pick(&[first, first, second, 0, 1, u64::MAX - 1, u64::MAX]));
        }
        3 => header.version = Some(dice.pick(&[0, 2, 0x100, u16::MAX])),
        4 => header.log_version = dice.pick(&[1, 0x100, u16::MAX]),
        5 | 6 => header.log_length = Some(log_length(layout, dice)),
        7 | 8 => header.log_offset = Some(log_offset(layout, dice)),
        9 => header.signature = Some(Signature(dice.pick(&[*b"HEAD", *b"loge", [0; 4]]))),
        10 => header.reserved = dice.pick(&[1, 0xFF]),
        11 | 12 => header.log_guid = dice.pick(&[LogGuid::Zero, LogGuid::B, LogGuid::TextOrder]),
        13 => header.sequence_number = Some(u64_value(dice)),
        14 => header.checksum = Checksum::BeforeBends,
        _ => header.sequence_number = Some(Header::SEQUENCE_NUMBERS[dice.index(2)]),
    }
}

fn log_length(layout: &Layout, dice: &mut Dice) -> u32 {
    let length = layout.log_bytes as u32;
    dice.pick(&[0, 4096, length / 2, length - 4096, length + 4096, length + (1 << 20), 0xFFF0_0000, u32::MAX])
}

fn log_offset(layout: &Layout, dice: &mut Dice) -> u64 {
    let (offset, end) = (layout.log_offset, layout.file_bytes);
    dice.pick(&[0, offset + 4096, offset + MIB, offset + 1, end, end - MIB, 1 << 62, u64::MAX - MIB + 1])
}

/// Cuts the file off, or makes it longer.
fn length(recipe: &mut Recipe, dice: &mut Dice) {
    let layout = Layout::of(&recipe.geometry);
    let (log_end, whole) = (layout.log_offset + layout.log_bytes, layout.file_bytes);
    let shorter =
        [whole - 1, whole - 4096, whole - MIB, whole - MIB, log_end, log_end - 1, log_end - 4096, layout.log_offset];
    let tiny = [(132 << 10) - 1, 132 << 10, 65 << 10, 100, 0];
    let longer = [whole + 1, whole + 512, whole + 4096, whole + MIB, whole + (1 << 30), 1 << 44];
    let lengths = dice.weighted(&[(60, &shorter[..]), (10, &tiny[..]), (30, &longer[..])]);
    recipe.length = Some(dice.pick(lengths));
}

/// A few bytes gone bad, in the log or in what the log never looks at.
fn patch(recipe: &Recipe, dice: &mut Dice) -> Patch {
    let layout = Layout::of(&recipe.geometry);
    let within_log = match recipe.placements().last() {
        Some(placement) => u64::from(placement.offset()) + u64::from(dice.below(4096 * 2)),
        None => u64::from(dice.below(1 << 20)),
    };
    let at = match dice.below(6) {
        0 => u64::from(dice.below(200 << 10)),
        1 => layout.bat_offset + u64::from(dice.below(64)),
        _ => layout.log_offset + within_log % layout.log_bytes,
    };
    Patch { at, bytes: Bytes(dice.number().to_le_bytes()[..dice.within(1, 8) as usize].to_vec()) }
}

/// Moves an entry off its place, or breaks the chain of numbers.
fn shift(recipe: &mut Recipe, dice: &mut Dice) {
    let placements = recipe.placements();
    let ring = Layout::of(&recipe.geometry).ring_sectors();
    let index = dice.index(placements.len());
    let (Some(item), Some(placement)) = (recipe.log.get_mut(index), placements.get(index)) else { return };
    if let Some(entry) = item.entry_mut()
        && dice.percent(60)
    {
        let number = placement.sequence_number.unwrap_or_default();
        let by = dice.pick(&[1, u64::MAX, 2, 1 << 32, 0u64.wrapping_sub(number)]);
        entry.sequence_number = Some(number.wrapping_add(by));
        return;
    }
    let by = dice.pick(&[1, ring - 1, 2, ring / 2]);
    *item.place_mut() = Place::Sector((placement.sector + by) % ring);
}

/// Bends one entry.
pub(super) fn bend_entry(entry: &mut Entry, dice: &mut Dice) {
    match dice.below(100) {
        0..=14 => entry.tail = tail(dice),
        15..=21 => entry.flushed_file_offset = Some(file_size(dice)),
        22..=30 => entry.last_file_offset = Some(file_size(dice)),
        31..=45 => hostile_descriptor(entry, dice),
        46..=48 => entry.log_guid = dice.pick(&[LogGuid::B, LogGuid::Zero, LogGuid::TextOrder]),
        49..=51 => entry.checksum = dice.pick(&[Checksum::Wrong, Checksum::Wrong, Checksum::Explicit(0)]),
        52..=57 => {
            let left = dice.pick(&[Leftover::Older, Leftover::Zeros, Leftover::Pattern(1)]);
            entry.tears.push(Tear {
                piece: dice.below(24),
                pieces: dice.pick(&[None, Some(1), Some(2), Some(8)]),
                left,
            });
        }
        58..=60 => entry.sequence_number = Some(u64_value(dice)),
        _ => {
            entry.bends.push(bytes(entry, dice));
            if dice.percent(25) {
                entry.checksum = Checksum::BeforeBends;
            }
        }
    }
}

fn tail(dice: &mut Dice) -> Tail {
    match dice.below(8) {
        0..=2 => Tail::Item(dice.below(6)),
        3 | 4 => Tail::Explicit(dice.below(300) * 4096),
        5 => Tail::Explicit(dice.pick(&[0, 1, 512, 4095, 1 << 20, (1 << 20) - 4096, u32::MAX - 4095])),
        6 => Tail::Explicit(u32_value(dice)),
        _ => Tail::Own,
    }
}

/// FlushedFileOffset or LastFileOffset: a size the file does not have, hostile ones included.
fn file_size(dice: &mut Dice) -> u64 {
    match dice.below(5) {
        0 => u64::from(dice.below(12)) * MIB,
        1 => u64::from(dice.below(12)) * MIB + u64::from(dice.pick(&[1u32, 512, 4096])),
        2 | 3 => dice.pick(&[
            1 << 40,
            (64 << 40) + (1 << 30),
            (64 << 40) + (1 << 30) + MIB,
            1 << 62,
            u64::MAX - MIB + 1,
            u64::MAX,
        ]),
        _ => u64_value(dice),
    }
}

fn hostile_descriptor(entry: &mut Entry, dice: &mut Dice) {
    let target = if dice.percent(80) { value::hostile_target(dice) } else { value::target(dice) };
    let length = dice.pick(&[
        0,
        4096,
        8192,
        512,
        4097,
        8 * MIB,
        1 << 40,
        1 << 46,
        1 << 62,
        (1 << 63) - 4096,
        1 << 63,
        u64::MAX - 4095,
    ]);
    let more = dice.weighted(&[(12, 0), (2, 1), (1, 125)]);
    let descriptor = match dice.percent(45) {
        true => Descriptor::Zero(Zero { target, length, more: if more > 1 { 1 } else { more } }),
        false => Descriptor::Data(Data { target, more, ..Data::default() }),
    };
    let at = dice.index(entry.descriptors.len() + 1);
    if dice.percent(50) && at < entry.descriptors.len() {
        entry.descriptors[at] = descriptor;
    } else {
        entry.descriptors.insert(at, descriptor);
    }
}

/// A change to the entry's encoded bytes.
fn bytes(entry: &Entry, dice: &mut Dice) -> Bend {
    let signature = Signature(dice.pick(&[[0; 4], *b"LOGE", *b"loge", *b"desc", *b"zero", *b"data", *b"head"]));
    let index = dice.index(entry.descriptors.len()) as u32;
    let length =
        dice.pick(&[0, 64, 4095, 4096, 4097, 8192, 12288, 1 << 20, (1 << 20) + 4096, u32::MAX - 4095, u32::MAX]);
    match dice.below(20) {
        0 => Bend::Signature(signature),
        1 | 2 => Bend::EntryLength(length),
        3 => Bend::Tail(u32_value(dice)),
        4 => Bend::SequenceNumber(u64_value(dice)),
        5 => Bend::DescriptorCount(dice.pick(&[0, 1, 2, 3, 125, 126, 127, 254, 1 << 27, (1 << 27) - 2, u32::MAX])),
        6 => Bend::Reserved(u32_value(dice)),
        7 => Bend::Padding(dice.pick(&[1, 1, 2, 255])),
        8 => Bend::Garbage(dice.pick(&[0xFF, b'd', 1])),
        9 | 10 => Bend::DescriptorSignature(Nth { index, to: signature }),
        11 => Bend::DescriptorSequenceNumber(Nth { index, to: u64_value(dice) }),
        12 | 13 => Bend::DescriptorFileOffset(Nth { index, to: dice.pick(&EDGES) }),
        14 => Bend::DescriptorLength(Nth { index, to: u64_value(dice) }),
        15 => Bend::DescriptorReserved(Nth { index, to: u32_value(dice) }),
        16 => Bend::DataSignature(Nth { index, to: signature }),
        17 => Bend::DataSequenceHigh(Nth { index, to: u32_value(dice) }),
        18 => Bend::DataSequenceLow(Nth { index, to: u32_value(dice) }),
        _ => {
            let bytes = Bytes(dice.number().to_le_bytes()[..dice.within(1, 8) as usize].to_vec());
            Bend::Overwrite(Overwrite { at: dice.below(4096 * 2), bytes })
        }
    }
}
