//! `vhdx-log report`: a stored run again, in any form.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use vhdx_log_bench::record::{RECORD, Record};
use vhdx_log_inspect::print::DEFAULT_WIDTH;
use vhdx_log_inspect::print::paint::Paint;

use crate::file::input::read_file;
use crate::file::output::write_file;
use crate::report::run::form::Form;
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A record is what `vhdx-log run --format json` writes. Nothing is run again: \
every form is made from it.

Examples:
  vhdx-log report run.json
  vhdx-log report run.json --format html --output run.html
  vhdx-log report run.json --format markdown >>\"$GITHUB_STEP_SUMMARY\"")]
pub(crate) struct Args {
    /// The record of a run
    record: PathBuf,
    /// The form: text, html, junit, markdown, json or ndjson
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Form,
    /// Write to FILE instead of standard output; it is complete or absent
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long, requires = "output")]
    force: bool,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let record = read_record(&self.record)?;
        let write = |out: &mut dyn Write, paint: Paint, width: usize| {
            self.format.write(out, &record, paint, width)
        };
        match &self.output {
            None => {
                let width = terminal::width().unwrap_or(DEFAULT_WIDTH);
                print(Exit::Done, |out| write(out, Paint::for_stdout(), width))
            }
            Some(file) => {
                write_file(file, self.force, |file| {
                    let mut out = io::BufWriter::new(file);
                    write(&mut out, Paint::PLAIN, DEFAULT_WIDTH)?;
                    out.flush()
                })?;
                Ok(Exit::Done)
            }
        }
    }
}

/// Reads the record of a run.
///
/// # Errors
/// When the file cannot be read, is not a record, or is one of a newer program.
pub(crate) fn read_record(path: &Path) -> Result<Record, Failure> {
    let bytes = read_file(path)?;
    let hint = "a record is what `vhdx-log run --format json` writes";
    let value: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::wrong_file(path, format!("not JSON: {error}; {hint}")))?;
    match value.get("record").and_then(serde_json::Value::as_u64) {
        Some(version) if version == u64::from(RECORD) => {}
        Some(version) => {
            let message = format!(
                "a record of version {version}, and this program reads version {RECORD}; use the \
                 vhdx-log that made it"
            );
            return Err(Failure::wrong_file(path, message));
        }
        None => {
            return Err(Failure::wrong_file(
                path,
                format!("not the record of a run; {hint}"),
            ));
        }
    }
    // Again from the bytes, so that an error has its line and column.
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::wrong_file(path, format!("not the record of a run: {error}")))
}
