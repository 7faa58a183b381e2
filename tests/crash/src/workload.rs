//! What a program does with a log: the steps that are crashed.
//!
//! A workload is small, comparable and serialisable, and does not say how it is crashed. It has no
//! bytes: every write gets a pattern that no other write of the workload has ([`Span::bytes`]), so
//! that a byte in the wrong place is recognised.

use serde::{Deserialize, Serialize};
use vhdx_log::writer::Transaction;
use vhdx_log_image::{SECTOR, SECTOR_BYTES, pattern};

use crate::setup::Setup;

/// Steps on a small, clean image.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workload {
    /// The sequence number of the first entry of each generation; absent: a random one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_sequence_number: Option<u64>,
    #[serde(skip_serializing_if = "Setup::is_default")]
    pub setup: Setup,
    pub steps: Vec<Step>,
}

/// One call of the writer, or the end of its program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A transaction is submitted (WRT-8).
    Submit(Vec<Update>),
    /// Payload is written, which does not go through the log (WRT-10).
    Payload(Span),
    /// Everything so far becomes durable.
    Commit,
    /// Everything so far is written to its place in the file.
    Checkpoint,
    /// The file gets this length in bytes, counted from where updates begin (WRT-5).
    SetLength(u64),
    /// The log is closed, and the file opened again.
    Close,
    /// The program dies and every request it made is carried out; the file is opened again.
    Drop,
    /// Power is lost; this number selects which unflushed changes arrive; the file is
    /// opened again.
    PowerCut(u32),
}

/// One change of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// Bytes of a pattern.
    Write(Span),
    /// Zeros.
    Zero(Span),
}

/// A range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The offset, counted from where updates begin: the image's first payload block.
    pub at: u64,
    pub length: u64,
}

impl Span {
    pub const fn new(at: u64, length: u64) -> Self {
        Self { at, length }
    }

    /// The pattern of write number `serial` for this range; `origin` is the offset where updates
    /// begin.
    pub fn bytes(self, origin: u64, serial: u32) -> Vec<u8> {
        let (start, end) = (origin + self.at, origin + self.at + self.length);
        let mut bytes = Vec::with_capacity(self.length as usize);
        let mut sector = [0; SECTOR_BYTES];
        for number in start / SECTOR..end.div_ceil(SECTOR) {
            pattern::fill(&mut sector, serial, number);
            let within = |offset: u64| offset.saturating_sub(number * SECTOR).min(SECTOR) as usize;
            bytes.extend_from_slice(&sector[within(start)..within(end)]);
        }
        bytes
    }
}

impl Update {
    pub const fn span(self) -> Span {
        match self {
            Self::Write(span) | Self::Zero(span) => span,
        }
    }
}

/// A transaction in the implementation's form and in the model's.
///
/// `serial` is the number of its first write; each update takes one.
pub fn transaction(
    updates: &[Update],
    origin: u64,
    serial: u32,
) -> (Transaction, Vec<vhdx_log_model::Update>) {
    let mut transaction = Transaction::new();
    let mut of_model = Vec::with_capacity(updates.len());
    for (update, serial) in updates.iter().zip(serial..) {
        let Span { at, length } = update.span();
        let offset = origin + at;
        match update {
            Update::Write(span) => {
                let bytes = span.bytes(origin, serial);
                transaction = transaction.write(offset, &bytes);
                of_model.push(vhdx_log_model::Update::Write { offset, bytes });
            }
            Update::Zero(_) => {
                transaction = transaction.zero(offset, length);
                of_model.push(vhdx_log_model::Update::Zero { offset, length });
            }
        }
    }
    (transaction, of_model)
}
