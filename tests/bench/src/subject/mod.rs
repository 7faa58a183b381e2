//! Programs outside as subjects.
//!
//! | a program is given as | file |
//! |---|---|
//! | command lines with placeholders | [`template`], [`exits`], [`command`] |
//! | a profile: commands, and what is known of the program | [`profile`] |
//! | a process that answers JSON lines | [`adapter`] |
//!
//! [`outside`] makes a [`Candidate`](crate::Candidate) of each: it finds the program, asks it for
//! its version, and has it prove ([`proof`]) that its answers can be believed before any of them
//! counts. A subject is never told what is expected of it.

pub mod adapter;
pub mod command;
pub mod exits;
mod file;
mod outcome;
pub mod outside;
pub mod profile;
mod program;
pub mod proof;
mod said;
mod scripts;
pub mod template;

pub use self::command::Commands;
pub use self::exits::ExitMap;
pub use self::file::read_image;
pub use self::outside::{Workbench, profiled, with_adapter, with_commands};
pub use self::profile::{Profile, ProfileError};
pub use self::said::Said;
pub use self::template::{Placeholder, Template};
