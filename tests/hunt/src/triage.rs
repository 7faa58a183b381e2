//! Failing cases become findings, each mistake once.
//!
//! A failing case that a finding explains is counted and put aside. Of the others one of each kind
//! is shrunk and named, and then the rest is looked at again. A kind that turns out to be known
//! again and again is tried less and less.

use std::collections::BTreeSet;
use std::time::Duration;

use rayon::ThreadPool;
use rayon::prelude::*;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_image::Recipe;
use vhdx_log_model::{Flaw, flaw};
use vhdx_log_oracle::stop::Stop;

use crate::case::TestCase;
use crate::examine::{Examiner, Wrong};
use crate::finding::{
    Diagnosis, Finding, Limits, Name, Reliability, Shrunk, Suspects, Symptom, diagnose, digest,
    reliability, shrunk, skeleton,
};
use crate::generate::Source;
use crate::settings::Settings;
use crate::state::State;

/// The most kinds of a failure that are shrunk for nothing before the kind is hardly tried.
const MOST_IN_VAIN: u64 = 16;

/// How many times in vain one finding counts that the program does not end on.
const ENDLESS: u64 = 3;

/// How many kinds are shrunk at a time. The number of jobs does not decide it, as it changes what
/// is found.
const AT_A_TIME: usize = 2;

/// A failing case.
pub(crate) struct Failing {
    /// The number of the case, from 1.
    pub(crate) number: u64,
    pub(crate) source: Source,
    pub(crate) case: TestCase,
    pub(crate) wrong: Wrong,
}

/// Sorts out failing cases.
pub(crate) struct Triage<'a> {
    pub(crate) examiner: &'a Examiner<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) name: &'a str,
    pub(crate) threads: &'a ThreadPool,
    pub(crate) stop: &'a Stop,
}

/// What became of a failing case.
struct Worked {
    failing: Failing,
    shrunk: Shrunk,
    diagnosis: Option<Diagnosis>,
    reliability: Reliability,
}

