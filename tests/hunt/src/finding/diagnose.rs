//! The name of a finding: the flaw of the model that does the same on the shrunk image and around
//! it, or *new*.
//!
//! On a small image many flaws do the same. They are told apart by what the program did while the
//! case was shrunk, passes included, and then by vectors of the corpus on which they differ: the
//! program is asked about those. A flaw has to agree on the shrunk image, and on most of the images
//! around it that say anything about it ([`ENOUGH`]); what a known mistake explains says nothing. A
//! wrong name is worse than none.

use vhdx_log_bench::diagnose::stored;
use vhdx_log_corpus::Corpus;
use vhdx_log_image::{Recipe, Target};
use vhdx_log_model::Flaw;
use vhdx_log_oracle::stop::Stop;

use super::found::Diagnosis;
use super::shrink::{Shrunk, Tried};
use super::suspects::{Evidence, Suspects};
use crate::case::TestCase;
use crate::examine::Examiner;

/// The least part of the images around a finding on which a flaw agrees, in percent.
const ENOUGH: usize = 80;
/// How many vectors a program is asked about to tell flaws apart.
const EXPERIMENTS: usize = 24;
/// The largest image of such a vector, in bytes.
const LARGEST: u64 = 64 << 20;

/// The most flaws that are looked at closely, and how few alone are not enough.
const MOST: usize = 48;
const FEW: usize = 4;

/// A flaw, and on how many images around the finding it agrees.
struct Suspect {
    flaw: &'static Flaw,
    /// It shows on the shrunk image only together with known ones.
    needs_known: bool,
    agree: usize,
    against: usize,
    other: usize,
}

impl Suspect {
    fn note(&mut self, evidence: Evidence) {
        match evidence {
            Evidence::None => {}
            Evidence::For => self.agree += 1,
            Evidence::Against => self.against += 1,
            Evidence::Other => self.other += 1,
        }
    }

    /// How well it explains what was seen. What speaks against it counts as much as four
    /// agreements, what may be another mistake as much as one.
    fn score(&self) -> i64 {
        self.agree as i64 - 4 * self.against as i64 - self.other as i64
    }

    fn is_enough(&self) -> bool {
        let images = self.agree + self.against;
        self.agree * 100 >= images * ENOUGH && self.agree >= self.other
    }
}

