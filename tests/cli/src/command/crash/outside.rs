//! `--trace FILE`, `--exec COMMAND`: the recording of a program that is not ours.

use std::io::{BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use vhdx_log_bench::contain::{Container, Folders, Limits};
use vhdx_log_bench::subject::{Placeholder, Template};
use vhdx_log_crash::states::{Effort, Epoch};
use vhdx_log_crash::trace_file::TraceFile;
use vhdx_log_crash::{Origin, Scenario};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_writers::guest::History;
use vhdx_log_writers::judge::{Found, Judge, Judged, Settings, judge, moment, shrink};
use vhdx_log_writers::kept::token;
use vhdx_log_writers::protocol::{Known, Protocol};
use vhdx_log_writers::recover::Recoverer;
use vhdx_log_writers::{BadRecording, Outside, base, blklog};

use super::recovering;
use crate::command::record;
use crate::file::image::{Want, open};
use crate::file::input::read_file;
use crate::file::output::write_file;
use crate::report::writers::trace::{Findings, Report};
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
    /// Record this command, as vhdx-log record does, and judge the recording: 'PROG {image}'
    #[arg(
        long,
        value_name = "COMMAND",
        conflicts_with_all = ["states", "shard", "merge", "trace", "replay"]
    )]
    exec: Option<String>,
    /// The image that the program of --exec begins with [default: an empty file]
    #[arg(long, value_name = "IMAGE", requires = "exec")]
    image: Option<PathBuf>,
    /// The command of --exec replays the log of an image: have it recover every vector, and cut
    /// the power anywhere in that
    #[arg(long, requires = "exec", conflicts_with = "image")]
    recovery: bool,
    /// Have a program recover a sample of the crash states, and compare: 'PROG {image}'
    #[arg(long, value_name = "COMMAND")]
    recover: Option<String>,
}

/// What a trace is judged with.
pub(super) struct Wanted<'a> {
    pub(super) seed: u64,
    pub(super) replayed: Option<&'a Scenario>,
    pub(super) format: Format,
}

impl OutsideArgs {
    /// The command that is recorded.
    pub(super) fn exec(&self) -> Option<&str> {
        self.exec.as_deref()
    }

    /// Whether a trace is to be judged as that of any program: it has a base image, or nobody kept
    /// what the program was told.
    pub(super) fn is_asked(&self, trace: &Path) -> bool {
        let is_outside = |file: TraceFile| !file.has_history();
        self.base.is_some()
            || read_file(trace).is_ok_and(|bytes| TraceFile::new(&bytes).is_ok_and(is_outside))
    }

    /// Judges the trace in a file.
    pub(super) fn run(&self, trace: &Path, wanted: &Wanted<'_>) -> Result<Exit, Failure> {
        let begun = Instant::now();
        let Some(path) = self.base.as_deref() else {
            let outside = Outside::of_trace_file(&trace_file(trace)?);
            return self.judged(&outside, Some(trace), None, wanted, begun);
        };
        let image = open(path, Want::Read)?;
        let base = base::load(&image)
            .map_err(|error| Failure::wrong_file(path, vhdx_log_oracle::chain(&error)))?;
        if self.protocol_only {
            let (protocol, requests) = protocol_of(trace, &base)?;
            let findings = Findings {
                requests,
                protocol,
                ..Findings::default()
            };
            return report(Some(trace), Some(path), &findings, wanted.format, begun);
        }
        let outside = read(trace, &base, self.length)?;
        self.judged(&outside, Some(trace), Some(path), wanted, begun)
    }

    /// Records a command and judges what it asked of the disk. The trace is written to `out`.
    pub(super) fn record_and_judge(
        &self,
        command: &str,
        out: Option<(&Path, bool)>,
        wanted: &Wanted<'_>,
    ) -> Result<Exit, Failure> {
        if self.recovery {
            return recovering::run(command, wanted.seed);
        }
        let begun = Instant::now();
        let command = Template::parse(command, &[Placeholder::Image])
            .map_err(|error| Failure::usage(error.to_string()))?;
        let recorded = record::recorded(command, self.image.as_ref(), record::TIMEOUT)?;
        for remark in record::remarks(&recorded) {
            eprintln!("{remark}");
        }
        if let Some((out, force)) = out {
            write_file(out, force, |file| file.write_all(&recorded.trace_file))?;
        }
        if recorded.outside.trace.is_empty() {
            return Ok(Exit::NothingRun);
        }
        self.judged(
            &recorded.outside,
            out.map(|(out, _)| out),
            None,
            wanted,
            begun,
        )
    }

    /// Judges a recording and prints what was found.
    fn judged(
        &self,
        outside: &Outside,
        trace: Option<&Path>,
        base: Option<&Path>,
        wanted: &Wanted<'_>,
        begun: Instant,
    ) -> Result<Exit, Failure> {
        let history = History::of_trace(outside);
        let stop = interrupt::stop();
        let (states, mut found) = match wanted.replayed {
            Some(scenario) => replay(outside, &history, scenario)?,
            None => search(outside, &history, wanted.seed, &stop),
        };
        let mut recovered = 0;
        if let Some(command) = &self.recover {
            let (count, more) = recovered_by(command, outside, &stop)?;
            recovered = count;
            found.extend(more);
        }
        let findings = Findings {
            requests: outside.trace.len(),
            lengths_known: outside.known.lengths,
            counts: outside.counts,
            left: outside.left,
            protocol: outside.protocol(),
            tokens: found.iter().map(|found| token(outside, found)).collect(),
            moments: found.iter().map(|found| moment(outside, found)).collect(),
            states: Some(states),
            recovered,
            found,
        };
        report(trace, base, &findings, wanted.format, begun)
    }
}

/// How many states another program recovers.
const RECOVERED_AT_MOST: usize = 200;

/// What a program makes of a sample of the states.
fn recovered_by(
    command: &str,
    outside: &Outside,
    stop: &Stop,
) -> Result<(usize, Vec<Found>), Failure> {
    let command = Template::parse(command, &[Placeholder::Image])
        .map_err(|error| Failure::usage(error.to_string()))?
        .anchored();
    let unable = |message: String| Failure::unable(command.program().as_ref(), message);
    let folders = Folders::new().map_err(|error| unable(format!("no private folder: {error}")))?;
    let recoverer = Recoverer {
        words: command.words(),
        limits: Limits::default(),
        container: &Container::of_this_program(stop.clone()),
        folders: &folders,
    };
    let judged = recoverer.judge(outside, RECOVERED_AT_MOST);
    judged.map_err(|error| unable(vhdx_log_oracle::chain(&error)))
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
    let outside = Outside::of_trace_file(&trace_file(path)?);
    if outside.base != *base {
        let message = "the trace file has a base image of its own, and it is not that of --base";
        return Err(Failure::wrong_file(path, message));
    }
    Ok(outside)
}

fn trace_file(path: &Path) -> Result<TraceFile, Failure> {
    TraceFile::new(&read_file(path)?).map_err(|error| Failure::wrong_file(path, error.to_string()))
}

fn is_log(path: &Path, file: &mut std::fs::File) -> Result<bool, Failure> {
    let unable = |error| Failure::unable(path, format!("cannot read: {error}"));
    let mut first = Vec::new();
    Read::by_ref(file)
        .take(8)
        .read_to_end(&mut first)
        .map_err(unable)?;
    file.rewind().map_err(unable)?;
    Ok(blklog::is_log(&first))
}

fn report(
    trace: Option<&Path>,
    base: Option<&Path>,
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
