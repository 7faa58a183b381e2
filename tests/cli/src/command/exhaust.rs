//! `vhdx-log exhaust`: bounded exhaustive testing of every small ring, header pair and entry pair,
//! or of one shard of them.

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::file::merge::merged;
use crate::report::exhaust::write_text;
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::progress;
use vhdx_log_bench::nearest::unknown;
use vhdx_log_oracle::shard::Shard;
use vhdx_log_search::enumerate::{Family, Progress, Report, explore};

const BAR: &str = "{wide_bar} {human_pos} of {human_len} cases, {eta} left";

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The exit code is 1 when a case violates a property. All families together take \
a few minutes of one core; with --shard I/N, N machines share the work.

Examples:
  vhdx-log exhaust
  vhdx-log exhaust --only rings-pairs
  vhdx-log exhaust --shard 0/4 --format json >part-0.json
  vhdx-log exhaust --merge part-*.json")]
pub(crate) struct Args {
    /// Run shard I of N (0-based)
    #[arg(long, value_name = "I/N", default_value = "0/1")]
    shard: Shard,
    /// Run only this family; may be given several times
    #[arg(long, value_name = "FAMILY")]
    only: Vec<String>,
    /// Merge the JSON reports of several shards instead of exploring
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["shard", "only"])]
    merge: Vec<PathBuf>,
    /// Output format: text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let report = match self.merge.as_slice() {
            [] => self.explore()?,
            files => merged(files, Report::SCHEMA, Report::merge)?,
        };
        let exit = match &report {
            report if report.interrupted && self.merge.is_empty() => Exit::Interrupted,
            report if report.is_clean() => Exit::Done,
            _ => Exit::Negative,
        };
        print(exit, |out| match self.format {
            Format::Json => write_json(out, &report),
            Format::Text => write_text(out, &report, terminal::width()),
        })
    }

    fn explore(&self) -> Result<Report, Failure> {
        let names = || Family::all().iter().map(|family| family.name);
        if let Some(name) = self
            .only
            .iter()
            .find(|&name| names().all(|known| known != name))
        {
            return Err(Failure::usage(unknown("family", name, names(), "")));
        }
        let wanted = |family: &&Family| {
            self.only.is_empty() || self.only.iter().any(|name| name == family.name)
        };
        let families: Vec<&Family> = Family::all().iter().filter(wanted).collect();
        let bar = OnceLock::new();
        let report = explore(
            &families,
            self.shard,
            &interrupt::stop(),
            &|news| match news {
                Progress::Cases(cases) => drop(bar.set(progress::steps(cases, BAR))),
                Progress::Explored(more) => {
                    if let Some(bar) = bar.get() {
                        bar.inc(more);
                    }
                }
            },
        );
        if let Some(bar) = bar.get() {
            bar.finish_and_clear();
        }
        Ok(report)
    }
}