/// The flaw that explains a finding, if one does.
pub(crate) fn diagnose(
    examiner: &Examiner<'_>,
    shrunk: &Shrunk,
    known: &[&'static Flaw],
    stop: &Stop,
) -> Option<Diagnosis> {
    let mut suspects = suspects(shrunk, known);
    for tried in &shrunk.tried {
        add_evidence(&mut suspects, tried, known);
    }
    for case in plain_logs(examiner) {
        add_asked(examiner, &mut suspects, case, known);
    }
    rank(&mut suspects);
    experiment(examiner, &mut suspects, known, stop);
    rank(&mut suspects);
    let best = suspects.first()?;
    if !best.is_enough() {
        return None;
    }
    let equal = suspects.iter().skip(1);
    let equal = equal.filter(|one| one.score() == best.score());
    let images = best.agree + best.against + best.other;
    let enough = suspects.iter().filter(|one| one.is_enough());
    Some(Diagnosis {
        others: equal.map(|one| one.flaw.name.to_owned()).collect(),
        candidates: enough.map(|one| one.flaw.name.to_owned()).collect(),
        ..Diagnosis::of(best.flaw, best.agree, images)
    })
}

/// The flaws that do the same on the shrunk image: alone, or together with known ones.
fn suspects(shrunk: &Shrunk, known: &[&'static Flaw]) -> Vec<Suspect> {
    let image = shrunk.case.image();
    let mut readers = Suspects::new(&shrunk.case, &image, &shrunk.wrong.act);
    let mut found = shrunk.suspects.clone();
    if found.is_empty() {
        found = readers.all();
    }
    found.truncate(MOST);
    let suspect = |flaw, needs_known| Suspect {
        flaw,
        needs_known,
        agree: 1,
        against: 0,
        other: 0,
    };
    let mut suspects: Vec<Suspect> = found.iter().map(|flaw| suspect(*flaw, false)).collect();
    if suspects.len() < FEW {
        let others = readers.all_with(known).into_iter();
        let others = others.filter(|flaw| found.iter().all(|one| one.name != flaw.name));
        suspects.extend(others.take(MOST).map(|flaw| suspect(flaw, true)));
    }
    suspects
}

fn rank(suspects: &mut [Suspect]) {
    // Equals stay in the order of the catalogue.
    suspects.sort_by_key(|suspect| std::cmp::Reverse(suspect.score()));
}

/// What one image says about each suspect.
fn add_evidence(suspects: &mut [Suspect], tried: &Tried, known: &[&'static Flaw]) {
    let image = tried.case.image();
    let mut readers = Suspects::new(&tried.case, &image, &tried.act);
    for suspect in suspects {
        suspect.note(match suspect.needs_known {
            false => readers.says(suspect.flaw, known, tried.passes),
            true => readers.says_together(suspect.flaw, known, tried.passes),
        });
    }
}

/// Logs as every writer leaves them: a flaw that shows on these is seldom the mistake of a program
/// that anybody uses.
fn plain_logs(examiner: &Examiner<'_>) -> impl Iterator<Item = TestCase> {
    let targets = || [Target::Payload(0), Target::Payload(3)];
    let runs = [(0, 1), (7, 2), (254, 3)];
    let recipes = runs.map(|(at, entries)| Recipe::default().run(at, entries, targets()));
    let profile = examiner.profile.clone();
    let cases = recipes.into_iter().map(TestCase::new);
    cases.filter_map(move |case| case.for_profile(&profile))
}

/// Asks the program about one more image.
fn add_asked(
    examiner: &Examiner<'_>,
    suspects: &mut [Suspect],
    case: TestCase,
    known: &[&'static Flaw],
) {
    let found = examiner.examine_in_full(&case);
    if let Some(act) = found.act {
        let passes = found.wrong.is_none();
        add_evidence(suspects, &Tried { case, act, passes }, known);
    }
}

/// Asks the program about vectors on which the best suspects differ, while there are several.
fn experiment(
    examiner: &Examiner<'_>,
    suspects: &mut [Suspect],
    known: &[&'static Flaw],
    stop: &Stop,
) {
    let mut asked: Vec<&str> = Vec::new();
    while asked.len() < EXPERIMENTS && !stop.is_due() {
        let Some(best) = suspects.first().map(Suspect::score) else {
            return;
        };
        let tied: Vec<&str> = suspects
            .iter()
            .filter(|suspect| suspect.score() == best)
            .map(|suspect| suspect.flaw.name)
            .collect();
        let telling = stored().telling(&tied);
        let next = telling.into_iter().find_map(|id| {
            let is_new = !asked.contains(&id);
            is_new.then(|| Some((id, of_vector(id, examiner)?)))?
        });
        let Some((id, case)) = next.filter(|_| tied.len() > 1) else {
            return;
        };
        asked.push(id);
        add_asked(examiner, suspects, case, known);
        rank(suspects);
    }
}

/// A vector as a case that this program can be asked, unless it is a large one.
fn of_vector(id: &'static str, examiner: &Examiner<'_>) -> Option<TestCase> {
    let vector = &Corpus::embedded().get(id)?.vector;
    let recipe: Recipe = Recipe::from_json(&vector.recipe.to_string()).ok()?;
    let case = TestCase {
        recipe,
        access: vector.access,
        max_file_size: vector.max_file_size,
    };
    let is_small = vector.image.size <= LARGEST && vector.limit_ms.is_none();
    case.for_profile(&examiner.profile).filter(|_| is_small)
}
