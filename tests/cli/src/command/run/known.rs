//! The list of known failures: reading it, holding a run against it, rewriting it.

use std::io::Write;
use std::path::{Path, PathBuf};

use vhdx_log_bench::known::{KnownFailures, ListError, ListErrorKind, Stale, annotate, update};
use vhdx_log_bench::record::Record;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::Corpus;

use crate::file::input::read_text;
use crate::file::output::write_file;
use crate::terminal::exit::Failure;
use vhdx_log_bench::nearest::unknown;

#[derive(Debug, Default, clap::Args)]
pub(super) struct Options {
    /// Failures that are known, with the reason (TOML): the run fails when one that is not listed
    /// turns up, or when one that is listed does not
    #[arg(long, value_name = "FILE")]
    known_failures: Option<PathBuf>,
    /// Rewrite the list by what the run has seen; its comments stay
    #[arg(long, requires = "known_failures")]
    update_known_failures: bool,
}

/// The list that a run is held against.
pub(super) struct List {
    path: PathBuf,
    text: String,
    known: KnownFailures,
    rewrite: bool,
}

impl Options {
    /// Reads the list. `is_partial` says that the command line chooses a part of the vectors.
    pub(super) fn read(&self, is_partial: bool) -> Result<Option<List>, Failure> {
        let Some(path) = &self.known_failures else {
            return Ok(None);
        };
        let rewrite = self.update_known_failures;
        if rewrite && is_partial {
            return Err(Failure::usage(
                "--update-known-failures needs a run of every vector; leave out --filter, \
                 --topic, --clause and --strength",
            ));
        }
        // A list that is to be written need not be there yet.
        let is_new = rewrite && std::fs::symlink_metadata(path).is_err();
        let text = if is_new {
            String::new()
        } else {
            read_text(path)?
        };
        let known = KnownFailures::parse(&text, Corpus::embedded())
            .map_err(|error| Failure::wrong_file(path, message(&error)))?;
        Ok(Some(List {
            path: path.clone(),
            text,
            known,
            rewrite,
        }))
    }
}

impl List {
    /// Notes in the record what is known, and says what does not hold. Returns whether the list is
    /// stale.
    pub(super) fn hold_against(&self, record: &mut Record) -> Result<bool, Failure> {
        if self.rewrite {
            let text = update(&self.text, record)
                .map_err(|error| Failure::wrong_file(&self.path, error.to_string()))?;
            write_file(&self.path, true, |file| file.write_all(text.as_bytes()))?;
            let known = KnownFailures::parse(&text, Corpus::embedded())
                .map_err(|error| Failure::wrong_file(&self.path, message(&error)))?;
            annotate(record, &known);
            return Ok(false);
        }
        let stale = annotate(record, &self.known);
        report(&self.path, &stale);
        Ok(!stale.is_empty())
    }
}

/// How many entries are told one by one.
const TOLD: usize = 20;

fn report(path: &Path, stale: &[Stale]) {
    for stale in stale.iter().take(TOLD) {
        Failure::wrong_file(path, stale.to_string()).report();
    }
    if let Some(more) = stale.len().checked_sub(TOLD).filter(|more| *more > 0) {
        Failure::wrong_file(path, format!("and {more} more entries do not hold")).report();
    }
    if !stale.is_empty() {
        let what = "the list is stale; run with --update-known-failures to rewrite it";
        Failure::wrong_file(path, what).report();
    }
}

/// What is wrong in the list; an unknown name with the nearest ones.
fn message(error: &ListError) -> String {
    let ids = || {
        Corpus::embedded()
            .iter()
            .map(|stored| stored.vector.id.as_str())
    };
    let verdicts = || Verdict::ALL.into_iter().filter(|one| one.is_failure());
    let what = match &error.kind {
        ListErrorKind::UnknownVector(given) => {
            unknown("vector", given, ids(), "`vhdx-log vectors list` lists them")
        }
        ListErrorKind::UnknownVerdict(given) => {
            unknown("verdict", given, verdicts().map(Verdict::name), "")
        }
        ListErrorKind::UnknownKey(given) => {
            unknown("key", given, ["verdict", "seen", "reason", "link"], "")
        }
        other => other.to_string(),
    };
    format!("line {}, column {}: {what}", error.line, error.column)
}
