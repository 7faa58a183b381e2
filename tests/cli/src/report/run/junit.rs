//! A run as JUnit XML, for CI servers: a suite for each topic of each subject, a case for each
//! vector, the clauses as properties of the case, version and digest of the program as properties
//! of the suite.
//!
//! | verdict | in the XML |
//! |---|---|
//! | a wrong answer | `failure`, its type the verdict's word; wrong bytes as `system-err` |
//! | hang, crash, runaway | `error`, otherwise the same |
//! | pass | an empty case |
//! | a known failure, as it is listed | `skipped` with the reason |
//! | unsupported, not observable, ended by the system | `skipped` with the reason |
//! | a flaky result | also a `rerunFailure` or `flakyFailure` |
//!
//! The crate `quick-junit` drops what XML cannot hold.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{
    NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestRerun, TestSuite,
};
use vhdx_log_bench::record::{ResultRecord, SubjectRecord, SubjectState};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_inspect::document::escape::printable;

use super::view::{self, Row, View};
use super::{hex, mark, words};

pub(crate) fn write(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    let mut report = Report::new("vhdx-log");
    report.set_time(Duration::from_millis(view.record.elapsed_ms));
    for (index, subject) in view.subjects.iter().enumerate() {
        if let Some(suite) = not_run(subject) {
            report.add_test_suite(suite);
        }
        for (topic, rows) in view.topics() {
            let rows: Vec<_> = rows
                .into_iter()
                .filter(|row| row.results[index].is_some())
                .collect();
            if rows.is_empty() {
                continue;
            }
            let name = match view.subjects.len() {
                1 => topic.to_owned(),
                _ => format!("{}/{topic}", view.names[index]),
            };
            let mut suite = TestSuite::new(name);
            suite.add_properties(properties(view, subject));
            for row in rows {
                suite.add_test_cases(row.results[index].map(|result| case(subject, row, result)));
            }
            report.add_test_suite(suite);
        }
    }
    report.serialize(&mut *out).map_err(io::Error::other)?;
    writeln!(out)
}

/// A subject that was asked for and not run is an error of the run, unless it is not installed.
fn not_run(subject: &SubjectRecord) -> Option<TestSuite> {
    let mut status = match &subject.state {
        SubjectState::Ran => return None,
        SubjectState::NotInstalled { .. } => TestCaseStatus::skipped(),
        SubjectState::FailedProof { .. } => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    status.set_message(words::summary(subject));
    let mut suite = TestSuite::new(printable(&subject.name));
    suite.add_test_case(TestCase::new("the proof before the run", status));
    Some(suite)
}

fn properties(view: &View<'_>, subject: &SubjectRecord) -> Vec<Property> {
    let record = view.record;
    let mut properties = vec![
        Property::new("subject", printable(&subject.name)),
        Property::new("vhdx-log", printable(&record.tool_version)),
        Property::new("corpus", printable(&record.corpus_version)),
        Property::new("started", printable(&record.started)),
    ];
    let optional = [
        ("version", &subject.version),
        ("path", &subject.path),
        ("sha256", &subject.sha256),
    ];
    let known = optional
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)));
    properties.extend(known.map(|(name, value)| Property::new(name, printable(value))));
    let commands = subject.commands.iter();
    properties.extend(commands.map(|command| Property::new("command", printable(command))));
    properties
}

fn case(subject: &SubjectRecord, row: &Row<'_>, result: &ResultRecord) -> TestCase {
    let verdict = result.verdict;
    let mut status = match verdict {
        Verdict::Pass => TestCaseStatus::success(),
        _ if view::is_known(result) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(result.known.as_ref().map_or_else(String::new, words::known));
            status
        }
        Verdict::Unsupported | Verdict::NotObservable | Verdict::Environment => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(words::reason(result));
            status
        }
        _ => {
            let kind = match verdict {
                Verdict::Hang | Verdict::Crash | Verdict::Runaway => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_type(mark::word(verdict));
            status.set_message(message(row, result));
            status.set_description(description(row, result));
            status
        }
    };
    if result.flaky {
        let mut rerun = TestRerun::new(NonSuccessKind::Failure);
        rerun.set_type("flaky");
        rerun.set_message("the outcome changes from run to run");
        status.add_rerun(rerun);
    }
    let mut case = TestCase::new(row.id.as_str(), status);
    case.set_classname(printable(&subject.name));
    case.set_time(Duration::from_micros(result.elapsed_us));
    if let Some(vector) = row.vector {
        case.add_property(Property::new("title", vector.title.as_str()));
        // A clause that the vector shows from both sides is named twice.
        let clauses: BTreeSet<&str> = vector.clauses.ids().collect();
        case.add_properties(clauses.into_iter().map(|id| Property::new("clause", id)));
    }
    case.add_property(Property::new("seen", printable(&result.seen.digest)));
    if verdict.is_failure() {
        case.set_system_err(bytes(result));
        case.set_system_out(lines(&words::printed(&result.runs)));
    }
    case
}

fn message(row: &Row<'_>, result: &ResultRecord) -> String {
    let title = row.vector.map_or("", |vector| &*vector.title);
    format!("{}: {title}", result.verdict)
}

fn description(row: &Row<'_>, result: &ResultRecord) -> String {
    let mut lines = vec![format!("answer: {}", words::answer(&result.answer))];
    for difference in &result.differences {
        let clause = difference
            .clause
            .as_ref()
            .map(|clause| format!(" [{clause}]"));
        lines.push(format!(
            "reading {}{}",
            difference.reading,
            clause.unwrap_or_default()
        ));
        lines.push(format!("  expected: {}", difference.expected));
        lines.push(format!("  found: {}", difference.found));
    }
    if let Some(vector) = row.vector {
        lines.push(format!("why: {}", vector.why));
    }
    lines.push(format!("repeat: {}", result.repeat));
    self::lines(&lines.join("\n"))
}

/// The first bytes that differ, of both sides.
fn bytes(result: &ResultRecord) -> String {
    let mut lines = Vec::new();
    for bytes in result
        .differences
        .iter()
        .filter_map(|difference| difference.bytes.as_ref())
    {
        lines.push(hex::place(bytes));
        if let Some(expected) = &bytes.expected {
            lines.push(format!("- {}", hex::dump(expected, 16)));
        }
        lines.push(format!("+ {}", hex::dump(&bytes.found, 16)));
    }
    lines.join("\n")
}

/// A text line by line, without what hides or moves characters.
fn lines(text: &str) -> String {
    let lines = text.lines().map(printable);
    lines.collect::<Vec<_>>().join("\n")
}
