//! What is allowed to a program that opens files for reading only, whatever the case says (RPL-5).
//!
//! It shows the replayed contents and writes to no file, or it refuses a file whose log is not
//! empty. What a replay leaves in the file does not concern it.

use vhdx_log_corpus::{Access, LogState};

use crate::expectation::{Choice, Expectation, Expectations, Expected};
use crate::subject::{Case, Opens, Profile};

/// The clause, and the name of its reading that refuses.
const READ_ONLY: (&str, &str) = ("RPL-5", "refuse");

impl<'a> Expectations<'a> {
    /// What is allowed to a subject of this profile.
    #[must_use]
    pub fn for_profile(self, profile: &Profile) -> Self {
        if profile.opens != Opens::ForReading {
            return self;
        }
        let case = Case {
            access: Access::ReadOnly,
            ..self.case
        };
        let mut allowed = self.allowed;
        let is_dirty = allowed.iter().any(replays);
        let may_refuse = allowed.iter().any(cites_read_only);
        for expectation in &mut allowed {
            if let Expected::Accepted(file) = &mut expectation.expected {
                file.headers = None;
            }
        }
        if is_dirty && !may_refuse {
            allowed.push(refusal());
        }
        Self { case, allowed }
    }
}

fn replays(expectation: &Expectation) -> bool {
    let Expected::Accepted(file) = &expectation.expected else {
        return false;
    };
    file.log == Some(LogState::Replayed)
}

fn cites_read_only(expectation: &Expectation) -> bool {
    let Expected::Refused { reasons } = &expectation.expected else {
        return false;
    };
    reasons.iter().any(|reason| reason == READ_ONLY.0)
}

fn refusal() -> Expectation {
    let (clause, reading) = READ_ONLY;
    Expectation {
        name: format!("{clause}: {reading}"),
        follows: vec![Choice {
            clause: clause.to_owned(),
            reading: reading.to_owned(),
        }],
        expected: Expected::Refused {
            reasons: vec![clause.to_owned()],
        },
    }
}
