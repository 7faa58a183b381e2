//! One hunt for each flaw, and for each pair.

use vhdx_log_bench::diagnose::stored;
use vhdx_log_corpus::Corpus;
use vhdx_log_image::Recipe;
use vhdx_log_image::generate::Rng;
use vhdx_log_model::{Flaw, all_flaws};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::Model;

use crate::case::TestCase;
use crate::finding::Name;
use crate::hunt::Hunt;
use crate::settings::Settings;
use crate::state::State;

/// The most cases of a hunt.
pub const CASES: u64 = 20_000;
/// Decides which flaws are pairs.
const SEED: u64 = 8;

/// A flaw, or two in one reader.
#[derive(Clone, Debug)]
pub struct Subject(Vec<&'static Flaw>);

/// What became of one hunt.
#[derive(Clone, Debug)]
pub struct Row {
    pub flaws: Vec<&'static str>,
    /// The case that showed the last of them; `None` when one was not found.
    pub found_at: Option<u64>,
    /// How many of them have a finding of their name.
    pub named: usize,
    /// The names of other findings.
    pub others: Vec<String>,
    /// Entries in the shrunk image, and in the smallest vector that shows the flaw.
    pub entries: usize,
    pub least: Option<usize>,
    /// How often the reader was asked to shrink and name it.
    pub asked: u64,
}

/// Every flaw of the catalogue, each alone.
pub fn subjects() -> Vec<Subject> {
    all_flaws().map(|flaw| Subject(vec![flaw])).collect()
}

/// Random pairs of flaws.
pub fn pairs(count: usize) -> Vec<Subject> {
    let all: Vec<&'static Flaw> = all_flaws().collect();
    let mut rng = Rng::new(SEED);
    let mut pairs = Vec::new();
    while pairs.len() < count {
        let (one, other) = (rng.pick(&all), rng.pick(&all));
        if one.name != other.name {
            pairs.push(Subject(vec![one, other]));
        }
    }
    pairs
}

impl Subject {
    /// The reader.
    pub fn model(&self) -> Model {
        match self.0.as_slice() {
            [flaw] => Model::flawed(flaw),
            flaws => Model::together(flaws),
        }
    }
}

/// Hunts one of them, until everything is found or there were `cases` cases.
pub fn measure(subject: &Subject, cases: u64, stop: &Stop) -> Row {
    let model = subject.model();
    let settings = Settings {
        first_only: subject.0.len() == 1,
        ..Settings::default()
    };
    let flaws: Vec<&'static str> = subject.0.iter().map(|flaw| flaw.name).collect();
    let mut state = State::new(settings.seed, settings.shard, "reader");
    // A pair is done when both have been seen: the hunt is asked for a little more at a time.
    let mut until = if flaws.len() == 1 {
        cases
    } else {
        128.min(cases)
    };
    loop {
        let settings = Settings {
            cases: Some(until.min(cases)),
            ..settings.clone()
        };
        let hunt = Hunt::new(&model, "reader", settings);
        if hunt.run(&mut state, stop, &mut |_| {}).is_err() || stop.is_due() {
            break;
        }
        if until >= cases || named(&state, &flaws) == flaws.len() {
            break;
        }
        until *= 2;
    }
    row(flaws, &state)
}

fn row(flaws: Vec<&'static str>, state: &State) -> Row {
    let is_of = |name: &Name| {
        flaws
            .iter()
            .any(|flaw| *name == Name::Flaw((*flaw).to_owned()))
    };
    let others = state.findings.iter().filter(|one| !is_of(&one.name));
    let is_found = match flaws.len() {
        1 => !state.findings.is_empty(),
        several => named(state, &flaws) == several,
    };
    let last = state.findings.iter().map(|one| one.found_at).max();
    let entries = state.findings.iter().map(|one| one.case.entries());
    Row {
        found_at: last.filter(|_| is_found),
        named: named(state, &flaws),
        others: others.map(|one| one.name.to_string()).collect(),
        entries: entries.max().unwrap_or(0),
        least: flaws.iter().map(|flaw| least(flaw)).max().flatten(),
        asked: state.asked,
        flaws,
    }
}

fn named(state: &State, flaws: &[&str]) -> usize {
    let has = |flaw: &&&str| {
        let name = Name::Flaw((**flaw).to_owned());
        state.findings.iter().any(|one| one.name == name)
    };
    flaws.iter().filter(has).count()
}

/// The fewest entries of a vector that catches a flaw.
fn least(flaw: &str) -> Option<usize> {
    let column = stored().column(flaw);
    let ids = column.lines().filter_map(|line| line.split(' ').next());
    let entries = ids.filter_map(|id| {
        let vector = &Corpus::embedded().get(id)?.vector;
        let recipe = Recipe::from_json(&vector.recipe.to_string()).ok()?;
        Some(TestCase::new(recipe).entries())
    });
    entries.min()
}
