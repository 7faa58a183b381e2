//! The virtual disk: sizes, parent, and the blocks that lie over the log or past the end of the
//! file (HDR-11).
//!
//! Metadata and BAT are read by [`Layout`], the structure half of the harness's guest reader.
//!
//! Contract, for any BAT: time linear in its stored part, of which no more is read than the
//! format's largest disk needs (513 MiB; holes are skipped, so the BAT of a sparse 64 TiB disk
//! costs almost nothing); memory of two bounded lists.

use std::ops::Range;

use vhdx_log::storage::Storage;
use vhdx_log_image::Guid;
use vhdx_log_image::guest::{self, GuestError, Layout};

use super::extent::Extent;
use super::view::View;
use crate::document::escape::{bounded, printable};
use crate::document::list::Filling;
use crate::document::{Block, BlockKind, Blocks, Disk, Parent, ParentEntry};

/// The most characters of a text of the parent locator.
const MAX_TEXT: usize = 1024;

/// The disk in `after`, with its blocks there and, if it is another, in `before`. `log` is the
/// log's place.
pub(super) fn disk<S: Storage>(
    after: &View<'_, S>,
    before: Option<&View<'_, S>>,
    log: Option<&Range<u64>>,
    extent: Extent,
) -> Disk {
    let layout = match (after.fault(), Layout::read(after)) {
        (Some(fault), _) => return unreadable(fault),
        (None, Err(error)) => return unreadable(describe(&error)),
        (None, Ok(layout)) => layout,
    };
    let small = |value: u64| u32::try_from(value).ok();
    Disk {
        fault: None,
        size: Some(layout.size_bytes()),
        block_size: small(layout.block_bytes()),
        logical_sector_size: small(layout.logical_sector_bytes()),
        physical_sector_size: layout.physical_sector_bytes().and_then(small),
        id: layout.id().map(Guid),
        parent: layout.has_parent().then(|| parent(&layout, after)),
        blocks: Some(blocks(&layout, after, log, extent)),
        blocks_before_replay: before.and_then(|before| {
            let layout = Layout::read(before).ok()?;
            Some(blocks(&layout, before, log, extent))
        }),
    }
}

fn unreadable(fault: String) -> Disk {
    Disk {
        fault: Some(fault),
        size: None,
        block_size: None,
        logical_sector_size: None,
        physical_sector_size: None,
        id: None,
        parent: None,
        blocks: None,
        blocks_before_replay: None,
    }
}

fn describe(error: &GuestError) -> String {
    match error {
        GuestError::Read(source) => format!("{error}: {source}"),
        error => error.to_string(),
    }
}

fn parent<S: Storage>(layout: &Layout, view: &View<'_, S>) -> Parent {
    let shown = |text: &str| bounded(&printable(text), MAX_TEXT);
    match layout.parent(view) {
        Err(error) => Parent {
            fault: Some(describe(&error)),
            entries: Vec::new(),
        },
        Ok(locator) => Parent {
            fault: None,
            entries: locator
                .entries
                .iter()
                .map(|(key, value)| ParentEntry {
                    key: shown(key),
                    value: shown(value),
                })
                .collect(),
        },
    }
}

fn blocks<S: Storage>(
    layout: &Layout,
    view: &View<'_, S>,
    log: Option<&Range<u64>>,
    extent: Extent,
) -> Blocks {
    let (mut payload, mut sector_bitmaps) = (0, 0);
    let mut over_log = Filling::new(extent.all);
    let mut beyond_end = Filling::new(extent.all);
    let read = layout.for_each_block(view, |block| {
        if !block.is_present() {
            return;
        }
        let (kind, count) = match block.kind {
            guest::BlockKind::Payload => (BlockKind::Payload, &mut payload),
            guest::BlockKind::SectorBitmap => (BlockKind::SectorBitmap, &mut sector_bitmaps),
        };
        *count += 1;
        let guest::Block {
            number,
            offset,
            length,
            ..
        } = block;
        let shown = Block {
            kind,
            number,
            offset,
            length,
        };
        let end = offset.saturating_add(length);
        if log.is_some_and(|log| offset < log.end && log.start < end) {
            over_log.push(shown);
        }
        if end > view.length {
            beyond_end.push(shown);
        }
    });
    Blocks {
        fault: read.err().map(|error| describe(&error)),
        payload,
        sector_bitmaps,
        over_log: over_log.finish(),
        beyond_end: beyond_end.finish(),
    }
}
