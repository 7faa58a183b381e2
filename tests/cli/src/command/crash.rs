//! `vhdx-log crash`: the writer and the recovery against everything a disk can do to them.
//!
//! Six ways to run it, one function each: search at random, search a bounded set, replay a token,
//! merge reports, record a trace file, search a trace file. The search itself is in
//! `vhdx_log_crash`; a failure is shrunk here, before it is printed.

mod exhaustive;
mod help;
mod outside;
mod recovering;
mod replay;
mod trace;
mod writing;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::ProgressBar;
use vhdx_log_crash::SeededBug;
use vhdx_log_crash::search::exhaustive::Scope;
use vhdx_log_crash::search::explore::{Exploration, Until};
use vhdx_log_crash::shrink::shrink;
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_crash::{Failure as Found, FoundFailure, Scenario, Source, Summary, Tally, Workload};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use self::help::HELP;
use crate::file::merge::merged;
use crate::report::crash_failure;
use crate::report::crash_table::{Report, number};
use crate::report::quoted::quoted;
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::progress;
use vhdx_log_bench::nearest::unknown;

/// How many states are made by default: about ten seconds.
const DEFAULT_STATES: u64 = 2_000_000;

#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// Seed for workloads and crash points
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after N crash states [default: 2000000]
    #[arg(long, value_name = "N", conflicts_with = "time")]
    states: Option<u64>,
    /// Stop after this many seconds
    #[arg(long, value_name = "SECONDS")]
    time: Option<u64>,
    /// Run shard I of N (0-based)
    #[arg(long, value_name = "I/N", default_value = "0/1")]
    shard: Shard,
    #[command(flatten)]
    exhaustive: exhaustive::Sets,
    /// Reproduce the scenario that a failure printed
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["states", "time", "shard"])]
    replay: Option<Scenario>,
    /// Merge the JSON reports of several shards instead of searching
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        conflicts_with_all = ["states", "time", "shard", "replay"]
    )]
    merge: Vec<PathBuf>,
    /// Write a trace file of one workload: the seed's first, that of --replay, or --workload
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["states", "time", "shard", "merge", "trace", "format"]
    )]
    record: Option<PathBuf>,
    /// Record this workload, such as w0+4096.c.k (the first part of a token)
    #[arg(
        long,
        value_name = "STEPS",
        requires = "record",
        conflicts_with = "replay"
    )]
    workload: Option<Workload>,
    /// Overwrite the file of --record if it exists
    #[arg(long, requires = "record")]
    force: bool,
    /// Search a trace file instead of workloads
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["states", "time", "shard", "merge", "seeded_bug"]
    )]
    trace: Option<PathBuf>,
    #[command(flatten)]
    outside: outside::OutsideArgs,
    #[command(flatten)]
    writing: writing::WritingArgs,
    /// Output format: text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
    /// Give the writer a seeded bug, to see that the search finds it
    #[arg(long, value_name = "NAME", alias = "canary", hide = true, value_parser = seeded_bug)]
    seeded_bug: Option<SeededBug>,
}

