//! Writes what a reader shows to a sparse file, and turns its answer into an exit code.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::ExitCode;

/// How much is read at once.
const PIECE: u64 = 1 << 20;

/// Runs an adapter: `--version` prints `about`; `IMAGE OUTPUT` calls `open`. Ends with 0 when the
/// image was opened and 1 when it was refused; a panic ends with 101, which is a crash.
pub fn main(about: &str, open: impl Fn(&str, &str) -> Result<(), String>) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--version"] => println!("{about}"),
        [image, output] => {
            if let Err(error) = open(image, output) {
                eprintln!("{error}");
                return ExitCode::from(1);
            }
        }
        _ => {
            eprintln!("usage: IMAGE OUTPUT, or --version");
            return ExitCode::from(64);
        }
    }
    ExitCode::SUCCESS
}

/// Writes a disk of `size` bytes; what is zero becomes a hole.
///
/// # Errors
/// What the reader, or the file system, says.
pub fn write(mut disk: impl Read + Seek, size: u64, output: &str) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    let mut file = File::create(output).map_err(text)?;
    let mut piece = Vec::new();
    let mut at = 0;
    while at < size {
        let length = PIECE.min(size - at);
        piece.resize(usize::try_from(length).map_err(|error| error.to_string())?, 0);
        disk.seek(SeekFrom::Start(at)).map_err(text)?;
        disk.read_exact(&mut piece).map_err(text)?;
        if piece.iter().any(|&byte| byte != 0) {
            file.seek(SeekFrom::Start(at)).map_err(text)?;
            file.write_all(&piece).map_err(text)?;
        }
        at += length;
    }
    file.set_len(size).map_err(text)
}