impl Triage<'_> {
    /// `on_news` is told when findings may have been added.
    pub(crate) fn sort_out(
        &self,
        state: &mut State,
        mut failing: Vec<Failing>,
        on_news: &mut dyn FnMut(&mut State),
    ) {
        while !failing.is_empty() && !self.stop.is_due() {
            let known = self.known(state);
            failing = self.without_explained(state, failing, &known);
            let (chosen, rest) = one_of_each_kind(failing);
            failing = rest;
            let worked: Vec<Option<Worked>> = self.threads.install(|| {
                let chosen = chosen.into_par_iter().with_max_len(1);
                chosen.map(|failing| self.work(failing, &known)).collect()
            });
            for worked in worked {
                match worked {
                    Some(worked) => self.add(state, worked),
                    None => state.put_aside += 1,
                }
            }
            self.absorb(state);
            on_news(state);
            if self.settings.first_only && !state.findings.is_empty() {
                return;
            }
        }
    }

    /// The flaws that explain what was found, or is expected.
    fn known(&self, state: &State) -> Vec<&'static Flaw> {
        let found = state
            .findings
            .iter()
            .filter_map(|finding| match &finding.name {
                Name::Flaw(name) => flaw(name),
                Name::New(_) => None,
            });
        let mut known: Vec<&'static Flaw> = found.collect();
        for expected in self.settings.known.flaws(self.name) {
            if known.iter().all(|one| one.name != expected.name) {
                known.push(expected);
            }
        }
        known
    }

    /// Counts the cases that known mistakes explain, and gives the others.
    fn without_explained(
        &self,
        state: &mut State,
        failing: Vec<Failing>,
        known: &[&'static Flaw],
    ) -> Vec<Failing> {
        let explained: Vec<Option<&'static Flaw>> = self.threads.install(|| {
            let failing = failing.par_iter().with_max_len(1);
            failing.map(|one| one.explained(known)).collect()
        });
        let mut left = Vec::new();
        for (one, explained) in failing.into_iter().zip(explained) {
            if let Some(flaw) = explained {
                let name = Name::Flaw(flaw.name.to_owned());
                count(state, &name, &one.wrong);
            } else if let Some(name) =
                same_demand(state, &one.wrong.symptom).or_else(|| like_a_new_one(state, &one))
            {
                count(state, &name, &one.wrong);
            } else if !is_tried_in_vain(state, &one) {
                left.push(one);
            }
        }
        left
    }

    /// Makes a failing case smaller, checks it and names it. `None` when that says nothing about
    /// the log: the program did not do it again, or refuses such disks with an empty log, too.
    fn work(&self, failing: Failing, known: &[&'static Flaw]) -> Option<Worked> {
        let limits = Limits {
            cases: self.settings.shrink_cases,
            time: Duration::from_secs(self.settings.shrink_seconds),
        };
        let (case, wrong) = (&failing.case, &failing.wrong);
        if wrong.symptom.has_no_end() {
            // A machine that is busy makes a program late once.
            let again = self.examiner.examine(case).wrong;
            again.filter(|again| again.symptom.has_no_end())?;
        }
        let shrunk = shrunk(self.examiner, case, wrong, known, limits, self.stop);
        let symptom = &shrunk.wrong.symptom;
        let reliability = reliability(self.examiner, &shrunk.case, symptom, self.stop);
        let is_seen_again = reliability.same > 0 || reliability.of == 0;
        if !is_seen_again || self.is_unsupported(&shrunk) {
            return None;
        }
        let diagnosis = diagnose(self.examiner, &shrunk, known, self.stop);
        Some(Worked {
            failing,
            shrunk,
            diagnosis,
            reliability,
        })
    }

    /// Whether the program refuses the same disk with an empty log, too.
    fn is_unsupported(&self, shrunk: &Shrunk) -> bool {
        if shrunk.wrong.symptom.verdict != Verdict::RefusedGood {
            return false;
        }
        let geometry = shrunk.case.recipe.geometry.clone();
        let clean = shrunk.case.with_recipe(Recipe {
            geometry,
            ..Recipe::clean()
        });
        let found = self.examiner.examine(&clean).wrong;
        found.is_some_and(|wrong| wrong.symptom.verdict == Verdict::RefusedGood)
    }

    /// Adds a finding, unless there is one of the same name.
    fn add(&self, state: &mut State, worked: Worked) {
        let Worked {
            failing,
            shrunk,
            diagnosis,
            reliability,
        } = worked;
        state.asked += shrunk.asked as u64;
        let symptom = shrunk.wrong.symptom;
        let name = match &diagnosis {
            Some(diagnosis) => Name::Flaw(diagnosis.flaw.clone()),
            None => Name::New(digest(&symptom, &shrunk.case.recipe)),
        };
        if self.settings.known.has(self.name, &name) {
            *state.known.entry(name.to_string()).or_insert(0) += 1;
            return;
        }
        // What was found at the same time can explain it.
        let known = self.known(state);
        let image = shrunk.case.image();
        let mut readers = Suspects::new(&shrunk.case, &image, &shrunk.wrong.act);
        let explained = readers
            .are_known(&known)
            .map(|flaw| Name::Flaw(flaw.name.to_owned()));
        let explained = explained.or_else(|| same_demand(state, &symptom));
        let explained = explained.or_else(|| like_that_one(state, &name, &symptom, &shrunk.case));
        let explained = explained.or_else(|| merged(state, diagnosis.as_ref()?));
        if let Some(name) = explained {
            count(state, &name, &failing.wrong);
            let kind = failing.wrong.symptom.coarse();
            let in_vain = state.in_vain.entry(kind).or_insert(0);
            *in_vain = (*in_vain + 1).min(MOST_IN_VAIN);
            return;
        }
        state.findings.push(Finding {
            name,
            worst: symptom.verdict.min(failing.wrong.symptom.verdict),
            symptom,
            case: shrunk.case,
            result: shrunk.wrong.result,
            diagnosis,
            reliability,
            found_at: failing.number,
            seen: 1,
            first: failing.case,
            source: failing.source.name().to_owned(),
            asked: shrunk.asked,
            is_least: shrunk.is_least,
        });
    }

    /// Findings without a name that what was found since explains, alone or together: two mistakes
    /// on one image look like a third one, until both are known.
    fn absorb(&self, state: &mut State) {
        let known = self.known(state);
        let findings = std::mem::take(&mut state.findings);
        let mut explained = Vec::new();
        for finding in findings {
            let image = finding.case.image();
            let act = self.examiner.act(&finding.result);
            let mut readers = Suspects::new(&finding.case, &image, &act);
            match readers.are_known(&known).filter(|_| finding.is_new()) {
                Some(flaw) => explained.push((flaw, finding)),
                None => state.findings.push(finding),
            }
        }
        for (flaw, finding) in explained {
            let name = Name::Flaw(flaw.name.to_owned());
            match state.findings.iter_mut().find(|one| one.name == name) {
                Some(one) => {
                    one.seen += finding.seen;
                    one.worst = one.worst.min(finding.worst);
                }
                None => *state.known.entry(name.to_string()).or_insert(0) += finding.seen,
            }
        }
    }
}

