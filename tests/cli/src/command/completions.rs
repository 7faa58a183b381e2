//! `vhdx-log completions`: a completion script on standard output.

use clap_complete::Shell;

use crate::terminal::exit::{Exit, Failure, NAME};
use crate::terminal::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  vhdx-log completions bash > ~/.local/share/bash-completion/completions/vhdx-log")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

impl Args {
    pub(crate) fn run(self, command_line: &mut clap::Command) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, command_line, NAME, &mut script);
        print(Exit::Done, |out| out.write_all(&script))
    }
}
