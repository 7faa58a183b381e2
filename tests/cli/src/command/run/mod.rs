//! `vhdx-log run`: runs the conformance vectors against implementations.

mod ending;
mod known;
mod log;
mod validate;

use std::io;
use std::path::{Path, PathBuf};

use vhdx_log_bench::diagnose::diagnose_all;
use vhdx_log_bench::keep::folder_of;
use vhdx_log_bench::record::Record;
use vhdx_log_bench::{Candidate, Pattern, Settings, run};
use vhdx_log_corpus::{Corpus, Vector};
use vhdx_log_inspect::print::DEFAULT_WIDTH;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_oracle::stop::Stop;

use super::selection::Filter;
use super::subjects;
use crate::file::fresh::check_free;
use crate::file::output::write_file;
use crate::report::run::form::Form;
use crate::report::run::ndjson;
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::{print, write_json};
use crate::terminal::progress::{note, spinner};
use crate::terminal::threads::processors;

#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Exit codes, the first that holds:
  130  interrupted: what was printed is partial
  2    wrong command line, or a list of known failures that makes no sense
  3    a file cannot be read or written
  6    a subject failed its proof, so its results mean nothing
  1    a vector fails, and is not listed as a known failure
  7    a known failure passes, fails otherwise, or was not run
  5    nothing was run
  0    as expected

Without a subject, the built-in implementation and every known program of this \
machine are tested. To test a program in any language, see corpus/README.md.

Examples:
  vhdx-log run
  vhdx-log run --subject core --topic ring
  vhdx-log run --subject flaw:tail-ignored --record run.json --keep kept")]
pub(crate) struct Args {
    #[command(flatten)]
    subjects: subjects::Subjects,
    /// Only vectors whose ids match; `*` matches any characters, `?` one
    #[arg(long, value_name = "GLOB")]
    filter: Option<Pattern>,
    #[command(flatten)]
    which: Filter,
    /// Run this many vectors at a time (default: one for each processor)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[command(flatten)]
    known: known::Options,
    /// Keep in DIR what shows each failure: the image before and after, and what was printed
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Talk with each adapter about three images, print and check every message, and run no vector
    #[arg(long, requires = "adapter", conflicts_with_all = ["record", "keep", "known_failures"])]
    validate: bool,
    /// Store the record of the run in FILE, for `report`, `diff` and `diagnose`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Replace FILE if it exists, and what DIR has of an earlier run
    #[arg(long)]
    force: bool,
    /// Output format: text, html, junit, markdown, json or ndjson
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Form,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let stop = interrupt::stop();
        let bench = subjects::Bench::new(&stop);
        if self.validate {
            return validate::run(&self.subjects.adapters()?, &bench);
        }
        // What is cheap to see comes before programs are looked for and proved.
        self.check_selection()?;
        let list = self.known.read(self.is_partial())?;
        let candidates = self.candidates(&bench)?;
        if stop.is_due() {
            let message = "interrupted while the programs proved themselves; no vector was run";
            return Err(Failure::interrupted(message));
        }
        self.check_files(&candidates)?;
        let mut record = self.make_record(candidates, &bench, &stop)?;
        let is_stale = match &list {
            // A part of a run says nothing of what is missing.
            Some(list) if !record.interrupted => list.hold_against(&mut record)?,
            _ => false,
        };
        if let Some(path) = &self.record {
            write_file(path, self.force, |file| write_json(file, &record))?;
        }
        let width = terminal::width().unwrap_or(DEFAULT_WIDTH);
        print(ending::exit_of(&record, is_stale), |out| {
            if self.format == Form::Ndjson {
                // The results are printed already.
                return ndjson::end(out, &record);
            }
            self.format.write(out, &record, Paint::for_stdout(), width)
        })
    }

    /// The subjects; a person is told what takes a second or two.
    fn candidates(&self, bench: &subjects::Bench) -> Result<Vec<Candidate>, Failure> {
        let doing = "looking for programs, which have to prove themselves";
        if self.subjects.has_programs() {
            note(doing);
        }
        let spinner = spinner(doing);
        let candidates = self.subjects.candidates(bench);
        spinner.finish_and_clear();
        candidates
    }

    fn takes(&self, vector: &Vector) -> bool {
        let pattern = self.filter.as_ref();
        self.which.takes(vector) && pattern.is_none_or(|pattern| pattern.matches(&vector.id))
    }

    fn check_selection(&self) -> Result<(), Failure> {
        let mut vectors = Corpus::embedded().iter().map(|stored| &stored.vector);
        if vectors.any(|vector| self.takes(vector)) {
            return Ok(());
        }
        Err(Failure::usage(
            "no vector matches all of --filter, --topic, --clause and --strength",
        ))
    }

    fn is_partial(&self) -> bool {
        self.filter.is_some() || self.which.is_set()
    }

    /// Says now what would only be found out after the run.
    fn check_files(&self, candidates: &[Candidate]) -> Result<(), Failure> {
        if let Some(path) = &self.record {
            check_free(path, self.force)?;
        }
        let Some(keep) = &self.keep else {
            return Ok(());
        };
        let folders = candidates
            .iter()
            .map(|one| folder_of(keep, &one.about.name));
        match folders.into_iter().find(|folder| folder.exists()) {
            Some(folder) if !self.force => Err(Failure::wrong_file(
                &folder,
                "the folder exists; choose another place to keep failures in, or pass --force",
            )),
            _ => create(keep),
        }
    }

    fn make_record(
        &self,
        candidates: Vec<Candidate>,
        bench: &subjects::Bench,
        stop: &Stop,
    ) -> Result<Record, Failure> {
        let corpus = Corpus::embedded();
        let wanted = |vector: &Vector| self.takes(vector);
        let vectors = corpus
            .iter()
            .filter(|stored| wanted(&stored.vector))
            .count();
        let settings = Settings {
            jobs: self.jobs.map_or_else(processors, usize::from),
            kept_in: self.keep.clone(),
            protections: bench.protections(),
        };
        let subjects = candidates
            .iter()
            .filter(|one| one.subject.is_some())
            .count();
        let log = log::Log::new(subjects, vectors, self.subjects.has_programs());
        // What cannot be printed now is said when the end cannot be printed either.
        let is_live = self.format == Form::Ndjson;
        if is_live {
            let _ = ndjson::begin(&mut io::stdout());
        }
        let record = run(
            candidates,
            corpus,
            wanted,
            &settings,
            stop,
            &|subject, result| {
                if is_live {
                    let _ = ndjson::result(&mut io::stdout().lock(), &subject.name, result);
                }
                log.count(&subject.name);
            },
        );
        log.end();
        let damaged = |error: std::io::Error| {
            Failure::unable("the built-in corpus".as_ref(), error.to_string())
        };
        let mut record = record.map_err(damaged)?;
        diagnose_all(&mut record, corpus, settings.jobs, stop).map_err(damaged)?;
        Ok(record)
    }
}

fn create(folder: &Path) -> Result<(), Failure> {
    let made = std::fs::create_dir_all(folder);
    made.map_err(|error| Failure::unable(folder, format!("cannot make the folder: {error}")))
}
