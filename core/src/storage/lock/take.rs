//! Taking both kinds of lock, or none.

use std::fs::{File, TryLockError};
use std::io;

use super::outcome::{Holder, Intent, LockOutcome};

/// Locks a file for `intent`. After [`LockOutcome::InUse`] and after an error the handle holds no
/// lock, not even one that it held before.
///
/// # Errors
/// Those of the device. That there are no locks is an outcome.
pub(in crate::storage) fn lock_file(file: &File, intent: Intent) -> io::Result<LockOutcome> {
    let outcome = match whole_file(file, intent) {
        Ok(LockOutcome::InUse(holder)) => Ok(LockOutcome::InUse(holder)),
        // A program may ask only for the other kind, so go on where this one is unavailable.
        Ok(whole) => byte_ranges(file, intent).map(|ranges| match ranges {
            LockOutcome::Taken => whole,
            LockOutcome::InUse(_) | LockOutcome::Unavailable(_) => ranges,
        }),
        Err(error) => Err(error),
    };
    if matches!(outcome, Ok(LockOutcome::InUse(_)) | Err(_)) {
        // A failure to unlock would not change what is reported.
        let _ = file.unlock();
    }
    outcome
}

/// The program that writes the file, if there is one, without keeping anybody out.
///
/// For tools that only look: they should not make the start of a virtual machine fail, as a lock
/// does even if it is held for an instant. (`flock`, which virtual machines do not ask for, is held
/// for an instant: there is no other way to ask.) The answer is about this instant only. The handle
/// must not hold a lock: it may lose it.
///
/// # Errors
/// Those of the device. Where a file system has no locks, nobody is known to use the file.
pub fn in_use(file: &File) -> io::Result<Option<Holder>> {
    #[cfg(target_os = "linux")]
    match super::ranges::conflict(file, Intent::Read) {
        Ok(Some(conflict)) if conflict.intent == Intent::Write => {
            return Ok(Some(super::holder::of_range(file, &conflict)));
        }
        Ok(_) => {}
        Err(error) if is_unavailable(&error) => {}
        Err(error) => return Err(error),
    }
    match whole_file(file, Intent::Read)? {
        LockOutcome::InUse(holder) => Ok(Some(holder)),
        LockOutcome::Taken => file.unlock().map(|()| None),
        LockOutcome::Unavailable(_) => Ok(None),
    }
}

/// The lock of the standard library.
fn whole_file(file: &File, intent: Intent) -> io::Result<LockOutcome> {
    match try_whole_file(file, intent) {
        Ok(()) => Ok(LockOutcome::Taken),
        Err(TryLockError::WouldBlock) => Ok(LockOutcome::InUse(holder_of_whole(file, intent))),
        Err(TryLockError::Error(error)) => unavailable(error),
    }
}

fn try_whole_file(file: &File, intent: Intent) -> Result<(), TryLockError> {
    match intent {
        Intent::Read => file.try_lock_shared(),
        Intent::Write => file.try_lock(),
    }
}

/// Who keeps us from locking the whole file for `intent`.
fn holder_of_whole(file: &File, intent: Intent) -> Holder {
    // Whoever lets us read is a reader.
    let theirs = match intent {
        Intent::Write if try_whole_file(file, Intent::Read).is_ok() => {
            let _ = file.unlock();
            Intent::Read
        }
        Intent::Read | Intent::Write => Intent::Write,
    };
    #[cfg(target_os = "linux")]
    return super::holder::of_whole(file, theirs);
    #[cfg(not(target_os = "linux"))]
    Holder::unknown(theirs)
}

#[cfg(target_os = "linux")]
fn byte_ranges(file: &File, intent: Intent) -> io::Result<LockOutcome> {
    match super::ranges::take(file, intent) {
        Ok(None) => Ok(LockOutcome::Taken),
        Ok(Some(conflict)) => Ok(LockOutcome::InUse(super::holder::of_range(file, &conflict))),
        Err(error) => unavailable(error),
    }
}

#[cfg(not(target_os = "linux"))]
fn byte_ranges(_: &File, _: Intent) -> io::Result<LockOutcome> {
    Ok(LockOutcome::Taken)
}

fn unavailable(error: io::Error) -> io::Result<LockOutcome> {
    if is_unavailable(&error) {
        Ok(LockOutcome::Unavailable(error))
    } else {
        Err(error)
    }
}

/// Whether the error says that there are no locks, and not that this one failed: ENOTSUP, ENOSYS,
/// EINVAL; ENOLCK, which is what NFS says without its lock service.
fn is_unavailable(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error()) {
        return true;
    }
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
    )
}
