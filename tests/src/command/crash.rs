//! `vhdx-log crash`: the writer against everything a disk can do to it.

use std::io::IsTerminal;
use std::str::FromStr;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use vhdx_log::writer::Canary;

use super::output::{Format, print, write_json};
use super::{Exit, Failure};
use crate::crash::explore::{Exploration, Explored, Until};
use crate::crash::table::{Report, number};
use crate::crash::{Scenario, Tally, World, picture, shrink};

/// How many states are made when nothing says otherwise: some ten seconds.
const DEFAULT_STATES: u64 = 2_000_000;

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Workloads are run through the writer on a simulated disk; the power goes at every
point, requests fail, sectors rot. Each state the disk may be left in is
recovered and judged. A failure is made small and printed with one line that
replays it; the exit code is 1 then.

The same seed and number of states give the same states on every machine. With
--shard I/N, N machines share the work; the counts in their JSON add up.

Examples:
  vhdx-log crash
  vhdx-log crash --seed 7 --time 60
  vhdx-log crash --shard 0/4 --states 10000000 --format json")]
pub(super) struct Args {
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
    /// text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
    /// Break the writer on purpose
    #[arg(long, hide = true, value_parser = canary)]
    canary: Option<Canary>,
}

/// Part of a search.
#[derive(Clone, Copy, Debug)]
struct Shard(u64, u64);

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        parts
            .filter(|(part, of)| part < of)
            .map(|(part, of)| Self(part, of))
            .ok_or_else(|| format!("`{text}` is no part of a whole; write I/N with I from 0 to N - 1, such as 0/4"))
    }
}

fn canary(name: &str) -> Result<Canary, String> {
    Canary::ALL.into_iter().find(|canary| format!("{canary:?}") == name).ok_or_else(|| {
        let names: Vec<String> = Canary::ALL.iter().map(|canary| format!("{canary:?}")).collect();
        format!("there is no such break; there are {}", names.join(", "))
    })
}

/// What is printed as JSON.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    seed: u64,
    shard: [u64; 2],
    seconds: f64,
    #[serde(flatten)]
    tally: &'a Tally,
    blind_spots: Vec<[&'static str; 2]>,
    failure: Option<FailureSummary>,
}

#[derive(Debug, Serialize)]
struct FailureSummary {
    claim: &'static str,
    detail: String,
    replay: String,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let world = World::new();
        match &self.replay {
            Some(scenario) => self.replay(&world, scenario),
            None => self.explore(&world),
        }
    }

    fn explore(&self, world: &World) -> Result<Exit, Failure> {
        let until = match self.time {
            Some(seconds) => Until::Time(Duration::from_secs(seconds)),
            None => Until::States(self.states.unwrap_or(DEFAULT_STATES)),
        };
        let Shard(part, of) = self.shard;
        let exploration = Exploration { seed: self.seed, shard: (part, of), until, canary: self.canary };
        let bar = progress_bar(until);
        let explored = exploration.run(world, &mut |tally, elapsed| show(&bar, until, tally, elapsed));
        bar.finish_and_clear();
        let Explored { tally, elapsed, failure } = explored;
        let failure = failure.map(|failure| shrink::shrink(world, self.canary, failure));
        let exit = if failure.is_some() { Exit::Refused } else { Exit::Done };
        print(exit, |out| match self.format {
            Format::Json => {
                let failure = failure.as_deref().map(|failure| FailureSummary {
                    claim: failure.violation.claim,
                    detail: failure.violation.detail.clone(),
                    replay: failure.scenario.to_string(),
                });
                let blind_spots =
                    tally.blind_spots().into_iter().map(|(kind, phase)| [kind.name(), phase.name()]).collect();
                let seconds = elapsed.as_secs_f64();
                let summary =
                    Summary { seed: self.seed, shard: [part, of], seconds, tally: &tally, blind_spots, failure };
                write_json(out, &summary)
            }
            Format::Text => {
                writeln!(out, "{}", Report { tally: &tally, elapsed })?;
                match &failure {
                    Some(failure) => writeln!(out, "\n{}", picture::describe(world, self.canary, failure)),
                    None => writeln!(out, "all claims held; seed {}", self.seed),
                }
            }
        })
    }

    fn replay(&self, world: &World, scenario: &Scenario) -> Result<Exit, Failure> {
        let Err(violation) = scenario.play(world, self.canary) else {
            return print(Exit::Done, |out| writeln!(out, "all claims hold in this scenario"));
        };
        let failure = crate::crash::Failure { scenario: scenario.clone(), violation };
        print(Exit::Refused, |out| writeln!(out, "{}", picture::describe(world, self.canary, &failure)))
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
    bar.set_message(format!("{} states, {} a second", number(tally.states), number(a_second)));
}
