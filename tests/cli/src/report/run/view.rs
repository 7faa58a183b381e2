//! A record arranged for reports, beside the texts of the corpus.
//!
//! Contract: nothing is judged here, and nothing is left out: every subject of the record is in the
//! view, whether it ran or not, and every vector that any of them was run on. Subjects and failures
//! are in the order of harm, vectors in that of the corpus. A vector that the corpus does not have
//! (the record is of another version) is shown with its id alone, after the others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use vhdx_log_bench::record::{Record, ResultRecord, SubjectRecord};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::{Corpus, Topic, Vector};
use vhdx_log_inspect::document::escape::printable;

/// A record and what reports show of it.
pub(crate) struct View<'a> {
    pub(crate) record: &'a Record,
    /// Those that did most harm first, those that were not run last.
    pub(crate) subjects: Vec<&'a SubjectRecord>,
    /// Their names, escaped: they come from a file.
    pub(crate) names: Vec<String>,
    pub(crate) rows: Vec<Row<'a>>,
}

/// A vector, and what each subject did with it.
pub(crate) struct Row<'a> {
    /// Escaped.
    pub(crate) id: String,
    /// `None` when the corpus does not have it.
    pub(crate) vector: Option<&'a Vector>,
    /// One for each subject of the view; `None` where it was not run.
    pub(crate) results: Vec<Option<&'a ResultRecord>>,
}

/// How many results there are of each verdict.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(pub(crate) BTreeMap<Verdict, usize>);

/// Vectors on which every subject got the same verdict.
pub(crate) struct Group<'v, 'a> {
    pub(crate) verdicts: Vec<Option<Verdict>>,
    pub(crate) rows: Vec<&'v Row<'a>>,
}

/// A result that breaks a demand.
pub(crate) struct Failed<'v, 'a> {
    /// The place of the subject in the view.
    pub(crate) subject: usize,
    pub(crate) row: &'v Row<'a>,
    pub(crate) result: &'a ResultRecord,
}

impl<'a> View<'a> {
    pub(crate) fn new(record: &'a Record, corpus: &'a Corpus) -> Self {
        let mut subjects: Vec<&SubjectRecord> = record.subjects.iter().collect();
        subjects.sort_by_cached_key(|subject| by_harm(subject));
        let results: Vec<BTreeMap<&str, &ResultRecord>> = subjects
            .iter()
            .map(|subject| {
                let results = subject.results.iter();
                results.map(|result| (&*result.vector, result)).collect()
            })
            .collect();
        let row = |id: &'a str, vector| Row {
            id: printable(id),
            vector,
            results: results.iter().map(|of| of.get(id).copied()).collect(),
        };
        let mut ids: BTreeSet<&str> = results.iter().flat_map(|of| of.keys().copied()).collect();
        let mut rows = Vec::with_capacity(ids.len());
        for stored in corpus {
            let id = stored.vector.id.as_str();
            if ids.remove(id) {
                rows.push(row(id, Some(&stored.vector)));
            }
        }
        rows.extend(ids.into_iter().map(|id| row(id, None)));
        let names = subjects.iter().map(|subject| printable(&subject.name));
        Self {
            record,
            names: names.collect(),
            subjects,
            rows,
        }
    }

    /// The rows of each topic that has any.
    pub(crate) fn topics(&self) -> Vec<(&'static str, Vec<&Row<'a>>)> {
        let of = |topic: Option<Topic>| {
            let is_of = |row: &&Row| row.vector.map(|vector| vector.topic) == topic;
            let rows: Vec<_> = self.rows.iter().filter(is_of).collect();
            (topic.map_or("not in this corpus", Topic::name), rows)
        };
        let topics = Topic::ALL.into_iter().map(Some).chain([None]).map(of);
        topics.filter(|(_, rows)| !rows.is_empty()).collect()
    }

    /// Every failure that is not known and as listed, worst first.
    pub(crate) fn failures(&self) -> Vec<Failed<'_, 'a>> {
        let mut failures: Vec<_> = self
            .rows
            .iter()
            .flat_map(|row| {
                let results = row.results.iter().enumerate();
                let results = results.filter_map(|(subject, result)| Some((subject, (*result)?)));
                results.map(move |(subject, result)| Failed {
                    subject,
                    row,
                    result,
                })
            })
            .filter(|failed| failed.result.verdict.is_failure() && !is_known(failed.result))
            .collect();
        failures.sort_by_key(|failed| (failed.result.verdict, failed.subject));
        failures
    }

    /// The rows with the same verdicts together, those with the worst first.
    pub(crate) fn groups<'v>(rows: &[&'v Row<'a>]) -> Vec<Group<'v, 'a>> {
        let mut groups: Vec<Group> = Vec::new();
        for row in rows {
            let verdicts = row.verdicts();
            match groups.iter_mut().find(|group| group.verdicts == verdicts) {
                Some(group) => group.rows.push(row),
                None => groups.push(Group {
                    verdicts,
                    rows: vec![row],
                }),
            }
        }
        groups.sort_by_cached_key(|group| {
            let mut verdicts: Vec<_> = group.verdicts.iter().flatten().copied().collect();
            verdicts.sort();
            (verdicts.is_empty(), verdicts)
        });
        groups
    }
}

