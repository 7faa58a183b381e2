//! Errors of the command: message and exit code.

use std::process::Command;

use vhdx_log::storage::Storage;
use vhdx_log_image::Recipe;

use super::images;
#[cfg(unix)]
use super::replay::{replayed, without_headers};
#[cfg(unix)]
use super::running::{BINARY, run, vhdx_log_after};
use super::running::{Case, vhdx_log};

#[test]
fn a_wrong_command_line_ends_with_code_2() {
    let case = Case::of(&Recipe::clean());
    let wrong: [&[&str]; 8] = [
        &["inspekt"],
        &["inspect"],
        &["inspect", Case::NAME, "--format", "yaml"],
        &["inspect", Case::NAME, Case::NAME],
        &["replay", Case::NAME, "--max-size", "big"],
        &["replay", Case::NAME, "--force"],
        &["replay", Case::NAME, "--output"],
        &["completions", "cobol"],
    ];
    for arguments in wrong {
        let ended = case.run(arguments);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (Some(2), ""),
            "{arguments:?}: {ended:?}"
        );
        assert!(
            ended.stderr.contains("Usage: vhdx-log") || ended.stderr.contains("--help"),
            "{arguments:?}: {ended:?}"
        );
    }
}

#[test]
fn help_and_version_are_not_errors() {
    let case = Case::of(&Recipe::clean());
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["--version"],
        &["inspect", "--help"],
        &["replay", "-h"],
    ] {
        assert!(!case.run(arguments).says(0).is_empty());
    }
}

#[test]
fn completions_are_printed_for_every_shell() {
    let case = Case::of(&Recipe::clean());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = case.run(&["completions", shell]);
        let script = ended.says(0);
        assert!(
            ["inspect", "replay", "dry-run"]
                .iter()
                .all(|word| script.contains(word)),
            "{shell}: {script}"
        );
    }
}

#[test]
fn a_refused_image_ends_with_code_1_and_is_unchanged() {
    let refused = [
        images::no_header(),
        images::ambiguous_headers(),
        images::unknown_version(),
        images::misaligned_log(),
        images::cut_in_the_log(),
        images::cut_behind_the_log(),
        images::no_sequence(),
        images::target_in_headers(),
        images::exhausted_header(),
    ];
    let mut messages = String::new();
    for recipe in refused {
        let case = Case::of(&recipe);
        let before = case.bytes();
        let ended = case.run(&["replay", Case::NAME]);
        messages += &format!("{}\n", ended.complains(1));
        assert!(case.bytes() == before, "{messages}");
    }
    for bytes in [&b""[..], b"vhdx", b"vhdxfile", &[0; 70_000]] {
        let case = Case::of_bytes(bytes);
        messages += &format!("{}\n", case.run(&["replay", Case::NAME]).complains(1));
        assert_eq!(case.bytes(), bytes);
    }
    insta::assert_snapshot!("refusals", messages);
}

#[test]
fn only_regular_files_are_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut unusable = vec![
        ("nothing.vhdx", "no such file"),
        (".", "this is a directory; it must be a regular file"),
    ];
    if cfg!(unix) {
        unusable.push(("/dev/null", "this is a device; it must be a regular file"));
        unusable.push(("/dev/zero", "this is a device; it must be a regular file"));
        let made = Command::new("mkfifo")
            .arg(folder.path().join("pipe"))
            .status();
        if made.is_ok_and(|status| status.success()) {
            unusable.push(("pipe", "this is a FIFO; it must be a regular file"));
        }
        std::fs::write(folder.path().join("file"), "").unwrap();
        unusable.push((
            "file/inside",
            "cannot open the file: Not a directory (os error 20)",
        ));
    }
    for (name, message) in unusable {
        let arguments: [&[&str]; 4] = [
            &["inspect", name],
            &["replay", name],
            &["replay", "-n", name],
            &["replay", name, "-o", "copy"],
        ];
        for arguments in arguments {
            let ended = vhdx_log(folder.path(), arguments);
            assert_eq!(
                ended.complains(3),
                format!("{name}: {message}"),
                "{arguments:?}"
            );
        }
    }
    assert!(!folder.path().join("copy").exists());
}

