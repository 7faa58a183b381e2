//! Signals: a long command prints what it has, marks it as partial, ends with 130 and leaves no
//! file; a second signal ends it at once.
//!
//! The command is known to be ready when the kernel lists its handler, so nothing here waits for a
//! length of time.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use vhdx_log_crash::Summary;
use vhdx_log_image::Recipe;
use vhdx_log_search::enumerate::Report;
use vhdx_log_vectors::source_folder;

use super::running::{BINARY, Case, Ended, without};

/// Far longer than any command takes to answer a signal.
const PATIENCE: Duration = Duration::from_secs(120);

/// The signals of a mask in `/proc/PID/status`, such as `SigCgt`, by their bits.
fn signals(child: &Child, mask: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix(mask)?.strip_prefix(':'));
    value.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap())
}

fn send(child: &Child, signal: Signal) {
    // Fails only when the process has ended already.
    let _ = kill_process(Pid::from_child(child), signal);
}

/// Waits for something, at most as long as anybody would.
#[track_caller]
fn until<T>(mut there: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = there() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "it never happens");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Starts the command in a folder, after a shell command, and waits until it handles the signal.
/// A job in the background is started with signals ignored, and hands that on; `env` resets them.
fn start(folder: &Path, first: &str, arguments: &[&str], stdout: Stdio, signal: Signal) -> Child {
    let child = Command::new("env")
        .args(["--default-signal=HUP,INT,QUIT,TERM", "sh", "-c"])
        .args([&format!("{first}; exec \"$0\" \"$@\""), BINARY])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let command = format!("/proc/{}/comm", child.id());
    until(|| {
        // Before that it is the shell.
        let is_ours = fs::read(&command).is_ok_and(|name| name == b"vhdx-log\n");
        let handles = signals(&child, "SigCgt") >> (signal.as_raw() - 1) & 1 == 1;
        (is_ours && handles).then_some(())
    });
    child
}

/// Runs the command until the signal ends it. Checks that it leaves no file.
#[track_caller]
fn interrupted(arguments: &[&str], signal: Signal) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let child = start(folder.path(), ":", arguments, Stdio::piped(), signal);
    send(&child, signal);
    let output = child.wait_with_output().unwrap();
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "{arguments:?} leaves files");
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_crash_search_prints_what_it_has() {
    for signal in [Signal::HUP, Signal::INT, Signal::TERM] {
        let ended = interrupted(&["crash", "--time", "1000000"], signal);
        assert_eq!(
            (ended.code, ended.stderr.as_str()),
            (Some(130), ""),
            "{ended:?}"
        );
        let last = ended.stdout.lines().last().unwrap_or_default();
        assert_eq!(last, "interrupted: every property held so far; seed 1");
    }
}

#[test]
fn reports_say_that_they_are_partial() {
    let crash = interrupted(
        &["crash", "--states", "1000000000", "--format", "json"],
        Signal::INT,
    );
    let summary: Summary = serde_json::from_str(&crash.stdout).unwrap();
    assert_eq!((crash.code, summary.interrupted), (Some(130), true));

    let exhaust = interrupted(&["exhaust", "--format", "json"], Signal::TERM);
    let report: Report = serde_json::from_str(&exhaust.stdout).unwrap();
    assert_eq!((exhaust.code, report.interrupted), (Some(130), true));
    assert!(!report.is_clean());

    let text = interrupted(&["exhaust"], Signal::INT);
    let last = text.stdout.lines().last().unwrap_or_default();
    assert_eq!(text.code, Some(130));
    assert!(
        last.ends_with("; interrupted, so the rest is not checked"),
        "{last}"
    );
}

#[test]
fn the_mutation_score_says_how_many_searches_are_complete() {
    let ended = interrupted(&["score"], Signal::INT);
    assert_eq!(ended.code, Some(130));
    assert!(
        ended
            .stdout
            .contains("\n**Interrupted:** only 0 of the 12 searches"),
        "{ended:?}"
    );
}

