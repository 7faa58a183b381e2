//! Sentences about a run that several reports print.

use vhdx_log_bench::record::{
    Answer, Diagnosis, KnownFailure, Record, ResultRecord, RunOfProgram, SubjectRecord,
    SubjectState,
};
use vhdx_log_inspect::document::escape::printable;

use super::view::{Counts, is_known};

/// How many vectors a diagnosis names.
const DECIDING: usize = 4;

/// `qemu fails 3 of 645 vectors: 2 lost data silently, 1 hang`.
pub(crate) fn summary(subject: &SubjectRecord) -> String {
    let name = printable(&subject.name);
    match &subject.state {
        SubjectState::NotInstalled { looked_for } => {
            format!(
                "{name} is not installed (looked for {})",
                printable(looked_for)
            )
        }
        SubjectState::FailedProof { reason } => {
            format!("{name} was not run: {}", printable(reason))
        }
        SubjectState::Ran => {
            let counts = Counts::of_subject(subject);
            let (all, words) = (counts.all(), counts.words());
            let mut about = match words.is_empty() {
                true => String::new(),
                false => format!(": {words}"),
            };
            match subject
                .results
                .iter()
                .filter(|result| is_known(result))
                .count()
            {
                0 => {}
                known => about += &format!("; {known} failures are known"),
            }
            match counts.failed() {
                0 => format!("{name} passes {} of {all} vectors{about}", counts.passed()),
                failed => format!("{name} fails {failed} of {all} vectors{about}"),
            }
        }
    }
}

/// What was run, in which version: `qemu-img version 7.2.22, /usr/bin/qemu-img, SHA-256 0011...`.
pub(crate) fn program(subject: &SubjectRecord) -> String {
    let digest = subject
        .sha256
        .as_ref()
        .map(|digest| format!("SHA-256 {digest}"));
    let parts = [&subject.version, &subject.path, &digest];
    let parts: Vec<_> = parts
        .into_iter()
        .flatten()
        .map(|part| printable(part))
        .collect();
    parts.join(", ")
}

/// `behaves like tail-ignored (SEQ-4) on 391 of 395 vectors; with also run-does-not-wrap (SEQ-1) on
/// 395`.
pub(crate) fn diagnosis(diagnosis: &Diagnosis) -> String {
    let mut sentence = String::from("behaves like");
    for (index, flaw) in diagnosis.flaws.iter().enumerate() {
        let (name, clause, agree) = (printable(&flaw.name), printable(&flaw.clause), flaw.agree);
        sentence += &match index {
            0 => format!(
                " `{name}` ({clause}) on {agree} of {} vectors",
                diagnosis.vectors
            ),
            _ => format!("; with `{name}` ({clause}) on {agree}"),
        };
    }
    sentence
}

/// The vectors that decide for each flaw of a diagnosis.
pub(crate) fn decided_by(diagnosis: &Diagnosis) -> Vec<String> {
    let flaws = diagnosis.flaws.iter();
    let flaws = flaws.filter(|flaw| !flaw.decided_by.is_empty());
    flaws
        .map(|flaw| {
            let ids = &flaw.decided_by;
            let named = ids
                .iter()
                .take(DECIDING)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            let more = match ids.len().saturating_sub(DECIDING) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            printable(&format!("`{}` is decided by {named}{more}", flaw.name))
        })
        .collect()
}

/// What the subject answered.
pub(crate) fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Accepted => "accepted".to_owned(),
        Answer::Refused { clause, message } => {
            let clause = clause.as_ref().map(|clause| format!(" ({clause})"));
            let message = message
                .as_ref()
                .map(|message| format!(": {}", printable(message)));
            format!(
                "refused{}{}",
                clause.unwrap_or_default(),
                message.unwrap_or_default()
            )
        }
        Answer::Unsupported { what } => format!("does not support this: {}", printable(what)),
        Answer::Hung {
            limit_ms: Some(limit_ms),
        } => format!("did not end within {limit_ms} ms"),
        Answer::Hung { limit_ms: None } => "does not end".to_owned(),
        Answer::Crashed { how } => format!("crashed: {}", printable(how)),
        Answer::Runaway { of } => format!("reached the limit of {}", printable(of)),
        Answer::Environment { how } => format!("was ended by the system: {}", printable(how)),
        Answer::NotRun { why } => format!("was not run: {}", printable(why)),
    }
}

/// What was run, and what it printed.
pub(crate) fn printed(runs: &[RunOfProgram]) -> String {
    let mut text = String::new();
    for run in runs {
        let seconds = run.elapsed_us as f64 / 1e6;
        text += &format!("$ {}\n", run.command.join(" "));
        for stream in [&run.stdout, &run.stderr] {
            if stream.dropped > 0 {
                text += &format!("({} bytes before this)\n", stream.dropped);
            }
            text += stream.text.trim_end();
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        text += &format!("({} after {seconds:.2} s)\n", run.ended);
    }
    text
}

/// Why a failure is known, or how the list of known failures is wrong.
pub(crate) fn known(known: &KnownFailure) -> String {
    let link = known
        .link
        .as_ref()
        .map(|link| format!(" ({})", printable(link)));
    let how = match known.as_listed {
        true => "a known failure",
        false => "listed as a known failure of another kind",
    };
    format!(
        "{how}: {}{}",
        printable(&known.reason),
        link.unwrap_or_default()
    )
}

/// Why a result says nothing about the subject: for one that neither passes nor fails.
pub(crate) fn reason(result: &ResultRecord) -> String {
    format!("{}: {}", result.verdict, answer(&result.answer))
}

/// What has to be known before a run is believed: that it is not whole.
pub(crate) fn caution(record: &Record) -> Option<&'static str> {
    match (record.interrupted, record.complete) {
        (true, _) => Some("interrupted: the vectors that are not listed were not run"),
        (false, false) => Some("only a part of the vectors was chosen"),
        (false, true) => None,
    }
}

/// The protections that were off.
pub(crate) fn unprotected(record: &Record) -> Vec<String> {
    let protections = record.machine.protections.iter();
    let off = protections.filter_map(|protection| {
        let why = protection.off.as_ref()?;
        Some(format!(
            "protection off: {} ({})",
            protection.name,
            printable(why)
        ))
    });
    off.collect()
}
