//! What can be switched on in a round: features of a log, and corruptions of it, each with its
//! clauses.
//!
//! A recipe with a little of everything is refused by its first mistake. A round that has only a
//! few of these, and those often, reaches what lies behind: that is swarm testing.

use vhdx_log_image::generate::Rng;
use vhdx_log_image::{
    BatEntry, Block, Bytes, Checksum, Content, Corruption, Data, Descriptor, Entry, Fill, Filling,
    Item, Layout, Leftover, LogGuid, MIB, Nth, Place, Presence, Recipe, SECTOR, Signature, Tail,
    Target, Tear, Zero,
};

/// One thing that a round can have.
pub(super) type Feature = fn(&mut Recipe, &mut Rng);

/// Everything that can be switched on.
pub(super) const FEATURES: [Feature; 33] = [
    // Headers: HDR-1 to HDR-13.
    |recipe, rng| newer(recipe).checksum = rng.pick(&[Checksum::Wrong, Checksum::Explicit(0)]),
    |recipe, rng| {
        let number = rng.pick(&[0, 1, 8, 9, 10, 1 << 32, 1 << 63, u64::MAX - 4, u64::MAX]);
        either(recipe, rng).sequence_number = Some(number);
    },
    |recipe, rng| either(recipe, rng).version = Some(rng.pick(&[0, 2, 0x100])),
    |recipe, rng| either(recipe, rng).log_version = rng.pick(&[1, 0x100]),
    |recipe, rng| {
        let length = rng.pick(&[0, 4096, 2 << 20, (1 << 20) + 4096, 0xFFF0_0000]);
        either(recipe, rng).log_length = Some(length);
    },
    |recipe, rng| {
        let offset = rng.pick(&[0, 4096, MIB + 512, 2 * MIB, 1 << 40, u64::MAX - MIB + 1]);
        either(recipe, rng).log_offset = Some(offset);
    },
    |recipe, rng| {
        let guid = rng.pick(&[LogGuid::Zero, LogGuid::B, LogGuid::TextOrder]);
        either(recipe, rng).log_guid = guid;
    },
    |recipe, rng| {
        let header = either(recipe, rng);
        header.reserved = rng.pick(&[1, 0xFF]);
        header.checksum = rng.pick(&[Checksum::Right, Checksum::BeforeCorruptions]);
    },
    |recipe, rng| {
        either(recipe, rng).presence = rng.pick(&[Presence::Absent, Presence::Twin]);
    },
    |recipe, rng| {
        either(recipe, rng).signature = Some(Signature(rng.pick(&[*b"HEAD", [0; 4]])));
    },
    // The file around the log: FID-1, SEQ-8, RPL-3.
    |recipe, rng| {
        let file = Layout::of(&recipe.geometry).file_bytes;
        let by = rng.pick(&[1, 512, SECTOR, MIB]);
        recipe.length = Some(rng.pick(&[file - by, file + by]));
    },
    |recipe, _| recipe.identifier.signature = Some(Bytes(b"VHDXFILE".to_vec())),
    |recipe, rng| {
        recipe.geometry.log_mib = rng.pick(&[1, 2, 3]);
        recipe.geometry.log_offset_mib = rng.pick(&[1, 2, 3, 8]);
    },
    |recipe, rng| recipe.geometry.bat.push(bat_entry(rng)),
    // Entries: ENT-1 to ENT-8.
    |recipe, rng| with_entry(recipe, rng, |entry, _| entry.checksum = Checksum::Wrong),
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let left = rng.pick(&[Leftover::Older, Leftover::Zeros, Leftover::Pattern(1)]);
            let (piece, pieces) = (rng.below(20), rng.pick(&[None, Some(1), Some(8)]));
            entry.tears.push(Tear {
                piece,
                pieces,
                left,
            });
        });
    },
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let lengths = [0, 64, 4095, 4096, 8192, 12288, 1 << 20, (1 << 20) + 4096];
            let corruption = Corruption::EntryLength(rng.pick(&lengths));
            entry.corruptions.push(corruption);
            entry.checksum = rng.pick(&[Checksum::Right, Checksum::Wrong]);
        });
    },
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let counts = [0, 1, 2, 126, 127, 254, 1 << 27, u32::MAX];
            let corruption = Corruption::DescriptorCount(rng.pick(&counts));
            entry.corruptions.push(corruption);
        });
    },
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let signature = Signature(rng.pick(&[*b"LOGE", *b"desc", [0; 4]]));
            entry.corruptions.push(Corruption::Signature(signature));
        });
    },
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let corruptions = [
                Corruption::Reserved(1),
                Corruption::Padding(1),
                Corruption::Garbage(0xFF),
            ];
            let corruption = corruptions[rng.index(corruptions.len())].clone();
            entry.corruptions.push(corruption);
        });
    },
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            entry.log_guid = rng.pick(&[LogGuid::B, LogGuid::Zero, LogGuid::TextOrder]);
        });
    },
    // The sequence: SEQ-1 to SEQ-9.
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let item = rng.below(5);
            let offset = rng.below(257) * SECTOR as u32;
            let tails = [Tail::Own, Tail::Item(item), Tail::Explicit(offset)];
            entry.tail = rng.pick(&tails);
        });
    },
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let numbers = [0, 1, 90, 99, 100, 101, 102, 1 << 32, 1 << 63, u64::MAX];
            entry.sequence_number = Some(rng.pick(&numbers));
        });
    },
    |recipe, rng| stale_run(recipe, rng, LogGuid::A),
    |recipe, rng| stale_run(recipe, rng, LogGuid::B),
    |recipe, rng| {
        let ring = Layout::of(&recipe.geometry).ring_sectors() * SECTOR as u32;
        let with = rng.pick(&[Filling::Claims(ring), Filling::Claims(8192), Filling::Zeros]);
        let (at, sectors) = (Place::Sector(rng.below(256)), rng.within(1, 8));
        let fill = Fill { at, sectors, with };
        // It lies where nothing is, or over the oldest entries.
        recipe.log.push(fill.into());
    },
    // Descriptors and data sectors: DSC-1 to DSC-9, DAT-1, DAT-2.
    |recipe, rng| with_entry(recipe, rng, descriptor_field),
    |recipe, rng| with_entry(recipe, rng, data_field),
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let targets = [
                Target::Header(0),
                Target::Header(31),
                Target::Identifier(0),
                Target::RegionTable(0),
                Target::Log(0),
                Target::Log(255),
                Target::Metadata(0),
                Target::Bat(0),
            ];
            let target = rng.pick(&targets);
            entry.descriptors.push(write(target, Content::Own, 0));
        });
    },
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let more = rng.pick(&[60, 125, 126, 127, 253]);
            let target = Target::Payload(rng.below(4));
            entry.descriptors.push(write(target, Content::Own, more));
        });
    },
    // Replay: RPL-1 to RPL-9.
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let lengths = [
                0,
                512,
                SECTOR,
                2 * SECTOR,
                MIB,
                40 * MIB,
                1 << 46,
                u64::MAX - 4095,
            ];
            let (length, more) = (rng.pick(&lengths), rng.pick(&[0, 0, 1]));
            let target = rng.pick(&[Target::Payload(0), Target::Payload(3), Target::Beyond(0)]);
            let zero = Zero {
                target,
                length,
                more,
            };
            entry.descriptors.push(Descriptor::Zero(zero));
        });
    },
    |recipe, rng| {
        with_entry(recipe, rng, |entry, rng| {
            let sizes = [
                0,
                MIB,
                5 * MIB,
                6 * MIB,
                7 * MIB,
                7 * MIB + 512,
                1 << 47,
                u64::MAX,
            ];
            entry.last_file_offset = Some(rng.pick(&sizes));
            if rng.chance(40) {
                entry.flushed_file_offset = Some(rng.pick(&sizes));
            }
        });
    },
    |recipe, rng| {
        let content = Content::BatEntry(bat_entry(rng));
        let target = Target::BatOf(Block::Payload(rng.below(4)));
        with_entry(recipe, rng, |entry, _| {
            entry.descriptors.push(write(target, content, 0));
        });
    },
];

