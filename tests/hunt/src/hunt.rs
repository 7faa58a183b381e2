//! The loop: cases are made, asked of the program, judged, and what is wrong becomes findings.
//!
//! Contract: the same settings, seed and program give the same hunt, whatever the number of jobs.
//! Cases are made and weighed in rounds; within a round the program is asked about several at a
//! time. What is found masks itself: the hunt goes on past it. A hunt that is stopped has what it
//! found so far, and goes on from there.

use std::io;
use std::time::Instant;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::property;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::Subject;

use crate::case::TestCase;
use crate::coverage::{Facts, cells, facts};
use crate::examine::{Examined, Examiner};
use crate::generate::{Source, round};
use crate::hangs;
use crate::settings::Settings;
use crate::state::State;
use crate::triage::{Failing, Triage};

/// One case of this many is also a test of this project itself: core and model have to agree.
const CHECKED: u64 = 16;

/// A hunt for the mistakes of one program.
pub struct Hunt<'a> {
    examiner: Examiner<'a>,
    settings: Settings,
    name: String,
}

/// One case of a round, and what came of it.
struct Seen {
    source: Source,
    case: TestCase,
    facts: Facts,
    /// `None` when it was not asked.
    examined: Option<Examined>,
    /// How core and model differ, if they do.
    disagreement: Option<String>,
}

impl<'a> Hunt<'a> {
    /// A hunt that has not begun. `name` is that of the program in lists of known findings.
    pub fn new(subject: &'a dyn Subject, name: &str, settings: Settings) -> Self {
        Self {
            examiner: Examiner::new(subject),
            settings,
            name: name.to_owned(),
        }
    }

    /// A hunt for images on which two programs differ, whichever of them is right.
    pub fn of_differences(
        subject: &'a dyn Subject,
        other: &'a dyn Subject,
        name: &str,
        settings: Settings,
    ) -> Self {
        Self {
            examiner: Examiner::against(subject, other),
            settings,
            name: name.to_owned(),
        }
    }

    /// The state of this hunt before its first case.
    pub fn begin(&self) -> State {
        State::new(self.settings.seed, self.settings.shard, &self.name)
    }

    /// Goes on from a state, until the settings or `stop` end it. `on_news` is told after each
    /// round, and when something was found.
    ///
    /// # Errors
    /// When no threads can be started.
    pub fn run(
        &self,
        state: &mut State,
        stop: &Stop,
        on_news: &mut dyn FnMut(&State),
    ) -> io::Result<()> {
        let threads = ThreadPoolBuilder::new().num_threads(self.settings.jobs.max(1));
        let threads = threads.build().map_err(io::Error::other)?;
        let (clock, before) = (Instant::now(), state.elapsed_ms);
        let mut tell = |state: &mut State| {
            let elapsed = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
            state.elapsed_ms = before.saturating_add(elapsed);
            on_news(state);
        };
        while !self.is_over(state, stop) {
            self.round(state, stop, &threads, &mut tell);
            tell(state);
        }
        Ok(())
    }

    fn is_over(&self, state: &State, stop: &Stop) -> bool {
        let has_all = self
            .settings
            .cases
            .is_some_and(|cases| state.cases >= cases);
        let has_one = self.settings.first_only && !state.findings.is_empty();
        stop.is_due() || has_all || has_one || !state.disagreements.is_empty()
    }

    fn round(
        &self,
        state: &mut State,
        stop: &Stop,
        threads: &ThreadPool,
        tell: &mut dyn FnMut(&mut State),
    ) {
        let number = state.next_round;
        let known = (&state.pool, &state.yields, &state.coverage);
        let made = round(number, self.settings.seed, known, &self.examiner.profile);
        let numbered: Vec<(usize, (Source, TestCase))> = made.into_iter().enumerate().collect();
        let seen: Vec<Seen> = threads.install(|| {
            let cases = numbered.into_par_iter().with_max_len(1);
            let cases = cases.filter(|_| !stop.is_due());
            cases
                .map(|(index, (source, case))| {
                    let seed = number << 16 | index as u64;
                    self.ask(state, seed, source, case)
                })
                .collect()
        });
        let mut failing = Vec::new();
        for seen in seen {
            failing.extend(self.note(state, seen));
        }
        let triage = Triage {
            examiner: &self.examiner,
            settings: &self.settings,
            name: &self.name,
            threads,
            stop,
        };
        triage.sort_out(state, failing, tell);
        // A round that was stopped is done again.
        if !stop.is_due() {
            state.next_round += u64::from(self.settings.shard.of);
        }
    }

    /// Asks the program about one case, unless it is known to hang on such ones.
    fn ask(&self, state: &State, seed: u64, source: Source, case: TestCase) -> Seen {
        let mut rng = Rng::new(seed);
        let image = case.image();
        let facts = facts(&case.on(&image));
        let is_asked = !hangs::is_avoided(state, &case, &facts, &mut rng);
        let examined = is_asked.then(|| self.examiner.examine(&case));
        let is_checked = rng.below(CHECKED as u32) == 0;
        let disagreement = is_checked.then(|| disagreement(&case)).flatten();
        Seen {
            source,
            case,
            facts,
            examined,
            disagreement,
        }
    }

    /// Adds a case to what was seen; returns it when it fails.
    fn note(&self, state: &mut State, seen: Seen) -> Option<Failing> {
        let Seen {
            source,
            case,
            facts,
            examined,
            disagreement,
        } = seen;
        if let Some(what) = disagreement {
            state.disagreements.push((case.clone(), what));
        }
        let examined = examined?;
        state.cases += 1;
        let cells = cells(&case, &facts, examined.letter);
        let rarest = cells
            .iter()
            .min_by_key(|cell| state.coverage.count(cell))
            .cloned();
        let news = state.coverage.note(&cells);
        state.yields.note(source, news > 0);
        let Some(wrong) = examined.wrong else {
            if let Some(cell) = rarest.filter(|_| news > 0) {
                state.pool.add(case, cell);
            }
            return None;
        };
        state.failures += 1;
        hangs::note(state, &case, &facts, &wrong);
        if let Some(cell) = rarest.filter(|_| news > 0 && !hangs::is_hang(&wrong)) {
            state.pool.add(case.clone(), cell);
        }
        Some(Failing {
            number: state.cases,
            source,
            case,
            wrong: *wrong,
        })
    }
}

/// How the two implementations of this project differ on a case.
fn disagreement(case: &TestCase) -> Option<String> {
    let violation = property::check(&case.recipe.build().to_storage()).err()?;
    Some(violation.to_string())
}