/// A part of these would be wrong rather than partial.
#[test]
fn what_makes_no_sense_in_part_is_not_printed() {
    let corpus = source_folder().unwrap();
    let corpus = corpus.to_str().unwrap();
    for (arguments, said) in [
        (
            &["vectors", "regenerate", "--check", "--corpus", corpus][..],
            "interrupted; nothing was written",
        ),
        (
            &["vectors", "coverage"][..],
            "interrupted; what a part of the vectors covers is not shown",
        ),
    ] {
        assert_eq!(interrupted(arguments, Signal::INT).complains(130), said);
    }
}

/// The second signal ends it even where it cannot go on: here it prints into a full pipe.
#[test]
fn a_second_signal_ends_the_command_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (_reader, mut pipe) = std::io::pipe().unwrap();
    pipe.write_all(&[0; 1 << 16]).unwrap();
    let arguments = ["crash", "--time", "1000000"];
    let mut child = start(folder.path(), ":", &arguments, pipe.into(), Signal::INT);
    let status = until(|| {
        send(&child, Signal::INT);
        child.try_wait().unwrap()
    });
    assert_eq!(status.code(), Some(130));
}

/// `nohup vhdx-log exhaust` goes on when the terminal is closed.
#[test]
fn an_ignored_signal_stays_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["crash", "--time", "1000000", "--format", "json"];
    let child = start(
        folder.path(),
        "trap '' HUP",
        &arguments,
        Stdio::piped(),
        Signal::INT,
    );
    assert_eq!(
        signals(&child, "SigIgn") >> (Signal::HUP.as_raw() - 1) & 1,
        1
    );
    assert_eq!(
        signals(&child, "SigCgt") >> (Signal::HUP.as_raw() - 1) & 1,
        0
    );
    send(&child, Signal::INT);
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["interrupted"], true);
}

/// Where a file that is not complete has a temporary name, the signal removes it.
///
/// The command is stopped while the name is there, so that it cannot end before the signal.
#[test]
fn a_copy_leaves_no_temporary_name() {
    for signal in [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM] {
        let case = Case::of(&Recipe::clean());
        // Enough to copy for the name to be seen.
        let image = OpenOptions::new().append(true).open(case.path()).unwrap();
        io::copy(&mut io::repeat(1).take(256 << 20), &mut &image).unwrap();
        let Some(command) = without("copies,unnamed-files") else {
            return;
        };
        assert!(
            is_ended_at_work(&case, command, signal),
            "20 copies ended before they were stopped"
        );
    }
}

/// Ends a copy by a signal while its temporary name is there, and checks what it leaves. Tries
/// again where the copy ended before it could be stopped, as on a machine with much else to do.
fn is_ended_at_work(case: &Case, mut command: Command, signal: Signal) -> bool {
    command
        .args(["replay", Case::NAME, "--output", "copy.vhdx", "--force"])
        .current_dir(case.folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let is_part = |name: &String| name.starts_with(".copy.vhdx.");
    (0..20).any(|_| {
        let mut child = command.spawn().unwrap();
        // It runs a moment at a time, so that it is seen at work on any machine.
        let at_work = until(|| {
            send(&child, Signal::CONT);
            std::thread::sleep(Duration::from_micros(100));
            send(&child, Signal::STOP);
            let stopped = until(|| match child.try_wait().unwrap() {
                Some(_) => Some(false),
                None => is_stopped(&child).then_some(true),
            });
            let at_work = stopped && case.names().iter().any(is_part);
            (at_work || !stopped).then_some(at_work)
        });
        if at_work {
            send(&child, signal);
            send(&child, Signal::CONT);
        }
        let status = child.wait().unwrap();
        if status.success() {
            // It was faster than the signal: the copy is whole.
            assert!(!case.names().iter().any(is_part), "after its end");
            fs::remove_file(case.folder.path().join("copy.vhdx")).unwrap();
            return false;
        }
        assert_eq!(status.signal(), Some(signal.as_raw()));
        assert_eq!(case.names(), [Case::NAME], "after {signal:?}");
        at_work
    })
}

/// Whether every thread of the process is stopped.
fn is_stopped(child: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    status.contains("\nState:\tT")
}
