//! An [`Inspection`] as text: the verdict first, then the ring as a picture, then the tables.
//!
//! Contract: everything that comes from the image is escaped; the text fits the width, down to 40
//! characters (a table that does not fit is written as a list); it is the same with and without
//! colours. What is printed here is also in the JSON.

mod disk;
mod headers;
mod heading;
pub mod paint;
mod picture;
mod replay;
mod ring;
mod summary;
pub mod table;

use std::io::{self, Write};

use self::paint::Paint;
use crate::document::Inspection;
pub use crate::document::size;
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
    summary::write(out, inspection, paint, width)?;
    if let Some(log) = &inspection.log {
        ring::write(out, log, paint, width)?;
    }
    if let Some(replay) = &inspection.replay {
        replay::write_replay(out, replay, inspection.length, paint, width)?;
    }
    if let (Some(regions), Some(log)) = (&inspection.regions, &inspection.log) {
        replay::write_regions(out, regions, log, paint, width)?;
    }
    if let Some(disk) = &inspection.disk {
        disk::write(out, disk, inspection.verdict.state, paint, width)?;
    }
    if !inspection.identifier.valid {
        return Ok(());
    }
    headers::write(out, &inspection.headers, paint, width)
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
