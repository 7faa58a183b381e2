//! Trace files: `--record` writes one, `--trace` judges one.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use vhdx_log_crash::search::{Plan, Search};
use vhdx_log_crash::shrink::shrink;
use vhdx_log_crash::trace_file::{TraceFile, encode};
use vhdx_log_crash::writer::Writer;
use vhdx_log_crash::{Origin, Scenario, Source, Summary};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use crate::file::input::read_file;
use crate::file::output::write_file;
use crate::report::crash_table::number;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;

/// Records the workload of a scenario into a file. A writer that does wrong while it is recorded is
/// a failure like any other, and leaves no file.
pub(super) fn record(
    writer: &Writer<'_>,
    scenario: &Scenario,
    file: &Path,
    force: bool,
    describe: &dyn Fn(&vhdx_log_crash::Failure) -> String,
) -> Result<Exit, Failure> {
    let recording = match writer.record(scenario.fault_plan()) {
        Ok(recording) => recording,
        Err(error) => {
            let failure = vhdx_log_crash::Failure {
                scenario: scenario.clone(),
                violation: error.into_violation(),
            };
            return print(Exit::Negative, |out| {
                writeln!(out, "{}\nnothing was recorded", describe(&failure))
            });
        }
    };
    let bytes = encode(&recording);
    write_file(file, force, |file| file.write_all(&bytes))?;
    print(Exit::Done, |out| {
        writeln!(
            out,
            "recorded {} requests of workload '{}' in {} bytes",
            number(recording.trace.len() as u64),
            scenario.origin,
            number(bytes.len() as u64),
        )
    })
}

/// Reads a trace file.
pub(super) fn read(file: &Path) -> Result<TraceFile, Failure> {
    TraceFile::new(&read_file(file)?).map_err(|error| Failure::wrong_file(file, error.to_string()))
}

/// Searches the recording of a trace file. Returns the summary, and the shrunk failure in it.
pub(super) fn judge(
    trace: &TraceFile,
    seed: u64,
    stop: &Stop,
) -> (Summary, Option<Box<vhdx_log_crash::Failure>>) {
    let begun = Instant::now();
    let mut search = Search::until(stop);
    let plan = Plan {
        seed,
        ..Plan::EVERYTHING
    };
    let found = search.recording(trace, trace.recording(), 0, &plan).err();
    let failure = found.map(|failure| shrink(trace, failure, stop));
    let elapsed: Duration = begun.elapsed();
    let mut summary = Summary::new(
        seed,
        Shard::WHOLE,
        elapsed,
        search.tally,
        failure.as_deref(),
    );
    summary.interrupted = stop.is_asked();
    (summary, failure)
}

/// Checks that a token is one of this file.
pub(super) fn check_token(trace: &TraceFile, scenario: &Scenario) -> Result<(), Failure> {
    if scenario.origin == trace.origin() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the token is about {}, and the file of --trace is {}",
        match &scenario.origin {
            Origin::TraceFile(_) => format!("trace file {}", scenario.origin),
            Origin::Workload(_) => "a workload".to_owned(),
        },
        trace.origin()
    )))
}
