//! What the shortest search of `vhdx-log crash` prints. It takes seconds, so it runs once in each
//! form, for all tests that look at it.

use std::process::Command;
use std::sync::LazyLock;

use crate::command::running::{BINARY, Ended, run};

/// Ends after one batch, which is the fixed tour and 22 workloads of seed 1.
pub(crate) const SHORTEST: [&str; 3] = ["crash", "--states", "1"];

/// As JSON.
pub(crate) static JSON: LazyLock<Ended> = LazyLock::new(|| {
    let mut command = Command::new(BINARY);
    command.args(SHORTEST).args(["--format", "json"]);
    run(command, &std::env::temp_dir())
});

/// As text, in the C locale.
pub(crate) static TEXT: LazyLock<Ended> = LazyLock::new(|| {
    let mut command = Command::new("sh");
    let line = "LC_ALL=C exec \"$0\" \"$@\"";
    command.args(["-c", line, BINARY]).args(SHORTEST);
    run(command, &std::env::temp_dir())
});