fn seeded_bug(name: &str) -> Result<SeededBug, String> {
    if SeededBug::ALL.is_empty() {
        return Err("this build has no seeded bugs; those of the tests have".to_owned());
    }
    let names: Vec<String> = SeededBug::ALL
        .iter()
        .map(|bug| format!("{bug:?}"))
        .collect();
    let position = names.iter().position(|known| known == name);
    position.map(|index| SeededBug::ALL[index]).ok_or_else(|| {
        let all = format!("available: {}", names.join(", "));
        unknown("seeded bug", name, names.iter().map(String::as_str), &all)
    })
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        if let Some(command) = self.outside.exec() {
            let out = self.record.as_deref().map(|out| (out, self.force));
            return self.outside.record_and_judge(command, out, &self.wanted());
        }
        if self.writing.is_asked() {
            return self.writing.run(self.seed, self.time, self.format);
        }
        if let Some(file) = &self.trace {
            if self.outside.is_asked(file) {
                return self.outside.run(file, &self.wanted());
            }
            return self.judge_trace(file);
        }
        let base = BaseImage::new();
        if let Some(file) = &self.record {
            return self.record(&base, file);
        }
        match (&self.replay, self.merge.as_slice()) {
            (Some(scenario), _) => self.replay(&base, scenario),
            (None, []) => match self.exhaustive.scopes() {
                Some(scopes) => self.search_all(&base, &scopes),
                None => self.explore(&base),
            },
            (None, files) => {
                let summary = merged(files, Summary::SCHEMA, Summary::merge)?;
                self.report(&summary, |out| {
                    let mut failures = summary.failures.iter();
                    failures.try_for_each(|failure| write_merged_failure(out, failure))
                })
            }
        }
    }

    fn wanted(&self) -> outside::Wanted<'_> {
        outside::Wanted {
            seed: self.seed,
            replayed: self.replay.as_ref(),
            format: self.format,
        }
    }

    fn exploration(&self) -> Exploration {
        Exploration {
            seed: self.seed,
            shard: self.shard,
            until: match self.time {
                Some(seconds) => Until::Time(Duration::from_secs(seconds)),
                None => Until::States(self.states.unwrap_or(DEFAULT_STATES)),
            },
            seeded_bug: self.seeded_bug,
            protocol: true,
        }
    }

    fn judge_trace(&self, file: &Path) -> Result<Exit, Failure> {
        let trace = trace::read(file)?;
        if let Some(scenario) = &self.replay {
            trace::check_token(&trace, scenario)?;
            return replay::replay(&trace, scenario, self.format, &|failure| {
                self.describe(&trace, failure)
            });
        }
        let (summary, failure) = trace::judge(&trace, self.seed, &interrupt::stop());
        self.report(&summary, |out| {
            writeln!(
                out,
                "skipped: I/O errors in the recorded program, which is not run again"
            )?;
            match &failure {
                Some(failure) => writeln!(out, "\n{}", self.describe(&trace, failure)),
                None => Ok(()),
            }
        })
    }

    fn search_all(&self, base: &BaseImage, scopes: &[Scope]) -> Result<Exit, Failure> {
        let stop = interrupt::stop();
        let searched = exhaustive::search(scopes, base, self.shard, self.seeded_bug, &stop);
        let found = searched
            .failure
            .map(|failure| self.shrunk(base, failure, &stop));
        self.report_found(searched.elapsed, searched.tally, found, stop.is_asked())
    }

    fn explore(&self, base: &BaseImage) -> Result<Exit, Failure> {
        let (exploration, stop) = (self.exploration(), interrupt::stop());
        let until = exploration.until;
        let bar = progress_bar(until);
        let explored = exploration.run(base, &stop, &mut |tally, elapsed| {
            show(&bar, until, tally, elapsed)
        });
        bar.finish_and_clear();
        let found = explored
            .failure
            .map(|failure| self.shrunk(base, failure, &stop));
        // Asked for while the failure was made smaller, the end is early too.
        let interrupted = explored.interrupted || (found.is_some() && stop.is_asked());
        self.report_found(explored.elapsed, explored.tally, found, interrupted)
    }

    /// The smallest failure like this one, and the writer that has it.
    fn shrunk<'a>(
        &self,
        base: &'a BaseImage,
        failure: Box<Found>,
        stop: &Stop,
    ) -> (Writer<'a>, Box<Found>) {
        let writer = Writer::of(base, &failure.scenario.origin, self.seeded_bug)
            .expect("every workload is carried out by our writer");
        let failure = shrink(&writer, failure, stop);
        (writer, failure)
    }

    fn report_found(
        &self,
        elapsed: Duration,
        tally: Tally,
        found: Option<(Writer<'_>, Box<Found>)>,
        interrupted: bool,
    ) -> Result<Exit, Failure> {
        let failure = found.as_ref().map(|(_, failure)| &**failure);
        let mut summary = Summary::new(self.seed, self.shard, elapsed, tally, failure);
        summary.interrupted = interrupted;
        self.report(&summary, |out| match &found {
            Some((writer, failure)) => {
                writeln!(out, "\n{}", self.describe(writer, failure))
            }
            None => Ok(()),
        })
    }

    /// Prints a summary; as text, with what `write_failures` writes below the table.
    fn report(
        &self,
        summary: &Summary,
        write_failures: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Exit, Failure> {
        let exit = match summary.failures.as_slice() {
            _ if summary.interrupted && self.merge.is_empty() => Exit::Interrupted,
            [] => Exit::Done,
            _ => Exit::Negative,
        };
        print(exit, |out| match self.format {
            Format::Json => write_json(out, summary),
            Format::Text => {
                let report = Report {
                    tally: &summary.tally,
                    elapsed: Duration::from_millis(summary.milliseconds),
                    lists_uncovered: self.trace.is_none()
                        && self.exhaustive.scopes().is_none()
                        && summary.failures.is_empty()
                        && !summary.interrupted,
                    width: terminal::width(),
                };
                writeln!(out, "{report}")?;
                write_failures(out)?;
                match (summary.failures.as_slice(), summary.interrupted) {
                    ([], true) => writeln!(
                        out,
                        "interrupted: every property held so far; seed {}",
                        summary.seed
                    ),
                    ([], false) => writeln!(out, "every property held; seed {}", summary.seed),
                    (_, true) => writeln!(
                        out,
                        "interrupted: a simpler scenario may violate the property too"
                    ),
                    (_, false) => Ok(()),
                }
            }
        })
    }

    fn replay(&self, base: &BaseImage, scenario: &Scenario) -> Result<Exit, Failure> {
        match Writer::of(base, &scenario.origin, self.seeded_bug) {
            Some(writer) => replay::replay(&writer, scenario, self.format, &|failure| {
                self.describe(&writer, failure)
            }),
            None => Err(Failure::usage(
                "the token is about a trace file; name it with --trace FILE",
            )),
        }
    }

    fn record(&self, base: &BaseImage, file: &Path) -> Result<Exit, Failure> {
        let search = self.exploration();
        let scenario = match (&self.replay, &self.workload) {
            (Some(scenario), _) => scenario.clone(),
            (None, Some(workload)) => Scenario::of_workload(workload.clone()),
            (None, None) => Scenario::of_workload(search.first_random()),
        };
        let Some(writer) = Writer::of(base, &scenario.origin, search.seeded_bug) else {
            return Err(Failure::usage(
                "--record runs a workload, and the token of --replay names a trace file",
            ));
        };
        trace::record(&writer, &scenario, file, self.force, &|failure| {
            self.describe(&writer, failure)
        })
    }

    fn describe(&self, source: &dyn Source, failure: &Found) -> String {
        let mut flags = String::new();
        if let Some(bug) = self.seeded_bug {
            flags = format!(" --seeded-bug {bug:?}");
        }
        if let Some(file) = &self.trace {
            flags = format!(" --trace {}", quoted(&file.to_string_lossy()));
        }
        crash_failure::describe(source, &flags, failure)
    }
}

fn write_merged_failure(out: &mut dyn Write, failure: &FoundFailure) -> io::Result<()> {
    writeln!(
        out,
        "\nproperty violated: {}\n  {}",
        failure.property, failure.detail
    )?;
    writeln!(
        out,
        "reproduce it with\n  vhdx-log crash --replay '{}'",
        failure.replay
    )
}

fn progress_bar(until: Until) -> ProgressBar {
    let length = match until {
        Until::States(states) => states,
        Until::Time(time) => time.as_secs(),
    };
    progress::steps(length, "{wide_bar} {msg}")
}

fn show(bar: &ProgressBar, until: Until, tally: &Tally, elapsed: Duration) {
    bar.set_position(match until {
        Until::States(_) => tally.states,
        Until::Time(_) => elapsed.as_secs(),
    });
    let per_second = (tally.states as f64 / elapsed.as_secs_f64().max(1e-9)) as u64;
    bar.set_message(format!(
        "{} states, {} per second",
        number(tally.states),
        number(per_second)
    ));
}
