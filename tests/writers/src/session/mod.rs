//! What an outside program is told to do with a guest's disk, and how.
//!
//! ```text
//!  seed --> Session: runs of operations --Profile--> command lines --contained--> logs of writes
//!             |                                                                       |
//!             '--> what the guest may find --------> History <------- Outside <-------'
//! ```
//!
//! A *run* is the program from its start to its end. It ends with a flush, so that exit code 0
//! acknowledges everything that was written in it. Operations are at places where metadata changes:
//! new blocks, the edges of blocks, partial sectors, many blocks between two flushes.
//!
//! Contract: the same seed gives the same session on every machine. What a program does with it may
//! differ from run to run: requests in flight have no order.

mod generate;
mod operation;
mod profile;
mod run;
mod written;

pub use operation::{Operation, Session};
pub use profile::{BadProfile, Profile};
pub use run::{NotRecorded, Recorded, record};
