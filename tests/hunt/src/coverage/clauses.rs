//! Which clauses an image breaks anywhere: in a header that does not count, in a stale entry, in
//! what makes the file refused.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use vhdx_log_corpus::Access;
use vhdx_log_model::{self as model, ClauseId, Options, Rules, Verdict, read_with};
use vhdx_log_oracle::subject::Case;

/// What the format says of an image, for the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The clauses of which a demand does not hold somewhere.
    pub(crate) broken: BTreeSet<ClauseId>,
    /// Refused, clean or replayed, in one letter.
    pub(crate) letter: char,
}

/// Reads an image by the format's rules, and notes what does not hold.
pub(crate) fn facts(case: &Case<'_>) -> Facts {
    let noting = Noting::default();
    let mut options = Options::default();
    options.access = match case.access {
        Access::Replay => model::Access::Writable,
        Access::ReadOnly => model::Access::ReadOnly,
    };
    options.max_file_size = case.max_file_size.unwrap_or(options.max_file_size);
    let letter = match read_with(case.image, &options, &noting) {
        Verdict::Refused(_) => 'R',
        Verdict::Clean => 'C',
        Verdict::Replayed(_) => 'P',
    };
    let broken = noting.broken.into_inner();
    Facts {
        broken: broken.unwrap_or_else(PoisonError::into_inner),
        letter,
    }
}

/// The format's rules, with a note of every demand that does not hold.
#[derive(Default)]
struct Noting {
    broken: Mutex<BTreeSet<ClauseId>>,
}

impl Rules for Noting {
    fn demand(&self, clause: ClauseId, _: &'static str, holds: bool) -> bool {
        if !holds {
            let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
            broken.insert(clause);
        }
        holds
    }
}
