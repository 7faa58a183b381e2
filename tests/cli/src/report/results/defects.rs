//! Failures put together to defects: what one mistake does on many vectors is one defect.
//!
//! Contract: each failure is in exactly one defect. Where a flaw of a diagnosis fails the same
//! vectors with the same harm, it is the defect; what no flaw explains is put together by verdict
//! and broken clause, and where no clause is known, by topic. A program that does not end, or ends
//! without an answer, on images of several topics has one defect.

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
    /// The result that shows it best: of those with the worst verdict, one whose image is about the
    /// broken clause and little else.
    pub(crate) fn shown_by(&self) -> &'a ResultRecord {
        let worst = self.results.iter().copied();
        let worst = worst.filter(|one| one.verdict == self.verdict());
        let plainest = worst.min_by_key(|one| {
            let clauses = vector(&one.vector).map(|vector| vector.clauses.ids());
            let clauses: Vec<&str> = clauses.into_iter().flatten().collect();
            let is_about_it = self.clause.is_some_and(|clause| clauses.contains(&clause));
            (!is_about_it, clauses.len())
        });
        plainest.unwrap_or(self.results[0])
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.results[0].verdict
    }
}

/// The vectors that each flaw fails, by the flaw's name, and with what verdict.
pub(crate) type Caught = BTreeMap<String, BTreeMap<String, Verdict>>;

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
    End(Verdict),
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
            of_flaw.and_then(|vectors| vectors.get(&result.vector)) == Some(&result.verdict)
        };
        let flaw = flaws.iter().position(fails);
        let clause = clause_of(result);
        let cause = match (flaw, clause) {
            (Some(flaw), _) => Cause::Flaw(flaw),
            (None, Some(clause)) => Cause::Clause(result.verdict, clause),
            // What ends a program tells nothing of the image.
            (None, None) if ends_it(result.verdict) => Cause::End(result.verdict),
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

fn ends_it(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Hang | Verdict::Crash | Verdict::Runaway)
}

fn topic_of(id: &str) -> &'static str {
    vector(id).map_or("unknown", |vector| vector.topic.name())
}

fn vector(id: &str) -> Option<&'static Vector> {
    Corpus::embedded().get(id).map(|stored| &stored.vector)
}
