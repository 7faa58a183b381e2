//! Everything that a process started, directly or not, and the end of it.
//!
//! The supervisor is the one that orphans fall to, so whatever the program starts is below the
//! supervisor, also what has left the process group and the session.

use std::collections::HashSet;
use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process, kill_process_group, wait,
};

/// How long the end of a killed process is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The processes below this one that are not at their end.
pub(super) fn alive() -> HashSet<Pid> {
    let mut waiting = vec![getpid()];
    let mut found = HashSet::new();
    while let Some(parent) = waiting.pop() {
        let new = children(parent).into_iter();
        let new = new.filter(|&child| is_alive(child) && found.insert(child));
        waiting.extend(new.collect::<Vec<_>>());
    }
    found
}

/// Kills every process below this one, the group of `program` first, and waits for the end of each.
/// Returns how many are left, which is 0 unless the system is ill.
///
/// A process that starts others faster than they are found still has them in its group, and to
/// kill a group is one step for the kernel: no member starts another one meanwhile.
pub(super) fn kill_all(program: Pid, mut ended: impl FnMut(Pid, WaitStatus)) -> usize {
    let deadline = Instant::now() + PATIENCE;
    let _ = kill_process_group(program, Signal::KILL);
    loop {
        for process in alive() {
            // Only a group that one of them leads: a program may have joined a group of others.
            let _ = match leads_a_group(process) {
                true => kill_process_group(process, Signal::KILL),
                false => kill_process(process, Signal::KILL),
            };
        }
        match reap(&mut ended) {
            Children::None => return 0,
            Children::Some if deadline <= Instant::now() => return alive().len(),
            Children::Some => std::thread::sleep(Duration::from_micros(200)),
        }
    }
}

fn leads_a_group(process: Pid) -> bool {
    stat(process).is_some_and(|fields| to_pid(&fields[2]) == Some(process))
}

/// Whether this process has children, running or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Children {
    None,
    Some,
}

/// Takes note of every child that has come to its end.
pub(super) fn reap(mut ended: impl FnMut(Pid, WaitStatus)) -> Children {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((process, status))) => ended(process, status),
            Ok(None) => return Children::Some,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Children::None,
        }
    }
}

/// The children of a process, of all its threads.
fn children(parent: Pid) -> Vec<Pid> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task"));
    let mut found = Vec::new();
    for task in tasks.into_iter().flatten().flatten() {
        match fs::read_to_string(task.path().join("children")) {
            Ok(text) => found.extend(text.split_whitespace().filter_map(to_pid)),
            // A kernel without CONFIG_PROC_CHILDREN.
            Err(_) => return children_by_parent(parent),
        }
    }
    found
}

fn children_by_parent(parent: Pid) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| to_pid(entry.file_name().to_str()?));
    let parent = parent.to_string();
    let is_child = |&process: &Pid| stat(process).is_some_and(|fields| fields[1] == parent);
    numbers.filter(is_child).collect()
}

fn is_alive(process: Pid) -> bool {
    stat(process).is_some_and(|fields| !matches!(fields[0].as_str(), "Z" | "X"))
}

fn to_pid(text: &str) -> Option<Pid> {
    text.parse().ok().and_then(Pid::from_raw)
}

/// The fields of `/proc/PID/stat` from the state on: the state is number 0, the parent number 1,
/// the group number 2. At least 15 of them.
pub(super) fn stat(process: Pid) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before them is in parentheses and may hold anything.
    let (_, fields) = text.rsplit_once(')')?;
    let fields: Vec<String> = fields.split_whitespace().map(str::to_owned).collect();
    (fields.len() >= 15).then_some(fields)
}
