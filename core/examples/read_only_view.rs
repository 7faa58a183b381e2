//! Reads a disk as it will be once replayed, and writes nothing:
//! `cargo run --example read_only_view -- disk.vhdx`.
//!
//! A program that reads the region tables, the metadata and the BAT of a VHDX file does it through
//! such a view, and needs no log code of its own.

use std::error::Error;
use std::fs::File;
use std::path::Path;

use vhdx_log::{LogState, OpenOptions};

/// Where the region table starts in every VHDX file.
const REGION_TABLE: u64 = 192 << 10;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("usage: read_only_view FILE")?;
    let View {
        dirty,
        length,
        table,
    } = run(Path::new(&path))?;
    let state = if dirty { "dirty" } else { "clean" };
    println!("{state}, {length} bytes as it will be");
    println!("the region table begins with \"{}\"", table.escape_ascii());
    Ok(())
}

/// What this example reads.
pub struct View {
    /// Whether the log had to be taken into account.
    pub dirty: bool,
    /// The length of the replayed file in bytes.
    pub length: u64,
    /// The first bytes of the replayed region table.
    pub table: [u8; 4],
}

/// Opens a view of the file. A handle for reading is enough.
pub fn run(path: &Path) -> Result<View, Box<dyn Error>> {
    let image = OpenOptions::read_only().open(File::open(path)?)?;
    let mut table = [0; 4];
    image.read_at(REGION_TABLE, &mut table)?;
    Ok(View {
        dirty: matches!(image.log(), LogState::Overlaid(_)),
        length: image.len()?,
        table,
    })
}
