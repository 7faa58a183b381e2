//! The crate `vhdx`: it opens a file for writing, and prints and panics as it goes.
//!
//! Its `load` returns no error. A panic there is the only way in which it can refuse an image, so
//! that counts as a refusal; one later is a crash.

use std::io::{Seek, SeekFrom};
use std::process::ExitCode;

fn main() -> ExitCode {
    export::main("vhdx 0.1.0", |image, output| {
        let load = std::panic::catch_unwind(|| vhdx::Vhdx::load(image));
        let mut disk = load.map_err(|_| "it panics while it loads the image")?;
        let mut reader = disk.reader();
        let size = reader.seek(SeekFrom::End(0)).map_err(|error| error.to_string())?;
        export::write(reader, size, output)
    })
}
