//! From an intent to the bytes it means: "apply these items in this order", and nothing more.
//!
//! This is done from the recipe, never from the log's bytes, and with no part of an implementation:
//! what an item writes is what the recipe says it writes.

use vhdx_log_corpus::{Access, Expect, File, LogState, Reading, Sequence};
use vhdx_log_image::{
    Block, BuiltImage, Content, Corruption, Descriptor, Entry, Item, Layout, MIB, Recipe, SECTOR,
    SECTOR_BYTES, Sector, pattern,
};
use vhdx_log_model::Image;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::digest::{guest_of, guest_with_old_contents};
use vhdx_log_oracle::expectation::changed_sectors;
use vhdx_log_oracle::headers_of;

use crate::source::{Intent, VectorSource};

/// Why an intent cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum IntentError {
    #[error("item {0} of the recipe's log is not an entry, or does not exist")]
    NoEntry(usize),
    #[error("the list of items to replay is empty; use `is_clean` where the log is empty")]
    Empty,
    #[error("the image has no valid header, so a replay cannot update it")]
    NoHeader,
}

/// The outcome that an intent means for an image.
pub(super) fn reading(
    source: &VectorSource,
    name: &str,
    intent: &Intent,
    built: &BuiltImage,
) -> Result<Reading, IntentError> {
    let before = built.to_model();
    let nothing = Reading::accepting(name);
    match intent {
        Intent::Refuses(reasons) => Ok(Reading {
            expect: Expect::Refuse,
            reasons: reasons.clone(),
            ..nothing
        }),
        Intent::Clean | Intent::Untouched => Ok(Reading {
            untouched: *intent == Intent::Untouched,
            log: Some(LogState::Empty),
            guest: guest_of(&before),
            file: Some(File {
                length: before.length(),
                changed: Vec::new(),
            }),
            ..nothing
        }),
        Intent::Replays(items)
        | Intent::ReplaysTo(items, _)
        | Intent::ReplaysWithOldBlocks(items) => {
            let head = entry(source, *items.last().ok_or(IntentError::Empty)?)?;
            let least_length = match intent {
                Intent::ReplaysTo(_, length) => *length,
                // LastFileOffset, up to the next multiple of 1 MiB (ENT-9).
                _ => head
                    .last_file_offset
                    .unwrap_or(built.layout().file_bytes)
                    .next_multiple_of(MIB),
            };
            let after = replayed(source, items, built, &before, least_length)?;
            let headers = headers_of(&before).ok_or(IntentError::NoHeader)?.1;
            let guest = match intent {
                Intent::ReplaysWithOldBlocks(_) => guest_with_old_contents(&after),
                _ => guest_of(&after),
            };
            Ok(Reading {
                log: Some(LogState::Replayed),
                guest,
                file: Some(File {
                    length: after.length(),
                    changed: changed_sectors(&before, &after),
                }),
                headers: (source.access == Access::Replay).then_some(headers),
                sequence: Some(sequence(items, built)?),
                ..nothing
            })
        }
    }
}

/// The file after these items were applied.
fn replayed(
    source: &VectorSource,
    items: &[usize],
    built: &BuiltImage,
    before: &Image,
    least_length: u64,
) -> Result<Image, IntentError> {
    let mut after = before.clone();
    // What the image held when it was made, before anything was broken on purpose.
    let pristine = Recipe {
        patches: Vec::new(),
        length: None,
        ..source.recipe.clone()
    }
    .build();
    after.set_length(after.length().max(least_length));
    for &index in items {
        let sequence_number = built.placements()[index]
            .sequence_number
            .unwrap_or_default();
        let mut number_in_entry = 0;
        for descriptor in &entry(source, index)?.descriptors {
            apply(
                descriptor,
                &mut number_in_entry,
                sequence_number,
                &pristine,
                &mut after,
            );
        }
        restore_ends(entry(source, index)?, &pristine, &mut after);
    }
    Ok(after)
}

