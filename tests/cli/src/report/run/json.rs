//! The JSON of `vhdx-log run --format json`.
//!
//! Numbers of milliseconds are since the run's start or, for `started`, since 1970. `null` means
//! unknown or not applicable; no key is ever left out.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use vhdx_log_bench::{Counts, RunReport, Status, VectorResult};
use vhdx_log_corpus::Topic;
use vhdx_log_oracle::Failure;

use crate::terminal::output;

#[derive(Serialize)]
struct Document<'a> {
    subject: &'a str,
    subject_version: Option<&'a str>,
    corpus_version: &'a str,
    started: Option<u64>,
    milliseconds: u64,
    /// Whether the run was stopped early, so that `results` does not have every chosen vector.
    interrupted: bool,
    vectors: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
    /// For each OPEN clause, the readings that the subject follows, and in how many vectors.
    readings: BTreeMap<&'a str, BTreeMap<&'a str, usize>>,
    results: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    topic: Topic,
    /// `passed`, `failed` or `skipped`.
    status: &'static str,
    passed: bool,
    /// The reading that the outcome follows; `null` unless passed.
    reading: Option<&'a str>,
    /// What differs from each reading; empty unless failed.
    differences: Vec<Difference<'a>>,
    /// Why the subject was not run; `null` unless skipped.
    reason: Option<String>,
    milliseconds: u64,
}

#[derive(Serialize)]
struct Difference<'a> {
    reading: &'a str,
    clause: Option<&'a str>,
    expected: &'a str,
    found: &'a str,
}

pub(crate) fn write_json(out: &mut dyn Write, report: &RunReport) -> io::Result<()> {
    let counts = report.counts();
    let Counts {
        passed,
        failed,
        skipped,
    } = counts;
    let started = report.started.duration_since(UNIX_EPOCH);
    let document = Document {
        subject: &report.subject,
        subject_version: report.subject_version.as_deref(),
        corpus_version: report.corpus_version,
        started: started.ok().map(milliseconds),
        milliseconds: milliseconds(report.elapsed),
        interrupted: report.interrupted,
        vectors: counts.vectors(),
        passed,
        failed,
        skipped,
        readings: report.readings(),
        results: report.results.iter().map(line).collect(),
    };
    output::write_json(out, &document)
}

fn line(result: &VectorResult) -> Line<'_> {
    let mut line = Line {
        id: &result.vector.id,
        topic: result.vector.topic,
        status: "passed",
        passed: false,
        reading: None,
        differences: Vec::new(),
        reason: None,
        milliseconds: milliseconds(result.elapsed),
    };
    match &result.status {
        Status::Passed { reading } => {
            line.passed = true;
            line.reading = Some(reading);
        }
        Status::Failed(failure) => {
            line.status = "failed";
            line.differences = differences(failure);
        }
        Status::Skipped(reason) => {
            line.status = "skipped";
            line.reason = Some(reason.to_string());
        }
    }
    line
}

fn differences(failure: &Failure) -> Vec<Difference<'_>> {
    let differences = failure.differences.iter();
    differences
        .map(|difference| Difference {
            reading: &difference.expectation,
            clause: difference.clause,
            expected: &difference.expected,
            found: &difference.found,
        })
        .collect()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
