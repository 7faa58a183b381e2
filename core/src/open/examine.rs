//! The checks of an open, in the order that [`examine`](fn@examine) gives. Reads only.

use super::search::{evidence, search};
use crate::error::{OpenError, Refusal};
use crate::evidence::{LogEvidence, NoSequence};
use crate::header::{Current, Headers};
use crate::limits::ReadLimits;
use crate::replay::ReplayPlan;
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{FileOffset, MIB};

/// The identifier at the start of the file (FID-1).
const IDENTIFIER: [u8; 8] = *b"vhdxfile";

/// How many header updates a replay needs: one in each slot before it (UPD-1, UPD-2), and one in
/// each after it (RPL-6).
const REPLAY_UPDATES: u64 = 4;

/// Whether the file may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// No byte is written (RPL-5).
    ReadOnly,
    /// The file may be replayed and changed.
    Writable,
}

/// The result of the checks: which header is current, and what a replay would do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Examination {
    /// Both headers.
    pub headers: Headers,
    /// The current one.
    pub current: Current,
    /// The replay the file needs; `None` when its log is empty.
    pub plan: Option<ReplayPlan>,
    /// What the log of a file without a plan holds, where it has no entry of the generation that
    /// its header names and [that is accepted](crate::OpenOptions::accept_empty_generation).
    pub nothing_logged: Option<Box<LogEvidence>>,
}

/// Carries out every check of an open, in order, and writes nothing.
///
/// Asks for no lock, and not whether the handle can be written: that is done by
/// [`OpenOptions::open`](crate::OpenOptions::open), before these checks. With other options than
/// these two it is [`OpenOptions::examine`](crate::OpenOptions::examine).
///
/// # The order of the checks
///
/// A file that breaks several clauses is always refused for the same one:
///
/// 1. FID-1: the identifier
/// 2. HDR-3, HDR-4: a current header
/// 3. HDR-5: its Version
/// 4. An empty log (HDR-9) ends here, except for 10.
/// 5. HDR-6, HDR-7, HDR-10, HDR-8: LogVersion; the log's place and length
/// 6. SEQ-7: a valid sequence, unless the caller of an open [accepts a generation without
///    entries](crate::OpenOptions::accept_empty_generation)
/// 7. SEQ-8: the file is not cut short
/// 8. DSC-5, DSC-6, DSC-7: the target of each update, oldest first
/// 9. RPL-9: the resulting length
/// 10. HDR-13, with [`Access::Writable`]: room for the header updates of a replay
///
/// ```
/// use vhdx_log::{Access, DEFAULT_MAX_FILE_SIZE, OpenError, examine, storage::Storage};
///
/// /// How many entries a replay would apply.
/// fn entries_to_replay(disk: &impl Storage) -> Result<u32, OpenError> {
///     let examined = examine(disk, Access::ReadOnly, DEFAULT_MAX_FILE_SIZE)?;
///     Ok(examined.plan.map_or(0, |plan| plan.active.entries))
/// }
/// ```
///
/// # Errors
/// A refusal with one of these clauses; [`OpenError::Io`]; [`OpenError::ChangedWhileRead`].
pub fn examine<S: Storage + ?Sized>(
    storage: &S,
    access: Access,
    max_file_size_bytes: u64,
) -> Result<Examination, OpenError> {
    let checked = check(
        storage,
        access,
        max_file_size_bytes,
        false,
        &ReadLimits::DEFAULT,
        MIB,
    );
    checked.map(Examination::from)
}

impl From<Check> for Examination {
    fn from(checked: Check) -> Self {
        let (plan, nothing_logged) = match checked.log {
            Checked::Empty => (None, None),
            Checked::Plan(plan) => (Some(plan), None),
            Checked::NothingLogged(evidence) => (None, Some(evidence)),
        };
        Self {
            headers: checked.headers,
            current: checked.current,
            plan,
            nothing_logged,
        }
    }
}

