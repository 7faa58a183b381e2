//! The command `hunt`: what it prints and keeps, with a reader in this process and in another one.

mod command;
#[cfg(target_os = "linux")]
mod outside;
