//! An image that is open, and what its log held.

use crate::evidence::LogEvidence;
use crate::guids::GuidSource;
use crate::header::{Current, Headers};
use crate::replay::{Applied, Overlay, ReplayPlan};
use crate::storage::Storage;

/// An open image.
#[derive(Debug)]
pub struct Image<S> {
    storage: S,
    headers: Headers,
    current: Current,
    log: LogState,
    guids: GuidSource,
}

/// What the log held, and what was done with it.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogState {
    /// Nothing (HDR-9).
    Empty,
    /// Entries that were written back.
    Replayed(ReplayPlan, Applied),
    /// Entries that are shown from memory.
    Overlaid(Overlay),
    /// Entries that are only reported; reads show the file without them.
    Dirty(ReplayPlan),
    /// No entry of the generation that the headers name, which the caller
    /// [accepts](crate::OpenOptions::accept_empty_generation) (SEQ-7); reads show the file as it
    /// is.
    NothingLogged {
        /// What was found in the log and in the headers.
        evidence: Box<LogEvidence>,
        /// Whether the headers were changed to say that the log is empty.
        marked_empty: bool,
    },
}

impl LogState {
    /// The plan for the entries that the log held; `None` when it held none.
    pub const fn plan(&self) -> Option<&ReplayPlan> {
        match self {
            Self::Replayed(plan, _) | Self::Dirty(plan) => Some(plan),
            Self::Overlaid(overlay) => Some(overlay.plan()),
            Self::Empty | Self::NothingLogged { .. } => None,
        }
    }
}

impl<S: Storage> Image<S> {
    pub(super) const fn new(
        storage: S,
        headers: Headers,
        current: Current,
        log: LogState,
        guids: GuidSource,
    ) -> Self {
        Self {
            storage,
            headers,
            current,
            log,
            guids,
        }
    }

    /// The headers as they were found.
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The header that is current now.
    pub const fn current(&self) -> &Current {
        &self.current
    }

    /// What the log held, and what was done with it.
    pub const fn log(&self) -> &LogState {
        &self.log
    }

    /// The length of the contents in bytes, replayed ones included.
    ///
    /// # Errors
    /// The device's errors.
    pub fn len(&self) -> std::io::Result<u64> {
        match &self.log {
            LogState::Overlaid(overlay) => Ok(overlay.len()),
            LogState::Empty
            | LogState::Replayed(..)
            | LogState::Dirty(_)
            | LogState::NothingLogged { .. } => self.storage.len(),
        }
    }

    /// Always false for an image that could be opened; here for clippy's `len_without_is_empty`.
    ///
    /// # Errors
    /// The device's errors.
    pub fn is_empty(&self) -> std::io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Fills `buffer` with the contents from `offset` on, replayed ones included.
    ///
    /// # Errors
    /// [`std::io::ErrorKind::UnexpectedEof`] past the end; the device's errors.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        match &self.log {
            LogState::Overlaid(overlay) => overlay.read_at(&self.storage, offset, buffer),
            LogState::Empty
            | LogState::Replayed(..)
            | LogState::Dirty(_)
            | LogState::NothingLogged { .. } => self.storage.read_at(offset, buffer),
        }
    }

    /// The first offset at or after `offset` that may hold anything but zeros, replayed contents
    /// included, or `None` when only zeros follow: to read a sparse image without its holes.
    ///
    /// # Errors
    /// The device's errors.
    pub fn next_data(&self, offset: u64) -> std::io::Result<Option<u64>> {
        match &self.log {
            LogState::Overlaid(overlay) => overlay.next_data(&self.storage, offset),
            LogState::Empty
            | LogState::Replayed(..)
            | LogState::Dirty(_)
            | LogState::NothingLogged { .. } => self.storage.next_data(offset),
        }
    }

    /// Returns the storage.
    pub fn into_storage(self) -> S {
        self.storage
    }

    /// What a writer needs to continue.
    pub(crate) fn into_parts(self) -> (S, Current, GuidSource) {
        (self.storage, self.current, self.guids)
    }
}
