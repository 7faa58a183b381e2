//! `--trace FILE --base IMAGE`: the recording of a program that is not ours.

use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::Instant;

use vhdx_log_crash::states::{Effort, Epoch};
use vhdx_log_crash::trace_file::TraceFile;
use vhdx_log_crash::{Origin, Scenario};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_writers::guest::History;
use vhdx_log_writers::judge::{Found, Judge, Judged, Settings, judge, shrink};
use vhdx_log_writers::protocol::{Known, Protocol};
use vhdx_log_writers::{BadRecording, Outside, base, blklog};

use crate::file::image::{Want, open};
use crate::file::input::read_file;
use crate::report::writers::{Findings, Report};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::{Format, print, write_json};

#[derive(Debug, Clone, clap::Args)]
pub(super) struct OutsideArgs {
    /// The image as it was before the program of --trace was recorded: judges a log of writes
    /// (dm-log-writes, QEMU's blklogwrites), or a trace file, as that of any program
    #[arg(long, value_name = "IMAGE", requires = "trace")]
    base: Option<PathBuf>,
    /// The length of the file, which a log of writes does not have [default: as its writes and
    /// blocks need]
    #[arg(long, value_name = "BYTES", requires = "base")]
    length: Option<u64>,
    /// Check the order of the requests only, and make no crash states
    #[arg(long, requires = "base")]
    protocol_only: bool,
}

impl OutsideArgs {
    /// Whether a trace is to be judged as that of any program.
    pub(super) fn is_asked(&self) -> bool {
        self.base.is_some()
    }

    pub(super) fn run(
        &self,
        trace: &Path,
        seed: u64,
        replayed: Option<&Scenario>,
        format: Format,
    ) -> Result<Exit, Failure> {
        let path = self.base.as_deref().unwrap_or(Path::new(""));
        let image = open(path, Want::Read)?;
        let base = base::load(&image)
            .map_err(|error| Failure::wrong_file(path, vhdx_log_oracle::chain(&error)))?;
        let begun = Instant::now();
        if self.protocol_only {
            let (protocol, requests) = protocol_of(trace, &base)?;
            let findings = Findings {
                requests,
                protocol,
                ..Findings::default()
            };
            return report(trace, path, &findings, format, begun);
        }
        let outside = read(trace, &base, self.length)?;
        let history = History::of_trace(&outside);
        let stop = interrupt::stop();
        let (states, found) = match replayed {
            Some(scenario) => replay(&outside, &history, scenario)?,
            None => search(&outside, &history, seed, &stop),
        };
        let findings = Findings {
            requests: outside.trace.len(),
            lengths_known: outside.known.lengths,
            counts: outside.counts,
            left: outside.left,
            protocol: outside.protocol(),
            tokens: found.iter().map(|found| token(&outside, found)).collect(),
            moments: found
                .iter()
                .map(|found| vhdx_log_writers::judge::moment(&outside, found))
                .collect(),
            states: Some(states),
            found,
        };
        report(trace, path, &findings, format, begun)
    }
}

/// The states of a recording, and what is wrong with them, each made as simple as it can be.
fn search(outside: &Outside, history: &History, seed: u64, stop: &Stop) -> (Judged, Vec<Found>) {
    let settings = Settings {
        effort: Effort::FULL,
        seed,
        stop: stop.clone(),
    };
    let judged = judge(outside, history, &settings);
    let found = judged.found.values().cloned();
    let found = found.map(|found| shrink(outside, history, found)).collect();
    (judged, found)
}

