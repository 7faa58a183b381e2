//! How to open an image, and opening it: the checks, then the replay, the view or the refusal.
//!
//! Contract: every check is done before anything is written, so a refused file is unchanged; a
//! read-only open never writes. The file is locked before anything is read, and stays locked until
//! it is closed, also when it is refused. The order of the checks is given at
//! [`examine`](crate::examine()).

use uuid::Uuid;

use super::examine::{Access, Check, Checked, Examination, check};
use super::image::{Image, LogState};
use super::testing::Testing;
#[cfg(feature = "canary")]
use crate::canary::{Canaries, Canary};
use crate::error::{OpenError, Refusal};
use crate::guids::GuidSource;
use crate::header::{Change, Current};
use crate::limits::ReadLimits;
use crate::replay::{Overlay, apply};
use crate::storage::{Intent, LockOutcome, Storage};
use crate::units::{FileOffset, SECTOR};

/// The default limit, in bytes, on the file that a replay may make: a full disk of the format's
/// largest size, 64 TiB, and 1 GiB for its metadata (RPL-9).
pub const DEFAULT_MAX_FILE_SIZE: u64 = (64 << 40) + (1 << 30);

/// What to do when the log is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirtyLog {
    /// Write the replay back; needs [`Access::Writable`].
    Replay,
    /// Show the replayed contents from memory (RPL-5).
    Overlay,
    /// Refuse the file (RPL-5).
    Refuse,
    /// Report what a replay would do, and show the file without it.
    Report,
}

/// What an open does to keep other programs away from the file.
///
/// Whatever is chosen, a file that is known to be in use is refused where a lock is asked for at
/// all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Locking {
    /// Locks the file; refuses it where it cannot be locked. The default of a writable open.
    Required,
    /// Locks the file where it can be locked, and goes on where it cannot. The default of a
    /// read-only open.
    WherePossible,
    /// Asks for no lock: the caller knows that nobody else has the file.
    Off,
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
    access: Access,
    dirty_log: DirtyLog,
    max_file_size_bytes: u64,
    accept_empty_generation: bool,
    guids: GuidSource,
    locking: Locking,
    limits: ReadLimits,
    testing: Testing,
}

impl OpenOptions {
    /// Reads only; shows a dirty log replayed, by an overlay (RPL-5).
    ///
    /// A dirty file is [locked](Self::locking) for reading while the image is open, so that no
    /// program that asks for locks writes to it meanwhile; a clean one is not locked. A program
    /// that writes without a lock makes reads fail with [`OpenError::ChangedWhileRead`] where that
    /// can be seen.
    pub const fn read_only() -> Self {
        Self {
            access: Access::ReadOnly,
            dirty_log: DirtyLog::Overlay,
            max_file_size_bytes: DEFAULT_MAX_FILE_SIZE,
            accept_empty_generation: false,
            guids: GuidSource::of_this_build(),
            locking: Locking::WherePossible,
            limits: ReadLimits::DEFAULT,
            testing: Testing::NONE,
        }
    }

    /// Reads and writes; replays a dirty log.
    pub const fn writable() -> Self {
        Self {
            access: Access::Writable,
            dirty_log: DirtyLog::Replay,
            locking: Locking::Required,
            ..Self::read_only()
        }
    }

    /// What to do when the log is not empty.
    #[must_use]
    pub const fn dirty_log(mut self, dirty_log: DirtyLog) -> Self {
        self.dirty_log = dirty_log;
        self
    }

    /// The largest file, in bytes, that a replay may make (RPL-9). A file that is larger already is
    /// accepted if it does not grow.
    #[must_use]
    pub const fn max_file_size(mut self, bytes: u64) -> Self {
        self.max_file_size_bytes = bytes;
        self
    }

