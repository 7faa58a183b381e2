//! What changed from one run to another.
//!
//! Contract: a vector is in exactly one list of its subject, or in none when nothing changed. A
//! *regression* is a vector that fails and did not, or that fails with more harm than before. A
//! vector that only one of the runs has is never one: a new vector says something about the
//! corpus, and a removed one about the choice.

use std::collections::BTreeMap;

use vhdx_log_bench::record::{Record, ResultRecord, SubjectRecord};
use vhdx_log_bench::verdict::Verdict;

/// Two runs.
pub(crate) struct Diff<'a> {
    /// The subjects of both runs, in the order of the first.
    pub(crate) subjects: Vec<SubjectDiff<'a>>,
    /// Names of subjects that only the first run has.
    pub(crate) gone: Vec<&'a str>,
    /// Names of subjects that only the second run has.
    pub(crate) added: Vec<&'a str>,
}

/// A subject in two runs.
pub(crate) struct SubjectDiff<'a> {
    pub(crate) before: &'a SubjectRecord,
    pub(crate) after: &'a SubjectRecord,
    pub(crate) newly_failing: Vec<Change<'a>>,
    /// It fails in both, with more harm than before.
    pub(crate) more_harm: Vec<Change<'a>>,
    /// It fails in both, otherwise than before.
    pub(crate) other_answer: Vec<Change<'a>>,
    pub(crate) newly_passing: Vec<Change<'a>>,
    /// It was judged before, and is not any more: unsupported, or ended by the system.
    pub(crate) not_judged: Vec<Change<'a>>,
    /// Only the second run has these vectors.
    pub(crate) new: Vec<&'a ResultRecord>,
    /// Only the first run has them.
    pub(crate) removed: Vec<&'a ResultRecord>,
}

/// A vector with another result.
pub(crate) struct Change<'a> {
    pub(crate) before: &'a ResultRecord,
    pub(crate) after: &'a ResultRecord,
}

impl<'a> Diff<'a> {
    /// Compares the subjects of the same name, and those of two runs that have only one each.
    pub(crate) fn new(before: &'a Record, after: &'a Record) -> Self {
        if let ([one], [other]) = (&before.subjects[..], &after.subjects[..]) {
            return Self {
                subjects: vec![SubjectDiff::new(one, other)],
                gone: Vec::new(),
                added: Vec::new(),
            };
        }
        let find = |record: &'a Record, name: &str| {
            let mut subjects = record.subjects.iter();
            subjects.find(|subject| subject.name == name)
        };
        let mut diff = Self {
            subjects: Vec::new(),
            gone: Vec::new(),
            added: Vec::new(),
        };
        for subject in &before.subjects {
            match find(after, &subject.name) {
                Some(other) => diff.subjects.push(SubjectDiff::new(subject, other)),
                None => diff.gone.push(&subject.name),
            }
        }
        let others = after.subjects.iter().map(|subject| &*subject.name);
        diff.added = others.filter(|name| find(before, name).is_none()).collect();
        diff
    }

    /// How many vectors got worse.
    pub(crate) fn regressions(&self) -> usize {
        let subjects = self.subjects.iter();
        subjects
            .map(|subject| subject.newly_failing.len() + subject.more_harm.len())
            .sum()
    }
}

impl<'a> SubjectDiff<'a> {
    fn new(before: &'a SubjectRecord, after: &'a SubjectRecord) -> Self {
        let mut diff = Self {
            before,
            after,
            newly_failing: Vec::new(),
            more_harm: Vec::new(),
            other_answer: Vec::new(),
            newly_passing: Vec::new(),
            not_judged: Vec::new(),
            new: Vec::new(),
            removed: Vec::new(),
        };
        let results = before.results.iter();
        let mut known: BTreeMap<&str, &ResultRecord> =
            results.map(|result| (&*result.vector, result)).collect();
        for result in &after.results {
            match known.remove(&*result.vector) {
                Some(before) => diff.add(Change {
                    before,
                    after: result,
                }),
                None => diff.new.push(result),
            }
        }
        let left = |result: &&ResultRecord| known.contains_key(&*result.vector);
        diff.removed = before.results.iter().filter(left).collect();
        diff
    }

    fn add(&mut self, change: Change<'a>) {
        let (was, is) = (change.before.verdict, change.after.verdict);
        let list = match (was.is_failure(), is.is_failure()) {
            (false, true) => &mut self.newly_failing,
            (true, true) if is < was => &mut self.more_harm,
            (true, true) if is != was || change.before.seen.digest != change.after.seen.digest => {
                &mut self.other_answer
            }
            (_, false) if was != Verdict::Pass && is == Verdict::Pass => &mut self.newly_passing,
            (_, false) if was != is => &mut self.not_judged,
            _ => return,
        };
        list.push(change);
    }
}
