//! At a terminal: colours, and the width of the picture.
//!
//! The terminal is made by `script`; if that is not installed, these tests print that and pass.

use std::process::Command;

use super::images;
use super::running::{BINARY, Case, run};

const ESCAPE: char = '\u{1b}';

/// The report at a terminal of this width, with these variables.
fn at_terminal(columns: u32, variables: &str) -> Option<String> {
    let case = Case::of(&images::varied());
    let mut command = Command::new("script");
    let inside = format!("stty cols {columns} rows 40; {variables} '{BINARY}' inspect disk.vhdx");
    command
        .args(["-qec", &inside, "/dev/null"])
        .env("TERM", "xterm-256color");
    if Command::new("script").arg("--version").output().is_err() {
        println!("skipped: `script` is not installed");
        return None;
    }
    let ended = run(command, case.folder.path());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    Some(ended.stdout.replace('\r', ""))
}

/// The characters of the picture's first row.
fn first_row(report: &str) -> usize {
    let row = report
        .lines()
        .find(|line| line.trim_start().starts_with("00000 "))
        .expect("a picture");
    row.trim()
        .chars()
        .filter(|character| !character.is_whitespace())
        .count()
        - "00000".len()
}

#[test]
fn only_terminals_that_want_colours_get_them() {
    let Some(coloured) = at_terminal(80, "") else {
        return;
    };
    assert!(coloured.contains(ESCAPE));
    for plain in ["NO_COLOR=1", "TERM=dumb"] {
        let report = at_terminal(80, plain).unwrap();
        assert!(!report.contains(ESCAPE), "{plain}: {report}");
        assert_eq!(
            report,
            Case::of(&images::varied())
                .run(&["inspect", Case::NAME])
                .says(0),
            "{plain}"
        );
    }
    let empty = at_terminal(80, "NO_COLOR=").unwrap();
    assert!(empty.contains(ESCAPE), "an empty NO_COLOR is none");
}

#[test]
fn the_picture_fits_the_terminal() {
    for (columns, characters) in [
        (30, 16),
        (78, 32),
        (79, 64),
        (80, 64),
        (112, 64),
        (120, 96),
        (200, 160),
    ] {
        let Some(report) = at_terminal(columns, "NO_COLOR=1") else {
            return;
        };
        assert_eq!(first_row(&report), characters, "{columns} columns");
        let picture = report.lines().filter(|line| {
            line.trim_start()
                .starts_with(|c: char| c.is_ascii_hexdigit())
        });
        for row in picture.filter(|row| row.contains("....")) {
            assert!(row.len() <= columns as usize, "{row}");
        }
    }
}
