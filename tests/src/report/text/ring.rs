//! The ring: the picture with its legend, the entries, the runs.

use std::io::{self, Write};

use super::{GROUP, heading};
use crate::report::inspection::{EntryState, Log, Ring, RunState};
use crate::report::paint::{Paint, Role};
use crate::report::picture::{Picture, Sector};
use crate::report::size::{Size, count};
use crate::report::table::write_table;

const SECTOR_BYTES: u64 = 4096;

/// Writes all there is to say of the log.
pub(super) fn write(out: &mut dyn Write, log: &Log, paint: Paint) -> io::Result<()> {
    let place = format!("{} at {:#x}", Size(log.length), log.offset);
    heading(out, paint, "LOG", &place)?;
    if let Some(fault) = &log.fault {
        writeln!(out, "  {}", paint.paint(Role::Bad, fault))?;
    }
    let Some(ring) = &log.ring else { return Ok(()) };
    picture(out, ring, paint)?;
    entries(out, ring, paint)?;
    torn(out, ring, paint)?;
    runs(out, ring, log.generation.is_some(), paint)
}

/// Rows of characters in groups, each row after the offset of its first sector, and what the characters mean.
fn picture(out: &mut dyn Write, ring: &Ring, paint: Paint) -> io::Result<()> {
    let Picture { sectors, sectors_per_character, rows } = &ring.picture;
    let last_offset = sectors.saturating_sub(1) * SECTOR_BYTES;
    let digits = format!("{last_offset:x}").len();
    let mut offset = 0;
    for row in rows {
        let shown = coloured(row, paint);
        let label = format!("0x{offset:0digits$x}");
        writeln!(out, "  {}  {shown}", paint.paint(Role::Quiet, &label))?;
        offset += row.len() as u64 * sectors_per_character * SECTOR_BYTES;
    }
    if *sectors_per_character > 1 {
        let shared = Size(sectors_per_character * SECTOR_BYTES);
        writeln!(
            out,
            "  each character stands for {sectors_per_character} sectors ({shared}) and shows the most telling"
        )?;
    } else {
        writeln!(out, "  each character is a sector of 4 KiB; a capital starts an entry, small letters are its rest")?;
    }
    let used = |sector: &Sector| rows.iter().any(|row| row.contains(sector.character()));
    for (start, rest, meaning) in LEGEND {
        let characters: Vec<_> = [Some(start), rest].into_iter().flatten().filter(used).collect();
        if let Some(&first) = characters.first() {
            let keys: String = characters.iter().map(|sector| sector.character()).collect();
            writeln!(out, "    {}{:width$}  {meaning}", paint.paint(role(first), &keys), "", width = 2 - keys.len())?;
        }
    }
    Ok(())
}

/// The characters of the picture, those of an entry together with its rest.
const LEGEND: [(Sector, Option<Sector>, &str); 11] = [
    (Sector::TailAndHead, None, "tail and head: the one entry to replay"),
    (Sector::Tail, None, "tail: the oldest entry to replay"),
    (Sector::Head, None, "head: the newest entry"),
    (Sector::Active, Some(Sector::ActiveRest), "active: to be replayed"),
    (Sector::Applied, Some(Sector::AppliedRest), "past: before the tail, applied already"),
    (Sector::Other, Some(Sector::OtherRest), "other: in a run that is not the active one"),
    (Sector::Torn, Some(Sector::TornRest), "torn, or otherwise not a valid entry"),
    (Sector::Stale, Some(Sector::StaleRest), "stale: of another generation of the log"),
    (Sector::Stray, None, "stray: data of no entry"),
    (Sector::Missing, None, "missing: behind the end of the file"),
    (Sector::Empty, None, "empty: zeros"),
];

const fn role(sector: Sector) -> Role {
    match sector {
        Sector::TailAndHead | Sector::Tail | Sector::Head | Sector::Active | Sector::ActiveRest => Role::Good,
        Sector::Applied | Sector::AppliedRest => Role::Past,
        Sector::Other | Sector::OtherRest | Sector::Stray => Role::Notable,
        Sector::Torn | Sector::TornRest | Sector::Missing => Role::Bad,
        Sector::Stale | Sector::StaleRest => Role::Old,
        Sector::Empty => Role::Quiet,
    }
}

/// A row in groups, each stretch of one colour painted at once.
fn coloured(row: &str, paint: Paint) -> String {
    let mut shown = String::new();
    let mut stretch = (String::new(), Role::Quiet);
    for (index, character) in row.chars().enumerate() {
        let sector = Sector::ALL.into_iter().find(|sector| sector.character() == character).unwrap_or_default();
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
    heading(out, paint, "ENTRIES", &ring.entries.total.to_string())?;
    if ring.entries.total == 0 {
        return Ok(());
    }
    let headings = [">at", ">length", ">number", ">tail", ">data", ">zero", ">flushed", ">last", "state"];
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
    heading(
        out,
        paint,
        "TORN",
        &format!("{} that begin like an entry and start none", count(ring.torn.total, "sector")),
    )?;
    write_table(out, paint, [">at", "generation", "why"], &ring.torn, |torn| {
        let generation = if torn.current_generation { "current" } else { "other" };
        ([format!("{:#x}", torn.offset), generation.to_owned(), torn.message.clone()], None)
    })
}

fn runs(out: &mut dyn Write, ring: &Ring, in_use: bool, paint: Paint) -> io::Result<()> {
    if ring.runs.total == 0 {
        return Ok(());
    }
    heading(out, paint, "RUNS", &format!("{} of entries that follow one another", ring.runs.total))?;
    write_table(
        out,
        paint,
        [">from", ">to", ">entries", ">newest", ">its tail", "generation", "state"],
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
                run.log_guid.to_string().chars().take(8).collect(),
                state.to_owned(),
            ];
            (cells, Some(role))
        },
    )
}
