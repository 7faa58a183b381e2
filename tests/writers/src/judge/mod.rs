//! The crash states of an outside program's recording, each judged.
//!
//! ```text
//!  epoch --choice--> crash state --recovery--> refused? unsound?
//!                                     |
//!                                     '--changed sectors--> history --> lost? foreign?
//! ```
//!
//! The states are those of our own recordings ([`vhdx_log_crash::states`]); the checks need to know
//! nothing of the program but its requests. A state that is wrong in several ways counts as the
//! most harmful of them ([`Harm`]).
//!
//! Contract: the same recording, effort and seed give the same result on every machine.

mod epoch;
mod found;
mod harm;
mod picture;
mod recovery;
mod search;
mod shrink;

pub use epoch::{Judge, Wrongdoing};
pub use found::{Found, Judged};
pub use harm::Harm;
pub use picture::moment;
pub use recovery::judge_recovery;
pub use search::{Settings, judge};
pub use shrink::shrink;
