//! A trace file as a [`Source`].

use super::decode::decode;
use super::error::BadTraceFile;
use crate::faults::FaultPlan;
use crate::origin::Origin;
use crate::recording::Recording;
use crate::source::{NotRecorded, Source};

/// The recording of a trace file. Its program cannot be run again.
#[derive(Clone, Debug)]
pub struct TraceFile {
    recording: Recording,
    fingerprint: u64,
}

impl TraceFile {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// The first problem, where they are not a trace file of a known version.
    pub fn new(bytes: &[u8]) -> Result<Self, BadTraceFile> {
        let recording = decode(bytes)?;
        Ok(Self {
            recording,
            fingerprint: fingerprint(bytes),
        })
    }

    pub const fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Whether it says which states were allowed when. A recording of a program that is not ours
    /// does not.
    pub fn has_history(&self) -> bool {
        let history = &self.recording.history;
        history.versions().len() > 1 || !history.marks().is_empty()
    }

    /// A hash of the bytes (FNV-1a), by which a token names the file.
    pub const fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

impl Source for TraceFile {
    fn origin(&self) -> Origin {
        Origin::TraceFile(self.fingerprint)
    }

    fn record(&self, faults: FaultPlan) -> Result<Recording, NotRecorded> {
        match faults.io_error {
            None => Ok(self.recording.clone()),
            Some(_) => Err(NotRecorded::CannotInject),
        }
    }

    fn simpler(&self) -> Vec<Box<dyn Source + '_>> {
        Vec::new()
    }
}

fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
