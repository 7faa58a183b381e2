//! The executable specification as a subject, with the format's rules or a flaw's.
//!
//! It reports everything that an outcome can hold. The guest's disk (DSK-1 to DSK-3) it shows only
//! with the format's rules, or with a flaw that is about the disk: to hash it is most of the cost.
//! Images are shared: no sector is copied that a replay does not change.

use vhdx_log_corpus::{Access, LogState};
use vhdx_log_model::{
    Flaw, Format, Mistake, Options, Program, Replay, Rules, Suspects, Together, Verdict,
    guest_disk, read_with,
};

use super::failed::FailureKind;
use super::interface::{Accepted, Case, Outcome, Subject};
use crate::convert::sequence;
use crate::digest::guest_of_disk;
use crate::write_order::Steps;

/// The model's clause for a search or a replay that never ends.
const HANG: &str = "HANG";

/// The model with some rules.
pub struct Model {
    name: String,
    rules: Held,
    shows_disk: bool,
}

/// The rules, shared or the model's own.
enum Held {
    Shared(&'static dyn Rules),
    Own(Together),
}

impl Model {
    /// The model with the format's rules.
    pub fn format() -> Self {
        Self {
            name: "model".to_owned(),
            rules: Held::Shared(&Format),
            shows_disk: true,
        }
    }

    /// The model with a flaw.
    pub fn flawed(flaw: &Flaw) -> Self {
        Self {
            name: format!("flaw:{}", flaw.name),
            rules: Held::Shared(flaw.rules),
            shows_disk: flaw.rules.changes_disk(),
        }
    }

    /// The model with several flaws, the one it meets first in front.
    pub fn together(flaws: &[&'static Flaw]) -> Self {
        let names: Vec<_> = flaws.iter().map(|flaw| flaw.name).collect();
        let together = Together::new(flaws.iter().copied());
        Self {
            name: format!("flaws:{}", names.join("+")),
            shows_disk: together.changes_disk(),
            rules: Held::Own(together),
        }
    }

    /// The model with all mistakes of a real program.
    pub fn program(program: &Program) -> Self {
        Self {
            name: format!("program:{}", program.name),
            rules: Held::Own(program.rules()),
            shows_disk: false,
        }
    }

    /// The model with all mistakes of a real program but one.
    pub fn program_without(program: &Program, mistake: Mistake) -> Self {
        Self {
            rules: Held::Own(program.without(mistake)),
            ..Self::program(program)
        }
    }

    /// Of these flaws, those with which the model may do something else than the format says. With
    /// any other one it gives the outcome that it gives without a flaw.
    pub fn suspects(case: &Case<'_>, flaws: &Suspects) -> Vec<&'static Flaw> {
        let read = |rules: &dyn Rules| match read_with(case.image, &options(case), rules) {
            Verdict::Refused(_) => None,
            Verdict::Clean => guest_disk(case.image, case.image, rules),
            Verdict::Replayed(replay) => guest_disk(case.image, &replay.image, rules),
        };
        flaws.of(read).1
    }

    fn rules(&self) -> &dyn Rules {
        match &self.rules {
            Held::Shared(rules) => *rules,
            Held::Own(together) => together,
        }
    }
}

impl Subject for Model {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn version(&self) -> Option<String> {
        Some(env!("CARGO_PKG_VERSION").to_owned())
    }

    fn open(&self, case: &Case<'_>) -> Outcome {
        match read_with(case.image, &options(case), self.rules()) {
            Verdict::Refused(refusal) if refusal.clause == HANG => {
                FailureKind::Hang { limit: None }.into()
            }
            Verdict::Refused(refusal) => {
                let mut file = case.image.clone();
                refusal
                    .operations
                    .iter()
                    .for_each(|operation| operation.apply(&mut file));
                Outcome::Refused {
                    clause: Some(refusal.clause.into()),
                    message: format!("not satisfied: {}", refusal.what),
                    file: Some(file),
                }
            }
            Verdict::Clean => self.with_disk(
                case,
                Accepted {
                    log: Some(LogState::Empty),
                    shown: Some(case.image.clone()),
                    file: Some(case.image.clone()),
                    ..Accepted::default()
                },
            ),
            Verdict::Replayed(replay) => self.with_disk(case, replayed(case, replay)),
        }
    }
}

impl Model {
    /// The outcome with the disk that a guest sees. A reader that cannot show a disk, where the
    /// format has one, fails after the replay.
    fn with_disk(&self, case: &Case<'_>, accepted: Accepted) -> Outcome {
        let shown = accepted.shown.as_ref().filter(|_| self.shows_disk);
        let Some(shown) = shown else {
            return Outcome::Accepted(Box::new(accepted));
        };
        let disk = |rules| guest_disk(case.image, shown, rules).map(|disk| guest_of_disk(&disk));
        let guest = disk(self.rules());
        if guest.is_none() && disk(&Format).is_some() {
            return Outcome::Refused {
                clause: None,
                message: "the disk cannot be shown".to_owned(),
                file: accepted.file,
            };
        }
        Outcome::Accepted(Box::new(Accepted { guest, ..accepted }))
    }
}

fn options(case: &Case<'_>) -> Options {
    let mut options = Options::default();
    options.access = match case.access {
        Access::Replay => vhdx_log_model::Access::Writable,
        Access::ReadOnly => vhdx_log_model::Access::ReadOnly,
    };
    options.max_file_size = case.max_file_size.unwrap_or(options.max_file_size);
    options
}

fn replayed(case: &Case<'_>, replay: Replay) -> Accepted {
    Accepted {
        log: Some(LogState::Replayed),
        sequence: Some(sequence(&replay.active)),
        shown: Some(replay.image),
        file: Some(replay.written_back.unwrap_or_else(|| case.image.clone())),
        steps: Some(Steps::of_model(&replay.operations)),
        ..Accepted::default()
    }
}
