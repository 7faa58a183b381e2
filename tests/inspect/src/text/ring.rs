//! The ring: the picture with its legend, the entries, the runs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{GROUP, heading};
use crate::inspection::{EntryCounts, EntryState, Log, Ring, RunState};
use crate::paint::{Paint, Role};
use crate::picture::{Picture, Sector};
use crate::size::{Size, count};
use crate::table::write_table;

const SECTOR: u64 = 4096;

/// Writes all there is to say of the log.
pub(super) fn write(out: &mut dyn Write, log: &Log, paint: Paint, width: usize) -> io::Result<()> {
    let place = format!("{} at {:#x}", Size(log.length), log.offset);
    heading(out, paint, "LOG", &place)?;
    if let Some(fault) = &log.fault {
        writeln!(out, "  {}", paint.paint(Role::Bad, fault))?;
    }
    let Some(ring) = &log.ring else { return Ok(()) };
    picture(out, ring, paint, width)?;
    entries(out, ring, paint)?;
    torn(out, ring, paint)?;
    runs(out, ring, log.generation.is_some(), paint)
}

/// Rows of characters in groups, each row after the offset of its first sector, and what the
/// characters mean.
fn picture(out: &mut dyn Write, ring: &Ring, paint: Paint, width: usize) -> io::Result<()> {
    let Picture {
        sectors,
        sectors_per_character,
        rows,
    } = &ring.picture;
    let last_offset = sectors.saturating_sub(1) * SECTOR;
    let digits = format!("{last_offset:x}").len();
    let mut offset = 0;
    for row in rows {
        let shown = coloured(row, paint);
        let label = format!("{offset:0digits$x}");
        writeln!(out, "  {}  {shown}", paint.paint(Role::Quiet, &label))?;
        offset += row.len() as u64 * sectors_per_character * SECTOR;
    }
    let each = match sectors_per_character {
        1 => "one character a sector of 4 KiB; capitals start entries, small letters go on"
            .to_owned(),
        many => {
            format!(
                "one character for {many} sectors ({}), the most telling of them",
                Size(many * SECTOR)
            )
        }
    };
    writeln!(out, "  {each}")?;
    legend(out, rows, paint, width)
}

/// What the characters that occur mean, side by side as far as the width goes.
fn legend(out: &mut dyn Write, rows: &[String], paint: Paint, width: usize) -> io::Result<()> {
    let used = |sector: &Sector| rows.iter().any(|row| row.contains(sector.character()));
    let mut items = Vec::new();
    for (start, rest, meaning) in LEGEND {
        let characters: Vec<_> = [Some(start), rest]
            .into_iter()
            .flatten()
            .filter(used)
            .collect();
        if let Some(&first) = characters.first() {
            let keys: String = characters.iter().map(|sector| sector.character()).collect();
            let padding = " ".repeat(LEGEND_ITEM_WIDTH.saturating_sub(keys.len() + meaning.len()));
            items.push((paint.paint(role(first), &keys), meaning, padding));
        }
    }
    for line in items.chunks((width.saturating_sub(4) / LEGEND_ITEM_WIDTH).max(1)) {
        let mut shown = String::from("   ");
        for (place, (keys, meaning, padding)) in line.iter().enumerate() {
            shown += &format!(" {keys} {meaning}");
            if place + 1 < line.len() {
                shown += padding.get(2..).unwrap_or_default();
            }
        }
        writeln!(out, "{shown}")?;
    }
    Ok(())
}

/// How much room each meaning has in the legend.
const LEGEND_ITEM_WIDTH: usize = 37;

/// The characters of the picture, those of an entry together with its rest.
const LEGEND: [(Sector, Option<Sector>, &str); 12] = [
    (Sector::TailAndHead, None, "tail and head: all to replay"),
    (Sector::Tail, None, "tail: the oldest to replay"),
    (Sector::Head, None, "head: the newest"),
    (
        Sector::Active,
        Some(Sector::ActiveRest),
        "active: to be replayed",
    ),
    (
        Sector::Applied,
        Some(Sector::AppliedRest),
        "past: applied already",
    ),
    (
        Sector::Other,
        Some(Sector::OtherRest),
        "other: not the active run",
    ),
    (Sector::Torn, Some(Sector::TornRest), "torn: no valid entry"),
    (
        Sector::Stale,
        Some(Sector::StaleRest),
        "stale: another generation",
    ),
    (Sector::Leftover, None, "data of an entry that is gone"),
    (Sector::Stray, None, "stray: no part of any log"),
    (Sector::Missing, None, "missing: behind the file's end"),
    (Sector::Empty, None, "empty"),
];

