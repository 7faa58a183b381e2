//! Crash states: what a power loss may leave of a trace.
//!
//! ```text
//!   base image, trace --cut--> Epoch --Choice--> DiskImage, a crash state
//! ```
//!
//! A crash state is a pure function of base image, trace, cut and choice, so a failure is replayed
//! from a few bytes. The fault model is that of WRT-9: any subset of the changes since the last
//! completed flush, each sector whole, torn at a 512-byte boundary, or absent. A length is a change
//! of its own.
//!
//! Not modelled: the time a request takes, and two programs that write to one disk.

mod arrived;
mod choices;
mod epoch;

pub use arrived::{Arrived, PIECE_BYTES, PIECES, Tear};
pub use choices::{Effort, FEW_TEARS, arbitrary, count, each};
pub use epoch::{Change, Choice, Epoch, NewSpace, Pending};
