//! The log of VHDX disk images.
pub mod storage;
pub mod units;