    /// Accepts a file whose headers name a generation of the log of which there is no entry, and
    /// nothing says that there was one: [`NoSequence::NothingLogged`](crate::NoSequence). Off by
    /// default, as SEQ-7 refuses such a file; for a person who has been told what it means.
    ///
    /// A writable open that [replays](DirtyLog::Replay) marks the log empty in both headers (UPD-1,
    /// UPD-2) and changes nothing else. Any other open that does not [refuse](DirtyLog::Refuse)
    /// dirty files shows the file as it is. [`LogState::NothingLogged`] says that it was so.
    ///
    /// Files with torn or damaged entries of the generation, or with a sequence of another one that
    /// may not have been applied, are refused as without the option.
    #[must_use]
    pub const fn accept_empty_generation(mut self, accept: bool) -> Self {
        self.accept_empty_generation = accept;
        self
    }

    /// The source of fresh GUIDs; random by default. Every open mixes a seed with
    /// [what the file says](GuidSource::for_file), so options with a seed can be used again.
    #[must_use]
    pub fn guids(mut self, guids: GuidSource) -> Self {
        self.guids = guids;
        self
    }

    /// What to do to keep other programs away.
    ///
    /// A writable open locks the file for writing. A read-only open locks it for reading if it
    /// shows a dirty log ([`DirtyLog::Overlay`]): the view is made of places in the log that a
    /// writer would use again. Other read-only opens ask for no lock.
    #[must_use]
    pub const fn locking(mut self, locking: Locking) -> Self {
        self.locking = locking;
        self
    }

    /// Other limits than a program has; for tests, which make them small.
    #[doc(hidden)]
    #[must_use]
    pub const fn limits(mut self, limits: ReadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Takes logs of any number of whole sectors, against HDR-7: on a ring of a few sectors every
    /// workload wraps, fills and drains the log. Only for tests of the writer.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_small_logs(mut self) -> Self {
        self.testing.log_unit_bytes = SECTOR;
        self
    }

    /// Seeds a bug into the replay and the writer. Only for tests of tests.
    #[cfg(feature = "canary")]
    #[must_use]
    pub const fn with_seeded_bug(mut self, bug: Canary) -> Self {
        self.testing.canaries = Canaries::one(bug);
        self
    }

    /// These options, writable and with replay: what a writer needs.
    pub(crate) const fn replaying(mut self) -> Self {
        self.access = Access::Writable;
        self.dirty_log = DirtyLog::Replay;
        self
    }

    pub(crate) const fn testing(&self) -> &Testing {
        &self.testing
    }

    /// The limit set with [`max_file_size`](Self::max_file_size).
    pub(crate) const fn max_file_size_bytes(&self) -> u64 {
        self.max_file_size_bytes
    }

    /// Opens an image.
    ///
    /// On an error the storage is dropped, which closes a file and ends its lock. A caller that
    /// wants to keep it gives a `&mut` of it: that is a storage, too.
    ///
    /// # Errors
    /// [`OpenError::Handle`]; [`OpenError::Locked`] or [`OpenError::CannotLock`], as
    /// [`locking`](Self::locking) has it; a refusal, in the order that
    /// [`examine`](crate::examine()) gives; then RPL-5 where a dirty log may not be shown or
    /// replayed, or RPL-9 where it is too large to be shown; [`OpenError::NoGuidSource`];
    /// [`OpenError::Io`]; [`OpenError::ChangedWhileRead`].
    pub fn open<S: Storage>(&self, storage: S) -> Result<Image<S>, OpenError> {
        self.open_with_progress(storage, &mut |_, _| {})
    }

