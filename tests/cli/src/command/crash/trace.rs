//! Trace files: `--record` writes one, `--trace` judges one.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use vhdx_log_crash::search::explore::Exploration;
use vhdx_log_crash::search::{Plan, Search};
use vhdx_log_crash::shrink::shrink;
use vhdx_log_crash::trace_file::{TraceFile, encode};
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_crash::{NotRecorded, Origin, Scenario, Source, Summary};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use crate::report::crash_table::number;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;

/// Records the workload of a scenario, or the first random one of the search, into a file.
pub(super) fn record(
    base: &BaseImage,
    search: &Exploration,
    scenario: Option<&Scenario>,
    file: &Path,
) -> Result<Exit, Failure> {
    let of_seed = Scenario::without_crash(Origin::Workload(search.first_random()));
    let scenario = scenario.unwrap_or(&of_seed);
    let Some(writer) = Writer::of(base, &scenario.origin, search.seeded_bug) else {
        return Err(Failure::usage(
            "--record runs a workload, and the token of --replay names a trace file",
        ));
    };
    let recording = writer
        .record(scenario.fault_plan())
        .map_err(NotRecorded::into_violation)
        .map_err(|violation| Failure::usage(format!("nothing recorded: {violation}")))?;
    let bytes = encode(&recording);
    fs::write(file, &bytes).map_err(|error| Failure::unable(file, error.to_string()))?;
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
    let bytes = fs::read(file).map_err(|error| Failure::unable(file, error.to_string()))?;
    TraceFile::new(&bytes).map_err(|error| Failure::wrong_file(file, error.to_string()))
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
