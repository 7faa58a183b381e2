//! `vhdx-log completions`: a completion script on standard output.

use clap_complete::Shell;

use super::output::print;
use super::{Exit, Failure, NAME, command_line};

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  vhdx-log completions bash > ~/.local/share/bash-completion/completions/vhdx-log")]
pub(super) struct Args {
    /// The shell that is to complete
    shell: Shell,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command_line(), NAME, &mut script);
        print(Exit::Done, |out| out.write_all(&script))
    }
}
