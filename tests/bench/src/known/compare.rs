//! A run against the list.

use std::fmt;

use super::list::{Known, KnownFailures};
use crate::record::{Answer, KnownFailure, Record, ResultRecord, SubjectState};
use crate::verdict::Verdict;

/// An entry that does not hold any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    pub subject: String,
    pub vector: String,
    /// The line of the entry.
    pub line: usize,
    pub listed: Verdict,
    pub why: StaleWhy,
}

/// Why an entry does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaleWhy {
    Passes,
    /// It fails with another verdict.
    Verdict(Verdict),
    /// It fails with the same verdict and another outcome.
    Seen {
        listed: String,
        found: String,
    },
    /// Nothing is known: it was not run, or not properly.
    NotRun(String),
}

/// Notes in a record what is known of its results, and returns the entries that do not hold.
pub fn annotate(record: &mut Record, list: &KnownFailures) -> Vec<Stale> {
    let mut stale = Vec::new();
    for subject in &mut record.subjects {
        if let Some(why) = why_absent(&subject.state) {
            let entries = list.entries(&subject.name).iter();
            stale.extend(entries.map(|known| Stale {
                subject: subject.name.clone(),
                vector: known.vectors.as_str().to_owned(),
                line: known.line,
                listed: known.verdict,
                why: StaleWhy::NotRun(why.clone()),
            }));
        }
        for result in &mut subject.results {
            let Some(known) = list.of(&subject.name, &result.vector) else {
                continue;
            };
            let why = why_stale(known, result);
            result.known = Some(KnownFailure {
                reason: known.reason.clone(),
                link: known.link.clone(),
                as_listed: why.is_none(),
            });
            stale.extend(why.map(|why| Stale {
                subject: subject.name.clone(),
                vector: result.vector.clone(),
                line: known.line,
                listed: known.verdict,
                why,
            }));
        }
    }
    stale
}

/// Why nothing of a subject was run.
fn why_absent(state: &SubjectState) -> Option<String> {
    match state {
        SubjectState::Ran => None,
        SubjectState::NotInstalled { .. } => Some("the program is not installed".to_owned()),
        SubjectState::FailedProof { .. } => Some("the program failed its proof".to_owned()),
    }
}

fn why_stale(known: &Known, result: &ResultRecord) -> Option<StaleWhy> {
    let found = result.verdict;
    if found == Verdict::Pass {
        return Some(StaleWhy::Passes);
    }
    if !found.is_failure() {
        let why = match &result.answer {
            Answer::NotRun { why } => why.clone(),
            Answer::Unsupported { what } => what.clone(),
            Answer::Environment { how } => how.clone(),
            _ => found.to_string(),
        };
        return Some(StaleWhy::NotRun(why));
    }
    if found != known.verdict {
        return Some(StaleWhy::Verdict(found));
    }
    let listed = known.seen.as_ref()?;
    (*listed != result.seen.digest).then(|| StaleWhy::Seen {
        listed: listed.clone(),
        found: result.seen.digest.clone(),
    })
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            subject,
            vector,
            line,
            listed,
            why,
        } = self;
        write!(
            f,
            "line {line}: `{vector}` of {subject} is listed as `{listed}`, and "
        )?;
        match why {
            StaleWhy::Passes => f.write_str("passes"),
            StaleWhy::Verdict(found) => write!(f, "fails as `{found}`"),
            StaleWhy::Seen { listed, found } => {
                write!(f, "does something else: seen {found}, listed {listed}")
            }
            StaleWhy::NotRun(why) => write!(f, "was not run: {why}"),
        }
    }
}
