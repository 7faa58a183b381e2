//! Corruption of one entry: its fields, its descriptors, its encoded bytes.
//!
//! The result may still be valid: some values are only unusual, and a checksum may be that of the
//! bytes before. The weights are part of what a seed means.

use crate::generate::rng::Rng;
use crate::generate::value::{self, EDGES, u32_value, u64_value};
use crate::{
    Bytes, Checksum, Corruption, Data, Descriptor, Entry, Layout, Leftover, LogGuid, MIB, Nth,
    Overwrite, SECTOR, Signature, Tail, Tear, Zero,
};

pub(in crate::generate) fn corrupt_entry(entry: &mut Entry, layout: &Layout, rng: &mut Rng) {
    match rng.below(100) {
        0..=14 => entry.tail = tail(rng),
        15..=21 => entry.flushed_file_offset = Some(file_size(rng)),
        22..=30 => entry.last_file_offset = Some(file_size(rng)),
        31..=45 => hostile_descriptor(entry, rng),
        46..=48 => {
            entry.log_guid = rng.pick(&[
                LogGuid::B,
                LogGuid::Zero,
                LogGuid::TextOrder,
                value::NEARLY_A[0],
                value::NEARLY_A[1],
            ])
        }
        49..=51 => {
            entry.checksum = rng.pick(&[Checksum::Wrong, Checksum::Wrong, Checksum::Explicit(0)])
        }
        52..=57 => {
            let left = rng.pick(&[Leftover::Older, Leftover::Zeros, Leftover::Pattern(1)]);
            entry.tears.push(Tear {
                piece: rng.below(24),
                pieces: rng.pick(&[None, Some(1), Some(2), Some(8)]),
                left,
            });
        }
        58..=60 => entry.sequence_number = Some(u64_value(rng)),
        _ => {
            let length = entry.sectors(layout).saturating_mul(SECTOR as u32);
            entry.corruptions.push(bytes(entry, length, rng));
            if rng.chance(25) {
                entry.checksum = Checksum::BeforeCorruptions;
            }
        }
    }
}

fn tail(rng: &mut Rng) -> Tail {
    match rng.below(8) {
        0..=2 => Tail::Item(rng.below(6)),
        3 | 4 => Tail::Explicit(rng.below(300) * SECTOR as u32),
        5 => {
            Tail::Explicit(rng.pick(&[0, 1, 512, 4095, 1 << 20, (1 << 20) - 4096, u32::MAX - 4095]))
        }
        6 => Tail::Explicit(u32_value(rng)),
        _ => Tail::Own,
    }
}

/// FlushedFileOffset or LastFileOffset: a length that the file does not have, hostile ones
/// included.
fn file_size(rng: &mut Rng) -> u64 {
    match rng.below(5) {
        0 => u64::from(rng.below(12)) * MIB,
        1 => u64::from(rng.below(12)) * MIB + u64::from(rng.pick(&[1u32, 512, 4096])),
        2 | 3 => rng.pick(&[
            1 << 40,
            (64 << 40) + (1 << 30),
            (64 << 40) + (1 << 30) + MIB,
            1 << 62,
            u64::MAX - MIB + 1,
            u64::MAX,
        ]),
        _ => u64_value(rng),
    }
}

fn hostile_descriptor(entry: &mut Entry, rng: &mut Rng) {
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
    let lengths = rng.weighted(&[(45, &HUGE[..]), (20, &[512, 4097]), (35, &[0, 4096, 8192])]);
    let (target, length) = (value::hostile_target(rng), rng.pick(lengths));
    // A huge range must be refused with a valid target too.
    let target = if length >= MIB && rng.chance(60) {
        value::target(rng)
    } else {
        target
    };
    let more = rng.weighted(&[(12, 0), (2, 1), (1, 125)]);
    let descriptor = match rng.chance(45) {
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
    let at = rng.index(entry.descriptors.len() + 1);
    if rng.chance(50) && at < entry.descriptors.len() {
        entry.descriptors[at] = descriptor;
    } else {
        entry.descriptors.insert(at, descriptor);
    }
}

/// A change to the entry's encoded bytes.
fn bytes(entry: &Entry, entry_length: u32, rng: &mut Rng) -> Corruption {
    let signature = Signature(rng.pick(&[
        [0; 4], *b"LOGE", *b"loge", *b"desc", *b"zero", *b"data", *b"head",
    ]));
    let index = rng.index(entry.descriptors.len()) as u32;
    let length = rng.pick(&[
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
    let near = entry_length.wrapping_add_signed(rng.pick(&[-4096, -512, -100, 512, 4096]));
    match rng.below(20) {
        0 => Corruption::Signature(signature),
        1 => Corruption::EntryLength(length),
        2 => Corruption::EntryLength(near),
        3 => Corruption::Tail(u32_value(rng)),
        4 => Corruption::SequenceNumber(u64_value(rng)),
        5 => Corruption::DescriptorCount(rng.pick(&[
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
        6 => Corruption::Reserved(u32_value(rng)),
        7 => Corruption::Padding(rng.pick(&[1, 1, 2, 255])),
        8 => Corruption::Garbage(rng.pick(&[0xFF, b'd', 1])),
        9 | 10 => Corruption::DescriptorSignature(Nth {
            index,
            to: signature,
        }),
        11 => Corruption::DescriptorSequenceNumber(Nth {
            index,
            to: u64_value(rng),
        }),
        12 | 13 => Corruption::DescriptorFileOffset(Nth {
            index,
            to: rng.pick(&EDGES),
        }),
        14 => Corruption::DescriptorLength(Nth {
            index,
            to: u64_value(rng),
        }),
        15 => Corruption::DescriptorReserved(Nth {
            index,
            to: u32_value(rng),
        }),
        16 => Corruption::DataSignature(Nth {
            index,
            to: signature,
        }),
        17 => Corruption::DataSequenceHigh(Nth {
            index,
            to: u32_value(rng),
        }),
        18 => Corruption::DataSequenceLow(Nth {
            index,
            to: u32_value(rng),
        }),
        _ => {
            let bytes = Bytes(rng.next_u64().to_le_bytes()[..rng.within(1, 8) as usize].to_vec());
            Corruption::Overwrite(Overwrite {
                at: rng.below(2 * SECTOR as u32),
                bytes,
            })
        }
    }
}
