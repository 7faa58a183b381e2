//! `vhdx-log crash`: the writer against everything a disk can do to it.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use vhdx_log::writer::Canary;

use crate::file::merge::merged;
use crate::report::crash_failure;
use crate::report::crash_table::{Report, number};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};
use vhdx_log_crash::explore::{Exploration, Until};
use vhdx_log_crash::{Broken, Scenario, Summary, Tally, World, shrink};
use vhdx_log_oracle::shard::Shard;

/// How many states are made when nothing says otherwise: some ten seconds.
const DEFAULT_STATES: u64 = 2_000_000;

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Workloads are run through the writer on a simulated disk; the power goes at every
point, requests fail, sectors rot. Each state the disk may be left in is
recovered and judged. A failure is made small and printed with one line that
replays it; the exit code is 1 then.

The same seed and number of states give the same states on every machine. A
search stops between batches of 32 workloads, so it makes some more. With
--shard I/N, N machines share the work; --merge adds up what they found.

Examples:
  vhdx-log crash
  vhdx-log crash --seed 7 --time 60
  vhdx-log crash --shard 0/4 --states 10000000 --format json >part-0.json
  vhdx-log crash --merge part-*.json")]
pub(crate) struct Args {
    /// Decides the workloads and the crashes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after so many states [default: 2000000]
    #[arg(long, value_name = "N", conflicts_with = "time")]
    states: Option<u64>,
    /// Stop after so many seconds
    #[arg(long, value_name = "SECONDS")]
    time: Option<u64>,
    /// Do part I, from 0 on, of N
    #[arg(long, value_name = "I/N", default_value = "0/1")]
    shard: Shard,
    /// Replay one scenario that a search printed
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["states", "time", "shard"])]
    replay: Option<Scenario>,
    /// Explore nothing: add up what parts found, each in a file as --format json wrote it
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["states", "time", "shard", "replay"])]
    merge: Vec<PathBuf>,
    /// text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
    /// Break the writer on purpose
    #[arg(long, hide = true, value_parser = canary)]
    canary: Option<Canary>,
}

fn canary(name: &str) -> Result<Canary, String> {
    Canary::ALL
        .into_iter()
        .find(|canary| format!("{canary:?}") == name)
        .ok_or_else(|| {
            let names: Vec<String> = Canary::ALL
                .iter()
                .map(|canary| format!("{canary:?}"))
                .collect();
            format!("there is no such break; there are {}", names.join(", "))
        })
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let world = World::new();
        match (&self.replay, self.merge.as_slice()) {
            (Some(scenario), _) => self.replay(&world, scenario),
            (None, []) => self.explore(&world),
            (None, files) => self.tell(&merged(files, Summary::merge)?, |out, summary| {
                let tell = |broken: &Broken| {
                    writeln!(
                        out,
                        "\nthis does not hold: {}\n  {}",
                        broken.property, broken.detail
                    )?;
                    writeln!(
                        out,
                        "replay it with\n  vhdx-log crash --replay '{}'",
                        broken.replay
                    )
                };
                summary.failures.iter().try_for_each(tell)
            }),
        }
    }

    fn explore(&self, world: &World) -> Result<Exit, Failure> {
        let until = match self.time {
            Some(seconds) => Until::Time(Duration::from_secs(seconds)),
            None => Until::States(self.states.unwrap_or(DEFAULT_STATES)),
        };
        let exploration = Exploration {
            seed: self.seed,
            shard: self.shard,
            until,
            canary: self.canary,
        };
        let bar = progress_bar(until);
        let explored = exploration.run(world, &mut |tally, elapsed| {
            show(&bar, until, tally, elapsed)
        });
        bar.finish_and_clear();
        let failure = explored
            .failure
            .map(|failure| shrink::shrink(world, self.canary, failure));
        let summary = Summary::new(
            self.seed,
            self.shard,
            explored.elapsed,
            explored.tally,
            failure.as_deref(),
        );
        self.tell(&summary, |out, _| match &failure {
            Some(failure) => writeln!(
                out,
                "\n{}",
                crash_failure::describe(world, self.canary, failure)
            ),
            None => Ok(()),
        })
    }

    /// Prints a summary; as text, failures the way `tell_failures` does.
    fn tell(
        &self,
        summary: &Summary,
        tell_failures: impl FnOnce(&mut dyn Write, &Summary) -> io::Result<()>,
    ) -> Result<Exit, Failure> {
        let exit = if summary.failures.is_empty() {
            Exit::Done
        } else {
            Exit::Negative
        };
        print(exit, |out| match self.format {
            Format::Json => write_json(out, summary),
            Format::Text => {
                let elapsed = Duration::from_millis(summary.milliseconds);
                writeln!(
                    out,
                    "{}",
                    Report {
                        tally: &summary.tally,
                        elapsed
                    }
                )?;
                tell_failures(out, summary)?;
                match summary.failures.as_slice() {
                    [] => writeln!(out, "all claims held; seed {}", summary.seed),
                    _ => Ok(()),
                }
            }
        })
    }

    fn replay(&self, world: &World, scenario: &Scenario) -> Result<Exit, Failure> {
        let Err(violation) = scenario.play(world, self.canary) else {
            return print(Exit::Done, |out| {
                writeln!(out, "all claims hold in this scenario")
            });
        };
        let failure = vhdx_log_crash::Failure {
            scenario: scenario.clone(),
            violation,
        };
        print(Exit::Negative, |out| {
            writeln!(
                out,
                "{}",
                crash_failure::describe(world, self.canary, &failure)
            )
        })
    }
}

/// A bar on standard error when that is a terminal.
fn progress_bar(until: Until) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let length = match until {
        Until::States(states) => states,
        Until::Time(time) => time.as_secs(),
    };
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, until: Until, tally: &Tally, elapsed: Duration) {
    bar.set_position(match until {
        Until::States(_) => tally.states,
        Until::Time(_) => elapsed.as_secs(),
    });
    let a_second = (tally.states as f64 / elapsed.as_secs_f64().max(1e-9)) as u64;
    bar.set_message(format!(
        "{} states, {} a second",
        number(tally.states),
        number(a_second)
    ));
}
