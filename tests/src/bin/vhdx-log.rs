//! The command `vhdx-log`; all of it is in [`vhdx_log_conformance::command`].

use std::process::ExitCode;

fn main() -> ExitCode {
    vhdx_log_conformance::command::main()
}
