//! The log of VHDX disk images as an executable specification.
//!
//! The clauses of the format, in their order, as naive code over a whole image in memory, to be
//! held against the text and against other implementations. It shares nothing with any of them.
//!
//! [`read`] judges an image: *refused* (with the clause it breaks), *clean* (no log to replay), or
//! *replayed* (with the file as a reader must show it and, for a writable open, the writes that
//! make it so). It never panics, and neither time nor memory grow with more than what the image
//! holds (but see [`search()`]).
//!
//! When a file breaks several demands, the first in this order is the verdict:
//!
//! 1. FID-1; HDR-1, HDR-3, HDR-4, HDR-5 (a header not wholly inside the file is not valid);
//! 2. LogGuid zero: clean (HDR-9), but HDR-13 with [`Access::Writable`];
//! 3. HDR-6, HDR-7, HDR-10, HDR-8;
//! 4. the search: SEQ-7, SEQ-8;
//! 5. each target of each entry from tail to head: DSC-5, DSC-6, DSC-7;
//! 6. RPL-9; HDR-13 with [`Access::Writable`].
//!
//! Every demand passes the gate of [`Rules`] and every step that may be got wrong is a method of
//! it. A [flaw](flaws()) is a set of rules with one of them bent: a wrong implementation, to
//! measure tests with.

#![deny(missing_docs)]

mod entry;
mod flaws;
mod headers;
mod image;
mod replay;
mod rules;
mod search;
mod writer;

pub use entry::{Descriptor, Entry, entry_at};
pub use flaws::{Flaw, flaw, flaws};
pub use headers::{HEADER_OFFSETS, Header};
pub use image::{Bytes, Image, Ring, SECTOR, Update};
pub use replay::{Replay, WriteOp};
pub use rules::{ClauseId, Format, Rules};
pub use search::{Active, Sequence, entries, search};
pub use writer::{Writer, same_contents};

const MIB: u64 = 1 << 20;

/// How a file is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// The file is not written; replay is done in memory (RPL-5).
    ReadOnly,
    /// Replay is written back.
    Writable,
}

/// The parameters of an open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// How the file is opened.
    pub access: Access,
    /// The length in bytes that a replay may not extend the file beyond (RPL-9).
    pub max_file_size: u64,
    /// The FileWriteGuid that all header updates give (UPD-1).
    pub fresh_guid: [u8; 16],
}

impl Default for Options {
    /// Read-only, with room for a full disk of the format's largest size and its metadata.
    fn default() -> Self {
        Self {
            access: Access::ReadOnly,
            max_file_size: (64 << 40) + (1 << 30),
            fresh_guid: *b"fresh file write",
        }
    }
}

/// What becomes of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is not opened, and not changed (RPL-8).
    Refused(Refusal),
    /// Its log is empty: it is shown as it is.
    Clean,
    /// It is shown as after the replay of its log.
    Replayed(Replay),
}

/// Why a file is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The clause it breaks; `HANG` when a flawed reader would never come to an end.
    pub clause: &'static str,
    /// What would have to be so.
    pub what: &'static str,
    /// What was done to the file before; from a flawed reader only.
    pub operations: Vec<WriteOp>,
}

impl From<ClauseId> for Refusal {
    fn from(clause: ClauseId) -> Self {
        Self {
            clause,
            what: "the step fails only in a flawed reader",
            operations: Vec::new(),
        }
    }
}

/// Opens a file as the format says.
pub fn read(image: &Image, options: &Options) -> Verdict {
    read_with(image, options, &Format)
}

/// Opens a file by these rules.
pub fn read_with(image: &Image, options: &Options, rules: &dyn Rules) -> Verdict {
    open(image, options, rules).unwrap_or_else(|mut refusal| {
        if options.access == Access::Writable {
            refusal.operations = rules.before_refusal(image);
        }
        Verdict::Refused(refusal)
    })
}

fn open(image: &Image, options: &Options, rules: &dyn Rules) -> Result<Verdict, Refusal> {
    rules.require(
        "FID-1",
        "the file begins with `vhdxfile`",
        image.bytes(0).starts_with(b"vhdxfile"),
    )?;
    let (slot, header) = headers::current_header(image, rules)?;
    let numbers_left = header
        .sequence_number
        .checked_add(rules.header_updates(options.access))
        .is_some();
    if rules.log_is_empty(&header) {
        rules.require(
            "HDR-13",
            "a clean file's header can be updated",
            numbers_left,
        )?;
        return Ok(Verdict::Clean);
    }
    let ring = headers::log_region(image, &header, rules)?;
    let active = search::find_active(&ring, &header.log_guid, rules)?;
    rules.require("SEQ-7", "the log holds a valid sequence", active.is_some())?;
    let Some(active) = active else {
        return Ok(Verdict::Clean);
    }; // only a flawed reader comes here
    let flushed = rules.flushed_file_offset(&active);
    rules.require(
        "SEQ-8",
        "the file reaches the head's FlushedFileOffset",
        flushed <= image.length(),
    )?;
    rules.before_replay(image)?;
    let replay = replay::replay(image, &ring, (slot, &header), &active, options, rules)?;
    rules.require(
        "HDR-13",
        "a dirty file's header can be updated",
        numbers_left,
    )?;
    Ok(Verdict::Replayed(replay))
}
