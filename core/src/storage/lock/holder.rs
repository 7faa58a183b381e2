//! Which process holds a lock, by `/proc/PID/fdinfo` (Linux).
//!
//! `F_OFD_GETLK` names no process for the locks of an open file, and `/proc/locks` neither. The
//! `fdinfo` of the process that has the file open lists its locks. Files of other users' processes
//! cannot be read; then nobody is named.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::outcome::{Holder, Intent};
use super::ranges::Conflict;

/// The most open files that are looked at, so that a refusal takes no longer than a moment.
const MAX_FILES: usize = 1 << 16;
/// The most bytes that are read about one open file.
const MAX_INFO_BYTES: u64 = 64 << 10;

/// The owner of a byte-range lock.
pub(super) fn of_range(file: &File, conflict: &Conflict) -> Holder {
    let start = conflict.start.to_string();
    let is_it = |lock: &Lock<'_>| lock.kind != "FLOCK" && lock.start == start;
    named(conflict.intent, conflict.pid.or_else(|| find(file, &is_it)))
}

/// The owner of a lock of the whole file (`flock`).
pub(super) fn of_whole(file: &File, intent: Intent) -> Holder {
    named(intent, find(file, &|lock: &Lock<'_>| lock.kind == "FLOCK"))
}

fn named(intent: Intent, pid: Option<u32>) -> Holder {
    Holder {
        pid,
        program: pid.and_then(program),
        ..Holder::unknown(intent)
    }
}

/// The name that a process gives itself. It can be anything: control characters are replaced.
fn program(pid: u32) -> Option<String> {
    let name = fs::read(format!("/proc/{pid}/comm")).ok()?;
    let name = String::from_utf8_lossy(&name);
    let name = name.trim_end_matches('\n');
    Some(name.replace(|c: char| c.is_control(), "?"))
}

/// A line `lock: 1: OFDLCK ADVISORY READ -1 fe:00:10215429 100 101` of an `fdinfo`.
struct Lock<'a> {
    kind: &'a str,
    start: &'a str,
}

impl<'a> Lock<'a> {
    fn of_line(line: &'a str) -> Option<Self> {
        let mut words = line.strip_prefix("lock:")?.split_whitespace();
        Some(Self {
            kind: words.nth(1)?,
            start: words.nth(4)?,
        })
    }
}

/// The first process that has this file open with such a lock.
fn find(file: &File, is_it: &dyn Fn(&Lock<'_>) -> bool) -> Option<u32> {
    let ours = file.metadata().ok()?;
    let files = processes().flat_map(|(pid, process)| {
        let infos = fs::read_dir(process.join("fdinfo"))
            .into_iter()
            .flatten()
            .flatten();
        infos.map(move |info| (pid, process.join("fd").join(info.file_name()), info.path()))
    });
    files.take(MAX_FILES).find_map(|(pid, open_file, info)| {
        let info = read(&info)?;
        let locked = info
            .lines()
            .filter_map(Lock::of_line)
            .any(|lock| is_it(&lock));
        // Only files with such a lock are looked up: that can block, on a dead file system.
        let theirs = locked.then(|| fs::metadata(open_file).ok()).flatten()?;
        ((theirs.dev(), theirs.ino()) == (ours.dev(), ours.ino())).then_some(pid)
    })
}

fn processes() -> impl Iterator<Item = (u32, PathBuf)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        Some((pid, entry.path()))
    })
}

fn read(path: &Path) -> Option<String> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(MAX_INFO_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}
