//! Failures put together to defects: what one mistake does on many vectors is one defect.
//!
//! Contract: each failure is in exactly one defect. Where a flaw of a diagnosis fails the same
//! vectors, it is the defect; what no flaw explains is put together by verdict and broken clause,
//! and where no clause is known, by topic.

use std::collections::{BTreeMap, BTreeSet};

use vhdx_log_bench::record::{DiagnosedFlaw, ResultRecord, SubjectRecord};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::{Corpus, Vector};

/// A mistake of a program.
pub(crate) struct Defect<'a> {
    pub(crate) subject: &'a SubjectRecord,
    /// The flaw of the model that behaves like it, where one is known.
    pub(crate) flaw: Option<&'a DiagnosedFlaw>,
    /// The clause that it breaks, where that is known.
    pub(crate) clause: Option<&'a str>,
    /// The failures, worst first; never empty.
    pub(crate) results: Vec<&'a ResultRecord>,
}

impl<'a> Defect<'a> {
    /// The result that shows it best.
    pub(crate) fn worst(&self) -> &'a ResultRecord {
        self.results[0]
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.worst().verdict
    }
}

/// The vectors that each flaw fails, by the flaw's name.
pub(crate) type Caught = BTreeMap<String, BTreeSet<String>>;

/// The defects of all subjects, by harm, and the ones that many vectors show first.
pub(crate) fn defects<'a>(subjects: &[&'a SubjectRecord], caught: &Caught) -> Vec<Defect<'a>> {
    let mut defects: Vec<Defect<'a>> = Vec::new();
    for subject in subjects {
        defects.extend(of_subject(subject, caught));
    }
    for defect in &mut defects {
        defect.results.sort_by_key(|result| result.verdict);
    }
    defects.sort_by_key(|defect| (defect.verdict(), std::cmp::Reverse(defect.results.len())));
    defects
}

/// What tells defects apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Cause<'a> {
    /// The place of a flaw in the diagnoses.
    Flaw(usize),
    Clause(Verdict, &'a str),
    Topic(Verdict, &'static str),
}

fn of_subject<'a>(subject: &'a SubjectRecord, caught: &Caught) -> Vec<Defect<'a>> {
    let flaws = subject
        .diagnoses
        .iter()
        .flat_map(|diagnosis| &diagnosis.flaws);
    let flaws: Vec<&DiagnosedFlaw> = flaws.collect();
    let mut defects: BTreeMap<Cause<'a>, Defect<'a>> = BTreeMap::new();
    let failures = subject
        .results
        .iter()
        .filter(|result| result.verdict.is_failure());
    for result in failures {
        let fails = |flaw: &&DiagnosedFlaw| {
            let of_flaw = caught.get(&flaw.name);
            of_flaw.is_some_and(|vectors| vectors.contains(&result.vector))
        };
        let flaw = flaws.iter().position(fails);
        let clause = clause_of(result);
        let cause = match (flaw, clause) {
            (Some(flaw), _) => Cause::Flaw(flaw),
            (None, Some(clause)) => Cause::Clause(result.verdict, clause),
            (None, None) => Cause::Topic(result.verdict, topic_of(&result.vector)),
        };
        let defect = defects.entry(cause).or_insert_with(|| Defect {
            subject,
            flaw: flaw.map(|flaw| flaws[flaw]),
            clause: flaw.map_or(clause, |flaw| Some(&flaws[flaw].clause)),
            results: Vec::new(),
        });
        defect.results.push(result);
    }
    defects.into_values().collect()
}

/// The clause that is known to be broken, or the only one that the vector exercises.
fn clause_of(result: &ResultRecord) -> Option<&str> {
    let mut differences = result.differences.iter();
    let known = differences.find_map(|difference| difference.clause.as_deref());
    known.or_else(|| {
        let exercised = vector(&result.vector)?.clauses.ids();
        let ids: BTreeSet<&str> = exercised.collect();
        ids.first().copied().filter(|_| ids.len() == 1)
    })
}

fn topic_of(id: &str) -> &'static str {
    vector(id).map_or("unknown", |vector| vector.topic.name())
}

fn vector(id: &str) -> Option<&'static Vector> {
    Corpus::embedded().get(id).map(|stored| &stored.vector)
}
