//! Looking for the set of flaws that does what a subject did.
//!
//! Single flaws are ranked by the table. From the best few, sets grow by one flaw at a time: the
//! table says which ones can help, and then each set is run as one reader, in both orders, because
//! one flaw can hide another. A flaw that the final set can do without is taken out.

use std::io;

use vhdx_log_corpus::Corpus;
use vhdx_log_model::{Flaw, flaw};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::Model;
use vhdx_log_oracle::vector::VectorWithImage;

use super::compare::{Item, items};
use super::generate::Reader;
use super::table::Table;
use crate::record::{DiagnosedFlaw, Diagnosis, SubjectRecord};
use crate::run::each;

/// The least part of its failures that a diagnosis explains, in percent.
pub const MARGIN: usize = 50;

/// The most flaws that a set has.
pub const MOST_FLAWS: usize = 4;

/// How many sets are followed at a time, and by how many flaws each of them may grow.
const SETS: usize = 4;
const GROWTHS: usize = 6;

/// Fewer vectors say too little: many flaws do the same on a few.
pub const LEAST_VECTORS: usize = 50;

/// A set of flaws by their numbers, in the order in which a reader meets them, and the items on
/// which the subject did what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Set {
    flaws: Vec<usize>,
    agrees: Vec<bool>,
}

impl Set {
    fn score(&self) -> usize {
        self.agrees.iter().filter(|agrees| **agrees).count()
    }
}

/// The mistakes that explain what a subject did: none, or one set of flaws.
///
/// # Errors
/// When an image of the corpus is damaged.
pub fn diagnose(
    subject: &SubjectRecord,
    corpus: &Corpus,
    table: &Table,
    jobs: usize,
    stop: &Stop,
) -> io::Result<Option<Diagnosis>> {
    let items = items(subject, corpus, table);
    let search = Search {
        items,
        table,
        jobs,
        stop,
    };
    search.run()
}

struct Search<'a> {
    items: Vec<Item<'a>>,
    table: &'a Table,
    jobs: usize,
    stop: &'a Stop,
}

