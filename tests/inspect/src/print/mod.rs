//! An [`Inspection`] as text: the verdict first, then the ring as a picture, then the tables.
//!
//! Contract: everything that comes from the image is escaped; the text fits the width, except for
//! tables; it is the same with and without colours. What is printed here is also in the JSON.

mod headers;
mod heading;
pub mod paint;
mod picture;
mod replay;
mod ring;
pub mod table;

use std::io::{self, Write};

use self::paint::{Paint, Role};
use self::table::wrap;
use crate::document::escape::printable;
pub use crate::document::size;
use crate::document::size::{Size, count};
use crate::document::{Inspection, State};
pub use picture::columns_for;

/// The width of the text when standard output is not a terminal.
pub const DEFAULT_WIDTH: usize = 80;

/// Writes the whole report. `width` is the terminal's.
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

/// Writes the log alone: the ring and its entries.
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

/// The file, its state, and the reason or the consequence.
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
    let created_by = match identifier.creator.as_deref() {
        None => String::new(),
        Some("") => ", creator not named".to_owned(),
        Some(creator) => format!(", created by {creator}"),
    };
    writeln!(out, "  {}{created_by}", Size(*length))
}
