//! Semantic neighbours: an image that differs from another in one thing, and must come out alike,
//! or must not.
//!
//! The oracle judges both, so nothing here says which. Programs often get the one right that their
//! author tried, and not the other: a log that wraps, numbers above 2^32, the other header current.

use vhdx_log_image::generate::Rng;
use vhdx_log_image::{
    Block, Content, Corruption, Data, Descriptor, Entry, Header, Item, Layout, LogGuid, Place,
    Recipe, SECTOR, Tail, Target, Tear,
};

type Change = fn(&mut Recipe, &mut Rng);

const CHANGES: [Change; 14] = [
    rotate,
    // The same numbers, further on.
    |recipe, rng| {
        let by = rng.pick(&[1, 1 << 16, 1 << 32, (1 << 63) - 101]);
        each_placed(recipe, |entry, number| {
            entry.sequence_number = Some(number.wrapping_add(by));
        });
    },
    // The other header is the current one.
    |recipe, _| {
        std::mem::swap(&mut recipe.header_1, &mut recipe.header_2);
        let [first, second] = Header::SEQUENCE_NUMBERS;
        let (one, two) = (&mut recipe.header_1, &mut recipe.header_2);
        one.sequence_number = Some(one.sequence_number.unwrap_or(second));
        two.sequence_number = Some(two.sequence_number.unwrap_or(first));
    },
    // What a reader must ignore.
    |recipe, rng| {
        if let Some(entry) = any(recipe, rng) {
            entry
                .corruptions
                .push(Corruption::Garbage(rng.pick(&[1, 0xFF])));
        }
    },
    |recipe, _| recipe.identifier.creator = "another program".to_owned(),
    // The tail one entry further on, or at the oldest.
    |recipe, rng| {
        let items = recipe.log.len() as u32;
        if let Some(head) = recipe.log.iter_mut().rev().find_map(Item::entry_mut) {
            head.tail = match head.tail {
                Tail::Item(item) => Tail::Item((item + 1) % items.max(1)),
                _ => Tail::Item(rng.below(items)),
            };
        }
    },
    // One entry more after the head, valid or of another generation.
    |recipe, rng| {
        let guid = rng.pick(&[LogGuid::A, LogGuid::B]);
        let entry = Entry::empty().data(Target::Payload(rng.below(4)));
        recipe.log.push(entry.with_log_guid(guid).into());
    },
    // One entry less.
    |recipe, rng| {
        if recipe.log.len() > 1 {
            recipe.log.remove(rng.index(recipe.log.len()));
        }
    },
    // The log elsewhere, or longer.
    |recipe, rng| recipe.geometry.log_offset_mib = rng.pick(&[1, 2, 4, 9]),
    |recipe, rng| recipe.geometry.log_mib = rng.pick(&[1, 2, 4]),
    // The file longer than anything in it.
    |recipe, rng| recipe.geometry.spare_mib = rng.pick(&[1, 2]),
    // The last write twice, or an older one of the same sector before it.
    |recipe, rng| {
        if let Some(entry) = any(recipe, rng)
            && let Some(last) = entry.descriptors.last().cloned()
        {
            entry.descriptors.push(last);
        }
    },
    // The BAT says where the block is, before and after the replay.
    |recipe, rng| {
        let content = Content::BlockTable(rng.below(4));
        if let Some(entry) = any(recipe, rng) {
            entry.descriptors.push(Descriptor::Data(Data {
                target: Target::BatOf(Block::Payload(0)),
                content,
                more: 0,
            }));
        }
    },
    // The head is torn.
    |recipe, rng| {
        if let Some(head) = recipe.log.iter_mut().rev().find_map(Item::entry_mut) {
            head.tears.push(Tear {
                piece: rng.below(16),
                pieces: Some(1),
                ..Tear::default()
            });
        }
    },
];

/// Changes one thing.
pub(super) fn neighbour(recipe: &mut Recipe, rng: &mut Rng) {
    CHANGES[rng.index(CHANGES.len())](recipe, rng);
}

fn any<'a>(recipe: &'a mut Recipe, rng: &mut Rng) -> Option<&'a mut Entry> {
    let entries = recipe
        .log
        .iter()
        .filter(|item| item.entry().is_some())
        .count();
    let at = rng.index(entries);
    recipe.log.iter_mut().filter_map(Item::entry_mut).nth(at)
}

fn each_placed(recipe: &mut Recipe, change: impl Fn(&mut Entry, u64)) {
    let placements = recipe.placements();
    for (item, placed) in recipe.log.iter_mut().zip(placements) {
        if let (Some(entry), Some(number)) = (item.entry_mut(), placed.sequence_number) {
            change(entry, number);
        }
    }
}

/// The whole ring turned: every entry, and every Tail, this many sectors further on.
fn rotate(recipe: &mut Recipe, rng: &mut Rng) {
    let ring = Layout::of(&recipe.geometry).ring_sectors();
    let placements = recipe.placements();
    let near = placements.last().map_or(0, |placed| placed.sector);
    // Mostly so that the newest entries come to lie over the end of the ring.
    let by = match rng.chance(70) {
        true => ring - (near + rng.below(3)) % ring,
        false => rng.below(ring),
    };
    for (item, placed) in recipe.log.iter_mut().zip(placements) {
        *item.place_mut() = Place::Sector((placed.sector + by) % ring);
        if let Some(entry) = item.entry_mut()
            && let Tail::Explicit(offset) = &mut entry.tail
            && u64::from(*offset).is_multiple_of(SECTOR)
        {
            let sector = (*offset / SECTOR as u32 + by) % ring;
            *offset = sector * SECTOR as u32;
        }
    }
}
