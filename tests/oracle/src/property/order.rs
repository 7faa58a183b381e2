//! The order in which a replay is written back: what is written before which flush (UPD-1, UPD-2,
//! RPL-6, RPL-7).

use std::io;

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_model::{HEADER_OFFSETS, Update, WriteOp};

/// The bytes of a header that are not reserved.
const FIELDS: usize = 80;

/// One thing done to a file. Which data is written in which order does not matter between two
/// flushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// A header is rewritten: its slot, its fields.
    Header(usize, [u8; FIELDS]),
    /// Anything else is changed.
    Data,
    /// All of that is made stable.
    Flush,
}

/// The phases of the model's operations.
pub(super) fn of_model(operations: &[WriteOp]) -> Vec<Phase> {
    let mut phases = Vec::with_capacity(12);
    for operation in operations {
        match operation {
            WriteOp::WriteHeader { slot, header } => {
                push_header(&mut phases, *slot, &header.to_bytes())
            }
            WriteOp::Update(Update::Zero { length: 0, .. }) => {}
            WriteOp::Update(_) => push(&mut phases, Phase::Data),
            WriteOp::Flush => push(&mut phases, Phase::Flush),
        }
    }
    phases
}

/// What has been done twice in a row has been done.
fn push(phases: &mut Vec<Phase>, phase: Phase) {
    if phases.last() != Some(&phase) {
        phases.push(phase);
    }
}

fn push_header(phases: &mut Vec<Phase>, slot: usize, bytes: &[u8]) {
    let fields = bytes.first_chunk().copied().unwrap_or([0; FIELDS]);
    push(phases, Phase::Header(slot, fields));
}

/// A file that remembers the phases of what is done to it.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) memory: SparseMemory,
    pub(super) phases: Vec<Phase>,
}

impl Recorded {
    /// A copy of an image, to which nothing has been done yet.
    pub(super) fn new(image: &SparseMemory) -> Self {
        Self {
            memory: image.clone(),
            phases: Vec::with_capacity(12),
        }
    }
}

impl Storage for Recorded {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.memory.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        match HEADER_OFFSETS.iter().position(|&header| header == offset) {
            Some(slot) => push_header(&mut self.phases, slot, bytes),
            None => push(&mut self.phases, Phase::Data),
        }
        self.memory.write_at(offset, bytes)
    }
    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        push(&mut self.phases, Phase::Data);
        self.memory.zero(offset, length)
    }
    fn set_len(&mut self, length: u64) -> io::Result<()> {
        push(&mut self.phases, Phase::Data);
        self.memory.set_len(length)
    }
    fn flush(&mut self) -> io::Result<()> {
        push(&mut self.phases, Phase::Flush);
        self.memory.flush()
    }
    fn len(&self) -> io::Result<u64> {
        self.memory.len()
    }
    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.memory.next_data(offset)
    }
    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        self.memory.lend(offset, limit)
    }
}
