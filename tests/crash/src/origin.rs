//! Where a recording came from, in the few bytes that a token holds.

use crate::setup::Setup;
use crate::workload::Workload;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Our writer carried out this workload.
    Workload(Workload),
    /// A trace file with this fingerprint
    /// ([`TraceFile::fingerprint`](crate::trace_file::TraceFile::fingerprint)).
    TraceFile(u64),
}

impl Origin {
    /// A file that our writer did not write: only its recovery is crashed.
    pub const fn file() -> Self {
        Self::Workload(Workload {
            first_sequence_number: None,
            setup: Setup::NONE,
            steps: Vec::new(),
        })
    }
}
