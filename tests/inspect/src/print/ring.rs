//! The log: the ring's picture, its entries, torn sectors and runs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::heading::{heading, sentence};
use super::paint::{Paint, Role};
use super::picture::write_picture;
use super::table::write_table;
use crate::document::size::{Size, count};
use crate::document::{EntryCounts, EntryState, Log, Ring, RunState};

pub(super) fn write(out: &mut dyn Write, log: &Log, paint: Paint, width: usize) -> io::Result<()> {
    let place = format!("{} at {:#x}", Size(log.length), log.offset);
    let trust = match log.trusted {
        true => "",
        false => ", by headers that are not valid: not to be trusted",
    };
    heading(out, paint, "LOG", &format!("{place}{trust}"), width)?;
    if let Some(fault) = &log.fault {
        sentence(out, paint, Role::Bad, fault, width)?;
    }
    let Some(ring) = &log.ring else { return Ok(()) };
    write_picture(out, &ring.picture, paint, width)?;
    entries(out, ring, paint, width)?;
    torn(out, ring, paint, width)?;
    runs(out, ring, log.generation.is_some(), paint, width)
}

fn entries(out: &mut dyn Write, ring: &Ring, paint: Paint, width: usize) -> io::Result<()> {
    let EntryCounts {
        active,
        applied,
        other_run,
        stale,
    } = ring.counts;
    let kinds = [
        (active, "active"),
        (applied, "past"),
        (other_run, "other"),
        (stale, "stale"),
    ];
    let kinds: Vec<_> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    if kinds.is_empty() {
        return heading(out, paint, "ENTRIES", "none", width);
    }
    heading(out, paint, "ENTRIES", &kinds.join(", "), width)?;
    let headings = [
        ">at",
        ">length",
        ">sequence",
        ">tail",
        ">data",
        ">zero",
        ">flushed",
        ">last",
        "state",
    ];
    write_table(out, paint, width, headings, &ring.entries, |entry| {
        let (state, role) = match entry.state {
            EntryState::Active => ("active", Role::Good),
            EntryState::Applied => ("past", Role::Past),
            EntryState::OtherRun => ("other", Role::Notable),
            EntryState::Stale => ("stale", Role::Old),
        };
        let cells = [
            format!("{:#x}", entry.offset),
            Size(entry.length.into()).to_string(),
            entry.sequence_number.to_string(),
            format!("{:#x}", entry.tail),
            entry.data_descriptors.to_string(),
            entry.zero_descriptors.to_string(),
            Size(entry.flushed_file_offset).to_string(),
            Size(entry.last_file_offset).to_string(),
            state.to_owned(),
        ];
        (cells, Some(role))
    })
}

fn torn(out: &mut dyn Write, ring: &Ring, paint: Paint, width: usize) -> io::Result<()> {
    if ring.torn.total == 0 {
        return Ok(());
    }
    let sectors = count(ring.torn.total, "sector");
    let about = format!("{sectors} with an entry signature but no valid entry");
    heading(out, paint, "TORN", &about, width)?;
    write_table(
        out,
        paint,
        width,
        [">at", "generation", "violates", ">where", "found"],
        &ring.torn,
        |torn| {
            let generation = if torn.current_generation {
                "current"
            } else {
                "other"
            };
            let cells = [
                format!("{:#x}", torn.offset),
                generation.to_owned(),
                torn.clause.to_owned(),
                format!("{:#x}", torn.at),
                torn.message.0.found(),
            ];
            (cells, Some(Role::Bad))
        },
    )?;
    let demands: BTreeMap<_, _> = ring
        .torn
        .items
        .iter()
        .map(|torn| (torn.clause, torn.demand))
        .collect();
    demands.iter().try_for_each(|(clause, demand)| {
        sentence(
            out,
            paint,
            Role::Quiet,
            &format!("{clause}: {demand}"),
            width,
        )
    })
}

fn runs(
    out: &mut dyn Write,
    ring: &Ring,
    in_use: bool,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    if ring.runs.total == 0 {
        return Ok(());
    }
    heading(out, paint, "RUNS", &ring.runs.total.to_string(), width)?;
    write_table(
        out,
        paint,
        width,
        [
            ">from",
            ">to",
            ">entries",
            ">newest",
            ">tail",
            "generation",
            "state",
        ],
        &ring.runs,
        |run| {
            let (state, role) = match run.state {
                RunState::Active => ("active", Role::Good),
                RunState::Older => ("valid, but older [SEQ-3]", Role::Notable),
                RunState::Broken => (
                    "Tail does not point to an entry of this run [SEQ-2]",
                    Role::Bad,
                ),
                RunState::Stale if in_use => ("stale [ENT-7]", Role::Old),
                RunState::Stale => ("stale: the log is empty [HDR-9]", Role::Old),
            };
            let cells = [
                format!("{:#x}", run.start),
                format!("{:#x}", run.head),
                run.entries.to_string(),
                run.last_sequence_number.to_string(),
                format!("{:#x}", run.tail),
                run.log_guid.0.to_string().chars().take(8).collect(),
                state.to_owned(),
            ];
            (cells, Some(role))
        },
    )
}
