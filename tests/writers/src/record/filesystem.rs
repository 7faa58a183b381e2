//! The file system: one folder with one file.

use std::ffi::OsStr;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use fuser::{
    FileType, Filesystem, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty,
    ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow,
};
use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use super::tape::Tape;
use super::worker::{FILE, Job, KEPT, attributes, lock, of};

/// The name of the image.
pub const IMAGE: &str = "image.vhdx";
const FOLDER: u64 = 1;
/// No cache between the program and the recorder, and writes that are in flight at the same time.
const DIRECT_AND_PARALLEL: u32 = 1 | 1 << 6;
/// `O_DSYNC`, which `O_SYNC` has in it: the write is stable when it ends.
const SYNC: i32 = 0o10000;

pub struct OneFile {
    pub jobs: Sender<Job>,
    pub tape: Arc<Mutex<Tape>>,
    pub length: Box<dyn Fn() -> u64 + Send>,
}

impl OneFile {
    fn send(&self, job: Job) {
        // The worker lives as long as this does.
        let _ = self.jobs.send(job);
    }

    fn note(&self, what: &str) {
        lock(&self.tape).note(what);
    }
}

fn offset_of(offset: i64) -> Option<u64> {
    u64::try_from(offset).ok()
}

const INVALID: i32 = Errno::INVAL.raw_os_error();
const NOT_ALLOWED: i32 = Errno::PERM.raw_os_error();
const NOT_THERE: i32 = Errno::NOENT.raw_os_error();

impl Filesystem for OneFile {
    fn lookup(&mut self, _: &Request<'_>, parent: u64, name: &OsStr, reply: ReplyEntry) {
        match parent == FOLDER && name == IMAGE {
            true => reply.entry(&KEPT, &attributes((self.length)()), 0),
            false => reply.error(NOT_THERE),
        }
    }

    fn getattr(&mut self, _: &Request<'_>, ino: u64, _: Option<u64>, reply: ReplyAttr) {
        match ino {
            FOLDER => reply.attr(&KEPT, &of(FOLDER, FileType::Directory, 0o755, 0)),
            _ => self.send(Job::Attributes { reply }),
        }
    }

    fn setattr(
        &mut self,
        _: &Request<'_>,
        ino: u64,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<u64>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<u32>,
        reply: ReplyAttr,
    ) {
        match (ino, size) {
            (FILE, Some(length)) => self.send(Job::SetLength { length, reply }),
            (FILE, None) => self.send(Job::Attributes { reply }),
            _ => reply.error(NOT_ALLOWED),
        }
    }

    fn open(&mut self, _: &Request<'_>, ino: u64, _: i32, reply: ReplyOpen) {
        match ino {
            FILE => reply.opened(0, DIRECT_AND_PARALLEL),
            _ => reply.error(NOT_ALLOWED),
        }
    }

    fn read(
        &mut self,
        _: &Request<'_>,
        _: u64,
        _: u64,
        offset: i64,
        size: u32,
        _: i32,
        _: Option<u64>,
        reply: ReplyData,
    ) {
        match offset_of(offset) {
            Some(offset) => self.send(Job::Read {
                offset,
                size,
                reply,
            }),
            None => reply.error(INVALID),
        }
    }

    fn write(
        &mut self,
        _: &Request<'_>,
        _: u64,
        _: u64,
        offset: i64,
        data: &[u8],
        _: u32,
        flags: i32,
        _: Option<u64>,
        reply: ReplyWrite,
    ) {
        let Some(offset) = offset_of(offset) else {
            return reply.error(INVALID);
        };
        self.send(Job::Write {
            offset,
            bytes: data.to_vec(),
            is_sync: flags & SYNC != 0,
            reply,
        });
    }

    /// A close: it makes nothing stable.
    fn flush(&mut self, _: &Request<'_>, _: u64, _: u64, _: u64, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&mut self, _: &Request<'_>, _: u64, _: u64, _: bool, reply: ReplyEmpty) {
        let begin = lock(&self.tape).tick();
        self.send(Job::Flush { begin, reply });
    }

    fn fsyncdir(&mut self, _: &Request<'_>, _: u64, _: u64, _: bool, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fallocate(
        &mut self,
        _: &Request<'_>,
        _: u64,
        _: u64,
        offset: i64,
        length: i64,
        mode: i32,
        reply: ReplyEmpty,
    ) {
        let (Some(offset), Some(length)) = (offset_of(offset), offset_of(length)) else {
            return reply.error(INVALID);
        };
        let flags = FallocateFlags::from_bits_retain(mode.cast_unsigned());
        self.send(Job::Allocate {
            offset,
            length,
            flags,
            reply,
        });
    }

    fn readdir(&mut self, _: &Request<'_>, _: u64, _: u64, offset: i64, mut reply: ReplyDirectory) {
        let entries = [
            (FOLDER, FileType::Directory, "."),
            (FOLDER, FileType::Directory, ".."),
            (FILE, FileType::RegularFile, IMAGE),
        ];
        let from = usize::try_from(offset).unwrap_or(0);
        for (next, (ino, kind, name)) in (1..).zip(entries).skip(from) {
            if reply.add(ino, next, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&mut self, _: &Request<'_>, _: u64, reply: ReplyStatfs) {
        // As much as the largest disk of the format.
        let blocks = (65 << 40) / 4096;
        reply.statfs(blocks, blocks, blocks, 1 << 20, 1 << 20, 4096, 255, 4096);
    }

    fn create(
        &mut self,
        _: &Request<'_>,
        _: u64,
        _: &OsStr,
        _: u32,
        _: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        self.note("create a file beside the image");
        reply.error(NOT_ALLOWED);
    }

    fn unlink(&mut self, _: &Request<'_>, _: u64, _: &OsStr, reply: ReplyEmpty) {
        self.note("remove the image");
        reply.error(NOT_ALLOWED);
    }

    fn rename(
        &mut self,
        _: &Request<'_>,
        _: u64,
        _: &OsStr,
        _: u64,
        _: &OsStr,
        _: u32,
        reply: ReplyEmpty,
    ) {
        self.note("rename the image, or another file over it");
        reply.error(NOT_ALLOWED);
    }
}
