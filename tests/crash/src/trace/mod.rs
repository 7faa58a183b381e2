//! What a program asked of the disk: requests, in the order in which the disk received them.

mod request;

pub use request::{Request, RequestKind, SectorWrite, replay, versions_of};
