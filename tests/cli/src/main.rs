//! The command `vhdx-log`; all of it is in [`vhdx_log_cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: a part of the containment starts for every image of a run.
    vhdx_log_bench::contain::hidden_role().unwrap_or_else(vhdx_log_cli::main)
}
