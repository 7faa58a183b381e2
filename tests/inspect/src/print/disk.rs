//! The virtual disk: sizes, parent, and blocks that are where they must not be.

use std::io::{self, Write};

use super::heading::{heading, sentence};
use super::paint::{Paint, Role};
use super::table::write_table;
use crate::document::list::List;
use crate::document::size::{Size, count};
use crate::document::{Block, BlockKind, Blocks, Disk, Parent, State};

pub(super) fn write(
    out: &mut dyn Write,
    disk: &Disk,
    state: State,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    if let Some(fault) = &disk.fault {
        return heading(out, paint, "DISK", &format!("unknown: {fault}"), width);
    }
    let when = match state {
        State::Refused => ", as the file stands",
        State::Dirty => ", after the replay",
        State::Clean => "",
    };
    heading(out, paint, "DISK", &format!("{}{when}", sizes(disk)), width)?;
    if let Some(parent) = &disk.parent {
        write_parent(out, parent, paint, width)?;
    }
    let Some(blocks) = &disk.blocks else {
        return Ok(());
    };
    let present = format!(
        "{} present, {}",
        count(blocks.payload, "payload block"),
        count(blocks.sector_bitmaps, "sector bitmap block"),
    );
    sentence(out, paint, None, &present, width)?;
    if let Some(fault) = &blocks.fault {
        let line = format!("the BAT cannot be read to its end: {fault}");
        sentence(out, paint, Role::Bad, &line, width)?;
    }
    match &disk.blocks_before_replay {
        None => write_misplaced(out, blocks, "", paint, width),
        Some(before)
            if (&before.over_log, &before.beyond_end) == (&blocks.over_log, &blocks.beyond_end) =>
        {
            write_misplaced(out, blocks, ", before and after the replay", paint, width)
        }
        Some(before) => {
            write_misplaced(out, before, ", before the replay", paint, width)?;
            write_misplaced(out, blocks, ", after the replay", paint, width)
        }
    }
}

/// What the disk is, in one line.
fn sizes(disk: &Disk) -> String {
    let size =
        |value: Option<u64>| value.map_or("unknown".to_owned(), |size| Size(size).to_string());
    let physical = match disk.physical_sector_size {
        None => String::new(),
        Some(bytes) => format!(" (physical {})", Size(bytes.into())),
    };
    format!(
        "{} in blocks of {}, sectors of {}{physical}",
        size(disk.size),
        size(disk.block_size.map(u64::from)),
        size(disk.logical_sector_size.map(u64::from)),
    )
}

fn write_parent(
    out: &mut dyn Write,
    parent: &Parent,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    if let Some(fault) = &parent.fault {
        let line = format!("a differencing disk, but its parent is unknown: {fault}");
        return sentence(out, paint, Role::Notable, &line, width);
    }
    let line = "a differencing disk: what it does not hold is in its parent";
    sentence(out, paint, None, line, width)?;
    let listed = List {
        total: parent.entries.len() as u64,
        omitted: 0,
        items: parent.entries.iter().collect(),
    };
    write_table(
        out,
        paint,
        width,
        ["parent locator", "value"],
        &listed,
        |entry| ([entry.key.clone(), entry.value.clone()], None),
    )
}

fn write_misplaced(
    out: &mut dyn Write,
    blocks: &Blocks,
    when: &str,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let lists = [
        ("over the log [HDR-11]", &blocks.over_log),
        ("past the end of the file", &blocks.beyond_end),
    ];
    for (what, list) in lists.into_iter().filter(|(_, list)| list.total > 0) {
        let line = format!("{} {what}{when}:", count(list.total, "block"));
        sentence(out, paint, Role::Bad, &line, width)?;
        write_table(
            out,
            paint,
            width,
            [">at", ">length", "block"],
            list,
            |block| {
                let cells = [
                    format!("{:#x}", block.offset),
                    Size(block.length).to_string(),
                    name(block),
                ];
                (cells, Some(Role::Bad))
            },
        )?;
    }
    Ok(())
}

fn name(block: &Block) -> String {
    match block.kind {
        BlockKind::Payload => format!("payload block {}", block.number),
        BlockKind::SectorBitmap => format!("sector bitmap of chunk {}", block.number),
    }
}
