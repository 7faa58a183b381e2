//! Bounded exhaustive testing: every small ring, every pair of headers and every pair of entries,
//! within bounds that are [stated](Family::bounds).
//!
//! Most mistakes in the search for the active sequence depend only on how entries lie on the ring
//! in relation to one another, so they show on a ring of a few sectors as well as on a long one. So
//! every such ring is made and checked against the same properties as everything else, and so is
//! every file made by a few deviations of its headers, or by a few descriptors.
//!
//! ```text
//!   family + choices --> case --> image --> properties of the oracle
//!            ^
//!            counts through all of them (Choices), in pieces that threads and shards share
//! ```
//!
//! Not promised: that the bounds are wide enough. A mistake that needs a ring of seven sectors,
//! three faults or a fourth sequence number is not found here.

mod choices;
mod encoded;
mod explore;
mod families;
mod family;
mod faults;
mod headers;
mod replays;
mod report;
mod ring;
mod rings;
mod whole;

pub use choices::{Choices, Choose};
pub use explore::{Progress, explore};
pub use family::{Case, Family, Scratch};
pub use report::{Explored, FailedCase, Report};
pub use ring::RingCase;