/// The header that is the current one unless sequence numbers say otherwise.
fn newer(recipe: &mut Recipe) -> &mut vhdx_log_image::Header {
    &mut recipe.header_2
}

fn either<'a>(recipe: &'a mut Recipe, rng: &mut Rng) -> &'a mut vhdx_log_image::Header {
    match rng.chance(65) {
        true => &mut recipe.header_2,
        false => &mut recipe.header_1,
    }
}

/// Changes one entry, mostly one of the newest.
fn with_entry(recipe: &mut Recipe, rng: &mut Rng, change: impl FnOnce(&mut Entry, &mut Rng)) {
    let entries = recipe
        .log
        .iter()
        .filter(|item| item.entry().is_some())
        .count();
    let back = rng.weighted(&[(55, 0), (25, 1), (10, 2), (10, 3)]);
    let Some(at) = entries.checked_sub(1) else {
        return;
    };
    let mut entries = recipe.log.iter_mut().filter_map(Item::entry_mut);
    if let Some(entry) = entries.nth(at - at.min(back)) {
        change(entry, rng);
    }
}

fn write(target: Target, content: Content, more: u32) -> Descriptor {
    Descriptor::Data(Data {
        target,
        content,
        more,
    })
}

fn bat_entry(rng: &mut Rng) -> BatEntry {
    let block = match rng.chance(85) {
        true => Block::Payload(rng.below(4)),
        false => Block::Bitmap(0),
    };
    BatEntry {
        block,
        state: rng.below(8) as u8,
        at_mib: rng.pick(&[0, 4, 5, 6, 7]),
    }
}

