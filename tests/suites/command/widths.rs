//! Reports fit the terminal, and standard output that is full is an error.

use std::process::Command;

use super::running::{BINARY, Ended, run};
use crate::crash::searched::{JSON, TEXT};

/// Runs the command line in a shell, in a folder of its own.
fn shell(line: &str) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", line, BINARY]);
    run(command, folder.path())
}

/// The lines that are wider than the terminal and could be broken.
fn too_wide(text: &str, columns: usize) -> Vec<&str> {
    let is_wide = |line: &&str| line.chars().count() > columns && line.trim().contains(' ');
    text.lines().filter(is_wide).collect()
}

#[test]
fn reports_fit_the_columns_of_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("part.json");
    std::fs::write(&part, JSON.says(0)).unwrap();
    let searched = format!("crash --merge {}", part.display());
    for columns in [80, 40] {
        for arguments in [
            "exhaust --only headers --shard 0/500",
            &searched,
            "vectors coverage --topic tail",
        ] {
            let ended = shell(&format!("COLUMNS={columns} \"$0\" {arguments}"));
            let wide = too_wide(&ended.stdout, columns);
            assert!(ended.stdout.lines().count() > 3, "{ended:?}");
            assert!(
                wide.is_empty(),
                "{arguments} at {columns}:\n{}",
                wide.join("\n")
            );
        }
    }
}

/// In any locale: the C locale has no other characters.
#[test]
fn tables_are_ascii() {
    let searched = TEXT.says(0);
    assert!(searched.is_ascii(), "{searched}");
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_is_an_error() {
    for option in ["--help", "--version", "replay --help"] {
        let ended = shell(&format!("exec \"$0\" {option} >/dev/full"));
        assert!(
            ended
                .complains(3)
                .starts_with("cannot write to standard output"),
            "{ended:?}"
        );
    }
}
