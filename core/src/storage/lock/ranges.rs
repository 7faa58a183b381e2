//! The byte-range locks of programs that run virtual machines (Linux: `fcntl`, `F_OFD_SETLK`).
//!
//! **QEMU** locks bytes of the image file to say what it does with it, always with *shared* locks:
//!
//! | permission | "I do this" | "nobody else may do this" |
//! |---|---|---|
//! | consistent read | byte 100 | byte 200 |
//! | write | byte 101 | byte 201 |
//! | write the same contents again | byte 102 | byte 202 |
//! | resize | byte 103 | byte 203 |
//!
//! A program first takes its own locks, then asks (`F_OFD_GETLK`) whether it could lock exclusively
//! the opposite byte of each: 200 + *n* for what it does, 100 + *n* for what it denies to others.
//! If another program holds one of them, it gives up its own and refuses the file. Two programs
//! that start at once may both give up; they never both go on. A QEMU that writes a VHDX file holds
//! 100, 101, 103, 201, 203; one that reads it 100, 201, 203; one that reads with `force-share=on`
//! only 100, as it declares that it can bear a file that changes.
//!
//! **cloud-hypervisor** locks the image from byte 0 on, up to its end or without one: exclusively
//! to write, shared to read. **libvirt**'s lock daemon locks byte 0 in the same way, with POSIX
//! locks, which meet these.
//!
//! This crate takes part in both:
//!
//! | to | byte 0 | does | denies |
//! |---|---|---|---|
//! | read | shared | 100 | 201, 203 |
//! | write | exclusive | 100, 101, 102, 103 | 201, 202, 203 |
//!
//! So a QEMU that is reading with `force-share=on` does not keep us from writing, as it does not
//! keep another QEMU from that. The bytes locked are in the file identifier, which nobody writes,
//! so systems on which locks are mandatory are no obstacle.

use std::fs::File;
use std::io;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc::{self, c_int, off_t};

use super::outcome::Intent;

/// The byte that those lock who lock a file from its start on.
const START: off_t = 0;

/// Something a program may do with a file: the byte that says that it does this, and the byte that
/// says that nobody else may.
struct Permission {
    does: off_t,
    denies: off_t,
}

const CONSISTENT_READ: Permission = permission(100, 200);
const WRITE: Permission = permission(101, 201);
const WRITE_UNCHANGED: Permission = permission(102, 202);
const RESIZE: Permission = permission(103, 203);

const fn permission(does: off_t, denies: off_t) -> Permission {
    Permission { does, denies }
}

/// What one of the two uses of a file locks.
struct Wanted {
    start: c_int,
    does: &'static [Permission],
    denies: &'static [Permission],
}

const TO_READ: Wanted = Wanted {
    start: libc::F_RDLCK,
    does: &[CONSISTENT_READ],
    denies: &[WRITE, RESIZE],
};

const TO_WRITE: Wanted = Wanted {
    start: libc::F_WRLCK,
    does: &[CONSISTENT_READ, WRITE, WRITE_UNCHANGED, RESIZE],
    denies: &[WRITE, WRITE_UNCHANGED, RESIZE],
};

impl Wanted {
    const fn of(intent: Intent) -> &'static Self {
        match intent {
            Intent::Read => &TO_READ,
            Intent::Write => &TO_WRITE,
        }
    }

    /// The locks that it takes: kind and byte.
    fn own(&self) -> impl Iterator<Item = (c_int, off_t)> {
        let does = self.does.iter().map(|permission| permission.does);
        let denies = self.denies.iter().map(|permission| permission.denies);
        let shared = does.chain(denies).map(|byte| (libc::F_RDLCK, byte));
        std::iter::once((self.start, START)).chain(shared)
    }

    /// The bytes that must not be locked by anybody; first those of programs that write.
    fn opposite(&self) -> impl Iterator<Item = off_t> {
        let denies = self.denies.iter().map(|permission| permission.does);
        let does = self.does.iter().map(|permission| permission.denies);
        denies.chain(does)
    }
}

