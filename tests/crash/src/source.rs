//! What makes recordings.
//!
//! Most of a search needs only a recording. Two things need its maker: an I/O error, which changes
//! what the program does from then on, and a simpler recording that may fail in the same way. Our
//! writer can do both; a trace file can do neither, and the search skips them.

use vhdx_log_oracle::property::Violation;

use crate::faults::FaultPlan;
use crate::origin::Origin;
use crate::recording::Recording;

pub trait Source {
    /// What a token says about the recording.
    fn origin(&self) -> Origin;

    /// Records, with these faults injected. The same source and faults give the same recording.
    ///
    /// # Errors
    /// A violation during the recording itself, or that the source cannot inject these faults.
    fn record(&self, faults: FaultPlan) -> Result<Recording, NotRecorded>;

    /// Sources that are one change simpler, the largest changes first; none when the source cannot
    /// be made simpler.
    fn simpler(&self) -> Vec<Box<dyn Source + '_>>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRecorded {
    /// What the open log did was wrong.
    Violation(Violation),
    /// The program cannot be run again, so no request can be made to fail.
    CannotInject,
}

impl NotRecorded {
    /// As a violation; a fault that cannot be injected must not look like a success.
    pub fn into_violation(self) -> Violation {
        match self {
            Self::Violation(violation) => violation,
            Self::CannotInject => Violation {
                property: "the recording can be made again with an I/O error",
                detail: "a trace file cannot: its program is not run again".to_owned(),
            },
        }
    }
}
