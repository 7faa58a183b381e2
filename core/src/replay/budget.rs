//! How many updates a walk may find, and how far they may reach.
//!
//! The first walk over a log makes the plan and has no limit besides the ring. Every later one
//! repeats it, and a file that another program changed in between may hold more by then: a budget
//! keeps it from taking more memory, or writing further, than was planned (RPL-8, RPL-9).

use super::update::{Source, Update};
use crate::units::exact;

/// What is left of a plan for the rest of a walk.
#[derive(Clone, Copy, Debug)]
pub(super) enum Budget {
    /// There is no plan yet.
    Unlimited,
    /// As many updates of each kind, none past `end`.
    Planned { data: u64, zero: u64, end: u64 },
}

impl Budget {
    /// Takes one update off; `false` when the plan did not have it.
    pub(super) fn take(&mut self, update: &Update) -> bool {
        let Self::Planned { data, zero, end } = self else {
            return true;
        };
        let left = match update.source {
            Source::Data { .. } => data,
            Source::Zero { .. } => zero,
        };
        let within = update.length() == 0 || update.end().0 <= *end;
        exact::take_one(left) && within
    }

    /// Whether there is a plan.
    pub(super) const fn is_planned(&self) -> bool {
        matches!(self, Self::Planned { .. })
    }

    /// Whether the walk has found everything that was planned.
    pub(super) const fn is_used_up(&self) -> bool {
        matches!(
            self,
            Self::Unlimited
                | Self::Planned {
                    data: 0,
                    zero: 0,
                    ..
                }
        )
    }
}
