//! What a flaw is, and the notation of the tables.

use std::fmt;

use crate::rules::Rules;

/// A wrong implementation: a reader with one seeded bug.
#[derive(Clone, Copy)]
pub struct Flaw {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What the reader does wrong, and what that does to its user, in one line.
    pub description: &'static str,
    /// The clauses it breaks.
    pub clauses: &'static [&'static str],
    /// Real programs with this bug, with the number of the defect in `corpus/DEFECTS.md`.
    pub seen_in: Option<&'static str>,
    /// An image that shows it.
    pub shown_by: &'static str,
    /// The rules that the flawed reader follows.
    pub rules: &'static dyn Rules,
}

impl fmt::Debug for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flaw")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A table of flaws:
/// `name [clauses] (seen in) "description" "image" { the methods of the rules that differ }`.
macro_rules! catalogue {
    ($(
        $name:literal [$($clause:literal)+] $(($seen:literal))?
            $description:literal
            $shown_by:literal
            { $($change:tt)* }
    )*) => {
        pub(super) const FLAWS: &[Flaw] = &[$(Flaw {
            name: $name,
            description: $description,
            clauses: &[$($clause),+],
            seen_in: seen_in!($($seen)?),
            shown_by: $shown_by,
            rules: {
                struct Flawed;
                impl Rules for Flawed { $($change)* }
                &Flawed
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

/// Rules that change a step of section 7.
macro_rules! on_disk {
    ($($change:item)*) => {
        fn changes_disk(&self) -> bool {
            true
        }
        $($change)*
    };
}

pub(super) use {catalogue, lets_pass, on_disk, seen_in};
