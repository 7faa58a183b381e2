//! The fault model: every fault by name, and what each does to a trace or a state.
//!
//! Everything here is a pure description. Injecting an I/O error takes a disk and a program
//! ([`simulator`](crate::simulator), [`Source`](crate::source::Source)); the searches are in
//! [`search`](crate::search).

mod classify;
mod io_error;
mod kind;
mod lying_flush;
mod media;
mod phase;

pub use classify::{classify, phases_of};
pub use io_error::{FaultPlan, IoFault, IoFaultKind};
pub use kind::{Class, FaultKind};
pub use lying_flush::{lies, with_lying_flush};
pub use media::{MediaFault, candidates, damage};
pub use phase::Phase;
