//! What a program does with a storage, and what comes of it.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::writer::{Log, Transaction, WriteError, WriteOptions};
use vhdx_log::{
    Access, DEFAULT_MAX_FILE_SIZE, GuidSource, Image, LogState, OpenError, OpenOptions, examine,
};

use crate::image::{MIB, TARGET};
use crate::lies::Liar;

/// One use of a storage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Use {
    Examine,
    /// A read-only view, and reads of it.
    View,
    Replay,
    /// Changes through the log, to a closed file.
    Write,
}

impl Use {
    pub const ALL: [Self; 4] = [Self::Examine, Self::View, Self::Replay, Self::Write];

    pub fn is_read_only(self) -> bool {
        matches!(self, Self::Examine | Self::View)
    }
}

/// What came of a use.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A result, in words that are the same for the same result.
    Done(String),
    /// The image was refused, for this clause.
    Refused(String),
    /// An error that is not the image's.
    Failed(String),
}

impl From<OpenError> for Outcome {
    fn from(error: OpenError) -> Self {
        match error.clause() {
            Some(clause) => Self::Refused(clause.to_string()),
            None => Self::Failed(error.to_string()),
        }
    }
}

impl From<WriteError> for Outcome {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Io { .. } | WriteError::Failed => Self::Failed(error.to_string()),
            _ => Self::Refused(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Outcome {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

fn options() -> OpenOptions {
    OpenOptions::writable().guids(GuidSource::seeded(1))
}

pub fn write_options() -> WriteOptions {
    WriteOptions::from(options()).max_gathered_changes(1)
}

/// Uses the storage, and looks at it afterwards without its lies.
pub fn run(what: Use, liar: &mut Liar<'_>) -> Outcome {
    let outcome = match what {
        Use::Examine => examine(&*liar, Access::ReadOnly, DEFAULT_MAX_FILE_SIZE)
            .map(|examined| format!("{:?}", examined.plan))
            .map_err(Outcome::from),
        Use::View => view(liar),
        Use::Replay => replay(liar),
        Use::Write => write(liar),
    };
    match outcome {
        Ok(words) => Outcome::Done(words),
        Err(outcome) => outcome,
    }
}

fn view(liar: &mut Liar<'_>) -> Result<String, Outcome> {
    let image = OpenOptions::read_only().open(liar)?;
    Ok(format!("{}{:x?}", log_state(&image), reads(&image)?))
}

/// Sums of what the view shows: around the targets, at its end, and of single bytes.
fn reads<S: Storage>(image: &Image<S>) -> Result<Vec<u32>, Outcome> {
    let length = image.len()?;
    let around = [
        (64 << 10, 4096),
        (TARGET - 10, 300 << 10),
        (TARGET + 5000, 1),
        (19 * MIB, 8192),
        (length.saturating_sub(5000), 5000),
    ];
    let mut sums = Vec::new();
    for (offset, bytes) in around {
        if offset + bytes as u64 <= length {
            let mut buffer = vec![0xEE; bytes];
            image.read_at(offset, &mut buffer)?;
            sums.push(crc32c::crc32c(&buffer));
        }
    }
    Ok(sums)
}

fn replay(liar: &mut Liar<'_>) -> Result<String, Outcome> {
    let image = options().open(&mut *liar)?;
    let state = log_state(&image);
    drop(image);
    Ok(format!("{state}{}", contents(&liar.image)))
}

fn log_state<S: Storage>(image: &Image<S>) -> String {
    match image.log() {
        LogState::Empty => "empty".to_owned(),
        LogState::Replayed(plan, applied) => format!("{plan:?}{applied:?}"),
        LogState::Overlaid(overlay) => format!("{:?}", overlay.plan()),
        LogState::Dirty(plan) => format!("{plan:?}"),
        other => format!("{other:?}"),
    }
}

fn write(liar: &mut Liar<'_>) -> Result<String, Outcome> {
    let mut log = Log::open(&mut *liar, &write_options())?;
    let one = Transaction::new().write(TARGET + 100, b"one");
    log.submit(&one.zero(TARGET + (9 << 12), 4096))?;
    log.commit()?;
    log.submit(&Transaction::new().write(TARGET + 4000, &[2; 9000]))?;
    log.checkpoint()?;
    log.submit(&Transaction::new().write(TARGET, b"three"))?;
    log.close()?;
    Ok(contents(&liar.image))
}

/// The whole file, as its length and a sum.
fn contents(image: &SparseMemory) -> String {
    summed(image, 0)
}

/// The file without its headers and its log, which a second attempt leaves different.
pub fn guest(image: &SparseMemory) -> String {
    summed(image, 2 * MIB)
}

fn summed(image: &SparseMemory, from: u64) -> String {
    let stored = image
        .sectors()
        .filter(|(number, sector)| number * 4096 >= from && ***sector != [0; 4096]);
    let sum = stored.fold(0, |sum, (number, sector)| {
        let sum = crc32c::crc32c_append(sum, &number.to_le_bytes());
        crc32c::crc32c_append(sum, &**sector)
    });
    format!("{} bytes, {sum:08x}", image.len().unwrap())
}
