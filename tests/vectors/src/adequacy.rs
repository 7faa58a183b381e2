//! How good a set of vectors is: which flaws it kills, and which clauses it covers from which side.
//!
//! A vector isolates a defect of a real program when the model with all mistakes of that program
//! fails it, and passes it without this one: no other mistake hides the defect, and none is blamed
//! for it.
//!
//! A vector kills a flaw when the flawed model does what no reading of the vector allows, as far as
//! that shows from outside. The clause that a refusal cites does not count, and neither do the
//! entries that the model reports as applied: an outside program need not report either. A clause
//! is covered from a side by every vector that lists it there; that the vector is right about it is
//! not checked here.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use vhdx_log_corpus::{Access, Scope, Side, Strength, Vector, clauses};
use vhdx_log_image::{HEADER_SECTORS, SECTOR};
use vhdx_log_model::{Flaw, PROGRAMS, Program, all_flaws};
use vhdx_log_oracle::judge;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Model, Outcome, Subject};
use vhdx_log_oracle::vector::VectorWithImage;

#[derive(Clone, Debug)]
pub struct Adequacy {
    /// By the name of the flaw; vectors in the order of the corpus.
    kills: BTreeMap<&'static str, Vec<String>>,
    /// By clause and side; vectors in the order of the corpus.
    coverage: BTreeMap<(String, Side), Vec<String>>,
    /// By the name of a program and the number of a defect; vectors in the order of the corpus.
    isolating: BTreeMap<(&'static str, &'static str), Vec<String>>,
    vectors: Vec<String>,
}

impl Adequacy {
    /// Runs every flaw on every vector; `None` when that was stopped before the end.
    pub fn measure(made: &[VectorWithImage], stop: &Stop) -> Option<Self> {
        let killed: Vec<Vec<&'static str>> = made
            .par_iter()
            .map(|made| (!stop.is_due()).then(|| flaws_killed(made).collect()))
            .collect::<Option<_>>()?;
        let isolated: Vec<Vec<_>> = made
            .par_iter()
            .map(|made| (!stop.is_due()).then(|| defects_isolated(made)))
            .collect::<Option<_>>()?;
        let mut isolating: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for (made, isolated) in made.iter().zip(isolated) {
            for defect in isolated {
                let ids = isolating.entry(defect).or_default();
                ids.push(made.vector.id.clone());
            }
        }
        let mut kills: BTreeMap<_, Vec<String>> =
            all_flaws().map(|flaw| (flaw.name, Vec::new())).collect();
        let mut coverage: BTreeMap<(String, Side), Vec<String>> = BTreeMap::new();
        for (made, killed) in made.iter().zip(killed) {
            let id = &made.vector.id;
            killed
                .iter()
                .for_each(|flaw| kills.entry(flaw).or_default().push(id.clone()));
            for pair in sides(&made.vector) {
                coverage.entry(pair).or_default().push(id.clone());
            }
        }
        Some(Self {
            kills,
            coverage,
            isolating,
            vectors: made.iter().map(|made| made.vector.id.clone()).collect(),
        })
    }

    pub fn killers(&self, flaw: &Flaw) -> &[String] {
        self.kills.get(flaw.name).map_or(&[], Vec::as_slice)
    }

    /// The names of the flaws that a vector kills.
    pub fn flaws_killed_by(&self, id: &str) -> impl Iterator<Item = &'static str> {
        self.kills
            .iter()
            .filter(move |(_, ids)| ids.iter().any(|killer| killer == id))
            .map(|(flaw, _)| *flaw)
    }

    /// The vectors that a program fails with all its mistakes, and would pass without this defect.
    pub fn isolating(&self, program: &str, defect: &str) -> &[String] {
        let mut all = self.isolating.iter();
        let found = all.find(|((name, id), _)| *name == program && *id == defect);
        found.map_or(&[], |(_, ids)| ids)
    }

    pub fn covering(&self, clause: &str, side: Side) -> &[String] {
        self.coverage
            .get(&(clause.to_owned(), side))
            .map_or(&[], Vec::as_slice)
    }

    /// The flaws that no vector kills.
    pub fn survivors(&self) -> Vec<&'static Flaw> {
        all_flaws()
            .filter(|flaw| self.killers(flaw).is_empty())
            .collect()
    }

    /// The redundant vectors: no kills, and no clause covered from a side that no other vector
    /// covers.
    pub fn redundant(&self) -> Vec<&str> {
        let killing: BTreeSet<&String> = self.kills.values().flatten().collect();
        let alone: BTreeSet<&String> = self
            .coverage
            .values()
            .filter_map(|ids| {
                if let [only] = &ids[..] {
                    Some(only)
                } else {
                    None
                }
            })
            .collect();
        let redundant = self
            .vectors
            .iter()
            .filter(|id| !killing.contains(id) && !alone.contains(id));
        redundant.map(String::as_str).collect()
    }

    /// The MUST and SAFE clauses about reading that no vector covers, with the side that is
    /// missing.
    pub fn uncovered(&self) -> Vec<(&'static str, Side)> {
        let binding = clauses().iter().filter(|clause| {
            clause.scope == Scope::Reading
                && matches!(clause.strength, Strength::Must | Strength::Safe)
        });
        let pairs =
            binding.flat_map(|clause| clause.sides.iter().map(|&side| (clause.id.as_str(), side)));
        pairs
            .filter(|&(clause, side)| self.covering(clause, side).is_empty())
            .collect()
    }

    /// Groups of vectors that kill the same flaws and cover the same clauses from the same sides:
    /// candidates for removal.
    pub fn alike(&self) -> Vec<Vec<&str>> {
        let mut groups: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for id in &self.vectors {
            let kills: Vec<_> = self
                .kills
                .iter()
                .filter(|(_, ids)| ids.contains(id))
                .map(|(flaw, _)| *flaw)
                .collect();
            let covers: Vec<_> = self
                .coverage
                .iter()
                .filter(|(_, ids)| ids.contains(id))
                .map(|(pair, _)| pair)
                .collect();
            groups.entry((kills, covers)).or_default().push(id);
        }
        groups
            .into_values()
            .filter(|group| group.len() > 1)
            .collect()
    }
}

