//! The limits that a process sets on itself and cannot take back: rlimits and Landlock.

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope,
};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};

use crate::contain::limits::Limits;
use crate::contain::protections::{Protection, Protections};

/// The newest version of Landlock that this knows. An older kernel enforces what it has.
const NEWEST: ABI = ABI::V7;
/// Files outside of the private folder that may be written: they keep nothing.
const SINKS: [&str; 3] = ["/dev/null", "/dev/zero", "/dev/full"];

const FOLDER: &str = "writing only in the private folder";
const SIGNALS: &str = "no signals to other programs";
const NETWORK: &str = "no TCP connections";

/// Limits this process, which has one thread, and everything that it will start.
pub(super) fn confine(limits: &Limits, folder: &Path) -> io::Result<()> {
    // Should the supervisor die, so does the program.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_limits(limits)?;
    restrict_writing(folder).map_err(io::Error::other)
}

fn set_limits(limits: &Limits) -> io::Result<()> {
    let set = |resource, soft: u64, hard: u64| {
        let limit = Rlimit {
            current: Some(soft),
            maximum: Some(hard),
        };
        setrlimit(resource, limit)
    };
    set(Resource::Core, 0, 0)?;
    set(Resource::Fsize, limits.file_size, limits.file_size)?;
    set(Resource::Nofile, limits.open_files, limits.open_files)?;
    // The supervisor ends a program that uses more than `memory`. These two are for one that is
    // faster, and leave room to the runtimes that reserve much and use little.
    let (data, space) = (
        limits.memory.saturating_mul(2),
        limits.memory.saturating_mul(32),
    );
    set(Resource::Data, data, data)?;
    set(Resource::As, space, space)?;
    if let Some(seconds) = limits.cpu_seconds {
        // One second later comes SIGKILL, for a program that ignores SIGXCPU.
        set(Resource::Cpu, seconds, seconds.saturating_add(1))?;
    }
    Ok(())
}

/// Landlock: files are written below `folder` only, no signal leaves the program and what it
/// starts, and it connects to nobody. What the kernel does not have is left out.
fn restrict_writing(folder: &Path) -> Result<(), RulesetError> {
    let writing = AccessFs::from_write(NEWEST);
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(writing)?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    if let Ok(folder) = PathFd::new(folder) {
        rules = rules.add_rule(PathBeneath::new(folder, writing))?;
    }
    for sink in SINKS {
        if let Ok(sink) = PathFd::new(sink) {
            let file = writing & AccessFs::from_file(NEWEST);
            rules = rules.add_rule(PathBeneath::new(sink, file))?;
        }
    }
    rules.restrict_self().map(|_| ())
}

/// Which of the protections this kernel has.
pub(crate) fn protections() -> Protections {
    let always = [
        "time, processor time, memory, file size, disk, output, open files, processes",
        "no core dumps",
        "everything that was started is found and killed",
    ];
    // Asked of the kernel, which is the only one that knows.
    let has = |what, needed: Result<Ruleset, RulesetError>, why: &str| match needed
        .and_then(Ruleset::create)
    {
        Ok(_) => Protection::on(what),
        Err(_) => Protection::off(
            what,
            format!("this kernel has no Landlock that does it: {why}"),
        ),
    };
    let strict = || Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    let landlock = [
        has(
            FOLDER,
            strict().handle_access(AccessFs::from_write(ABI::V3)),
            "Linux 6.2",
        ),
        has(SIGNALS, strict().scope(Scope::Signal), "Linux 6.12"),
        has(
            NETWORK,
            strict().handle_access(AccessNet::from_all(ABI::V4)),
            "Linux 6.7",
        ),
    ];
    let always = always.into_iter().map(Protection::on);
    Protections {
        all: always.chain(landlock).collect(),
    }
}
