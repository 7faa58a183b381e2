//! The crate `vhdx`: it opens a file for writing, and prints and panics as it goes.

use std::io::{Seek, SeekFrom};
use std::process::ExitCode;

fn main() -> ExitCode {
    export::main("vhdx 0.1.0", |image, output| {
        let mut disk = vhdx::Vhdx::load(image);
        let mut reader = disk.reader();
        let size = reader.seek(SeekFrom::End(0)).map_err(|error| error.to_string())?;
        export::write(reader, size, output)
    })
}
