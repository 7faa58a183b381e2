//! A disk that can be crashed: a trace of requests over an immutable image, and the states a crash
//! may leave of it.
//!
//! ```text
//!   program --requests--> SimDisk --trace--> Epoch --Choice--> DiskImage, a crash state
//! ```
//!
//! A crash state is a pure function of start, trace and choices, so a failure is replayed from a
//! few bytes. The fault model is WRT-9's: any subset of the changes since the last completed flush,
//! each sector whole, torn at a 512-byte boundary, or absent.
//!
//! Not promised: nothing here models the time a request takes, or two programs at one disk. What
//! the *device* gets wrong (bit rot, lying flushes) is not in this module's crash states either;
//! see [`crash`](crate).

mod epoch;
mod failing;
mod image;
mod sector;
mod sim;
mod trace;

pub use epoch::{Change, Choice, Epoch, NewSpace, Pending, replay};
pub use failing::{FailingDisk, IoFault, IoFaultKind};
pub use image::{DiskImage, HEADER_SECTORS, Slot};
pub use sector::{Arrived, PIECE_BYTES, PIECES, SECTOR_BYTES, Sector, Tear};
pub use sim::SimDisk;
pub use trace::{Operation, OperationKind, SectorWrite};
