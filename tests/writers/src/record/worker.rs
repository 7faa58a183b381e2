//! The thread that carries out requests on the backing file, one after another.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use fuser::{FileAttr, FileType, ReplyAttr, ReplyData, ReplyEmpty, ReplyWrite};
use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

use super::tape::{Change, Tape};

/// The number of the image's inode.
pub const FILE: u64 = 2;
/// How long the kernel may keep what it was told about the file: not at all.
pub const KEPT: Duration = Duration::ZERO;

/// A request that waits for its turn.
pub enum Job {
    Read {
        offset: u64,
        size: u32,
        reply: ReplyData,
    },
    Write {
        offset: u64,
        bytes: Vec<u8>,
        /// Whether it is to be stable when it ends.
        is_sync: bool,
        reply: ReplyWrite,
    },
    Flush {
        begin: u64,
        reply: ReplyEmpty,
    },
    SetLength {
        length: u64,
        reply: ReplyAttr,
    },
    Attributes {
        reply: ReplyAttr,
    },
    Allocate {
        offset: u64,
        length: u64,
        flags: FallocateFlags,
        reply: ReplyEmpty,
    },
}

/// Carries out every job until nobody can send one any more.
pub fn work(jobs: &Receiver<Job>, file: &File, tape: &Arc<Mutex<Tape>>) {
    for job in jobs {
        one(job, file, tape);
    }
}

/// The tape. A thread that panicked left it whole: each change is one call.
pub fn lock(tape: &Mutex<Tape>) -> MutexGuard<'_, Tape> {
    tape.lock().unwrap_or_else(|broken| broken.into_inner())
}

fn one(job: Job, file: &File, tape: &Mutex<Tape>) {
    match job {
        Job::Read {
            offset,
            size,
            reply,
        } => read(file, offset, size, reply),
        Job::Write {
            offset,
            bytes,
            is_sync,
            reply,
        } => match file.write_all_at(&bytes, offset) {
            Err(error) => reply.error(code(&error)),
            Ok(()) => {
                let written = bytes.len() as u32;
                let mut tape = lock(tape);
                tape.ended(Change::Write { offset, bytes });
                if is_sync {
                    tape.ended(Change::Flush);
                }
                drop(tape);
                reply.written(written);
            }
        },
        Job::Flush { begin, reply } => {
            lock(tape).flushed(begin);
            reply.ok();
        }
        Job::SetLength { length, reply } => match file.set_len(length) {
            Err(error) => reply.error(code(&error)),
            Ok(()) => {
                lock(tape).ended(Change::Length(length));
                reply.attr(&KEPT, &attributes(length));
            }
        },
        Job::Attributes { reply } => match file.metadata() {
            Err(error) => reply.error(code(&error)),
            Ok(metadata) => reply.attr(&KEPT, &attributes(metadata.len())),
        },
        Job::Allocate {
            offset,
            length,
            flags,
            reply,
        } => match allocate(file, offset, length, flags, tape) {
            Err(error) => reply.error(error.raw_os_error()),
            Ok(()) => reply.ok(),
        },
    }
}

fn read(file: &File, offset: u64, size: u32, reply: ReplyData) {
    let mut bytes = vec![0; size as usize];
    let mut done = 0;
    while done < bytes.len() {
        match file.read_at(&mut bytes[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(more) => done += more,
            Err(error) => return reply.error(code(&error)),
        }
    }
    reply.data(&bytes[..done]);
}

fn allocate(
    file: &File,
    offset: u64,
    length: u64,
    flags: FallocateFlags,
    tape: &Mutex<Tape>,
) -> Result<(), Errno> {
    let zeroes = FallocateFlags::PUNCH_HOLE | FallocateFlags::ZERO_RANGE;
    let known = zeroes | FallocateFlags::KEEP_SIZE;
    if !known.contains(flags) {
        return Err(Errno::OPNOTSUPP);
    }
    let length_of = || file.metadata().map(|metadata| metadata.len());
    let before = length_of().map_err(|_| Errno::IO)?;
    // A hole reads as zeros, and so does a zero range, which memory file systems do not have.
    match flags.intersects(zeroes) {
        true => {
            let hole = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
            fallocate(file, hole, offset, length)?;
            lock(tape).ended(Change::Zero { offset, length });
        }
        false => fallocate(file, flags, offset, length)?,
    }
    let end = offset.saturating_add(length);
    if !flags.contains(FallocateFlags::KEEP_SIZE) && end > before {
        file.set_len(end).map_err(|_| Errno::IO)?;
        lock(tape).ended(Change::Length(end));
    }
    Ok(())
}

fn code(error: &std::io::Error) -> i32 {
    error.raw_os_error().unwrap_or(Errno::IO.raw_os_error())
}

/// What the kernel is told about the image.
pub fn attributes(length: u64) -> FileAttr {
    of(FILE, FileType::RegularFile, 0o666, length)
}

/// What it is told about an inode.
pub fn of(ino: u64, kind: FileType, perm: u16, size: u64) -> FileAttr {
    let then = SystemTime::UNIX_EPOCH;
    FileAttr {
        ino,
        size,
        blocks: size.div_ceil(512),
        atime: then,
        mtime: then,
        ctime: then,
        crtime: then,
        kind,
        perm,
        nlink: 1,
        uid: rustix::process::getuid().as_raw(),
        gid: rustix::process::getgid().as_raw(),
        rdev: 0,
        blksize: 4096,
        flags: 0,
    }
}