/// Sorts those that did most harm first: by how often they got the worst verdict, then the next.
pub(crate) fn by_harm(subject: &SubjectRecord) -> (bool, Vec<Reverse<usize>>) {
    let counts = subject.counts();
    let failures = Verdict::ALL
        .into_iter()
        .filter(|verdict| verdict.is_failure());
    let counts = failures.map(|verdict| Reverse(counts.get(&verdict).copied().unwrap_or(0)));
    (subject.results.is_empty(), counts.collect())
}

/// Whether a failure is listed as a known one, and is as it is listed.
pub(crate) fn is_known(result: &ResultRecord) -> bool {
    result.known.as_ref().is_some_and(|known| known.as_listed)
}

impl Row<'_> {
    pub(crate) fn topic(&self) -> &'static str {
        self.vector.map_or("?", |vector| vector.topic.name())
    }

    pub(crate) fn verdicts(&self) -> Vec<Option<Verdict>> {
        let verdict = |result: &Option<&ResultRecord>| result.map(|result| result.verdict);
        self.results.iter().map(verdict).collect()
    }

    /// The worst verdict of all subjects.
    pub(crate) fn worst(&self) -> Option<Verdict> {
        self.verdicts().into_iter().flatten().min()
    }
}

impl Counts {
    /// What one subject did with these vectors.
    pub(crate) fn of(rows: &[&Row<'_>], subject: usize) -> Self {
        let mut counts = BTreeMap::new();
        for result in rows.iter().filter_map(|row| row.results[subject]) {
            *counts.entry(result.verdict).or_insert(0) += 1;
        }
        Self(counts)
    }

    pub(crate) fn of_subject(subject: &SubjectRecord) -> Self {
        Self(subject.counts())
    }

    pub(crate) fn worst(&self) -> Option<Verdict> {
        self.0.keys().next().copied()
    }

    pub(crate) fn all(&self) -> usize {
        self.0.values().sum()
    }

    pub(crate) fn failed(&self) -> usize {
        let failed = self.0.iter().filter(|(verdict, _)| verdict.is_failure());
        failed.map(|(_, count)| count).sum()
    }

    pub(crate) fn passed(&self) -> usize {
        self.0.get(&Verdict::Pass).copied().unwrap_or(0)
    }

    /// `3 lost data silently, 1 hang`, without the passes.
    pub(crate) fn words(&self) -> String {
        let others = self
            .0
            .iter()
            .filter(|(verdict, _)| **verdict != Verdict::Pass);
        let words: Vec<_> = others
            .map(|(verdict, count)| format!("{count} {verdict}"))
            .collect();
        words.join(", ")
    }
}
