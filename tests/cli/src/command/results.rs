//! `vhdx-log results`: stores the runs of programs, and makes `RESULTS.md` of all that are stored.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use vhdx_log_bench::diagnose::diagnose_all;
use vhdx_log_bench::keep::file_name;
use vhdx_log_bench::record::{Record, SubjectRecord, SubjectState};
use vhdx_log_bench::{Candidate, Settings, run};
use vhdx_log_corpus::Corpus;
use vhdx_log_oracle::subject::builtin;

use super::report::read_record;
use crate::file::input::read_text;
use crate::file::output::write_file;
use crate::report::results::defects::Caught;
use crate::report::results::page::{self, Stored};
use crate::report::run::view::by_harm;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::threads::processors;

/// What stands around the table in another file.
const BEGIN: &str = "<!-- results -->";
const END: &str = "<!-- /results -->";

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each subject of the given runs is stored as a file of its own, and replaces the \
one that was there. Where programs are on this machine, and what they printed, is \
left out. A run that is not whole is refused, and one in which a \
program was not installed replaces nothing. Without a run only the page is made \
again.

Examples:
  vhdx-log run --format json >run.json
  vhdx-log results run.json")]
pub(crate) struct Args {
    /// The records of runs to store
    runs: Vec<PathBuf>,
    /// The folder of the stored runs
    #[arg(long, value_name = "DIR", default_value = "tests/bench/results")]
    stored: PathBuf,
    /// The page to make
    #[arg(long, value_name = "FILE", default_value = "RESULTS.md")]
    page: PathBuf,
    /// A file whose part between `<!-- results -->` and `<!-- /results -->` becomes the table
    #[arg(long, value_name = "FILE")]
    table_in: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut runs = read_stored(&self.stored)?;
        let mut changed = BTreeSet::new();
        for path in &self.runs {
            let mut record = read_record(path)?;
            check_whole(path, &record)?;
            // A program that reads records from elsewhere need not have diagnosed them.
            if record.subjects.iter().all(|one| one.diagnoses.is_empty()) {
                let (jobs, stop) = (processors(), interrupt::stop());
                diagnose_all(&mut record, Corpus::embedded(), jobs, &stop).map_err(damaged)?;
            }
            for (name, single) in split(&record) {
                let ran = matches!(single.subjects[0].state, SubjectState::Ran);
                if ran || !runs.contains_key(&name) {
                    changed.insert(name.clone());
                    runs.insert(name, single);
                }
            }
        }
        let page = Page::of(&runs)?;
        let table_in = self.table_in.as_deref();
        let with_table = table_in.map(|path| page.table_in(path)).transpose()?;
        for name in changed {
            let file = self.stored.join(format!("{name}.json"));
            write_file(&file, true, |file| {
                serde_json::to_writer(&mut *file, &runs[&name])?;
                file.write_all(b"\n")
            })?;
        }
        // Last, so that the page never says more than is stored.
        write_file(&self.page, true, |file| file.write_all(&page.text))?;
        if let (Some(path), Some(text)) = (table_in, with_table) {
            write_file(path, true, |file| file.write_all(text.as_bytes()))?;
        }
        Ok(Exit::Done)
    }
}

fn damaged(error: std::io::Error) -> Failure {
    Failure::unable("the built-in corpus".as_ref(), error.to_string())
}

/// A run that was cut short says nothing about the vectors that are missing.
fn check_whole(path: &Path, record: &Record) -> Result<(), Failure> {
    if record.complete && !record.interrupted {
        return Ok(());
    }
    Err(Failure::wrong_file(
        path,
        "the run is not whole: only a part of the vectors was chosen, or it was interrupted; run \
         all vectors, without --filter, --topic, --clause and --strength",
    ))
}

/// A record for each subject, as it is published.
fn split(record: &Record) -> impl Iterator<Item = (String, Record)> {
    record.subjects.iter().map(|subject| {
        let single = Record {
            subjects: vec![published(subject.clone())],
            ..record.clone()
        };
        (file_name(&subject.name), single)
    })
}

