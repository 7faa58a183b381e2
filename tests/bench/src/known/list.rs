//! Reading the list: what is wrong in it is named with its line and column.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};
use vhdx_log_corpus::Corpus;

use crate::pattern::Pattern;
use crate::verdict::Verdict;

/// The keys of an entry.
const KEYS: [&str; 4] = ["verdict", "seen", "reason", "link"];

/// Known failures, by subject.
#[derive(Clone, Debug, Default)]
pub struct KnownFailures {
    subjects: BTreeMap<String, Vec<Known>>,
}

/// One entry of the list.
#[derive(Clone, Debug)]
pub struct Known {
    /// An id, or a pattern for ids.
    pub vectors: Pattern,
    /// The line it is in, from 1.
    pub line: usize,
    pub verdict: Verdict,
    /// The digest of what was seen, [`Seen::digest`](crate::record::Seen::digest).
    pub seen: Option<String>,
    pub reason: String,
    pub link: Option<String>,
}

/// What is wrong in a list, and where.
#[derive(Clone, Debug)]
pub struct ListError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub kind: ListErrorKind,
}

/// What is wrong in a list.
#[derive(Clone, Debug)]
pub enum ListErrorKind {
    /// It is not TOML.
    Syntax(String),
    /// The corpus has no vector of that id, or none that the pattern matches.
    UnknownVector(String),
    /// No failure has this name.
    UnknownVerdict(String),
    /// An entry has no such key.
    UnknownKey(String),
    /// A part is not what it has to be.
    Wrong(String),
}

impl KnownFailures {
    /// Reads a list for the vectors of a corpus.
    ///
    /// # Errors
    /// What is wrong in it, and where.
    pub fn parse(text: &str, corpus: &Corpus) -> Result<Self, ListError> {
        let document = Document::parse(text).map_err(|error| {
            let kind = ListErrorKind::Syntax(error.message().to_owned());
            at(text, error.span(), kind)
        })?;
        let mut subjects = BTreeMap::new();
        for (subject, item) in document.as_table() {
            let wrong = |what: &str| at(text, item.span(), ListErrorKind::Wrong(what.to_owned()));
            let table = item
                .as_table_like()
                .ok_or_else(|| wrong("a table for each subject: write `[SUBJECT]`"))?;
            let mut entries = Vec::new();
            for (vectors, item) in table.iter() {
                let key = table.key(vectors).and_then(toml_edit::Key::span);
                let reader = Reader { text, corpus };
                entries.push(reader.entry(vectors, key, item)?);
            }
            subjects.insert(subject.to_owned(), entries);
        }
        Ok(Self { subjects })
    }

    /// What is known of a vector of a subject: the entry with its id, or the first pattern.
    pub fn of(&self, subject: &str, vector: &str) -> Option<&Known> {
        let entries = self.subjects.get(subject)?;
        let by_id = entries
            .iter()
            .find(|known| known.vectors.as_str() == vector);
        by_id.or_else(|| entries.iter().find(|known| known.vectors.matches(vector)))
    }

    /// The entries for a subject.
    pub fn entries(&self, subject: &str) -> &[Known] {
        self.subjects.get(subject).map_or(&[], Vec::as_slice)
    }
}

struct Reader<'a> {
    text: &'a str,
    corpus: &'a Corpus,
}

impl Reader<'_> {
    fn entry(
        &self,
        vectors: &str,
        key: Option<Range<usize>>,
        item: &Item,
    ) -> Result<Known, ListError> {
        let span = key.or_else(|| item.span());
        let fail = |kind| at(self.text, span.clone(), kind);
        let pattern: Pattern = vectors.parse().map_err(|error| {
            fail(ListErrorKind::Wrong(format!(
                "`{vectors}` is no pattern for ids: {error}"
            )))
        })?;
        let mut ids = self.corpus.iter().map(|stored| stored.vector.id.as_str());
        if !ids.any(|id| pattern.matches(id)) {
            return Err(fail(ListErrorKind::UnknownVector(vectors.to_owned())));
        }
        let table = item.as_table_like().ok_or_else(|| {
            let what = "an entry is a table, such as `{ verdict = \"hang\", reason = \"…\" }`";
            fail(ListErrorKind::Wrong(what.to_owned()))
        })?;
        if let Some((unknown, _)) = table.iter().find(|(key, _)| !KEYS.contains(key)) {
            let span = table
                .key(unknown)
                .and_then(toml_edit::Key::span)
                .or(span.clone());
            return Err(at(
                self.text,
                span,
                ListErrorKind::UnknownKey(unknown.to_owned()),
            ));
        }
        let name = self.text_of(table, "verdict", &span)?;
        let name = name.ok_or_else(|| missing("verdict")).map_err(&fail)?;
        let verdict = verdict(&name).map_err(|kind| {
            let value = table.get("verdict").and_then(Item::span);
            at(self.text, value.or(span.clone()), kind)
        })?;
        let reason = self.text_of(table, "reason", &span)?;
        Ok(Known {
            line: place(self.text, span.clone()).0,
            verdict,
            seen: self.text_of(table, "seen", &span)?,
            reason: reason.ok_or_else(|| missing("reason")).map_err(&fail)?,
            link: self.text_of(table, "link", &span)?,
            vectors: pattern,
        })
    }

    fn text_of(
        &self,
        table: &dyn TableLike,
        key: &str,
        entry: &Option<Range<usize>>,
    ) -> Result<Option<String>, ListError> {
        let Some(item) = table.get(key) else {
            return Ok(None);
        };
        match item.as_value().and_then(Value::as_str) {
            Some(text) if !text.trim().is_empty() => Ok(Some(text.to_owned())),
            _ => {
                let what = format!("`{key}` is a text that is not empty");
                let span = item.span().or_else(|| entry.clone());
                Err(at(self.text, span, ListErrorKind::Wrong(what)))
            }
        }
    }
}

fn missing(key: &str) -> ListErrorKind {
    ListErrorKind::Wrong(format!("an entry has a `{key}`"))
}

/// A failure by its name, such as `lost-data`.
fn verdict(name: &str) -> Result<Verdict, ListErrorKind> {
    let failures = Verdict::ALL
        .into_iter()
        .filter(|verdict| verdict.is_failure());
    let mut named = failures.filter(|verdict| verdict.name() == name);
    let unknown = || ListErrorKind::UnknownVerdict(name.to_owned());
    named.next().ok_or_else(unknown)
}

fn at(text: &str, span: Option<Range<usize>>, kind: ListErrorKind) -> ListError {
    let (line, column) = place(text, span);
    ListError { line, column, kind }
}

/// Line and column of where a span begins.
fn place(text: &str, span: Option<Range<usize>>) -> (usize, usize) {
    let start = span.map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&one| one != '\n').count() + 1;
    (line, column)
}

impl fmt::Display for ListErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(what) | Self::Wrong(what) => f.write_str(what),
            Self::UnknownVector(given) => write!(f, "unknown vector `{given}`"),
            Self::UnknownVerdict(given) => write!(f, "unknown verdict `{given}`"),
            Self::UnknownKey(given) => write!(f, "unknown key `{given}`"),
        }
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.kind
        )
    }
}

impl std::error::Error for ListError {}
