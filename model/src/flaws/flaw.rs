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
    /// The names of the methods of the rules that it has of its own.
    pub(super) steps: &'static [&'static str],
}

/// A method that the table does not show, because a macro makes it. It may be any.
pub(super) const SOME_STEP: &str = "?";

impl Flaw {
    /// Whether it may have a method of the rules of its own.
    pub(super) fn has_step(&self, name: &str) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| *step == name || *step == SOME_STEP)
    }

    /// Whether each method of its own is one of these.
    pub(super) fn has_only_steps_of(&self, names: &[&str]) -> bool {
        let mut steps = self.steps.iter();
        steps.all(|step| names.contains(step) || *step == SOME_STEP)
    }
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
            steps: own_steps!([] $($change)*),
        }),*];
    };
}

/// The names of the methods in this text.
macro_rules! own_steps {
    ([$($found:expr,)*]) => { &[$($found),*] };
    ([$($found:expr,)*] fn $name:ident $($rest:tt)*) => {
        own_steps!([$($found,)* stringify!($name),] $($rest)*)
    };
    ([$($found:expr,)*] lets_pass! $clauses:tt; $($rest:tt)*) => {
        own_steps!([$($found,)* "demand",] $($rest)*)
    };
    ([$($found:expr,)*] on_disk! {$($change:tt)*} $($rest:tt)*) => {
        own_steps!([$($found,)*] $($change)* $($rest)*)
    };
    ([$($found:expr,)*] $made:ident! $arguments:tt; $($rest:tt)*) => {
        own_steps!([$($found,)* $crate::flaws::flaw::SOME_STEP,] $($rest)*)
    };
    ([$($found:expr,)*] $other:tt $($rest:tt)*) => { own_steps!([$($found,)*] $($rest)*) };
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

pub(super) use {catalogue, lets_pass, on_disk, own_steps, seen_in};