/// A lock of another program that does not go with what was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conflict {
    /// What that program does with the file.
    pub(super) intent: Intent,
    /// Its process; `None` for locks that belong to an open file and not to a process, which those
    /// described above are.
    pub(super) pid: Option<u32>,
    /// The first byte of its lock.
    pub(super) start: off_t,
}

/// Takes all locks for `intent`, or none: then the answer is what is in the way.
///
/// # Errors
/// EINVAL, ENOLCK, ENOTSUP where there are no such locks; the device's.
pub(super) fn take(file: &File, intent: Intent) -> io::Result<Option<Conflict>> {
    let taken = take_and_check(file, intent);
    if !matches!(taken, Ok(None)) {
        for (_, byte) in TO_WRITE.own() {
            // A failure to unlock would not change what is reported.
            let _ = set(file, libc::F_UNLCK, byte);
        }
    }
    taken.map_err(io::Error::from)
}

fn take_and_check(file: &File, intent: Intent) -> Result<Option<Conflict>, Errno> {
    for (kind, byte) in Wanted::of(intent).own() {
        match set(file, kind, byte) {
            Ok(()) => {}
            // Somebody has an exclusive lock there, or any, where ours is exclusive.
            Err(Errno::EAGAIN | Errno::EACCES) => {
                let unknown = Conflict {
                    intent: Intent::Write,
                    pid: None,
                    start: byte,
                };
                return Ok(Some(find(file, kind, byte)?.unwrap_or(unknown)));
            }
            Err(error) => return Err(error),
        }
    }
    find_opposite(file, intent)
}

/// What would be in the way of locks for `intent`, without taking any.
///
/// # Errors
/// As [`take`].
pub(super) fn conflict(file: &File, intent: Intent) -> io::Result<Option<Conflict>> {
    for (kind, byte) in Wanted::of(intent).own() {
        if let found @ Some(_) = find(file, kind, byte)? {
            return Ok(found);
        }
    }
    Ok(find_opposite(file, intent)?)
}

fn find_opposite(file: &File, intent: Intent) -> Result<Option<Conflict>, Errno> {
    for byte in Wanted::of(intent).opposite() {
        if let found @ Some(_) = find(file, libc::F_WRLCK, byte)? {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The lock of another program that a lock of one byte would meet.
fn find(file: &File, kind: c_int, byte: off_t) -> Result<Option<Conflict>, Errno> {
    let mut lock = lock_of(kind, byte)?;
    fcntl(file, FcntlArg::F_OFD_GETLK(&mut lock))?;
    let found = c_int::from(lock.l_type);
    if found == libc::F_UNLCK {
        return Ok(None);
    }
    // A shared lock tells by its place what its owner does. Who writes denies consistent reads.
    let is_of_writer = [WRITE.does, RESIZE.does, CONSISTENT_READ.denies].contains(&byte);
    let is_from_start = lock.l_start == START;
    let writes = found == libc::F_WRLCK || (is_of_writer && !is_from_start);
    Ok(Some(Conflict {
        intent: if writes { Intent::Write } else { Intent::Read },
        pid: u32::try_from(lock.l_pid).ok().filter(|&pid| pid > 0),
        start: lock.l_start,
    }))
}

fn set(file: &File, kind: c_int, byte: off_t) -> Result<(), Errno> {
    let lock = lock_of(kind, byte)?;
    fcntl(file, FcntlArg::F_OFD_SETLK(&lock)).map(drop)
}

/// A lock of one byte.
fn lock_of(kind: c_int, byte: off_t) -> Result<libc::flock, Errno> {
    Ok(libc::flock {
        l_type: kind.try_into().map_err(|_| Errno::EINVAL)?,
        l_whence: libc::SEEK_SET.try_into().map_err(|_| Errno::EINVAL)?,
        l_start: byte,
        l_len: 1,
        l_pid: 0,
    })
}
