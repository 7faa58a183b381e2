#![doc = include_str!("../README.md")]

mod command;
mod file;
pub mod report;
mod terminal;

pub use command::main;
