//! Opening an image: every check in order, then what the caller wants done with a dirty log.
//!
//! The order of checks, so that a file which breaks several demands is refused for the same one
//! every time:
//!
//! 1. FID-1; 2. HDR-3, HDR-4; 3. HDR-5; 4. an empty log (HDR-9) ends here, but for HDR-13 when
//!    writable; 5. HDR-6;
//! 6. HDR-7; 7. HDR-10; 8. HDR-8; 9. SEQ-7; 10. SEQ-8; 11. DSC-5, DSC-6, DSC-7 for each update,
//!    oldest first;
//! 12. RPL-9; 13. HDR-13 when writable.
//!
//! Nothing but the identifier, the headers and the log is read (RPL-4), and nothing is written
//! before all checks have passed (RPL-8).

use uuid::Uuid;

use crate::error::{OpenError, Refusal};
use crate::header::{Current, GuidSource, Headers};
use crate::replay::{Applied, Overlay, ReplayPlan, apply};
use crate::ring::Ring;
use crate::scan::{Found, scan};
use crate::sequence::{ActiveSequence, RunTracker};
use crate::storage::Storage;
use crate::units::{FileOffset, MIB, SequenceNumber};

/// The identifier at the start of the file (FID-1).
const IDENTIFIER: [u8; 8] = *b"vhdxfile";

/// The default limit on the file a replay may make: a full disk of the format's largest size and
/// its metadata (RPL-9).
pub const DEFAULT_MAX_FILE_SIZE: u64 = (64 << 40) + (1 << 30);

/// How many rounds of header updates a replay takes: one before, one behind (UPD-1, RPL-6).
const REPLAY_ROUNDS: u64 = 2;

/// Whether the file may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Not a byte is written.
    ReadOnly,
    /// The file may be replayed and changed.
    Writable,
}

/// What to do when the log is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirtyLog {
    /// Write the replay back; needs [`Access::Writable`].
    Replay,
    /// Show the replayed contents from memory (RPL-5).
    Overlay,
    /// Refuse the file (RPL-5).
    Refuse,
    /// Say what a replay would do, and show the file as it stands.
    Report,
}

/// How to open an image.
///
/// ```
/// use vhdx_log::{OpenOptions, storage::DenseMemory};
///
/// let not_an_image = DenseMemory::from(b"hello".to_vec());
/// let error = OpenOptions::read_only().open(not_an_image).unwrap_err();
/// assert_eq!(error.clause().unwrap().id(), "FID-1");
/// ```
#[derive(Clone, Debug)]
pub struct OpenOptions {
    pub(crate) access: Access,
    pub(crate) dirty_log: DirtyLog,
    max_file_size_bytes: u64,
    guids: GuidSource,
    pub(crate) first_log_number: Option<SequenceNumber>,
    pub(crate) max_gathered_changes: usize,
}

impl OpenOptions {
    /// Reads only; a dirty log is overlaid.
    pub const fn read_only() -> Self {
        Self {
            access: Access::ReadOnly,
            dirty_log: DirtyLog::Overlay,
            max_file_size_bytes: DEFAULT_MAX_FILE_SIZE,
            guids: GuidSource::random(),
            first_log_number: None,
            max_gathered_changes: crate::writer::DEFAULT_MAX_GATHERED,
        }
    }

    /// Reads and writes; a dirty log is replayed.
    pub const fn writable() -> Self {
        Self {
            access: Access::Writable,
            dirty_log: DirtyLog::Replay,
            ..Self::read_only()
        }
    }

    /// What to do with a dirty log.
    #[must_use]
    pub const fn dirty_log(mut self, dirty_log: DirtyLog) -> Self {
        self.dirty_log = dirty_log;
        self
    }

    /// The largest file, in bytes, that a replay may make (RPL-9). A file that is larger already
    /// and does not grow is fine.
    #[must_use]
    pub const fn max_file_size(mut self, bytes: u64) -> Self {
        self.max_file_size_bytes = bytes;
        self
    }

    /// Where fresh GUIDs come from.
    #[must_use]
    pub fn guids(mut self, guids: GuidSource) -> Self {
        self.guids = guids;
        self
    }

