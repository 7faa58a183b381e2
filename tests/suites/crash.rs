//! The writer and the recovery under power loss, I/O errors, media faults and lying flushes (WRT-9,
//! RPL-5 to RPL-8).

mod canaries;
mod command;
mod disk;
mod exhaustive;
mod judging;
mod limits;
mod machine;
mod protocol;
mod recipes;
mod rings;
pub(crate) mod searched;
mod seeded;
mod tokens;
mod trace_files;