/// An older run: what the ring held before.
fn stale_run(recipe: &mut Recipe, rng: &mut Rng, guid: LogGuid) {
    let first = rng.pick(&[None, Some(1), Some(50), Some(98), Some(101), Some(103)]);
    let entries = rng.within(1, 3);
    let mut log = Vec::new();
    for index in 0..entries {
        let target = Target::Payload(rng.below(6));
        let mut entry = Entry::empty()
            .descriptor(write(target, Content::Own, rng.below(2)))
            .with_log_guid(guid);
        if index == 0 {
            entry = entry.at(rng.pick(&[0, 3, 100, 200, 253, 254, 255]));
            entry.sequence_number = first;
        }
        log.push(entry.into());
    }
    // Tails of the newer run name items by their index.
    for entry in recipe.log.iter_mut().filter_map(Item::entry_mut) {
        if let Tail::Item(item) = &mut entry.tail {
            *item += entries;
        }
    }
    recipe.log.splice(0..0, log);
}

fn descriptor_field(entry: &mut Entry, rng: &mut Rng) {
    let index = rng.below(3);
    let number = rng.pick(&[0, 1, 512, 4096, 1 << 32, u64::MAX]);
    let signature = Signature(rng.pick(&[[0; 4], *b"data", *b"DESC", *b"zero", *b"desc"]));
    entry.corruptions.push(match rng.below(5) {
        0 => Corruption::DescriptorSignature(Nth {
            index,
            to: signature,
        }),
        1 => Corruption::DescriptorSequenceNumber(Nth { index, to: number }),
        2 => Corruption::DescriptorFileOffset(Nth { index, to: number }),
        3 => Corruption::DescriptorLength(Nth { index, to: number }),
        _ => Corruption::DescriptorReserved(Nth {
            index,
            to: number as u32,
        }),
    });
}

fn data_field(entry: &mut Entry, rng: &mut Rng) {
    let (index, to) = (rng.below(2), rng.pick(&[0, 1, 99, u32::MAX]));
    entry.corruptions.push(match rng.below(3) {
        0 => Corruption::DataSignature(Nth {
            index,
            to: Signature(rng.pick(&[[0; 4], *b"DATA", *b"desc"])),
        }),
        1 => Corruption::DataSequenceHigh(Nth { index, to }),
        _ => Corruption::DataSequenceLow(Nth { index, to }),
    });
}
