//! The command `vhdx-log`; all of it is in [`vhdx_log_cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    vhdx_log_cli::main()
}
