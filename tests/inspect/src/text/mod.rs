//! An [`Inspection`] as text: what matters first, the ring as a picture, then the tables.

mod headers;
mod replay;
mod ring;

use std::io::{self, Write};

use super::inspection::{Inspection, State};
use super::paint::{Paint, Role};
use super::picture::DEFAULT_COLUMNS;
use super::size::{Size, count, printable};
use super::table::wrap;

/// The width of the text when it goes to no terminal.
pub const DEFAULT_WIDTH: usize = 80;

/// Characters of the picture in a group.
const GROUP: usize = 16;

/// What stands before the characters of a row of the picture, at most: indent, offset, gap.
const MARGIN: usize = 12;

/// How many characters of the picture go in a row of a terminal of this width.
pub fn columns_for(width: Option<usize>) -> usize {
    let Some(width) = width else {
        return DEFAULT_COLUMNS;
    };
    let groups = (width + 1).saturating_sub(MARGIN) / (GROUP + 1);
    // Two groups at a time, so that rows start at round offsets.
    (groups - groups % 2).max(1) * GROUP
}

/// Writes the report. `width` is that of the terminal.
///
/// # Errors
/// The writer's.
pub fn write(
    out: &mut dyn Write,
    inspection: &Inspection,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    summary(out, inspection, paint, width)?;
    if let Some(log) = &inspection.log {
        ring::write(out, log, paint, width)?;
    }
    if let Some(replay) = &inspection.replay {
        replay::write_replay(out, replay, inspection.length, paint)?;
    }
    if let (Some(regions), Some(log)) = (&inspection.regions, &inspection.log) {
        replay::write_regions(out, regions, log, paint)?;
    }
    headers::write(out, &inspection.headers, paint)
}

/// Writes what there is of the log alone: the ring and its entries.
///
/// # Errors
/// The writer's.
pub fn write_log(
    out: &mut dyn Write,
    inspection: &Inspection,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    inspection
        .log
        .as_ref()
        .map_or(Ok(()), |log| ring::write(out, log, paint, width))
}

/// The heading of a part.
fn heading(out: &mut dyn Write, paint: Paint, name: &str, about: &str) -> io::Result<()> {
    let gap = if about.is_empty() { "" } else { "  " };
    writeln!(out, "\n{}{gap}{about}", paint.paint(Role::Heading, name))
}

/// The file, what it is, and what follows from it.
fn summary(
    out: &mut dyn Write,
    inspection: &Inspection,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let Inspection {
        file,
        length,
        verdict,
        identifier,
        ..
    } = inspection;
    let (word, role) = match verdict.state {
        State::Clean => ("clean", Role::Good),
        State::Dirty => ("dirty", Role::Notable),
        State::Refused => ("refused", Role::Bad),
    };
    let sentence = match (verdict.state, &inspection.replay) {
        (State::Clean, _) => "the log is empty, nothing to replay".to_owned(),
        (_, Some(replay)) => format!("{} to replay", count(replay.entries.into(), "entry")),
        _ => verdict.message.clone().unwrap_or_default(),
    };
    writeln!(out, "{}", paint.paint(Role::Heading, &printable(file)))?;
    let mut lines = wrap(
        &format!("{word}: {sentence}"),
        width.saturating_sub(2).max(20),
    )
    .into_iter();
    if let Some(first) = lines.next() {
        writeln!(
            out,
            "  {}{}",
            paint.paint(role, word),
            first.strip_prefix(word).unwrap_or_default()
        )?;
    }
    for line in lines {
        writeln!(out, "  {line}")?;
    }
    if let (State::Clean | State::Dirty, Some(message)) = (verdict.state, &verdict.message) {
        for line in wrap(message, width.saturating_sub(2).max(20)) {
            writeln!(out, "  {}", paint.paint(Role::Notable, &line))?;
        }
    }
    let made_by = match identifier.creator.as_deref() {
        None => String::new(),
        Some("") => ", made by a program that gives no name".to_owned(),
        Some(creator) => format!(", made by {creator}"),
    };
    writeln!(out, "  {}{made_by}", Size(*length))
}
