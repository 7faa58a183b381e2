//! The catalogue of flaws: wrong implementations to measure tests with.
//!
//! A flaw is the model with one demand dropped or one step bent, and each differs from the format
//! on some image in what becomes of the file: refused, clean or replayed, the bytes it then has, or
//! (writable opens) the operations that make it so. What differs only in an OPEN reading is not a
//! flaw, and neither is a clause whose loss nobody could see:
//!
//! - ENT-3's SAFE part follows from the rest: an empty entry does not hold its descriptors (ENT-6),
//!   and one longer than the log comes back to its own `loge`, where a descriptor or `data` must
//!   stand (DSC-1, DAT-1);
//! - SEQ-6 follows from SEQ-1: numbers that only go up never come back to the run's first entry;
//! - HDR-3 dropped alone is refused by HDR-5, HDR-10 by SEQ-7;
//! - SEQ-9 and RPL-9's cost show as `HANG`, a refusal in place of a loop that does not end.

mod entries;
mod headers;
mod replay;
mod search;
mod widths;
mod write_back;

use crate::rules::Rules;
use std::fmt;
use std::sync::LazyLock;

/// A wrong implementation.
#[derive(Clone, Copy)]
pub struct Flaw {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What it does wrong, in one line.
    pub description: &'static str,
    /// The clauses it breaks.
    pub clauses: &'static [&'static str],
    /// A real program in which it was seen, with the number of the defect.
    pub seen_in: Option<&'static str>,
    /// An image that shows it.
    pub shown_by: &'static str,
    /// The rules it goes by.
    pub rules: &'static dyn Rules,
}

impl fmt::Debug for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flaw")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// All flaws, in the order of the clauses.
pub fn flaws() -> &'static [Flaw] {
    static ALL: LazyLock<Vec<Flaw>> = LazyLock::new(|| {
        [
            headers::FLAWS,
            entries::FLAWS,
            search::FLAWS,
            replay::FLAWS,
            write_back::FLAWS,
            widths::FLAWS,
        ]
        .concat()
    });
    &ALL
}

/// The flaw of that name.
pub fn flaw(name: &str) -> Option<&'static Flaw> {
    flaws().iter().find(|flaw| flaw.name == name)
}

/// A table of flaws:
/// `name [clauses] (seen in) "description" "image" { what of the rules is different }`.
macro_rules! catalogue {
    ($(
        $name:literal [$($clause:literal)+] $(($seen:literal))?
            $description:literal
            $shown_by:literal
            { $($bent:tt)* }
    )*) => {
        pub(super) const FLAWS: &[Flaw] = &[$(Flaw {
            name: $name,
            description: $description,
            clauses: &[$($clause),+],
            seen_in: seen_in!($($seen)?),
            shown_by: $shown_by,
            rules: {
                struct Bent;
                impl Rules for Bent { $($bent)* }
                &Bent
            },
        }),*];
    };
}

macro_rules! seen_in {
    () => {
        None
    };
    ($program:literal) => {
        Some($program)
    };
}

/// Rules that let the demands of a clause pass, or only those in these words.
macro_rules! lets_pass {
    ($($clause:literal)|+) => {
        fn demand(&self, clause: &'static str, _: &'static str, holds: bool) -> bool {
            holds || matches!(clause, $($clause)|+)
        }
    };
    ($clause:literal: $($statement:literal)|+) => {
        fn demand(&self, clause: &'static str, statement: &'static str, holds: bool) -> bool {
            holds || (clause == $clause && matches!(statement, $($statement)|+))
        }
    };
}

use {catalogue, lets_pass, seen_in};