impl Search<'_> {
    fn run(&self) -> io::Result<Option<Diagnosis>> {
        let none = Set {
            flaws: Vec::new(),
            agrees: self.items.iter().map(|item| item.passes).collect(),
        };
        if none.score() == self.items.len() || self.items.len() < LEAST_VECTORS {
            return Ok(None);
        }
        let mut best = none.clone();
        let mut sets = self.singles(none.score());
        for _ in 1..MOST_FLAWS {
            sets.truncate(SETS);
            best = better(best, sets.first());
            if best.score() == self.items.len() || sets.is_empty() || self.stop.is_due() {
                break;
            }
            sets = self.grown(&sets)?;
        }
        best = better(best, sets.first());
        if best.flaws.is_empty() || !self.is_enough(&best) {
            return Ok(None);
        }
        let best = self.without_what_it_does_not_need(best)?;
        self.told(&best).map(Some)
    }

    /// Single flaws that agree on more vectors than the format does, best first.
    fn singles(&self, least: usize) -> Vec<Set> {
        let single = |number: usize| Set {
            flaws: vec![number],
            agrees: self.by_table(number),
        };
        let sets = (0..self.table.flaws.len()).map(single);
        ranked(sets.filter(|set| set.score() > least).collect())
    }

    fn by_table(&self, flaw: usize) -> Vec<bool> {
        let items = self.items.iter();
        items.map(|item| item.agrees(item.row.act(flaw))).collect()
    }

    /// Sets of one flaw more that agree on more vectors, best first.
    fn grown(&self, sets: &[Set]) -> io::Result<Vec<Set>> {
        let mut candidates: Vec<Vec<usize>> = Vec::new();
        for set in sets {
            for flaw in self.helpers(set) {
                let first = [&set.flaws[..], &[flaw]].concat();
                let last = [&[flaw][..], &set.flaws].concat();
                candidates.extend([first, last]);
            }
        }
        let least = sets.iter().map(Set::score).max().unwrap_or(0);
        let grown = self.measured(candidates)?;
        Ok(ranked(
            grown
                .into_iter()
                .filter(|set| set.score() > least)
                .collect(),
        ))
    }

    /// The flaws that can help a set most, by the table: where the set fails to agree, the flaw
    /// agrees.
    fn helpers(&self, set: &Set) -> Vec<usize> {
        let mut helpers: Vec<(usize, usize)> = (0..self.table.flaws.len())
            .filter(|flaw| !set.flaws.contains(flaw))
            .map(|flaw| (self.help(set, flaw), flaw))
            .filter(|(help, _)| *help > set.score())
            .collect();
        helpers.sort_by_key(|(help, flaw)| (std::cmp::Reverse(*help), *flaw));
        helpers.truncate(GROWTHS);
        helpers.into_iter().map(|(_, flaw)| flaw).collect()
    }

    /// On how many vectors a set with this flaw can agree at most.
    fn help(&self, set: &Set, flaw: usize) -> usize {
        let items = self.items.iter().zip(&set.agrees);
        let agrees = items.filter(|(item, agrees)| {
            let act = item.row.act(flaw);
            if *act == item.row.right {
                return **agrees;
            }
            let is_alone = set
                .flaws
                .iter()
                .all(|other| *item.row.act(*other) == item.row.right);
            item.agrees(act) || (!is_alone && **agrees)
        });
        agrees.count()
    }

    /// Runs each set as one reader, wherever it can make a difference.
    fn measured(&self, sets: Vec<Vec<usize>>) -> io::Result<Vec<Set>> {
        let flaws = |set: &[usize]| -> Vec<&'static Flaw> {
            let names = set.iter().map(|number| self.table.flaws[*number].as_str());
            names.filter_map(flaw).collect()
        };
        let readers: Vec<Model> = sets
            .iter()
            .map(|set| Model::together(&flaws(set)))
            .collect();
        let columns = each(&self.items, self.jobs, self.stop, |item| {
            let makes_a_difference = |set: &[usize]| {
                let mut flaws = set.iter();
                !item.passes || flaws.any(|flaw| *item.row.act(*flaw) != item.row.right)
            };
            if !sets.iter().any(|set| makes_a_difference(set)) {
                return Ok(vec![item.passes; sets.len()]);
            }
            let loaded = VectorWithImage::load(item.stored)?;
            let mut reader = Reader::new(loaded.case());
            let sets = sets.iter().zip(&readers);
            let agrees = sets.map(|(set, model)| match makes_a_difference(set) {
                true => item.agrees(&reader.act(model)),
                false => item.passes,
            });
            Ok(agrees.collect())
        })?;
        let set = |(number, flaws): (usize, Vec<usize>)| Set {
            flaws,
            agrees: columns.iter().map(|column| column[number]).collect(),
        };
        Ok(sets.into_iter().enumerate().map(set).collect())
    }

    fn without_what_it_does_not_need(&self, mut best: Set) -> io::Result<Set> {
        while best.flaws.len() > 1 && !self.stop.is_due() {
            let without = |left_out: usize| {
                let flaws = best.flaws.iter().enumerate();
                let flaws = flaws.filter(|(number, _)| *number != left_out);
                flaws.map(|(_, flaw)| *flaw).collect()
            };
            let smaller = self.measured((0..best.flaws.len()).map(without).collect())?;
            let same = smaller.into_iter().find(|set| set.score() >= best.score());
            match same {
                Some(set) => best = set,
                None => break,
            }
        }
        Ok(best)
    }

    /// Whether a set explains enough of what the subject fails.
    fn is_enough(&self, set: &Set) -> bool {
        let failed = || {
            self.items
                .iter()
                .zip(&set.agrees)
                .filter(|(item, _)| !item.passes)
        };
        let explained = failed().filter(|(_, agrees)| **agrees).count();
        explained * 100 >= failed().count() * MARGIN
    }

    /// The diagnosis: the flaw that explains most first, and the vectors that decide for each.
    fn told(&self, best: &Set) -> io::Result<Diagnosis> {
        let mut order = best.flaws.clone();
        let alone = |flaw: &usize| {
            self.by_table(*flaw)
                .into_iter()
                .filter(|agrees| *agrees)
                .count()
        };
        order.sort_by_key(|flaw| std::cmp::Reverse(alone(flaw)));
        let mut before: Vec<bool> = self.items.iter().map(|item| item.passes).collect();
        let mut flaws = Vec::new();
        for told in 1..=order.len() {
            // In the order in which the reader of the whole set meets them.
            let so_far = best
                .flaws
                .iter()
                .filter(|flaw| order[..told].contains(flaw));
            let so_far = so_far.copied().collect();
            let agrees = match self.measured(vec![so_far])?.pop() {
                Some(set) if set.agrees.len() == self.items.len() => set.agrees,
                _ => best.agrees.clone(),
            };
            let number = order[told - 1];
            let name = &self.table.flaws[number];
            flaws.push(DiagnosedFlaw {
                name: name.clone(),
                clause: flaw(name).map_or("", |flaw| flaw.clauses[0]).to_owned(),
                agree: agrees.iter().filter(|agrees| **agrees).count(),
                decided_by: self.deciding(&before, &agrees),
            });
            before = agrees;
        }
        Ok(Diagnosis {
            flaws,
            vectors: self.items.len(),
            agree: best.score(),
        })
    }

    /// The vectors that agree now and did not before.
    fn deciding(&self, before: &[bool], now: &[bool]) -> Vec<String> {
        let items = self.items.iter().zip(before.iter().zip(now));
        let deciding = items.filter(|(_, (before, now))| !**before && **now);
        deciding.map(|(item, _)| item.id().to_owned()).collect()
    }
}

/// The set that agrees on more vectors; of equals the first.
fn better(best: Set, other: Option<&Set>) -> Set {
    match other {
        Some(other) if other.score() > best.score() => other.clone(),
        _ => best,
    }
}

/// Best first; equals stay in their order.
fn ranked(mut sets: Vec<Set>) -> Vec<Set> {
    sets.sort_by_key(|set| std::cmp::Reverse(set.score()));
    sets
}
