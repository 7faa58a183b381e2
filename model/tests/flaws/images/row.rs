//! A row of the tables.

use crate::small::Small;

/// The names of flaws, and what makes the image that shows them.
pub type Row = (&'static [&'static str], fn(&mut Small));
