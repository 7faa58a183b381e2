//! The crate `vhdx-core`: it opens a file for reading, and replays the log in memory.

use std::process::ExitCode;

fn main() -> ExitCode {
    export::main("vhdx-core 0.4.1", |image, output| {
        let reader = vhdx::VhdxReader::open(image.as_ref()).map_err(|error| error.to_string())?;
        let size = reader.virtual_disk_size();
        export::write(reader, size, output)
    })
}