/// A subject without what says where things are on the machine of the run: the folders of programs
/// and scripts, and what was printed, which names them as well.
fn published(mut subject: SubjectRecord) -> SubjectRecord {
    let name = |path: &str| match Path::new(path).file_name() {
        Some(name) if Path::new(path).is_absolute() => name.to_string_lossy().into_owned(),
        _ => path.to_owned(),
    };
    subject.path = subject.path.as_deref().map(name);
    for command in &mut subject.commands {
        *command = command.split(' ').map(name).collect::<Vec<_>>().join(" ");
    }
    for result in &mut subject.results {
        result.runs.clear();
    }
    subject
}

/// The stored runs by the names of their files.
fn read_stored(folder: &Path) -> Result<BTreeMap<String, Record>, Failure> {
    let unable = |error: std::io::Error| {
        let message = format!("cannot list the stored runs: {error}; --stored names the folder");
        Failure::unable(folder, message)
    };
    let mut runs = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(unable)? {
        let path = entry.map_err(unable)?.path();
        let is_record = path
            .extension()
            .is_some_and(|extension| extension == "json");
        if let Some(name) = path.file_stem().filter(|_| is_record) {
            let record = read_record(&path)?;
            if record.subjects.len() != 1 {
                return Err(Failure::wrong_file(&path, "a stored run has one subject"));
            }
            runs.insert(name.to_string_lossy().into_owned(), record);
        }
    }
    Ok(runs)
}

/// The page, and its table alone.
struct Page {
    text: Vec<u8>,
    table: Vec<u8>,
}

impl Page {
    fn of(runs: &BTreeMap<String, Record>) -> Result<Self, Failure> {
        let mut stored: Vec<_> = runs
            .values()
            .map(|record| Stored {
                record,
                subject: &record.subjects[0],
            })
            .collect();
        stored.sort_by_cached_key(|run| by_harm(run.subject));
        let (mut text, mut table) = (Vec::new(), Vec::new());
        page::write(&mut text, &stored, &caught(&stored)?)
            .and_then(|()| page::table(&mut table, &stored))
            .map_err(|error| Failure::unable("the page".as_ref(), error.to_string()))?;
        Ok(Self { text, table })
    }

    /// The text of a file with the table in its place.
    fn table_in(&self, path: &Path) -> Result<String, Failure> {
        let text = read_text(path)?;
        let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
            let (_, after) = rest.split_once(END)?;
            Some((before, after))
        });
        let (before, after) = parts.ok_or_else(|| {
            let what = format!("there is no `{BEGIN}` with a `{END}` after it");
            Failure::wrong_file(path, what)
        })?;
        let table = String::from_utf8_lossy(&self.table);
        Ok(format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))
    }
}

/// The vectors that the flaws of the diagnoses fail, with their verdicts.
fn caught(stored: &[Stored<'_>]) -> Result<Caught, Failure> {
    let diagnoses = stored.iter().flat_map(|run| &run.subject.diagnoses);
    let flaws = diagnoses.flat_map(|diagnosis| &diagnosis.flaws);
    let names: BTreeSet<&str> = flaws.map(|flaw| flaw.name.as_str()).collect();
    // A flaw of another version of the catalogue explains nothing here.
    let subjects = names
        .iter()
        .filter_map(|name| builtin(&format!("flaw:{name}")).ok());
    let candidates: Vec<Candidate> = subjects.map(Candidate::builtin).collect();
    let settings = Settings {
        jobs: processors(),
        ..Settings::default()
    };
    let record = run(
        candidates,
        Corpus::embedded(),
        |_| true,
        &settings,
        &interrupt::stop(),
        &|_, _| {},
    )
    .map_err(damaged)?;
    let fails = record.subjects.iter().map(|subject| {
        let failures = subject
            .results
            .iter()
            .filter(|result| result.verdict.is_failure());
        let verdicts = failures.map(|result| (result.vector.clone(), result.verdict));
        let name = subject.name.trim_start_matches("flaw:").to_owned();
        (name, verdicts.collect())
    });
    Ok(fails.collect())
}
