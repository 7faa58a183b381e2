//! Running a program on a file system that records.

use std::fs::{self, File};
use std::path::Path;
use std::sync::{Arc, Mutex};

use vhdx_log_bench::contain::{Contained, Container, Folders, Limits};
use vhdx_log_crash::Recording;
use vhdx_log_crash::history::History;
use vhdx_log_crash::trace_file::{TraceFile, encode};

use super::filesystem::IMAGE;
use super::mount::Mounted;
use super::outcome::{NotRecorded, Recorded};
use super::tape::Tape;
use super::worker::lock;
use crate::base::load;
use crate::outside::Outside;

/// Runs a command on a copy of an image, or on an empty file, and records what it asks of it.
/// `{image}` in a word stands for the path.
///
/// # Errors
/// Why there is no recording. A program that ends badly has one.
pub fn record(
    words: &[String],
    image: Option<&Path>,
    limits: &Limits,
    container: &Container,
    folders: &Folders,
) -> Result<Recorded, NotRecorded> {
    let (program, arguments) = words.split_first().ok_or(NotRecorded::NoProgram)?;
    if !words.iter().any(|word| word.contains("{image}")) {
        return Err(NotRecorded::NoPlaceholder);
    }
    let hidden = folders.folder().map_err(NotRecorded::Folder)?;
    let backing = hidden.file("backing");
    match image {
        Some(image) => fs::copy(image, &backing).map(|_| ()),
        None => File::create(&backing).map(|_| ()),
    }
    .map_err(NotRecorded::Folder)?;
    let open = File::options().read(true).write(true).open(&backing);
    let backing = open.map_err(NotRecorded::Folder)?;
    let base = load(&backing)?;
    let tape = Arc::new(Mutex::new(Tape::default()));
    let folder = folders.folder().map_err(NotRecorded::Folder)?;
    let mounted = Mounted::new(&folder.file("disk"), backing, &tape)?;
    let path = folder.file("disk").join(IMAGE);
    let fill = |word: &String| word.replace("{image}", &path.to_string_lossy());
    let ended = container.run(&Contained {
        program: program.into(),
        arguments: arguments.iter().map(|word| fill(word).into()).collect(),
        folder: folder.path().to_owned(),
        limits: limits.clone(),
        stdout: None,
    });
    drop(mounted);
    let tape = std::mem::take(&mut *lock(&tape));
    let ended = ended?;
    let notes = tape.notes().clone();
    let trace = tape.requests(&base).ok_or(NotRecorded::TooLong)?;
    let recording = Recording {
        history: History::new(base.clone()),
        base,
        trace,
        opens: Vec::new(),
        fired_at: None,
    };
    let trace_file: Vec<u8> = encode(&recording);
    let outside = Outside::of_trace_file(&TraceFile::new(&trace_file)?);
    Ok(Recorded {
        outside,
        trace_file,
        ended,
        notes,
    })
}
