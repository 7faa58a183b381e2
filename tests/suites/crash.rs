//! The writer and the recovery against everything a disk can do to them (WRT-9, RPL-5 to RPL-8).

mod canaries;
mod command;
mod disk;
mod exhaustive;
mod judging;
mod machine;
mod recipes;
mod seeded;
mod tokens;