    /// Opens an image.
    ///
    /// # Errors
    /// [`OpenError::Locked`] when another program has the file open for writing too; a refusal, in
    /// the order the [module](self) gives; then RPL-5 where a dirty log may not be shown or
    /// replayed; the device's errors.
    pub fn open<S: Storage>(&self, storage: S) -> Result<Image<S>, OpenError> {
        self.open_with_progress(storage, &mut |_, _| {})
    }

    /// [`open`](Self::open), told of a replay's progress: updates done, updates in all.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with_progress<S: Storage>(
        &self,
        mut storage: S,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Image<S>, OpenError> {
        if self.access == Access::Writable
            && !storage
                .try_lock()
                .map_err(OpenError::io("lock the file", FileOffset(0)))?
        {
            return Err(OpenError::Locked);
        }
        let Examination {
            headers,
            mut current,
            plan,
        } = examine(&storage, self.access, self.max_file_size_bytes)?;
        let mut guids = self.guids.clone();
        let log = match (plan, self.dirty_log) {
            (None, _) => LogState::Empty,
            (Some(plan), DirtyLog::Report) => LogState::Dirty(plan),
            (Some(plan), DirtyLog::Overlay) => LogState::Overlaid(Overlay::new(&storage, plan)?),
            (Some(plan), DirtyLog::Replay) if self.access == Access::Writable => {
                let applied = apply(&mut storage, &plan, &mut current, &mut guids, progress)?;
                LogState::Replayed(plan, applied)
            }
            (Some(plan), DirtyLog::Refuse | DirtyLog::Replay) => {
                return Err(Refusal::Dirty {
                    entries: plan.active.entries,
                }
                .into());
            }
        };
        Ok(Image {
            storage,
            headers,
            current,
            log,
            guids,
            max_file_size_bytes: self.max_file_size_bytes,
        })
    }
}

/// An open image.
#[derive(Debug)]
pub struct Image<S> {
    pub(crate) storage: S,
    headers: Headers,
    pub(crate) current: Current,
    log: LogState,
    pub(crate) guids: GuidSource,
    pub(crate) max_file_size_bytes: u64,
}

/// What the log held and what became of it.
#[derive(Debug)]
pub enum LogState {
    /// Nothing (HDR-9).
    Empty,
    /// Entries that were written back.
    Replayed(ReplayPlan, Applied),
    /// Entries that are shown from memory.
    Overlaid(Overlay),
    /// Entries that are only reported; reads show the file as it stands.
    Dirty(ReplayPlan),
}

impl<S: Storage> Image<S> {
    /// The headers as they were found.
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The header that is current now.
    pub const fn current(&self) -> &Current {
        &self.current
    }

    /// What the log held and what became of it.
    pub const fn log(&self) -> &LogState {
        &self.log
    }

    /// The length of the contents in bytes, replayed ones included.
    ///
    /// # Errors
    /// The device's.
    pub fn len(&self) -> std::io::Result<u64> {
        match &self.log {
            LogState::Overlaid(overlay) => Ok(overlay.len()),
            LogState::Empty | LogState::Replayed(..) | LogState::Dirty(_) => self.storage.len(),
        }
    }

    /// Whether there are no contents; never so for an image that could be opened.
    ///
    /// # Errors
    /// The device's.
    pub fn is_empty(&self) -> std::io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Fills `buffer` with the contents from `offset` on, replayed ones included.
    ///
    /// # Errors
    /// [`std::io::ErrorKind::UnexpectedEof`] past the end, and the device's.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        match &self.log {
            LogState::Overlaid(overlay) => overlay.read_at(&self.storage, offset, buffer),
            LogState::Empty | LogState::Replayed(..) | LogState::Dirty(_) => {
                self.storage.read_at(offset, buffer)
            }
        }
    }

    /// Gives the storage back.
    pub fn into_storage(self) -> S {
        self.storage
    }
}

