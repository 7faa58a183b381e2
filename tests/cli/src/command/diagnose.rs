//! `vhdx-log diagnose`: which mistakes explain a stored run.

use std::path::PathBuf;

use vhdx_log_bench::diagnose::diagnose_all;
use vhdx_log_bench::record::{Record, SubjectRecord};
use vhdx_log_corpus::Corpus;
use vhdx_log_inspect::print::DEFAULT_WIDTH;
use vhdx_log_inspect::print::table::wrap;

use super::report::read_record;
use crate::report::run::words;
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::threads::processors;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
What each subject did on every vector, passes included, is compared with what \
the flaws of the model do, and with sets of them that are run as one reader. \
Nothing is said of a set that explains less than half of the failures.

`vhdx-log run` does the same. Here the flaws are those of this program, so an \
older run can be diagnosed again.

Examples:
  vhdx-log run --subject flaw:tail-ignored --record run.json
  vhdx-log diagnose run.json")]
pub(crate) struct Args {
    /// The record of a run
    record: PathBuf,
    /// Output format: text, or json (the record with the new diagnoses)
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut record = read_record(&self.record)?;
        let stop = interrupt::stop();
        diagnose_all(&mut record, Corpus::embedded(), processors(), &stop)
            .map_err(|error| Failure::unable("the built-in corpus".as_ref(), error.to_string()))?;
        if stop.is_asked() {
            return Err(Failure::interrupted("interrupted"));
        }
        let width = terminal::width().unwrap_or(DEFAULT_WIDTH);
        print(Exit::Done, |out| match self.format {
            Format::Json => write_json(out, &record),
            Format::Text => {
                let lines = lines(&record);
                let mut lines = lines.iter().flat_map(|line| wrap(line, width));
                lines.try_for_each(|line| writeln!(out, "{line}"))
            }
        })
    }
}

fn lines(record: &Record) -> Vec<String> {
    record.subjects.iter().flat_map(of_subject).collect()
}

fn of_subject(subject: &SubjectRecord) -> Vec<String> {
    let name = &subject.name;
    if subject.diagnoses.is_empty() {
        let mut results = subject.results.iter();
        let what = match results.any(|result| result.verdict.is_failure()) {
            true => "no set of known flaws explains its failures",
            false => "nothing to diagnose",
        };
        return vec![format!("{name}: {what}")];
    }
    let diagnoses = subject.diagnoses.iter().flat_map(|diagnosis| {
        let says = format!("{name} {}", words::diagnosis(diagnosis));
        [says].into_iter().chain(words::decided_by(diagnosis))
    });
    diagnoses.collect()
}
