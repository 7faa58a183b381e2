//! Bends of one entry.

use crate::generate::dice::Dice;
use crate::generate::value::{self, EDGES, u32_value, u64_value};
use crate::image::{
    Bend, Bytes, Checksum, Data, Descriptor, Entry, Layout, Leftover, LogGuid, Nth, Overwrite,
    Signature, Tail, Tear, Zero,
};

const MIB: u64 = 1 << 20;

/// Bends one entry.
pub(in crate::generate) fn bend_entry(entry: &mut Entry, layout: &Layout, dice: &mut Dice) {
    match dice.below(100) {
        0..=14 => entry.tail = tail(dice),
        15..=21 => entry.flushed_file_offset = Some(file_size(dice)),
        22..=30 => entry.last_file_offset = Some(file_size(dice)),
        31..=45 => hostile_descriptor(entry, dice),
        46..=48 => {
            entry.log_guid = dice.pick(&[
                LogGuid::B,
                LogGuid::Zero,
                LogGuid::TextOrder,
                value::NEARLY_A[0],
                value::NEARLY_A[1],
            ])
        }
        49..=51 => {
            entry.checksum = dice.pick(&[Checksum::Wrong, Checksum::Wrong, Checksum::Explicit(0)])
        }
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
            let length = entry.sectors(layout).saturating_mul(4096);
            entry.bends.push(bytes(entry, length, dice));
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
        5 => Tail::Explicit(dice.pick(&[
            0,
            1,
            512,
            4095,
            1 << 20,
            (1 << 20) - 4096,
            u32::MAX - 4095,
        ])),
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
    const HUGE: [u64; 8] = [
        8 * MIB,
        1 << 40,
        1 << 46,
        1 << 62,
        (1 << 63) - 4096,
        1 << 63,
        u64::MAX - MIB + 1,
        u64::MAX - 4095,
    ];
    let lengths = dice.weighted(&[(45, &HUGE[..]), (20, &[512, 4097]), (35, &[0, 4096, 8192])]);
    let (target, length) = (value::hostile_target(dice), dice.pick(lengths));
    // A huge range alone must be refused as well, not only together with a bad target.
    let target = if length >= MIB && dice.percent(60) {
        value::target(dice)
    } else {
        target
    };
    let more = dice.weighted(&[(12, 0), (2, 1), (1, 125)]);
    let descriptor = match dice.percent(45) {
        true => Descriptor::Zero(Zero {
            target,
            length,
            more: if more > 1 { 1 } else { more },
        }),
        false => Descriptor::Data(Data {
            target,
            more,
            ..Data::default()
        }),
    };
    let at = dice.index(entry.descriptors.len() + 1);
    if dice.percent(50) && at < entry.descriptors.len() {
        entry.descriptors[at] = descriptor;
    } else {
        entry.descriptors.insert(at, descriptor);
    }
}

/// A change to the entry's encoded bytes.
fn bytes(entry: &Entry, entry_length: u32, dice: &mut Dice) -> Bend {
    let signature = Signature(dice.pick(&[
        [0; 4], *b"LOGE", *b"loge", *b"desc", *b"zero", *b"data", *b"head",
    ]));
    let index = dice.index(entry.descriptors.len()) as u32;
    let length = dice.pick(&[
        0,
        64,
        4095,
        4096,
        4097,
        8192,
        12288,
        1 << 20,
        (1 << 20) + 4096,
        u32::MAX - 4095,
        u32::MAX,
    ]);
    let near = entry_length.wrapping_add_signed(dice.pick(&[-4096, -512, -100, 512, 4096]));
    match dice.below(20) {
        0 => Bend::Signature(signature),
        1 => Bend::EntryLength(length),
        2 => Bend::EntryLength(near),
        3 => Bend::Tail(u32_value(dice)),
        4 => Bend::SequenceNumber(u64_value(dice)),
        5 => Bend::DescriptorCount(dice.pick(&[
            0,
            1,
            2,
            3,
            125,
            126,
            127,
            254,
            1 << 27,
            (1 << 27) - 2,
            u32::MAX,
        ])),
        6 => Bend::Reserved(u32_value(dice)),
        7 => Bend::Padding(dice.pick(&[1, 1, 2, 255])),
        8 => Bend::Garbage(dice.pick(&[0xFF, b'd', 1])),
        9 | 10 => Bend::DescriptorSignature(Nth {
            index,
            to: signature,
        }),
        11 => Bend::DescriptorSequenceNumber(Nth {
            index,
            to: u64_value(dice),
        }),
        12 | 13 => Bend::DescriptorFileOffset(Nth {
            index,
            to: dice.pick(&EDGES),
        }),
        14 => Bend::DescriptorLength(Nth {
            index,
            to: u64_value(dice),
        }),
        15 => Bend::DescriptorReserved(Nth {
            index,
            to: u32_value(dice),
        }),
        16 => Bend::DataSignature(Nth {
            index,
            to: signature,
        }),
        17 => Bend::DataSequenceHigh(Nth {
            index,
            to: u32_value(dice),
        }),
        18 => Bend::DataSequenceLow(Nth {
            index,
            to: u32_value(dice),
        }),
        _ => {
            let bytes = Bytes(dice.number().to_le_bytes()[..dice.within(1, 8) as usize].to_vec());
            Bend::Overwrite(Overwrite {
                at: dice.below(4096 * 2),
                bytes,
            })
        }
    }
}