/// What the checks found out: which header is current and what a replay would do.
#[derive(Clone, Debug)]
pub struct Examination {
    /// Both headers.
    pub headers: Headers,
    /// The current one.
    pub current: Current,
    /// The replay the file needs; `None` when its log is empty.
    pub plan: Option<ReplayPlan>,
}

/// Carries out every check in the order the [module](self) gives, and writes nothing.
///
/// # Errors
/// A refusal or the device's error.
pub fn examine<S: Storage + ?Sized>(
    storage: &S,
    access: Access,
    max_file_size_bytes: u64,
) -> Result<Examination, OpenError> {
    let file_length = storage
        .len()
        .map_err(OpenError::io("find the length of the file", FileOffset(0)))?;
    check_identifier(storage, file_length)?;
    let headers = Headers::read(storage, file_length)?;
    let current = headers.current()?;
    let plan = match log_in_use(&current, file_length)? {
        None => None,
        Some(ring) => {
            let active = find_active(storage, ring, current.header.log_guid)?.ok_or(
                Refusal::NoActiveSequence {
                    log_offset: ring.offset(),
                },
            )?;
            Some(ReplayPlan::new(
                storage,
                ring,
                active,
                file_length,
                max_file_size_bytes,
            )?)
        }
    };
    if access == Access::Writable && !current.has_room_for(REPLAY_ROUNDS) {
        return Err(current.exhausted().into());
    }
    Ok(Examination {
        headers,
        current,
        plan,
    })
}

/// Searches the ring for the active sequence of one generation (SEQ-1 to SEQ-6); `None` when there
/// is none.
///
/// # Errors
/// Only [`OpenError::Io`].
pub fn find_active<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    log_guid: Uuid,
) -> Result<Option<ActiveSequence>, OpenError> {
    let mut tracker = RunTracker::new(ring);
    scan(storage, ring, Some(log_guid), &mut |found| match found {
        Found::Entry(entry) => drop(tracker.entry(entry)),
        Found::NotAnEntry { .. } => {}
    })?;
    Ok(tracker.finish())
}

/// FID-1.
fn check_identifier<S: Storage + ?Sized>(storage: &S, file_length: u64) -> Result<(), OpenError> {
    let mut found = [0; IDENTIFIER.len()];
    if file_length < 8 {
        return Err(Refusal::NotVhdx { found: None }.into());
    }
    storage
        .read_at(0, &mut found)
        .map_err(OpenError::io("read the file identifier", FileOffset(0)))?;
    if found == IDENTIFIER {
        Ok(())
    } else {
        Err(Refusal::NotVhdx { found: Some(found) }.into())
    }
}

/// What the current header says of the log in use (HDR-5 to HDR-10): where it is, or `None` when it
/// is empty.
fn log_in_use(current: &Current, file_length: u64) -> Result<Option<Ring>, Refusal> {
    if current.header.version != 1 {
        return Err(Refusal::UnknownVersion {
            offset: current.slot.offset(),
            found: current.header.version,
        });
    }
    if current.header.log_guid.is_nil() {
        Ok(None)
    } else {
        log_region(current, file_length).map(Some)
    }
}

/// Where the log is, for a file in which it is to be read or written: HDR-6, HDR-7, HDR-10, HDR-8,
/// in this order.
pub(crate) fn log_region(current: &Current, file_length: u64) -> Result<Ring, Refusal> {
    let (offset, header) = (current.slot.offset(), &current.header);
    if header.log_version != 0 {
        return Err(Refusal::UnknownLogVersion {
            offset,
            found: header.log_version,
        });
    }
    let (log_offset, log_length) = (header.log_offset, header.log_length);
    if log_offset.0 % MIB != 0 || u64::from(log_length) % MIB != 0 {
        return Err(Refusal::MisalignedLog {
            offset,
            log_offset,
            log_length,
        });
    }
    if log_length == 0 {
        return Err(Refusal::NoLog { offset });
    }
    match Ring::new(log_offset, log_length) {
        Some(ring) if log_offset.0 >= MIB && ring.end().0 <= file_length => Ok(ring),
        _ => Err(Refusal::LogOutsideFile {
            offset,
            log_offset,
            log_length,
            file_length,
        }),
    }
}
