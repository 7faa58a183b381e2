//! `--profile NAME`: sessions of a program that writes images, recorded and judged.

use std::path::{Path, PathBuf};
use std::time::Duration;

use vhdx_log_bench::contain::{Container, Folders, How};
use vhdx_log_bench::nearest::unknown;
use vhdx_log_crash::states::Effort;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_writers::campaign::{Campaign, Case, Outcome};
use vhdx_log_writers::kept::Kept;
use vhdx_log_writers::session::Profile;

use crate::report::crash_table::number;
use crate::report::writers::campaign::Report;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::progress;

const DEFAULT_SESSIONS: u64 = 20;

#[derive(Debug, Clone, clap::Args)]
pub(super) struct WritingArgs {
    /// Crash-test a program that writes images, by its profile: its name (qemu), or a file
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with_all = ["states", "shard", "merge", "trace", "replay", "record"]
    )]
    profile: Option<String>,
    /// How many sessions the program carries out [default: 20, or as --time allows]
    #[arg(long, value_name = "N", requires = "profile")]
    sessions: Option<u64>,
    /// Keep each finding in a folder of its own in this one, which must not be there
    #[arg(long, value_name = "FOLDER", requires = "profile")]
    findings: Option<PathBuf>,
}

impl WritingArgs {
    pub(super) fn is_asked(&self) -> bool {
        self.profile.is_some()
    }

    pub(super) fn run(
        &self,
        seed: u64,
        time: Option<u64>,
        format: Format,
    ) -> Result<Exit, Failure> {
        let profile = named(self.profile.as_deref().unwrap_or_default())?;
        if let Some(folder) = self.findings.as_deref().filter(|folder| folder.exists()) {
            return Err(Failure::unable(
                folder,
                "it is there already; name a new folder",
            ));
        }
        let stop = interrupt::stop();
        let container = Container::of_this_program(stop.clone());
        let folders = Folders::new().map_err(|error| {
            let message = format!("no private folder can be made: {error}");
            Failure::unable(&std::env::temp_dir(), message)
        })?;
        let program = version(&profile, &container, &folders)?;
        let sessions = match (self.sessions, time) {
            (Some(sessions), _) => sessions,
            (None, Some(_)) => u64::MAX,
            (None, None) => DEFAULT_SESSIONS,
        };
        let stop = match time {
            Some(seconds) => stop.or_after(Duration::from_secs(seconds)),
            None => stop,
        };
        let outcome = carry_out(&profile, &container, &folders, seed, sessions, stop);
        if let Some(folder) = &self.findings {
            keep(folder, &outcome.cases, &program)
                .map_err(|error| Failure::unable(folder, error.to_string()))?;
        }
        let report = Report {
            program: &program,
            outcome: &outcome,
            folder: self.findings.as_deref(),
        };
        let exit = match (outcome.interrupted, outcome.is_clean()) {
            (true, _) => Exit::Interrupted,
            (false, _) if outcome.requests == 0 => Exit::NothingRun,
            (false, true) => Exit::Done,
            (false, false) => Exit::Negative,
        };
        print(exit, |out| match format {
            Format::Json => write_json(out, &report.document()),
            Format::Text => write!(out, "{report}"),
        })
    }
}

fn carry_out(
    profile: &Profile,
    container: &Container,
    folders: &Folders,
    seed: u64,
    sessions: u64,
    stop: Stop,
) -> Outcome {
    let campaign = Campaign {
        profile,
        container,
        folders,
        seed,
        sessions,
        effort: Effort::FULL,
        stop,
    };
    let bar = progress::steps(sessions, "{wide_bar} {msg}");
    let outcome = campaign.run(&mut |outcome: &Outcome| {
        bar.set_position(outcome.sessions);
        bar.set_message(format!(
            "{} sessions, {} states",
            number(outcome.sessions),
            number(outcome.unique_states)
        ));
    });
    bar.finish_and_clear();
    outcome
}

/// The profile of this name, or in this file.
fn named(name: &str) -> Result<Profile, Failure> {
    let shipped = Profile::shipped();
    if let Some(profile) = shipped.iter().find(|profile| profile.name == name) {
        return Ok(profile.clone());
    }
    let path = Path::new(name);
    if path.extension().is_none() {
        let names = || shipped.iter().map(|profile| &*profile.name);
        let all = format!("available: {}", names().collect::<Vec<_>>().join(", "));
        return Err(Failure::usage(unknown("profile", name, names(), &all)));
    }
    let text = crate::file::input::read_text(path)?;
    Profile::parse(&text).map_err(|error| Failure::wrong_file(path, error.to_string()))
}

/// The name and the version of a program that is there.
fn version(profile: &Profile, container: &Container, folders: &Folders) -> Result<String, Failure> {
    let unable = |why: String| Failure::unable(Path::new(&profile.program), why);
    let ended = profile
        .ask_version(container, folders)
        .map_err(|error| unable(vhdx_log_oracle::chain(&error)))?;
    match ended.how {
        How::Exit(0) => {
            let printed = String::from_utf8_lossy(&ended.stdout.bytes);
            Ok(printed.lines().next().unwrap_or(&profile.name).to_owned())
        }
        how => Err(unable(format!(
            "it cannot be run ({how}); install {}",
            profile.install
        ))),
    }
}

/// Writes a folder for each finding.
fn keep(folder: &Path, cases: &[Case], program: &str) -> std::io::Result<()> {
    std::fs::create_dir(folder)?;
    for case in cases {
        let kept = Kept {
            outside: &case.recorded.outside,
            found: &case.found,
            program,
            commands: &case.recorded.commands,
        };
        let own = folder.join(kept.name());
        std::fs::create_dir(&own)?;
        kept.write(&own)?;
    }
    Ok(())
}