impl Failing {
    /// The known mistake that explains it.
    fn explained(&self, known: &[&'static Flaw]) -> Option<&'static Flaw> {
        let image = self.case.image();
        Suspects::new(&self.case, &image, &self.wrong.act).are_known(known)
    }
}

/// A finding, or an expected one, is seen once more.
fn count(state: &mut State, name: &Name, wrong: &Wrong) {
    match state.findings.iter_mut().find(|one| one.name == *name) {
        Some(finding) => {
            finding.seen += 1;
            finding.worst = finding.worst.min(wrong.symptom.verdict);
        }
        None => *state.known.entry(name.to_string()).or_insert(0) += 1,
    }
}

/// The finding of this name, or without one that shows the same symptom on an image that has what
/// is special about this one, or less.
fn like_that_one(state: &State, name: &Name, symptom: &Symptom, case: &TestCase) -> Option<Name> {
    let parts = skeleton(&case.recipe);
    let mut findings = state.findings.iter();
    let like = findings.find(|one| {
        let others = skeleton(&one.case.recipe);
        let is_like = others.is_subset(&parts) || parts.is_subset(&others);
        let are_new = one.is_new() && matches!(name, Name::New(_));
        one.name == *name || (are_new && one.symptom.is_same(symptom) && is_like)
    })?;
    Some(like.name.clone())
}

/// The finding that one flaw explains together with this one: the fewest mistakes that explain all
/// findings are the likeliest. That finding then has the name of this flaw.
fn merged(state: &mut State, diagnosis: &Diagnosis) -> Option<Name> {
    for finding in &mut state.findings {
        let Some(other) = &finding.diagnosis else {
            continue;
        };
        let mut candidates = other.candidates.iter();
        let common = candidates.find(|name| diagnosis.candidates.contains(name));
        let Some(flaw) = common.and_then(|name| flaw(name)) else {
            continue;
        };
        let (agree, images) = (
            other.agree + diagnosis.agree,
            other.images + diagnosis.images,
        );
        let both = other
            .candidates
            .iter()
            .filter(|name| diagnosis.candidates.contains(name));
        finding.name = Name::Flaw(flaw.name.to_owned());
        finding.diagnosis = Some(Diagnosis {
            candidates: both.cloned().collect(),
            ..Diagnosis::of(flaw, agree, images)
        });
        return Some(finding.name.clone());
    }
    None
}

/// The finding that breaks the same demand, whatever its image holds.
fn same_demand(state: &State, symptom: &Symptom) -> Option<Name> {
    let mut findings = state.findings.iter();
    let same = findings.find(|finding| finding.symptom.is_same_demand(symptom))?;
    Some(same.name.clone())
}

/// The finding without a name that a case is most likely one more of: the symptom is the same, and
/// the case has all that is special about it. The 4th, 16th, 64th ... of them are looked at
/// nevertheless.
fn like_a_new_one(state: &State, one: &Failing) -> Option<Name> {
    let parts = skeleton(&one.case.recipe);
    let mut unnamed = state.findings.iter().filter(|finding| finding.is_new());
    let like = unnamed.find(|finding| {
        finding.symptom.is_same(&one.wrong.symptom)
            && skeleton(&finding.case.recipe).is_subset(&parts)
    })?;
    let is_looked_at = like.seen.is_power_of_two() && like.seen.trailing_zeros() % 2 == 0;
    (!is_looked_at || like.seen == 1).then(|| like.name.clone())
}

/// Whether a kind of failure was shrunk for nothing so often that it is not tried this time. Each
/// time in vain halves how often it is tried.
fn is_tried_in_vain(state: &State, one: &Failing) -> bool {
    let kind = one.wrong.symptom.coarse();
    let mut in_vain = state.in_vain.get(&kind).copied().unwrap_or(0);
    if one.wrong.symptom.has_no_end() {
        // Each time costs the whole time limit, many times over.
        let findings = state.findings.iter();
        let without_end = findings.filter(|finding| finding.symptom.has_no_end());
        in_vain += ENDLESS * without_end.count() as u64;
    }
    let in_vain = in_vain.min(MOST_IN_VAIN);
    !one.number.is_multiple_of(1 << in_vain)
}

/// The first case of each kind, at most [`AT_A_TIME`], and the others.
fn one_of_each_kind(failing: Vec<Failing>) -> (Vec<Failing>, Vec<Failing>) {
    let mut kinds = BTreeSet::new();
    failing.into_iter().partition(|one| {
        let kind = one.wrong.symptom.coarse();
        kinds.len() < AT_A_TIME && kinds.insert(kind)
    })
}