/// Runs the command unprivileged even when the tests run as root.
#[cfg(unix)]
fn as_nobody(arguments: &[&str], case: &Case) -> Option<super::running::Ended> {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    std::fs::set_permissions(case.folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(BINARY);
    command.args(arguments);
    // Permissions do not apply to root.
    if std::os::unix::fs::MetadataExt::uid(&case.path().metadata().unwrap()) == 0 {
        command.uid(65534).gid(65534);
        if !command
            .current_dir(case.folder.path())
            .output()
            .is_ok_and(|output| output.status.code().is_some())
        {
            println!("skipped: the command cannot be run as another user");
            return None;
        }
    }
    Some(run(command, case.folder.path()))
}

#[test]
#[cfg(unix)]
fn without_permission_to_write_the_message_names_a_way_out() {
    use std::os::unix::fs::PermissionsExt;
    let case = Case::of(&images::dirty());
    let before = case.bytes();
    std::fs::set_permissions(case.path(), std::fs::Permissions::from_mode(0o444)).unwrap();
    let Some(ended) = as_nobody(&["replay", Case::NAME], &case) else {
        return;
    };
    let way_out =
        "disk.vhdx: no permission to write to the file; use `--output COPY` to replay a copy";
    assert_eq!(ended.complains(3), way_out);
    assert!(case.bytes() == before);
    let Some(ended) = as_nobody(&["inspect", Case::NAME], &case) else {
        return;
    };
    assert!(ended.says(0).contains("dirty: 3 entries to replay"));

    std::fs::set_permissions(case.path(), std::fs::Permissions::from_mode(0o000)).unwrap();
    let Some(ended) = as_nobody(&["inspect", Case::NAME], &case) else {
        return;
    };
    assert_eq!(
        ended.complains(3),
        "disk.vhdx: no permission to read the file"
    );
}

#[test]
fn a_file_that_another_program_holds_open_is_unchanged() {
    let case = Case::of(&images::dirty());
    let before = case.bytes();
    let owner = std::fs::File::options()
        .read(true)
        .write(true)
        .open(case.path())
        .unwrap();
    owner.try_lock().unwrap();
    let ended = case.run(&["replay", Case::NAME]);
    let message = ended.complains(3);
    assert!(
        message.starts_with("disk.vhdx: the file is in use: "),
        "{message}"
    );
    assert!(message.contains(" has it open for writing"), "{message}");
    owner.unlock().unwrap();
    owner.try_lock_shared().unwrap();
    let ended = case.run(&["replay", Case::NAME]);
    let message = ended.complains(3);
    assert!(message.contains(" is reading it, and lets"), "{message}");
    assert!(case.bytes() == before);
    assert_eq!(case.names(), [Case::NAME]);
    drop(owner);
    case.run(&["replay", Case::NAME]).says(0);
}

/// A file size limit simulates a full disk: writes past it fail (EFBIG), headers still fit.
#[test]
#[cfg(unix)]
fn a_replay_that_fills_the_disk_can_be_finished_later() {
    for recipe in [images::dirty(), images::growing(), images::varied()] {
        let case = Case::of(&recipe);
        let no_room = "trap '' XFSZ; ulimit -f 4096";
        let ended = vhdx_log_after(case.folder.path(), no_room, &["replay", Case::NAME]);
        let message = ended.complains(3);
        assert!(message.starts_with("disk.vhdx: cannot "), "{message}");
        assert!(message.contains(": File too large"), "{message}");
        assert!(
            message.ends_with("no data was lost; fix the problem and run the same command again"),
            "{message}"
        );
        let inspected = case.run(&["inspect", Case::NAME]);
        assert!(inspected.says(0).contains("dirty: "), "still marked dirty");

        let line = case.run(&["replay", Case::NAME]).says(0).to_owned();
        assert!(line.contains("replayed "), "{line}");
        assert!(
            without_headers(case.bytes()) == replayed(&recipe),
            "as after an uninterrupted replay"
        );
    }
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_not_an_error_and_a_full_disk_is() {
    let case = Case::of(&images::long());
    let mut command = Command::new("sh");
    // The report is longer than a pipe holds, so the reader is gone before it is written.
    let leave = "\"$0\" inspect disk.vhdx --all --format json | head -c 10; echo";
    command.args([
        "-c",
        &format!("{leave}; \"$0\" inspect disk.vhdx >/dev/full"),
    ]);
    command.arg(BINARY);
    let ended = run(command, case.folder.path());
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(
        ended
            .stderr
            .starts_with("vhdx-log: cannot write to standard output: "),
        "{ended:?}"
    );
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
}

#[test]
fn a_bad_sector_is_reported_with_its_offset() {
    // The command prints the file's name, this error and its causes.
    struct Failing;
    impl Storage for Failing {
        fn read_at(&self, _: u64, _: &mut [u8]) -> std::io::Result<()> {
            Err(std::io::Error::other("the medium is bad"))
        }
        fn write_at(&mut self, _: u64, _: &[u8]) -> std::io::Result<()> {
            unreachable!()
        }
        fn zero(&mut self, _: u64, _: u64) -> std::io::Result<()> {
            unreachable!()
        }
        fn set_len(&mut self, _: u64) -> std::io::Result<()> {
            unreachable!()
        }
        fn len(&self) -> std::io::Result<u64> {
            Ok(1 << 20)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            unreachable!()
        }
    }
    let extent = vhdx_log_inspect::Extent::default();
    let error = vhdx_log_inspect::inspect(&Failing, "disk.vhdx".into(), extent).unwrap_err();
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |error| {
        error.source()
    });
    assert_eq!(
        causes.map(ToString::to_string).collect::<Vec<_>>(),
        [
            "cannot read the file identifier at offset 0x0",
            "the medium is bad"
        ]
    );
}
