//! The process that limits itself and becomes the program.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use super::confine::confine;
use crate::contain::request::Contained;

/// Becomes the program. Returns only when that cannot be done: then standard error begins with the
/// token, which the program cannot know, followed by the reason.
pub(super) fn become_the_program(request: &Contained, token: &str) -> ExitCode {
    let error = match confine(&request.limits, &request.folder) {
        Err(error) => format!("its limits cannot be set: {error}"),
        Ok(()) => {
            let error = Command::new(&request.program)
                .args(&request.arguments)
                .current_dir(&request.folder)
                .envs(["TMPDIR", "TMP", "TEMP"].map(|name| (name, &request.folder)))
                .exec();
            format!("`{}`: {error}", request.program.display())
        }
    };
    let _ = write!(std::io::stderr(), "{token}{error}");
    ExitCode::from(127)
}