/// A vector with a time limit is large, and made for the time alone: only flaws that break a clause
/// it is about are run on it.
fn flaws_killed(made: &VectorWithImage) -> impl Iterator<Item = &'static str> + '_ {
    let is_about = |flaw: &Flaw| {
        made.vector
            .clauses
            .ids()
            .any(|id| flaw.clauses.contains(&id))
    };
    all_flaws()
        .filter(move |flaw| made.vector.limit_ms.is_none() || is_about(flaw))
        .filter(|flaw| kills(made, flaw))
        .map(|flaw| flaw.name)
}

/// The defects of real programs that a vector shows by themselves, judged by the contents of the
/// file alone, or by its headers and the order of the writes as well.
fn defects_isolated(made: &VectorWithImage) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let right = Model::format().open(&made.case());
    let is_judged = |program: &Program| {
        !(program.refuses_dirty_read_only && made.vector.access == Access::ReadOnly)
    };
    for program in PROGRAMS.iter().filter(|program| is_judged(program)) {
        let whole = |subject: &Model| fails(made, subject);
        let contents = |subject: &Model| {
            let outcome = without_headers(subject.open(&made.case()), &right);
            judge(&made.expectations(), &outcome, &subject.profile()).is_err()
        };
        let [by_all, by_contents] = [isolated(program, whole), isolated(program, contents)];
        for defect in by_all.into_iter().chain(by_contents) {
            if !found.contains(&(program.name, defect)) {
                found.push((program.name, defect));
            }
        }
    }
    found
}

/// The defects without which a program that fails would not.
fn isolated(program: &Program, fails: impl Fn(&Model) -> bool) -> Vec<&'static str> {
    if !fails(&Model::program(program)) {
        return Vec::new();
    }
    let mistakes = program.mistakes.iter();
    mistakes
        .filter(|mistake| !fails(&Model::program_without(program, **mistake)))
        .filter_map(|mistake| mistake.defect)
        .collect()
}

/// An outcome with the headers of another one, and nothing about the order of the writes.
fn without_headers(outcome: Outcome, right: &Outcome) -> Outcome {
    let mut outcome = outcome.seen_from_outside();
    if let (Outcome::Accepted(accepted), Outcome::Accepted(right)) = (&mut outcome, right)
        && let (Some(file), Some(right)) = (&mut accepted.file, &right.file)
    {
        for number in HEADER_SECTORS {
            file.write(number * SECTOR, right.bytes(number));
        }
        accepted.steps = None;
    }
    outcome
}

/// Whether a flawed model does what no reading of the vector allows.
pub fn kills(made: &VectorWithImage, flaw: &Flaw) -> bool {
    fails(made, &Model::flawed(flaw))
}

fn fails(made: &VectorWithImage, subject: &Model) -> bool {
    let outcome = subject.open(&made.case()).seen_from_outside();
    judge(&made.expectations(), &outcome, &subject.profile()).is_err()
}

/// The clauses of a vector, each with the side that it shows.
pub fn sides(vector: &Vector) -> impl Iterator<Item = (String, Side)> + '_ {
    let of = |ids: &'_ [String], side| {
        ids.iter()
            .map(move |id| (id.clone(), side))
            .collect::<Vec<_>>()
    };
    let open = vector.open.as_slice();
    let pairs = [
        of(&vector.clauses.accepts, Side::Accepts),
        of(&vector.clauses.refuses, Side::Refuses),
        of(open, Side::Open),
    ];
    pairs.into_iter().flatten()
}
