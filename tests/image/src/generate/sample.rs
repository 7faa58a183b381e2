//! Valid images with a log that has a history.
//!
//! The ring is filled in the order of time: background of earlier runs, then the run that is to be
//! replayed, placed so that it wraps more often than not, then perhaps a torn entry.

use super::corrupt::corrupt;
use super::rng::Rng;
use super::value;
use crate::{
    Descriptor, Entry, Fill, Filling, Geometry, Item, Layout, Leftover, LogGuid, MIB, Place,
    Recipe, SECTOR, Tail, Tear, Zero,
};

/// A random recipe: a valid image ([`well_formed`]), with one corruption on average ([`corrupt`]).
pub fn sample(rng: &mut Rng) -> Recipe {
    let mut recipe = well_formed(rng);
    for _ in 0..rng.weighted(&[(35, 0), (38, 1), (17, 2), (7, 3), (3, 5)]) {
        corrupt(&mut recipe, rng);
    }
    recipe
}

/// An image as a correct writer could leave it: remains of older runs on the ring, then the active
/// run, possibly with a torn entry at its end.
pub fn well_formed(rng: &mut Rng) -> Recipe {
    let mut recipe = Recipe {
        geometry: geometry(rng),
        ..Recipe::default()
    };
    let layout = Layout::of(&recipe.geometry);
    for _ in 0..rng.weighted(&[(45, 0), (30, 1), (17, 2), (8, 3)]) {
        background(&mut recipe, &layout, rng);
    }
    let first = recipe.log.len();
    let run = run(&layout, rng);
    place(&mut recipe, run, &layout, rng);
    tails(&mut recipe, first, rng);
    rivals(&mut recipe, first, rng);
    if rng.chance(15) {
        torn_head(&mut recipe, rng);
    }
    if rng.chance(4) {
        recipe.header_1.log_guid = LogGuid::Zero;
        recipe.header_2.log_guid = LogGuid::Zero;
    }
    recipe
}

fn geometry(rng: &mut Rng) -> Geometry {
    let mut geometry = Geometry::default();
    if rng.chance(20) {
        geometry.log_mib = rng.pick(&[1, 2, 2, 3, 4]);
        // 40: past everything that targets can reach.
        geometry.log_offset_mib = rng.pick(&[1, 1, 2, 3, 40]);
        geometry.block_mib = rng.pick(&[1, 1, 2]);
        geometry.present_blocks = rng.pick(&[0, 1, 2, 4]);
        geometry.spare_mib = rng.pick(&[0, 0, 1, 2]);
    }
    geometry
}

/// The entries of one run, without places or tails.
fn run(layout: &Layout, rng: &mut Rng) -> Vec<Entry> {
    let ring = layout.ring_sectors();
    let kind = rng.weighted(&[
        (84, Run::Small),
        (3, Run::ManyDescriptors),
        (4, Run::FullRing),
        (2, Run::OneEntry),
        (4, Run::Laps),
        (3, Run::Empty),
    ]);
    match kind {
        Run::Small => (0..rng.weighted(&[(20, 1), (25, 2), (25, 3), (15, 4), (10, 6), (5, 9)]))
            .map(|_| entry(layout, rng))
            .collect(),
        Run::ManyDescriptors => vec![
            entry(layout, rng),
            many_descriptors(rng),
            entry(layout, rng),
        ],
        Run::OneEntry => vec![Entry::of_sectors(ring)],
        Run::Empty => Vec::new(),
        Run::FullRing => {
            let mut entries: Vec<Entry> = (0..rng.below(4)).map(|_| entry(layout, rng)).collect();
            let taken: u32 = entries.iter().map(|entry| entry.sectors(layout)).sum();
            let filler = Entry::of_sectors(ring.saturating_sub(taken));
            entries.insert(rng.index(entries.len() + 1), filler);
            entries
        }
        Run::Laps => (0..rng.within(8, 16))
            .map(|_| Entry::of_sectors(rng.within(ring / 12, ring / 6)))
            .collect(),
    }
}

