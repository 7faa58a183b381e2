//! What is wrong with a file although it can be opened: parts of it that lie over the log (HDR-11),
//! or past the end of the file, so that it was cut short.
//!
//! For a file that is refused there are none: what is wrong with it is its verdict.

use crate::document::list::List;
use crate::document::size::{Place, Size, count};
use crate::document::{Block, BlockKind, Blocks, Disk, Log, Regions, State, Warning, WarningKind};

/// The parts of a document that say something.
pub(super) struct Parts<'a> {
    pub(super) state: State,
    /// The length of the file, after the replay if there is one.
    pub(super) length: u64,
    pub(super) log: Option<&'a Log>,
    pub(super) regions: Option<&'a Regions>,
    pub(super) disk: Option<&'a Disk>,
}

pub(super) fn warnings(parts: &Parts<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if parts.state == State::Refused {
        return warnings;
    }
    let mut warn = |kind, message: String| warnings.push(Warning { kind, message });
    if let Some(log) = parts.log
        && let Some(fault) = &log.fault
    {
        let place = Place(log.offset, log.length);
        warn(
            WarningKind::LogPlace,
            format!("the log ({place}) is empty, but its place is not valid: {fault}"),
        );
    }
    let mut tables_are_valid = true;
    if let Some(regions) = parts.regions {
        let [first, second] = [&regions.first_table_fault, &regions.second_table_fault];
        tables_are_valid = first.is_none() || second.is_none();
        of_regions(regions, tables_are_valid, parts.length, &mut warn);
    }
    if let Some(disk) = parts.disk {
        of_disk(disk, tables_are_valid, parts.length, &mut warn);
    }
    warnings
}

fn of_regions(
    regions: &Regions,
    tables_are_valid: bool,
    length: u64,
    warn: &mut impl FnMut(WarningKind, String),
) {
    if regions.fault.is_none() && !tables_are_valid {
        warn(
            WarningKind::NoRegionTable,
            "neither region table is valid, so programs cannot find the disk's data. \
             Restore the file from a copy"
                .to_owned(),
        );
    }
    for region in &regions.items.items {
        let place = Place(region.offset, region.length.into());
        if region.overlaps_log {
            warn(
                WarningKind::RegionOverLog,
                format!(
                    "the {} region ({place}) lies over the log: a write into one destroys the \
                     other. Copy the data off with a program that only reads [HDR-11]",
                    region.name
                ),
            );
        }
        if region.beyond_end {
            warn(
                WarningKind::RegionBeyondEnd,
                format!(
                    "the {} region ({place}) ends past the end of the file at {}: the file was \
                     cut short. Restore it from a copy",
                    region.name,
                    Size::with_hexadecimal(length)
                ),
            );
        }
    }
}

fn of_disk(
    disk: &Disk,
    tables_are_valid: bool,
    length: u64,
    warn: &mut impl FnMut(WarningKind, String),
) {
    if let Some(fault) = disk.fault.as_ref().filter(|_| tables_are_valid) {
        warn(
            WarningKind::NoMetadata,
            format!("the disk's metadata cannot be read: {fault}"),
        );
    }
    let of = |blocks: &Blocks, when: &str, warn: &mut dyn FnMut(WarningKind, String)| {
        if let Some(found) = found(&blocks.over_log) {
            warn(
                WarningKind::BlockOverLog,
                format!(
                    "{found} over the log{when}: a write into one destroys the other. \
                     Copy the data off with a program that only reads [HDR-11]"
                ),
            );
        }
        if let Some(found) = found(&blocks.beyond_end) {
            warn(
                WarningKind::BlockBeyondEnd,
                format!(
                    "{found} past the end of the file at {}{when}: the file was cut short, and \
                     their data is missing. Restore it from a copy",
                    Size::with_hexadecimal(length)
                ),
            );
        }
    };
    match (&disk.blocks, &disk.blocks_before_replay) {
        (Some(after), Some(before)) if before.over_log == after.over_log => {
            of(after, "", warn);
        }
        (after, before) => {
            if let Some(before) = before {
                // The file may still grow: what is past its end now says nothing.
                let over_log = Blocks {
                    beyond_end: empty(),
                    ..before.clone()
                };
                of(&over_log, ", before the replay", warn);
            }
            if let Some(after) = after {
                let when = match before {
                    Some(_) => ", after the replay",
                    None => "",
                };
                of(after, when, warn);
            }
        }
    }
}

fn empty() -> List<Block> {
    List {
        total: 0,
        omitted: 0,
        items: Vec::new(),
    }
}

/// How many blocks, the first of them, and the verb; `None` when there are none.
fn found(list: &List<Block>) -> Option<String> {
    let first = list.items.first()?;
    let name = match first.kind {
        BlockKind::Payload => format!("payload block {}", first.number),
        BlockKind::SectorBitmap => format!("the sector bitmap of chunk {}", first.number),
    };
    let place = Place(first.offset, first.length);
    Some(match list.total {
        1 => format!("{name} ({place}) lies"),
        total => format!("{}, the first {name} ({place}), lie", count(total, "block")),
    })
}