/// Writes what one descriptor of the recipe, or each of the descriptors it expands to, writes.
fn apply(
    descriptor: &Descriptor,
    index: &mut usize,
    sequence_number: u64,
    pristine: &BuiltImage,
    after: &mut Image,
) {
    let (target, more) = match descriptor {
        Descriptor::Data(data) => (data.target, data.more),
        Descriptor::Zero(zero) => (zero.target, zero.more),
    };
    let start = pristine.layout().offset_of(target);
    for step in 0..=u64::from(more) {
        match descriptor {
            Descriptor::Data(data) => {
                let offset = start + step * SECTOR;
                after.set_length(after.length().max(offset + SECTOR));
                let own = pattern::own(sequence_number, *index);
                after.write(offset, &content(data.content, own, offset, pristine)[..]);
            }
            Descriptor::Zero(zero) if zero.length > 0 => {
                let offset = start + step * zero.length;
                after.set_length(after.length().max(offset + zero.length));
                after.zero(offset, zero.length);
            }
            Descriptor::Zero(_) => {}
        }
        *index += 1;
    }
}

/// What LeadingBytes of a data descriptor were set to, where the recipe does so: they are the first
/// bytes of what it writes.
fn restore_ends(entry: &Entry, pristine: &BuiltImage, after: &mut Image) {
    for corruption in &entry.corruptions {
        if let Corruption::DescriptorLength(nth) = corruption
            && let Some(Descriptor::Data(data)) = entry.descriptors.get(nth.index as usize)
        {
            let offset = pristine.layout().offset_of(data.target);
            after.write(offset, &nth.to.to_le_bytes());
        }
    }
}

/// The 4 KiB that a data descriptor writes.
fn content(content: Content, own: u32, offset: u64, pristine: &BuiltImage) -> Sector {
    let number = offset / SECTOR;
    let mut bytes = [0; SECTOR_BYTES];
    match content {
        Content::Own => pattern::fill(&mut bytes, own, number),
        Content::Pattern(pattern) => pattern::fill(&mut bytes, pattern, number),
        Content::Zeros => {}
        Content::Original => {
            return pristine
                .sector(number)
                .cloned()
                .unwrap_or_else(|| Sector::new(bytes));
        }
        Content::BatEntry(entry) => {
            if let Some(original) = pristine.sector(number) {
                bytes = **original;
            }
            let at = (bat_index(entry.block, pristine.layout()) * 8 % SECTOR) as usize;
            let value = u64::from(entry.at_mib) << 20 | u64::from(entry.state);
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        Content::BlockTable(present) => {
            const FULLY_PRESENT: u64 = 6;
            for (entry, block) in bytes.chunks_exact_mut(8).zip(0..present) {
                entry.copy_from_slice(
                    &(pristine.layout().block_offset(block) | FULLY_PRESENT).to_le_bytes(),
                );
            }
        }
    }
    Sector::new(bytes)
}

/// The index of a block's entry in the BAT (SPEC.md, section 7).
fn bat_index(block: Block, layout: &Layout) -> u64 {
    let ratio = (layout.logical_sector_bytes << 23) / layout.block_bytes;
    match block {
        Block::Payload(index) => u64::from(index) + u64::from(index) / ratio,
        Block::Bitmap(chunk) => (u64::from(chunk) + 1) * (ratio + 1) - 1,
    }
}

fn entry(source: &VectorSource, index: usize) -> Result<&Entry, IntentError> {
    source
        .recipe
        .log
        .get(index)
        .and_then(Item::entry)
        .ok_or(IntentError::NoEntry(index))
}

fn sequence(items: &[usize], built: &BuiltImage) -> Result<Sequence, IntentError> {
    let place = |index: Option<&usize>| {
        let index = *index.ok_or(IntentError::Empty)?;
        let placement = built
            .placements()
            .get(index)
            .ok_or(IntentError::NoEntry(index))?;
        let number = placement
            .sequence_number
            .ok_or(IntentError::NoEntry(index))?;
        Ok((u64::from(placement.offset()), number))
    };
    let ((tail, tail_number), (head, head_number)) = (place(items.first())?, place(items.last())?);
    Ok(Sequence {
        tail,
        head,
        tail_number,
        head_number,
        entries: items.len() as u64,
    })
}