/// The shape of a run.
#[derive(Clone, Copy)]
enum Run {
    /// A few small entries, as in real files.
    Small,
    /// An entry with more than one descriptor sector.
    ManyDescriptors,
    /// Entries that fill the ring to the last sector.
    FullRing,
    /// One entry as long as the log.
    OneEntry,
    /// Entries that wrap around the ring several times, over their own beginning.
    Laps,
    Empty,
}

fn entry(layout: &Layout, rng: &mut Rng) -> Entry {
    let descriptors = rng.weighted(&[(12, 0), (40, 1), (25, 2), (13, 3), (7, 6), (3, 17)]);
    let mut entry = (0..descriptors)
        .map(|_| value::descriptor(rng))
        .fold(Entry::empty(), Entry::descriptor);
    if rng.chance(15) {
        let mib = rng.pick(&[0, 1, 3, 40]);
        entry.last_file_offset = Some(layout.file_bytes + mib * MIB);
    }
    if rng.chance(8) {
        entry.flushed_file_offset = Some(rng.pick(&[0, MIB, layout.file_bytes - MIB]));
        entry.last_file_offset = entry.flushed_file_offset;
    }
    entry
}

/// An entry with 66 to 380 descriptors, many of them zero descriptors; 126 fill the first sector.
fn many_descriptors(rng: &mut Rng) -> Entry {
    let (data, zeros) = (rng.pick(&[0, 20, 60, 126]), rng.pick(&[66, 106, 127, 254]));
    let target = value::target(rng);
    let zero = Descriptor::Zero(Zero {
        target,
        length: rng.pick(&[0, SECTOR]),
        more: zeros - 1,
    });
    let entry = if data == 0 {
        Entry::empty()
    } else {
        Entry::of_sectors(data + 1)
    };
    entry.descriptor(zero)
}

/// Puts the run on the ring, more often than not so that it wraps.
fn place(recipe: &mut Recipe, entries: Vec<Entry>, layout: &Layout, rng: &mut Rng) {
    let ring = layout.ring_sectors();
    let lengths: Vec<u32> = entries.iter().map(|entry| entry.sectors(layout)).collect();
    let start = match rng.below(20) {
        0..=4 => 0,
        5..=8 => rng.below(ring),
        9 => run_ends_with_ring(&lengths, ring),
        10 | 11 => an_entry_ends_with_ring(&lengths, ring, rng),
        12 | 13 => longest_wraps_after_first_sector(&lengths, ring),
        _ => run_wraps(&lengths, ring, rng),
    };
    let sequence_number = value::first_sequence_number(rng, entries.len() as u32);
    for (index, entry) in entries.into_iter().enumerate() {
        let entry = if index == 0 {
            Entry {
                sequence_number,
                ..entry.at(start % ring)
            }
        } else {
            entry
        };
        recipe.log.push(entry.into());
    }
}

/// The start at which the last entry of the run ends with the ring.
fn run_ends_with_ring(lengths: &[u32], ring: u32) -> u32 {
    ring - lengths.iter().sum::<u32>() % ring
}

/// A start at which some entry of the run, or none, ends with the ring.
fn an_entry_ends_with_ring(lengths: &[u32], ring: u32, rng: &mut Rng) -> u32 {
    let before = rng.index(lengths.len() + 1);
    ring - lengths[..before].iter().sum::<u32>() % ring
}

/// The start at which the longest entry wraps after its first sector: between two descriptor
/// sectors if it has several.
fn longest_wraps_after_first_sector(lengths: &[u32], ring: u32) -> u32 {
    let longest = (0..lengths.len()).max_by_key(|&index| lengths[index]);
    let before = longest.map_or(0, |longest| lengths[..longest].iter().sum::<u32>() + 1);
    ring - before.min(ring)
}

/// A start at which the run wraps, if it has at least two sectors.
fn run_wraps(lengths: &[u32], ring: u32, rng: &mut Rng) -> u32 {
    let total = lengths.iter().sum::<u32>();
    ring - 1 - rng.below(total.clamp(2, ring) - 1)
}

