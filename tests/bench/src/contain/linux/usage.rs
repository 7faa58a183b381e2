//! What a program uses: memory of all its processes, and the disk below its folder.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use rustix::process::Pid;
use vhdx_log_oracle::subject::Resource;

use super::tree;
use crate::contain::limits::Limits;

/// More files than that in one folder are too many, whatever is in them.
const MOST_FILES: usize = 10_000;
/// A block of `st_blocks`, in bytes.
const BLOCK: u64 = 512;
/// Linux shows processor time in hundredths of a second, on every machine.
const TICK: Duration = Duration::from_millis(10);

/// What is used too much of, if anything is.
pub(super) fn exceeded(limits: &Limits, folder: &Path) -> Option<Resource> {
    let processes = tree::alive();
    if processes.len() > limits.processes {
        Some(Resource::Processes)
    } else if memory(&processes) > limits.memory {
        Some(Resource::Memory)
    } else {
        files_exceed(limits, folder).then_some(Resource::FileSize)
    }
}

/// Whether the files in the folder take up too much, or one of them has grown to its limit. A
/// program that ignores the signal for it gets an error instead, and ends as it likes.
pub(super) fn files_exceed(limits: &Limits, folder: &Path) -> bool {
    let (mut blocks, mut files, mut longest) = (0_u64, 0, 0);
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            files += 1;
            if files > MOST_FILES {
                return true;
            }
            // Of the entry itself: links are not followed.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_dir() {
                waiting.push(entry.path());
            }
            blocks = blocks.saturating_add(metadata.blocks());
            longest = longest.max(metadata.len());
        }
    }
    blocks.saturating_mul(BLOCK) > limits.disk || longest >= limits.file_size
}

/// What the processes hold in memory, or in swap, for themselves.
fn memory(processes: &HashSet<Pid>) -> u64 {
    let of_one = |process: &Pid| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let kib = |name: &str| -> u64 {
            let value = status.lines().find_map(|line| line.strip_prefix(name));
            let digits = value.and_then(|value| value.split_whitespace().next());
            digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        kib("RssAnon:") + kib("VmSwap:")
    };
    processes
        .iter()
        .map(of_one)
        .sum::<u64>()
        .saturating_mul(1024)
}

/// The processor time of a process that has ended, or not, and of its children that have.
pub(super) fn processor_time(process: Pid) -> Duration {
    let fields = tree::stat(process).unwrap_or_default();
    let ticks = fields.iter().skip(11).take(4);
    let ticks: u32 = ticks.filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
    TICK * ticks
}