const fn role(sector: Sector) -> Role {
    match sector {
        Sector::TailAndHead | Sector::Tail | Sector::Head | Sector::Active | Sector::ActiveRest => {
            Role::Good
        }
        Sector::Applied | Sector::AppliedRest => Role::Past,
        Sector::Other | Sector::OtherRest | Sector::Stray => Role::Notable,
        Sector::Torn | Sector::TornRest | Sector::Missing => Role::Bad,
        Sector::Stale | Sector::StaleRest | Sector::Leftover => Role::Old,
        Sector::Empty => Role::Quiet,
    }
}

/// A row in groups, each stretch of one colour painted at once.
fn coloured(row: &str, paint: Paint) -> String {
    let mut shown = String::new();
    let mut stretch = (String::new(), Role::Quiet);
    for (index, character) in row.chars().enumerate() {
        let sector = Sector::ALL
            .into_iter()
            .find(|sector| sector.character() == character)
            .unwrap_or_default();
        let role = role(sector);
        if role != stretch.1 {
            shown += &paint.paint(stretch.1, &stretch.0);
            stretch = (String::new(), role);
        }
        if index > 0 && index % GROUP == 0 {
            stretch.0.push(' ');
        }
        stretch.0.push(character);
    }
    shown + &paint.paint(stretch.1, &stretch.0)
}

fn entries(out: &mut dyn Write, ring: &Ring, paint: Paint) -> io::Result<()> {
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
        return heading(out, paint, "ENTRIES", "none");
    }
    heading(out, paint, "ENTRIES", &kinds.join(", "))?;
    let headings = [
        ">at", ">length", ">number", ">tail", ">data", ">zero", ">flushed", ">last", "state",
    ];
    write_table(out, paint, headings, &ring.entries, |entry| {
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

fn torn(out: &mut dyn Write, ring: &Ring, paint: Paint) -> io::Result<()> {
    if ring.torn.total == 0 {
        return Ok(());
    }
    let verbs = if ring.torn.total == 1 {
        "begins like an entry and starts"
    } else {
        "begin like an entry and start"
    };
    heading(
        out,
        paint,
        "TORN",
        &format!("{} that {verbs} none", count(ring.torn.total, "sector")),
    )?;
    write_table(
        out,
        paint,
        [">at", "generation", "breaks", ">there", "found"],
        &ring.torn,
        |torn| {
            let generation = if torn.current_generation {
                "current"
            } else {
                "other"
            };
            let message = torn.message.0.to_string();
            let found = message
                .rsplit_once("; found ")
                .map_or("", |(_, found)| found);
            let cells = [
                format!("{:#x}", torn.offset),
                generation.to_owned(),
                torn.clause.to_owned(),
                format!("{:#x}", torn.at),
                found.to_owned(),
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
        writeln!(
            out,
            "  {}",
            paint.paint(Role::Quiet, &format!("{clause} demands that {demand}"))
        )
    })
}

fn runs(out: &mut dyn Write, ring: &Ring, in_use: bool, paint: Paint) -> io::Result<()> {
    if ring.runs.total == 0 {
        return Ok(());
    }
    heading(out, paint, "RUNS", &ring.runs.total.to_string())?;
    write_table(
        out,
        paint,
        [
            ">from",
            ">to",
            ">entries",
            ">newest",
            ">its tail",
            "generation",
            "state",
        ],
        &ring.runs,
        |run| {
            let (state, role) = match run.state {
                RunState::Active => ("active", Role::Good),
                RunState::Older => ("valid, but older [SEQ-3]", Role::Notable),
                RunState::Broken => ("its tail starts none of its entries [SEQ-2]", Role::Bad),
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
