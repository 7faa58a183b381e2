//! The picture of the ring, with a legend of the characters that occur in it.

use std::io::{self, Write};

use vhdx_log::units::SECTOR;

use super::paint::{Paint, Role};
use super::table::wrap;
use crate::document::picture::{DEFAULT_COLUMNS, Picture, Sector};
use crate::document::size::Size;

/// Characters in a group of a row.
const GROUP: usize = 16;

/// The most columns before the characters of a row: indent, offset, gap.
const MARGIN: usize = 12;

/// How many characters of the picture fit in a row at this terminal width.
pub fn columns_for(width: Option<usize>) -> usize {
    let Some(width) = width else {
        return DEFAULT_COLUMNS;
    };
    let groups = (width + 1).saturating_sub(MARGIN) / (GROUP + 1);
    // Two groups at a time, so that rows start at round offsets.
    (groups - groups % 2).max(1) * GROUP
}

/// Writes rows of characters in groups, each after the offset of its first sector, and a legend.
pub(super) fn write_picture(
    out: &mut dyn Write,
    picture: &Picture,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let Picture {
        sectors,
        sectors_per_character,
        rows,
    } = picture;
    let last_offset = sectors.saturating_sub(1) * SECTOR;
    let digits = format!("{last_offset:x}").len();
    let mut offset = 0;
    for row in rows {
        let shown = coloured(row, paint);
        let label = format!("{offset:0digits$x}");
        writeln!(out, "  {}  {shown}", paint.paint(Role::Quiet, &label))?;
        offset += row.len() as u64 * sectors_per_character * SECTOR;
    }
    let scale = match sectors_per_character {
        1 => "one character per 4 KiB sector; upper case = first sector of an entry, \
              lower case = continuation"
            .to_owned(),
        many => format!(
            "one character per {many} sectors ({}), for the most significant of them",
            Size(many * SECTOR)
        ),
    };
    for line in wrap(&scale, width.saturating_sub(2).max(20)) {
        writeln!(out, "  {line}")?;
    }
    legend(out, rows, paint, width)
}

/// The meaning of each character that occurs, as many in a line as the width allows.
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

/// Columns for a character and its meaning.
const LEGEND_ITEM_WIDTH: usize = 37;

/// The characters of the picture; an entry's first sector together with its continuation.
const LEGEND: [(Sector, Option<Sector>, &str); 12] = [
    (Sector::TailAndHead, None, "tail and head in one entry"),
    (Sector::Tail, None, "tail: oldest entry to replay"),
    (Sector::Head, None, "head: newest entry"),
    (
        Sector::Active,
        Some(Sector::ActiveRest),
        "active: to be replayed",
    ),
    (
        Sector::Applied,
        Some(Sector::AppliedRest),
        "past: already applied",
    ),
    (
        Sector::Other,
        Some(Sector::OtherRest),
        "other: not in the active run",
    ),
    (
        Sector::Torn,
        Some(Sector::TornRest),
        "torn: not a valid entry",
    ),
    (
        Sector::Stale,
        Some(Sector::StaleRest),
        "stale: another generation",
    ),
    (Sector::Leftover, None, "data of an overwritten entry"),
    (Sector::Stray, None, "stray: not log data"),
    (Sector::Missing, None, "missing: past the end of the file"),
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

/// A row in groups, with one escape sequence for each stretch of one colour.
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
