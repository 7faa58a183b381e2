//! Many sessions of one program, and what is wrong with them: the first case of each kind, made as
//! short as it can be.

use std::collections::BTreeMap;
use std::time::Duration;

use vhdx_log_bench::contain::{Container, Folders, How};
use vhdx_log_crash::states::Effort;
use vhdx_log_oracle::stop::Stop;

use crate::judge::{Found, Harm, Judged, Settings, judge, shrink};
use crate::protocol::Broken;
use crate::session::{NotRecorded, Profile, Recorded, Session, record};

/// How many sessions are tried to make one case shorter, and for how long.
const SHORTER_AT_MOST: usize = 60;
const SHORTENED_FOR: Duration = Duration::from_secs(30);

/// What a program is tested with.
pub struct Campaign<'a> {
    pub profile: &'a Profile,
    pub container: &'a Container,
    pub folders: &'a Folders,
    /// The seed of the first session; the next ones follow.
    pub seed: u64,
    pub sessions: u64,
    pub effort: Effort,
    pub stop: Stop,
}

/// A kind of wrong state.
type Kind = (Harm, Option<&'static str>);

/// What was done, and what was found.
#[derive(Debug, Default)]
pub struct Outcome {
    pub sessions: u64,
    pub operations: u64,
    pub requests: u64,
    pub states: u64,
    pub unique_states: u64,
    /// Runs that did not end with exit code 0, by how they ended.
    pub ended_badly: BTreeMap<String, u64>,
    /// Sessions without a recording, by why.
    pub not_recorded: BTreeMap<String, u64>,
    pub interrupted: bool,
    /// The rules of the protocol that are broken, with the first case of each.
    pub rules: Vec<Broken>,
    /// The wrong states, the worst first.
    pub cases: Vec<Case>,
}

/// The simplest crash of a kind, and the session that shows it.
#[derive(Debug)]
pub struct Case {
    pub seed: u64,
    pub session: Session,
    pub recorded: Recorded,
    pub found: Found,
}

impl Outcome {
    /// Whether nothing is wrong. Remarks are not.
    pub fn is_clean(&self) -> bool {
        self.cases.is_empty() && !self.rules.iter().any(Broken::is_demanded)
    }
}

impl Campaign<'_> {
    /// Carries out the sessions. `each` is told after every one of them.
    pub fn run(&self, each: &mut dyn FnMut(&Outcome)) -> Outcome {
        let mut outcome = Outcome::default();
        let mut cases = BTreeMap::new();
        for seed in (self.seed..).take(usize::try_from(self.sessions).unwrap_or(usize::MAX)) {
            if self.stop.is_due() {
                outcome.interrupted = self.stop.is_asked();
                break;
            }
            self.one(seed, &mut outcome, &mut cases);
            each(&outcome);
        }
        let shortened = cases
            .into_iter()
            .map(|(kind, case)| self.shortened(kind, case));
        outcome.cases = shortened.collect();
        outcome
            .rules
            .sort_by_key(|broken| broken.first.rule.strength());
        outcome
    }

    fn one(&self, seed: u64, outcome: &mut Outcome, cases: &mut BTreeMap<Kind, Case>) {
        let session = Session::of_seed(seed);
        outcome.sessions += 1;
        outcome.operations += session.operations() as u64;
        let recorded = match self.record(&session, seed) {
            Ok(recorded) => recorded,
            Err(NotRecorded::Stopped(_)) => return,
            Err(error) => {
                let why = vhdx_log_oracle::chain(&error);
                *outcome.not_recorded.entry(why).or_default() += 1;
                return;
            }
        };
        outcome.requests += recorded.outside.trace.len() as u64;
        for ended in recorded
            .ended
            .iter()
            .filter(|ended| ended.how != How::Exit(0))
        {
            let said = ended.stderr.last_line().or(ended.stdout.last_line());
            let how = format!("{}: {}", ended.how, said.unwrap_or_default());
            *outcome.ended_badly.entry(how).or_default() += 1;
        }
        for broken in recorded.outside.protocol() {
            merge_rule(&mut outcome.rules, broken);
        }
        let judged = self.judge(&recorded, seed);
        outcome.states += judged.states;
        outcome.unique_states += judged.unique_states;
        for (kind, found) in judged.found {
            let case = cases.get(&kind);
            let is_simpler = case.is_none_or(|case| {
                let known: &Case = case;
                (session.operations(), found.changes_lost())
                    < (known.session.operations(), known.found.changes_lost())
            });
            if is_simpler {
                let (session, recorded) = (session.clone(), recorded.clone());
                let case = Case {
                    seed,
                    session,
                    recorded,
                    found,
                };
                cases.insert(kind, case);
            }
        }
    }

    fn record(&self, session: &Session, seed: u64) -> Result<Recorded, NotRecorded> {
        record(self.profile, session, seed, self.container, self.folders)
    }

    fn judge(&self, recorded: &Recorded, seed: u64) -> Judged {
        let settings = Settings {
            effort: self.effort,
            seed,
            stop: self.stop.clone(),
        };
        judge(&recorded.outside, &recorded.history, &settings)
    }

    /// The shortest session that single steps reach and that shows the same, with its simplest
    /// crash.
    fn shortened(&self, kind: Kind, mut best: Case) -> Case {
        let stop = self.stop.or_after(SHORTENED_FOR);
        let mut left = SHORTER_AT_MOST;
        'shorter: loop {
            for session in best.session.shorter() {
                if left == 0 || stop.is_due() {
                    break 'shorter;
                }
                left -= 1;
                let Ok(recorded) = self.record(&session, best.seed) else {
                    continue;
                };
                if let Some(found) = self.judge(&recorded, best.seed).found.remove(&kind) {
                    let seed = best.seed;
                    best = Case {
                        seed,
                        session,
                        recorded,
                        found,
                    };
                    continue 'shorter;
                }
            }
            break;
        }
        let Recorded {
            outside, history, ..
        } = &best.recorded;
        best.found = shrink(outside, history, best.found);
        best
    }
}

fn merge_rule(rules: &mut Vec<Broken>, broken: Broken) {
    let same = |known: &&mut Broken| {
        (known.first.rule, known.first.clause) == (broken.first.rule, broken.first.clause)
    };
    match rules.iter_mut().find(same) {
        Some(known) => known.count += broken.count,
        None => rules.push(broken),
    }
}
