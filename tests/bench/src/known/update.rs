//! Rewriting the list by what a run has seen. Comments stay, and so do the words of entries that
//! still hold.

use std::collections::BTreeSet;
use std::fmt;

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::pattern::Pattern;
use crate::record::{Record, ResultRecord, SubjectRecord, SubjectState};

/// The reason of a new entry, until somebody writes a better one.
const NEW: &str = "not looked into yet";

/// Why a list is not rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateError {
    /// Not every vector was run, so what is missing says nothing.
    Partial,
    /// This subject was not run.
    NotRun(String),
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partial => f.write_str(
                "the list of known failures is only rewritten after a run of every vector; run \
                 without --filter, --topic, --clause and --strength, to the end",
            ),
            Self::NotRun(subject) => write!(
                f,
                "the list of known failures is only rewritten after a run of every subject, and \
                 {subject} was not run"
            ),
        }
    }
}

impl std::error::Error for UpdateError {}

/// The list that holds for a run. `text` is the list as it is, and has to be one that can be read.
///
/// An entry that does not hold is taken out or given what was seen; a pattern of which one vector
/// does not hold is replaced by the vectors that do. Subjects that are not in the record stay.
///
/// # Errors
/// When the run was partial.
pub fn update(text: &str, record: &Record) -> Result<String, UpdateError> {
    if !record.complete {
        return Err(UpdateError::Partial);
    }
    let mut document: DocumentMut = text.parse().unwrap_or_default();
    // A program that is not here has nothing to say, as long as nothing is said of it.
    let is_missing = |subject: &&SubjectRecord| match subject.state {
        SubjectState::Ran => false,
        SubjectState::NotInstalled { .. } => document.contains_key(&subject.name),
        SubjectState::FailedProof { .. } => true,
    };
    if let Some(subject) = record.subjects.iter().find(is_missing) {
        return Err(UpdateError::NotRun(subject.name.clone()));
    }
    let ran = record.subjects.iter();
    let ran = ran.filter(|subject| subject.state == SubjectState::Ran);
    for subject in ran {
        update_subject(&mut document, subject);
    }
    Ok(document.to_string())
}

fn update_subject(document: &mut DocumentMut, subject: &SubjectRecord) {
    let failures: Vec<&ResultRecord> = subject
        .results
        .iter()
        .filter(|result| result.verdict.is_failure())
        .collect();
    if failures.is_empty() {
        document.remove(&subject.name);
        return;
    }
    let item = document.entry(&subject.name).or_insert_with(|| {
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n");
        Item::Table(table)
    });
    let Some(table) = item.as_table_like_mut() else {
        return;
    };
    let words = keep_what_holds(table, subject);
    let listed: BTreeSet<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for result in failures {
        let is_covered = listed
            .iter()
            .any(|key| *key == result.vector || matches(key, &result.vector));
        if !is_covered {
            let known = words
                .iter()
                .find(|words| matches(&words.pattern, &result.vector));
            table.insert(&result.vector, entry(result, known));
        }
    }
}

/// The reason and the link of a pattern that was taken out.
struct Words {
    pattern: String,
    reason: Option<Value>,
    link: Option<Value>,
}

/// Takes out entries of vectors that do not fail, and patterns that do not hold; sets verdict and
/// digest of the others.
fn keep_what_holds(table: &mut dyn TableLike, subject: &SubjectRecord) -> Vec<Words> {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let ids: BTreeSet<&str> = subject
        .results
        .iter()
        .map(|one| one.vector.as_str())
        .collect();
    let mut words = Vec::new();
    for key in keys {
        let covered = subject
            .results
            .iter()
            .filter(|result| matches(&key, &result.vector));
        if ids.contains(key.as_str()) {
            let result = covered.into_iter().find(|result| result.vector == key);
            match result.filter(|result| result.verdict.is_failure()) {
                Some(result) => set_what_was_seen(table, &key, result),
                None => drop(table.remove(&key)),
            }
            continue;
        }
        let listed = table
            .get(&key)
            .and_then(|item| item.get("verdict")?.as_str());
        let holds = |result: &ResultRecord| {
            // An id of its own comes before a pattern.
            table.contains_key(&result.vector) || listed == Some(result.verdict.name())
        };
        if covered.clone().all(holds) {
            continue;
        }
        let part = |name| table.get(&key)?.get(name)?.as_value().cloned();
        words.push(Words {
            reason: part("reason"),
            link: part("link"),
            pattern: key.clone(),
        });
        table.remove(&key);
    }
    words
}

fn set_what_was_seen(table: &mut dyn TableLike, key: &str, result: &ResultRecord) {
    let Some(entry) = table.get_mut(key).and_then(Item::as_table_like_mut) else {
        return;
    };
    set(entry, "verdict", result.verdict.name());
    if entry.contains_key("seen") {
        set(entry, "seen", &result.seen.digest);
    }
}

/// Sets a text, and leaves an equal one as it is written.
fn set(entry: &mut dyn TableLike, key: &str, text: &str) {
    if entry.get(key).and_then(Item::as_str) != Some(text) {
        entry.insert(key, Item::Value(text.into()));
    }
}

fn entry(result: &ResultRecord, words: Option<&Words>) -> Item {
    let mut entry = InlineTable::new();
    entry.insert("verdict", result.verdict.name().into());
    entry.insert("seen", result.seen.digest.as_str().into());
    let reason = words.and_then(|words| words.reason.clone());
    entry.insert("reason", reason.unwrap_or_else(|| NEW.into()));
    if let Some(link) = words.and_then(|words| words.link.clone()) {
        entry.insert("link", link);
    }
    Item::Value(Value::InlineTable(entry))
}

fn matches(pattern: &str, id: &str) -> bool {
    let pattern: Result<Pattern, _> = pattern.parse();
    pattern.is_ok_and(|pattern| pattern.matches(id))
}
