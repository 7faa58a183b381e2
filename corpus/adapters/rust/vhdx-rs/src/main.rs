//! The crate `vhdx-rs`: opened for reading, with the replay in memory that it offers for that.

use std::fs::File;
use std::process::ExitCode;

use vhdx::{LogReplayPolicy, Medium};

fn main() -> ExitCode {
    export::main("vhdx-rs 0.2.0", |image, output| {
        let text = |error: vhdx::Error| error.to_string();
        let file = File::open(image).map_err(|error| error.to_string())?;
        let mut medium = Medium::open(file)
            .log_replay(LogReplayPolicy::InMemoryOnReadOnly)
            .finish()
            .map_err(text)?;
        let sections = medium.sections().map_err(text)?;
        let metadata = sections.metadata().map_err(text)?;
        let size = metadata.items().virtual_disk_size().map_err(text)?;
        let sector = u64::from(metadata.items().logical_sector_size().map_err(text)?);
        let mut io = medium.io().map_err(text)?;
        let disk = io.sector(0, size / sector).map_err(text)?;
        export::write(disk, size, output)
    })
}
