//! The tests of this package, in one binary.

mod blklog;
mod bugs;
mod judging;
mod ours;
mod told;
