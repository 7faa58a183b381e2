//! What a replay would do, and the regions of the file after it.

use std::io::{self, Write};

use super::heading::{heading, sentence};
use super::paint::{Paint, Role};
use super::table::write_table;
use crate::document::size::{Size, count};
use crate::document::{Log, Regions, Replay};

/// Writes what a replay would do to a file of `length` bytes.
pub(super) fn write_replay(
    out: &mut dyn Write,
    replay: &Replay,
    length: u64,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let after = match replay.resulting_length {
        same if same == length => "file length unchanged".to_owned(),
        longer => format!("file grows to {}", Size(longer)),
    };
    let mut updates = count(replay.data_updates, "sector update");
    if replay.zero_updates > 0 {
        updates += &format!(" and {}", count(replay.zero_updates, "zero range"));
    }
    let about = format!(
        "{}: {updates}; {after}",
        count(replay.entries.into(), "entry")
    );
    heading(out, paint, "REPLAY", &about, width)?;
    let Some(targets) = &replay.targets else {
        return writeln!(out, "  too many updates to list their targets");
    };
    if targets.total == 0 {
        return Ok(());
    }
    write_table(
        out,
        paint,
        width,
        [">at", ">length", ">sectors", ">zeros", "what"],
        targets,
        |target| {
            let beyond = target.offset >= length;
            let what = target
                .region
                .unwrap_or(if beyond { "past the current end" } else { "" });
            let cells = [
                format!("{:#x}", target.offset),
                Size(target.length).to_string(),
                target.data_updates.to_string(),
                target.zero_updates.to_string(),
                what.to_owned(),
            ];
            (cells, None)
        },
    )
}

/// Writes the regions, and which of them the log overlaps (HDR-11).
pub(super) fn write_regions(
    out: &mut dyn Write,
    regions: &Regions,
    log: &Log,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let when = if log.generation.is_some() {
        " after the replay"
    } else {
        ""
    };
    if let Some(fault) = &regions.fault {
        return heading(out, paint, "REGIONS", &format!("unknown: {fault}"), width);
    }
    let overlap = match (regions.items.total, regions.overlapping_log) {
        (0, _) => String::new(),
        (_, 0) => ", none overlaps the log".to_owned(),
        (_, 1) => ", 1 overlaps the log [HDR-11]".to_owned(),
        (_, overlapping) => format!(", {overlapping} overlap the log [HDR-11]"),
    };
    let beyond = regions
        .items
        .items
        .iter()
        .filter(|region| region.beyond_end);
    let overlap = match beyond.count() {
        0 => overlap,
        1 => format!("{overlap}, 1 ends past the end of the file"),
        beyond => format!("{overlap}, {beyond} end past the end of the file"),
    };
    heading(
        out,
        paint,
        "REGIONS",
        &format!("{}{when}{overlap}", regions.items.total),
        width,
    )?;
    if regions.items.total > 0 {
        write_table(
            out,
            paint,
            width,
            [">at", ">length", "what", "GUID", ""],
            &regions.items,
            |region| {
                let fault = match (region.overlaps_log, region.beyond_end) {
                    (true, true) => "overlaps the log, ends past the end of the file",
                    (true, false) => "overlaps the log",
                    (false, true) => "ends past the end of the file",
                    (false, false) => "",
                };
                let cells = [
                    format!("{:#x}", region.offset),
                    Size(region.length.into()).to_string(),
                    region.name.to_owned(),
                    region.guid.0.to_string(),
                    fault.to_owned(),
                ];
                (cells, (!fault.is_empty()).then_some(Role::Bad))
            },
        )?;
    }
    for (offset, fault) in [
        ("0x30000", &regions.first_table_fault),
        ("0x40000", &regions.second_table_fault),
    ] {
        if let Some(fault) = fault {
            let line = format!("the region table at {offset} is not valid: {fault}");
            sentence(out, paint, Role::Notable, &line, width)?;
        }
    }
    Ok(())
}
