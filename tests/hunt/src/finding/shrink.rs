//! The simplest recipe on which a program makes the same mistake.
//!
//! The same: the symptom is the same, what is known already does not explain it, and of the flaws
//! that could explain it so far one still can. Without the last two a descent slips from a rare
//! mistake of a program to a common one. What the program did on the way is kept: it is what the
//! name is decided by.

use std::time::{Duration, Instant};

use vhdx_log_bench::diagnose::Act;
use vhdx_log_image::Recipe;
use vhdx_log_image::shrink::{Descent, shrink};
use vhdx_log_model::Flaw;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::Model;

use super::found::Reliability;
use super::suspects::Suspects;
use super::symptom::Symptom;
use crate::case::TestCase;
use crate::examine::{Examiner, Wrong};

/// How many of the cases that were tried are kept.
const KEPT: usize = 40;
/// How many recipes are tried in this process where the program hangs.
const LEAP: usize = 4000;
/// How often a finding has to show itself again, and how often a flaky one is tried.
const AGAIN: u32 = 3;
const FLAKY: u32 = 10;

/// How long shrinking may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) cases: usize,
    pub(crate) time: Duration,
}

/// A case that was tried, and what the program did with it.
pub(crate) struct Tried {
    pub(crate) case: TestCase,
    pub(crate) act: Act,
    pub(crate) passes: bool,
}

/// What is left of a failing case.
pub(crate) struct Shrunk {
    pub(crate) case: TestCase,
    pub(crate) wrong: Wrong,
    /// The flaws that do the same on every image of the descent.
    pub(crate) suspects: Vec<&'static Flaw>,
    pub(crate) tried: Vec<Tried>,
    pub(crate) asked: usize,
    pub(crate) is_least: bool,
}

/// Makes a failing case smaller.
pub(crate) fn shrunk(
    examiner: &Examiner<'_>,
    case: &TestCase,
    wrong: &Wrong,
    known: &[&'static Flaw],
    limits: Limits,
    stop: &Stop,
) -> Shrunk {
    let mut descent = Descent::from(case.recipe.clone());
    let share = if wrong.symptom.has_no_end() { 2 } else { 1 };
    let deadline = Instant::now() + limits.time / share;
    let mut shrunk = Shrunk {
        suspects: suspects(case, &wrong.act, known),
        case: case.clone(),
        wrong: wrong.clone(),
        tried: Vec::new(),
        asked: 0,
        is_least: false,
    };
    if wrong.symptom.has_no_end() && shrunk.leaps(examiner) {
        descent = Descent::from(shrunk.case.recipe.clone());
    }
    while shrunk.asked < limits.cases && !stop.is_due() && Instant::now() < deadline {
        let Some(recipe) = descent.propose() else {
            shrunk.is_least = true;
            break;
        };
        if is_expensive(recipe) {
            continue;
        }
        let candidate = shrunk.case.with_recipe(recipe.clone());
        if shrunk.takes(examiner, candidate, known) {
            descent.accept();
        }
    }
    shrunk
}

impl Shrunk {
    /// Each time a program hangs costs its whole time. So the model with a flaw that hangs on the
    /// same image is asked first, and the program once, about what is left. Returns whether it
    /// hangs there.
    fn leaps(&mut self, examiner: &Examiner<'_>) -> bool {
        let Some(&flaw) = self.suspects.first() else {
            return false;
        };
        let model = Model::flawed(flaw);
        let reader = Examiner::new(&model);
        let mut hangs = |recipe: &Recipe| {
            let candidate = self.case.with_recipe(recipe.clone());
            let found = if is_expensive(recipe) {
                None
            } else {
                reader.examine(&candidate).wrong
            };
            found.is_some_and(|wrong| wrong.symptom.has_no_end())
        };
        let least = shrink(self.case.recipe.clone(), &mut hangs, LEAP);
        let candidate = self.case.with_recipe(least);
        self.takes(examiner, candidate, &[])
    }

    /// Asks the program about a simpler case. When it makes the same mistake there, that is the
    /// case from now on.
    fn takes(
        &mut self,
        examiner: &Examiner<'_>,
        candidate: TestCase,
        known: &[&'static Flaw],
    ) -> bool {
        self.asked += 1;
        let found = examiner.examine_in_full(&candidate);
        if let Some(act) = found.act {
            self.keep(Tried {
                case: candidate.clone(),
                act,
                passes: found.wrong.is_none(),
            });
        }
        let Some(wrong) = found.wrong else {
            return false;
        };
        if !wrong.symptom.is_same(&self.wrong.symptom) {
            return false;
        }
        let image = candidate.image();
        let mut readers = Suspects::new(&candidate, &image, &wrong.act);
        if readers.are_known(known).is_some() {
            return false;
        }
        if self.suspects.is_empty() {
            self.suspects = readers.all();
        } else {
            let left = self.suspects.iter().copied();
            let left: Vec<_> = left.filter(|flaw| readers.does_it(flaw)).collect();
            if left.is_empty() {
                return false;
            }
            self.suspects = left;
        }
        (self.case, self.wrong) = (candidate, *wrong);
        true
    }

    /// Keeps the newest, which are nearest to the end of the descent.
    fn keep(&mut self, tried: Tried) {
        if self.tried.len() >= KEPT {
            self.tried.remove(0);
        }
        self.tried.push(tried);
    }
}

/// The flaws that do what the program did, alone or else together with those that are known.
fn suspects(case: &TestCase, act: &Act, known: &[&'static Flaw]) -> Vec<&'static Flaw> {
    let image = case.image();
    let mut readers = Suspects::new(case, &image, act);
    let alone = readers.all();
    let is_known = |flaw: &&'static Flaw| known.iter().any(|one| one.name == flaw.name);
    alone.into_iter().filter(|flaw| !is_known(flaw)).collect()
}

/// Steps of shrinking only make recipes smaller, but a number that was out of range before can make
/// a log of gibibytes when it is not any more.
fn is_expensive(recipe: &Recipe) -> bool {
    recipe.geometry.log_mib > 64
}

/// Asks again, and more often where the answer differs.
pub(crate) fn reliability(
    examiner: &Examiner<'_>,
    case: &TestCase,
    symptom: &Symptom,
    stop: &Stop,
) -> Reliability {
    let mut so_far = Reliability { same: 0, of: 0 };
    let mut wanted = AGAIN;
    while so_far.of < wanted && !stop.is_due() {
        let wrong = examiner.examine(case).wrong;
        so_far.same += u32::from(wrong.is_some_and(|wrong| wrong.symptom.is_same(symptom)));
        so_far.of += 1;
        if so_far.is_flaky() {
            wanted = FLAKY;
        }
    }
    so_far
}
