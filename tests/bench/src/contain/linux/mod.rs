//! Containment on Linux: the two parts that this program plays when it starts itself.

mod confine;
mod pipes;
mod report;
mod start;
mod supervisor;
mod trampoline;
mod tree;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

pub(super) use self::confine::protections;
pub(crate) use self::start::read_relay_report;
use super::hidden::{EXECUTE, RELAY, SUPERVISE};
use super::request::Contained;

/// Plays the part that the arguments name.
pub(super) fn play(arguments: &[OsString]) -> ExitCode {
    let words: Vec<_> = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let parsed = |text| serde_json::from_str::<Contained>(text).ok();
    match words[..] {
        [part @ (SUPERVISE | RELAY), text] => {
            let Some(request) = parsed(text) else {
                return ExitCode::from(2);
            };
            supervisor::supervise(&request, text, part == RELAY)
        }
        [EXECUTE, token, text] => match parsed(text) {
            Some(request) => trampoline::become_the_program(&request, token),
            None => ExitCode::from(2),
        },
        _ => ExitCode::from(2),
    }
}