/// The state of a token alone.
fn replay(
    outside: &Outside,
    history: &History,
    scenario: &Scenario,
) -> Result<(Judged, Vec<Found>), Failure> {
    if scenario.origin != Origin::TraceFile(outside.fingerprint) {
        return Err(Failure::usage("the token is of another trace"));
    }
    let stage = scenario.stages.first().cloned().unwrap_or_default();
    let Some(epoch) = Epoch::ending_at(&outside.base, &outside.trace, stage.cut) else {
        return Err(Failure::usage(
            "the crash of the token is not in this trace",
        ));
    };
    let wrong = Judge::new(history, &epoch).state(&epoch.crash(&stage.choice));
    let judged = Judged {
        epochs: 1,
        states: 1,
        unique_states: 1,
        ..Judged::default()
    };
    let found = wrong.err().map(|wrong| Found {
        harm: wrong.harm,
        clause: wrong.clause,
        count: 1,
        cut: stage.cut,
        choice: stage.choice,
        detail: wrong.detail,
    });
    Ok((judged, found.into_iter().collect()))
}

fn token(outside: &Outside, found: &Found) -> String {
    Scenario {
        origin: Origin::TraceFile(outside.fingerprint),
        stages: vec![vhdx_log_crash::Stage::at(found.cut, &found.choice)],
        media: None,
    }
    .to_string()
}

/// The protocol of a trace of any length: one request is in memory at a time.
fn protocol_of(
    trace: &Path,
    base: &vhdx_log_crash::disk::DiskImage,
) -> Result<(Vec<vhdx_log_writers::protocol::Broken>, usize), Failure> {
    let mut file = open(trace, Want::Read)?;
    if !is_log(trace, &mut file)? {
        let outside = read(trace, base, None)?;
        return Ok((outside.protocol(), outside.trace.len()));
    }
    let wrong = |error: blklog::BadLog| Failure::wrong_file(trace, vhdx_log_oracle::chain(&error));
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let entries = blklog::Entries::new(BufReader::new(file), length).map_err(wrong)?;
    let known = Known {
        lengths: false,
        end: vhdx_log_crash::protocol::End::Unknown,
    };
    let mut protocol = Protocol::new(base, known);
    for request in blklog::Requests::new(entries, base) {
        protocol.request(&request.map_err(wrong)?);
    }
    let requests = protocol.requests();
    Ok((protocol.finish(), requests))
}

/// Reads a log of writes or a trace file.
fn read(
    path: &Path,
    base: &vhdx_log_crash::disk::DiskImage,
    length: Option<u64>,
) -> Result<Outside, Failure> {
    let mut file = open(path, Want::Read)?;
    if is_log(path, &mut file)? {
        return Outside::of_log(BufReader::new(file), base, length).map_err(|error| match error {
            BadRecording::Length { .. } => Failure::usage(error.to_string()),
            error => Failure::wrong_file(path, vhdx_log_oracle::chain(&error)),
        });
    }
    let file = TraceFile::new(&read_file(path)?)
        .map_err(|error| Failure::wrong_file(path, error.to_string()))?;
    let outside = Outside::of_trace_file(&file);
    if outside.base != *base {
        let message = "the trace file has a base image of its own, and it is not that of --base";
        return Err(Failure::wrong_file(path, message));
    }
    Ok(outside)
}

fn is_log(path: &Path, file: &mut std::fs::File) -> Result<bool, Failure> {
    let unable = |error| Failure::unable(path, format!("cannot read: {error}"));
    let mut first = Vec::new();
    file.by_ref()
        .take(8)
        .read_to_end(&mut first)
        .map_err(unable)?;
    file.rewind().map_err(unable)?;
    Ok(blklog::is_log(&first))
}

fn report(
    trace: &Path,
    base: &Path,
    findings: &Findings,
    format: Format,
    begun: Instant,
) -> Result<Exit, Failure> {
    let exit = if findings.is_interrupted() {
        Exit::Interrupted
    } else if findings.are_none() {
        Exit::Done
    } else {
        Exit::Negative
    };
    let report = Report {
        trace,
        base,
        findings,
        elapsed: begun.elapsed(),
    };
    print(exit, |out| match format {
        Format::Json => write_json(out, &report.document()),
        Format::Text => write!(out, "{report}"),
    })
}
