//! The command `vhdx-log` as a user and a script see it: what it prints, what it changes, how it
//! ends.

mod agreement;
mod copies;
mod failures;
mod images;
mod inspection;
mod messages;
mod parts;
mod replay;
pub(crate) mod running;
mod terminal;
