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
use vhdx_log_model::{Flaw, Mistake, PROGRAMS, Program, Suspects, all_flaws};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Model, Outcome, Profile, Subject};
use vhdx_log_oracle::vector::VectorWithImage;
use vhdx_log_oracle::{Expectations, judge};

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
        let all = Suspects::new(all_flaws());
        let found: Vec<Found> = made
            .par_iter()
            .map(|made| (!stop.is_due()).then(|| find(made, &all)))
            .collect::<Option<_>>()?;
        let mut isolating: BTreeMap<_, Vec<String>> = BTreeMap::new();
        let mut kills: BTreeMap<_, Vec<String>> =
            all_flaws().map(|flaw| (flaw.name, Vec::new())).collect();
        let mut coverage: BTreeMap<(String, Side), Vec<String>> = BTreeMap::new();
        for (made, found) in made.iter().zip(found) {
            let id = &made.vector.id;
            for flaw in found.killed {
                kills.entry(flaw).or_default().push(id.clone());
            }
            for defect in found.isolated {
                isolating.entry(defect).or_default().push(id.clone());
            }
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

/// What a vector finds.
struct Found {
    killed: Vec<&'static str>,
    /// The name of a program and the number of a defect.
    isolated: Vec<(&'static str, &'static str)>,
}

/// Tries the flaws that can show on a vector: with any other one the model does what it does
/// without a flaw, and that is known to be right.
///
/// A vector with a time limit is large, and made for the time alone: only flaws that break a clause
/// it is about are run on it, besides those of programs.
fn find(made: &VectorWithImage, all: &Suspects) -> Found {
    let vector = &made.vector;
    let is_tried = |flaw: &Flaw| {
        let mut clauses = vector.clauses.ids();
        vector.limit_ms.is_none() || clauses.any(|id| flaw.clauses.contains(&id))
    };
    let of_time = vector.limit_ms.map(|_| {
        let chosen = all.flaws();
        Suspects::new(chosen.filter(|flaw| is_tried(flaw) || is_of_program(flaw)))
    });
    let all = of_time.as_ref().unwrap_or(all);
    let expectations = made.expectations();
    let judged = Judged {
        right: Model::format().open(&expectations.case).seen_from_outside(),
        expectations,
    };
    let suspects = match judged.fails(&judged.right) {
        false => Model::suspects(&judged.expectations.case, all),
        true => all.flaws().collect(),
    };
    let tried = suspects.iter().filter(|flaw| is_tried(flaw));
    let killing = tried.filter(|flaw| judged.fails(&judged.outcome(&Model::flawed(flaw))));
    Found {
        killed: killing.map(|flaw| flaw.name).collect(),
        isolated: judged.defects_isolated(&suspects),
    }
}

fn is_of_program(flaw: &Flaw) -> bool {
    let mut mistakes = PROGRAMS.iter().flat_map(|program| program.mistakes);
    mistakes.any(|mistake| mistake.flaws.contains(&flaw.name))
}

/// A vector that many readers are judged by.
struct Judged<'a> {
    expectations: Expectations<'a>,
    /// What the model does.
    right: Outcome,
}

impl Judged<'_> {
    /// The defects of real programs that a vector shows by themselves, judged by the contents of
    /// the file alone, or by its headers and the order of the writes as well.
    fn defects_isolated(&self, suspects: &[&'static Flaw]) -> Vec<(&'static str, &'static str)> {
        let is_judged = |program: &&Program| {
            let refuses = program.refuses_dirty_read_only;
            !(refuses && self.expectations.case.access == Access::ReadOnly)
        };
        let is_suspect = |program: &&Program| {
            let mut flaws = program.mistakes.iter().flat_map(|mistake| mistake.flaws);
            flaws.any(|name| suspects.iter().any(|flaw| flaw.name == *name))
        };
        let programs = PROGRAMS.iter().filter(is_judged).filter(is_suspect);
        programs
            .flat_map(|program| self.isolated(program))
            .collect()
    }

    /// The defects without which a program that fails, in one of the two ways, would not.
    fn isolated(&self, program: &Program) -> Vec<(&'static str, &'static str)> {
        let fails = |model: &Model| {
            let outcome = self.outcome(model);
            let contents = without_headers(outcome.clone(), &self.right);
            [&outcome, &contents].map(|outcome| self.fails(outcome))
        };
        let with_all = fails(&Model::program(program));
        if with_all == [false; 2] {
            return Vec::new();
        }
        let is_isolated = |mistake: &&Mistake| {
            let without = fails(&Model::program_without(program, **mistake));
            with_all
                .iter()
                .zip(without)
                .any(|(fails, still)| *fails && !still)
        };
        let mistakes = program
            .mistakes
            .iter()
            .filter(|mistake| mistake.defect.is_some());
        mistakes
            .filter(is_isolated)
            .filter_map(|mistake| Some((program.name, mistake.defect?)))
            .collect()
    }

    /// What a reader does, as far as it shows from outside.
    fn outcome(&self, model: &Model) -> Outcome {
        model.open(&self.expectations.case).seen_from_outside()
    }

    /// Whether no reading of the vector allows an outcome.
    fn fails(&self, outcome: &Outcome) -> bool {
        judge(&self.expectations, outcome, &Profile::default()).is_err()
    }
}

/// An outcome with the headers of another one, and nothing about the order of the writes.
fn without_headers(mut outcome: Outcome, right: &Outcome) -> Outcome {
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