/// Gives each entry from item `first` on a tail among the entries from there to itself. Only the
/// tail of the last one, the head, has an effect.
fn tails(recipe: &mut Recipe, first: usize, rng: &mut Rng) {
    let last = recipe.log.len().saturating_sub(1);
    let habit = rng.below(4);
    for (index, item) in recipe.log.iter_mut().enumerate().skip(first) {
        let Some(entry) = item.entry_mut() else {
            continue;
        };
        let to = match habit {
            0 => first,
            1 => index - rng.index(index - first + 1).min(3),
            _ if index < last => index,
            _ => first + rng.index(index - first + 1),
        };
        entry.tail = if to == index {
            Tail::Own
        } else {
            Tail::Item(to as u32)
        };
    }
}

/// What the ring had before the active run: an older generation, an older run of the same one, or
/// sectors that are not entries.
fn background(recipe: &mut Recipe, layout: &Layout, rng: &mut Rng) {
    let ring = layout.ring_sectors();
    let at = Place::Sector(
        rng.pick(&[0, ring - 2, ring / 2])
            .saturating_add(rng.below(9))
            % ring,
    );
    if rng.chance(12) {
        let claimed = rng.pick(&[ring * SECTOR as u32, 8192, ring * SECTOR as u32 / 2]);
        let with = rng.pick(&[
            Filling::Pattern(3),
            Filling::Zeros,
            Filling::Claims(claimed),
        ]);
        recipe.log.push(
            Fill {
                at,
                sectors: rng.within(1, 40),
                with,
            }
            .into(),
        );
        return;
    }
    let first = recipe.log.len();
    let guid = rng.pick(&[
        LogGuid::A,
        LogGuid::A,
        LogGuid::B,
        LogGuid::B,
        LogGuid::TextOrder,
    ]);
    let sequence_number = rng.pick(&[None, None, Some(1), Some(50), Some(90)]);
    for index in 0..rng.within(1, 4) {
        let mut entry = entry(layout, rng).with_log_guid(guid);
        if index == 0 {
            entry = Entry {
                at,
                sequence_number,
                ..entry
            };
        }
        recipe.log.push(entry.into());
    }
    tails(recipe, first, rng);
}

/// Sometimes makes an older run a second candidate of the same generation, with a head as new as
/// that of the run from `first` on (SEQ-3: the one found first wins), or newer.
fn rivals(recipe: &mut Recipe, first: usize, rng: &mut Rng) {
    if first == 0 || !rng.chance(12) {
        return;
    }
    let placements = recipe.placements();
    let newest = placements
        .last()
        .and_then(|placement| placement.sequence_number)
        .unwrap_or_default();
    let Some(begin) = recipe.log[..first]
        .iter()
        .position(|item| item.entry().is_some_and(|entry| entry.at != Place::After))
    else {
        return;
    };
    let end = (begin + 1..first)
        .find(|&index| {
            recipe.log[index]
                .entry()
                .is_none_or(|entry| entry.at != Place::After)
        })
        .unwrap_or(first);
    let newer = rng.pick(&[0, 0, 0, 1]);
    for item in &mut recipe.log[begin..end] {
        if let Some(entry) = item.entry_mut() {
            entry.log_guid = LogGuid::A;
        }
    }
    if let Some(entry) = recipe.log[begin].entry_mut() {
        entry.sequence_number = Some(
            newest
                .wrapping_add(newer)
                .wrapping_sub((end - begin - 1) as u64),
        );
    }
}

/// One more entry, which was being written when power was lost.
fn torn_head(recipe: &mut Recipe, rng: &mut Rng) {
    let mut entry = Entry::of_sectors(rng.within(1, 4));
    let left = rng.pick(&[
        Leftover::Older,
        Leftover::Older,
        Leftover::Zeros,
        Leftover::Pattern(9),
    ]);
    let pieces = rng.pick(&[None, None, Some(1), Some(8)]);
    entry.tears.push(Tear {
        piece: rng.below(16),
        pieces,
        left,
    });
    recipe.log.push(Item::Entry(entry));
}
