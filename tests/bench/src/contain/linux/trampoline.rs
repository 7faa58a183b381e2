//! The process that limits itself and becomes the program.

use std::fs::File;
use std::io::{self, Write};
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
            let error = start(request).unwrap_or_else(|error| error);
            format!("`{}`: {error}", request.program.display())
        }
    };
    let _ = write!(std::io::stderr(), "{token}{error}");
    ExitCode::from(127)
}

/// Becomes the program, or says why not.
fn start(request: &Contained) -> io::Result<io::Error> {
    let mut command = Command::new(&request.program);
    command
        .args(&request.arguments)
        .current_dir(&request.folder)
        .envs(["TMPDIR", "TMP", "TEMP"].map(|name| (name, &request.folder)));
    if let Some(path) = &request.stdout {
        command.stdout(File::create_new(path)?);
    }
    Ok(command.exec())
}