/// The result of the checks for an open.
pub(super) struct Check {
    pub(super) headers: Headers,
    pub(super) current: Current,
    pub(super) log: Checked,
}

/// What the log holds.
pub(super) enum Checked {
    Empty,
    Plan(ReplayPlan),
    /// No entry of the generation that the header names, which the caller accepts.
    NothingLogged(Box<LogEvidence>),
}

/// [`examine`]; with `accept_empty_generation`, SEQ-7 does not refuse a file whose writer stopped
/// before its first entry. LogLength is a multiple of `log_unit_bytes`: 1 MiB (HDR-7), in tests of
/// small rings less.
pub(super) fn check<S: Storage + ?Sized>(
    storage: &S,
    access: Access,
    max_file_size_bytes: u64,
    accept_empty_generation: bool,
    limits: &ReadLimits,
    log_unit_bytes: u64,
) -> Result<Check, OpenError> {
    let file_length = storage
        .len()
        .map_err(OpenError::io("find the length of the file", FileOffset(0)))?;
    check_identifier(storage, file_length)?;
    let headers = Headers::read(storage, file_length)?;
    let current = headers.current()?;
    let log = match log_in_use(&current, file_length, log_unit_bytes)? {
        None => Checked::Empty,
        Some(ring) => match search(storage, ring, current.header.log_guid, limits)? {
            (Some(active), _) => Checked::Plan(ReplayPlan::new(
                storage,
                ring,
                active,
                file_length,
                max_file_size_bytes,
            )?),
            (None, own) => {
                let evidence = Box::new(evidence(
                    storage,
                    ring,
                    &headers,
                    &current,
                    own,
                    file_length,
                )?);
                // SEQ-7
                if !accept_empty_generation || evidence.case() != NoSequence::NothingLogged {
                    return Err(OpenError::Refused(Refusal::NoActiveSequence {
                        log_offset: ring.offset(),
                        evidence,
                    }));
                }
                Checked::NothingLogged(evidence)
            }
        },
    };
    // HDR-13
    if access == Access::Writable && !current.has_room_for(REPLAY_UPDATES) {
        return Err(current.exhausted().into());
    }
    Ok(Check {
        headers,
        current,
        log,
    })
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

/// Where the log is, by the current header; `None` when it is empty (HDR-5 to HDR-10).
fn log_in_use(
    current: &Current,
    file_length: u64,
    log_unit_bytes: u64,
) -> Result<Option<Ring>, Refusal> {
    // HDR-5
    if current.header.version != 1 {
        return Err(Refusal::UnknownVersion {
            offset: current.slot.offset(),
            found: current.header.version,
        });
    }
    // HDR-9: empty, whatever the log's bytes are.
    if current.header.log_guid.is_nil() {
        Ok(None)
    } else {
        log_region(current, file_length, log_unit_bytes).map(Some)
    }
}

/// Where the log is, for a file whose log is to be read or written: HDR-6, HDR-7, HDR-10, HDR-8, in
/// this order. HDR-11 (no overlap with other structures) cannot be checked before replay (RPL-4).
/// `log_unit_bytes` is 1 MiB, except in tests of the writer on small rings.
pub(crate) fn log_region(
    current: &Current,
    file_length: u64,
    log_unit_bytes: u64,
) -> Result<Ring, Refusal> {
    let (offset, header) = (current.slot.offset(), &current.header);
    // HDR-6
    if header.log_version != 0 {
        return Err(Refusal::UnknownLogVersion {
            offset,
            found: header.log_version,
        });
    }
    let (log_offset, log_length) = (header.log_offset, header.log_length);
    // HDR-7
    if log_offset.0 % MIB != 0 || !u64::from(log_length).is_multiple_of(log_unit_bytes) {
        return Err(Refusal::MisalignedLog {
            offset,
            log_offset,
            log_length,
        });
    }
    // HDR-10
    if log_length == 0 {
        return Err(Refusal::NoLog { offset });
    }
    // HDR-8
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