    /// [`open`](Self::open), with a callback for the progress of a replay: updates done, updates in
    /// all. It is called once or more for each replay that is written back, with no fewer updates
    /// done than the time before, and the last time with all; for any other open it is not called.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with_progress<S: Storage>(
        &self,
        mut storage: S,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Image<S>, OpenError> {
        if self.access == Access::Writable && self.guids.is_missing() {
            return Err(OpenError::NoGuidSource);
        }
        self.claim(&storage)?;
        let Check {
            headers,
            mut current,
            log,
        } = self.check(&storage)?;
        let mut guids = self.guids.for_file(&headers);
        let writes = self.access == Access::Writable && self.dirty_log == DirtyLog::Replay;
        let log = match (log, self.dirty_log) {
            (Checked::Empty, _) => LogState::Empty,
            (Checked::NothingLogged(evidence), _) => {
                if writes {
                    mark_empty(&mut storage, &mut current, &mut guids)?;
                }
                LogState::NothingLogged {
                    evidence,
                    marked_empty: writes,
                }
            }
            (Checked::Plan(plan), DirtyLog::Report) => LogState::Dirty(plan),
            (Checked::Plan(plan), DirtyLog::Overlay) => {
                LogState::Overlaid(Overlay::within(&self.limits, &storage, plan)?)
            }
            (Checked::Plan(plan), DirtyLog::Replay) if writes => {
                let applied = apply(
                    &mut storage,
                    &plan,
                    &self.limits,
                    self.testing.canaries,
                    &mut current,
                    &mut guids,
                    progress,
                )?;
                LogState::Replayed(plan, applied)
            }
            // RPL-5
            (Checked::Plan(plan), DirtyLog::Refuse | DirtyLog::Replay) => {
                return Err(Refusal::Dirty {
                    entries: plan.active.entries,
                }
                .into());
            }
        };
        Ok(Image::new(storage, headers, current, log, guids))
    }

    /// Carries out the checks of an [`open`](Self::open) with these options, in the order that
    /// [`examine`](crate::examine()) gives, and writes nothing. Asks for no lock. A plan is not an
    /// error, whatever these options have [done with a dirty log](Self::dirty_log).
    ///
    /// # Errors
    /// A refusal; [`OpenError::Io`]; [`OpenError::ChangedWhileRead`].
    pub fn examine<S: Storage + ?Sized>(&self, storage: &S) -> Result<Examination, OpenError> {
        self.check(storage).map(Examination::from)
    }

    fn check<S: Storage + ?Sized>(&self, storage: &S) -> Result<Check, OpenError> {
        check(
            storage,
            self.access,
            self.max_file_size_bytes,
            self.accept_empty_generation && self.dirty_log != DirtyLog::Refuse,
            &self.limits,
            self.testing.log_unit_bytes,
        )
    }

    /// Makes sure that the file may be used as these options want, before anything is read.
    fn claim<S: Storage>(&self, storage: &S) -> Result<(), OpenError> {
        let intent = match self.access {
            Access::ReadOnly => Intent::Read,
            Access::Writable => Intent::Write,
        };
        storage.check_handle(intent)?;
        let shows_what_may_change =
            self.access == Access::Writable || self.dirty_log == DirtyLog::Overlay;
        if self.locking == Locking::Off || !shows_what_may_change {
            return Ok(());
        }
        match storage
            .try_lock(intent)
            .map_err(OpenError::io("lock the file", FileOffset(0)))?
        {
            LockOutcome::Taken => Ok(()),
            LockOutcome::InUse(holder) => Err(OpenError::Locked { holder }),
            LockOutcome::Unavailable(_) if self.locking == Locking::WherePossible => Ok(()),
            LockOutcome::Unavailable(error) => Err(OpenError::CannotLock { error }),
        }
    }
}

/// Marks a log empty of which no entry was written.
///
/// One change of both headers, not two as around a replay: nothing else in the file changes, so
/// nothing has to be announced before (UPD-1). After the first of its two writes the current header
/// says that the log is empty; a crash before that leaves the headers as they were.
fn mark_empty<S: Storage + ?Sized>(
    storage: &mut S,
    current: &mut Current,
    guids: &mut GuidSource,
) -> Result<(), OpenError> {
    let emptied = Change {
        file_write_guid: Some(guids.fresh()),
        log_guid: Some(Uuid::nil()),
        ..Change::default()
    };
    current.change(storage, emptied)
}
