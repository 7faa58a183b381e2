//! The scripts in `corpus/adapters`, with our own command and with programs that misbehave.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use vhdx_log_vectors::source_folder;

use crate::command::running::BINARY;

/// A dozen vectors: some have a log to replay, the others are clean or to be refused.
const SOME: &str = "header-l*";

/// The script's exit code, its standard error, and its verdicts: vectors by verdict.
struct Judged {
    code: Option<i32>,
    said: String,
    verdicts: BTreeMap<String, Vec<String>>,
}

impl Judged {
    fn number(&self, verdict: &str) -> usize {
        self.verdicts.get(verdict).map_or(0, Vec::len)
    }
}

fn adapter(name: &str) -> PathBuf {
    let folder = source_folder().expect("the tests run in the source tree");
    folder.join("adapters").join(name)
}

fn vectors() -> PathBuf {
    source_folder().unwrap().join("vectors")
}

/// Whether a program is installed; says that the test is skipped where it is not.
fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: there is no {program}");
    }
    there
}

fn run_py(arguments: &[&str]) -> Judged {
    let run = Command::new("python3")
        .arg("-B")
        .arg(adapter("run.py"))
        .args(arguments)
        .args(["--json", "--jobs", "4"])
        .arg(vectors())
        .output()
        .unwrap();
    let mut verdicts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8(run.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        verdicts
            .entry(text("verdict"))
            .or_default()
            .push(text("id"));
    }
    Judged {
        code: run.status.code(),
        said: String::from_utf8(run.stderr).unwrap(),
        verdicts,
    }
}

/// A shell script as the program under test. Its first argument is the image, the second one the
/// output.
fn program(lines: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("program");
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let command = format!("{} {{image}} {{output}}", path.display());
    (folder, command)
}

/// Does what a sound program does with a clean file, and ends with 1 for one that is not VHDX.
/// Then `$dirty` is whether the file has a log to replay.
const SOUND_WHEN_CLEAN: &str = r#"
case "$1$2$3" in *--no-such*) exit 2;; esac
[ -f "$1" ] || exit 2
[ "$(head -c 8 "$1")" = vhdxfile ] || exit 1
"$VHDX_LOG" replay --dry-run "$1" >"$2.said" 2>/dev/null || exit 1
dirty=false
grep -q clean "$2.said" || dirty=true
$dirty || qemu-img convert -f vhdx -O raw "$1" "$2" 2>/dev/null || exit 1
"#;

fn sound_when_clean_else(lines: &str) -> (TempDir, String) {
    let sound = SOUND_WHEN_CLEAN.replace("$VHDX_LOG", BINARY);
    program(&format!("{sound}$dirty || exit 0\n{lines}"))
}

#[test]
fn our_command_passes() {
    if !is_there("python3") {
        return;
    }
    let replay = format!("{BINARY} replay {{image}}");
    let cat = format!("{BINARY} cat {{image}} --output {{output}}");
    for topic in [SOME, "size-*", "*limit*", "new-*", "large-*"] {
        let judged = run_py(&[
            "--replay",
            &replay,
            "--export",
            &cat,
            "--read-only",
            "--limit-option",
            "--max-size {bytes}",
            "--filter",
            topic,
        ]);
        assert_eq!(judged.code, Some(0), "{}{:?}", judged.said, judged.verdicts);
        assert!(judged.number("pass") > 0, "{topic}: {:?}", judged.verdicts);
    }
}

/// A program that hangs is ended with its children, and the run goes on.
#[test]
fn a_program_that_hangs_fails_only_there() {
    if !is_there("python3") || !is_there("qemu-img") {
        return;
    }
    let marker = format!("{}.25", 100_000 + std::process::id());
    let (_folder, command) = sound_when_clean_else(&format!("sleep {marker} &\nsleep {marker}"));
    // Two of these are dirty: they hang side by side.
    let some = ["--timeout", "5", "--filter", "header-log-length-*"];
    let judged = run_py(&[&["--export", &command][..], &some].concat());
    assert_eq!(judged.code, Some(1), "{}", judged.said);
    assert!(judged.number("hung") > 1, "{:?}", judged.verdicts);
    assert!(judged.number("pass") > 0, "{:?}", judged.verdicts);
    let left = Command::new("pgrep")
        .args(["-f", &marker])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&left.stdout),
        "",
        "children are left"
    );
}

/// A program that crashes on dirty files passes none of them, and so does one that says it accepts
/// them and does nothing.
#[test]
fn a_crash_or_an_empty_success_passes_nothing() {
    if !is_there("python3") || !is_there("qemu-img") {
        return;
    }
    for (lines, verdict) in [
        ("kill -SEGV $$", "crashed"),
        ("exit 101", "crashed"),
        ("exit 2", "usage error"),
        ("qemu-img create -q -f raw \"$2\" 2M", "wrong"),
    ] {
        let (_folder, command) = sound_when_clean_else(lines);
        let judged = run_py(&["--export", &command, "--filter", SOME]);
        assert_eq!(judged.code, Some(1), "{lines}: {}", judged.said);
        assert!(judged.number(verdict) > 1, "{lines}: {:?}", judged.verdicts);
    }
}

/// A time limit is that of the vector, or more on a machine that reads more slowly.
#[test]
fn a_program_that_is_too_slow_for_the_machine_fails_only_where_time_counts() {
    if !is_there("python3") {
        return;
    }
    // Slow with the large image and with dirty ones, and not with those that it is proved with.
    let (_folder, command) = program(&format!(
        "[ \"$(wc -c <\"$1\")\" -gt 16000000 ] && sleep 2\n\
         {BINARY} replay --dry-run \"$1\" | grep -q \"would replay\" && sleep 2\n\
         exec {BINARY} cat \"$1\" --output \"$2\""
    ));
    let judge = |filter: &str, read_speed: &str| {
        let options = ["--export", &command, "--read-speed", read_speed];
        run_py(&[&options[..], &["--no-probe", "--filter", filter]].concat())
    };
    // At 1.6 GiB a second 1 s is allowed, at 16 MiB a second 100 s.
    let slow = judge("large-16-mib-claims", "1638");
    assert_eq!(slow.number("slow"), 1, "{:?}", slow.verdicts);
    assert_eq!(slow.code, Some(1));
    let machine = judge("large-16-mib-claims", "16");
    assert_eq!(machine.number("pass"), 1, "{:?}", machine.verdicts);
    let no_limit = judge("tail-own", "1638");
    assert_eq!(no_limit.number("pass"), 1, "{:?}", no_limit.verdicts);
}

#[test]
fn a_refused_file_that_was_changed_fails() {
    if !is_there("python3") || !is_there("qemu-img") {
        return;
    }
    let spoil = "printf x | dd of=\"$1\" bs=1 seek=400000 conv=notrunc 2>/dev/null\nexit 1";
    let (_folder, command) = sound_when_clean_else(spoil);
    let judged = run_py(&["--export", &command, "--filter", SOME]);
    assert!(judged.number("changed") > 1, "{:?}", judged.verdicts);
}

/// A program that updates only one header after a replay is unfinished, not wrong (UPD-2).
#[test]
fn a_header_that_is_left_as_it_was_is_unfinished() {
    if !is_there("python3") {
        return;
    }
    let put_back = "dd if=\"$1.was\" of=\"$1\" bs=4096 skip=16 seek=16 count=1 conv=notrunc";
    let (_folder, command) = program(&format!(
        "cp \"$1\" \"$1.was\" || exit 2\n{BINARY} replay \"$1\" || exit\n{put_back}"
    ));
    let judged = run_py(&["--replay", &command, "--filter", "tail-*"]);
    assert_eq!(judged.code, Some(0), "{}{:?}", judged.said, judged.verdicts);
    assert!(judged.number("unfinished") > 1, "{:?}", judged.verdicts);
    // What is refused, and so not replayed.
    assert!(judged.number("pass") > 1, "{:?}", judged.verdicts);
}

/// Where no header can follow, a file may be opened for writing, and then nothing is written.
#[test]
fn a_file_that_must_not_be_written_is_compared() {
    if !is_there("python3") {
        return;
    }
    let judge = |lines: &str| {
        let clean = "[ \"$(head -c 8 \"$1\")\" = vhdxfile ] || exit 1";
        let (_folder, command) = program(&format!("{clean}\n{lines}"));
        let last = ["--filter", "header-number-last-clean", "--no-probe"];
        run_py(&[&["--replay", &command][..], &last].concat())
    };
    assert_eq!(judge("exit 0").number("pass"), 1);
    assert_eq!(judge("exit 1").number("pass"), 1);
    // Within header 1, which a replay may change elsewhere.
    let written = "printf x | dd of=\"$1\" bs=1 seek=66000 conv=notrunc";
    assert_eq!(judge(written).number("wrong"), 1);
}

/// A program that opens disks may find only after the replay that there is none: it has replayed,
/// and reports an error.
#[test]
fn an_error_after_the_replay_is_judged_by_the_file() {
    if !is_there("python3") {
        return;
    }
    let judge = |lines: &str, filter: &str| {
        let (_folder, command) = program(lines);
        run_py(&["--replay", &command, "--no-probe", "--filter", filter])
    };
    let fails_later = format!("{BINARY} replay \"$1\"\nexit 1");
    let broken = "region-tables-broken-for-good";
    assert_eq!(judge(&fails_later, broken).number("pass"), 1);
    assert_eq!(judge("exit 1", broken).number("pass"), 1, "RPL-4");
    let spoils = "printf x | dd of=\"$1\" bs=1 seek=400000 conv=notrunc\nexit 1";
    assert_eq!(judge(spoils, broken).number("changed"), 1);
    // Where there is a disk, an error is a refusal.
    assert_eq!(judge(&fails_later, "tail-own").number("changed"), 1);
}

/// A program that refuses or accepts everything fails the probe. When that is left out, it passes
/// only what has to be refused, or nothing.
#[test]
fn a_program_that_always_says_the_same_fails_the_probe() {
    if !is_there("python3") {
        return;
    }
    for (lines, said) in [
        ("exit 1", "it does not accept a plain, clean image: refused"),
        ("exit 0", "it accepts a file of zeros"),
        (
            "kill -SEGV $$",
            "it does not refuse a file of zeros but ends with -11",
        ),
    ] {
        let (_folder, command) = program(lines);
        let judged = run_py(&["--export", &command]);
        assert_eq!(judged.code, Some(3), "{}", judged.said);
        assert!(judged.said.contains(said), "{}", judged.said);
        assert!(judged.verdicts.is_empty());
    }
    let (_folder, command) = program("exit 1");
    let judged = run_py(&["--export", &command, "--no-probe", "--filter", SOME]);
    assert_eq!(judged.code, Some(1));
    let corpus = vhdx_log_corpus::Corpus::embedded();
    for id in judged.verdicts.get("pass").into_iter().flatten() {
        let readings = &corpus.get(id).unwrap().vector.readings;
        assert!(
            readings
                .iter()
                .any(|reading| reading.expect == vhdx_log_corpus::Expect::Refuse),
            "{id}"
        );
    }
    assert!(judged.number("refused") > 1, "{:?}", judged.verdicts);
}

/// QEMU's converter opens for reading only: it may refuse dirty files, and nothing else is held
/// against it here.
#[test]
fn a_read_only_program_may_refuse_dirty_files() {
    if !is_there("python3") || !is_there("qemu-img") {
        return;
    }
    let convert = "qemu-img convert -f vhdx -O raw {image} {output}";
    let judged = run_py(&["--export", convert, "--read-only", "--filter", SOME]);
    assert!(judged.number("may refuse") > 1, "{:?}", judged.verdicts);
    let strict = run_py(&["--export", convert, "--filter", SOME]);
    assert_eq!(strict.number("may refuse"), 0);
    assert_eq!(strict.number("refused"), judged.number("may refuse"));

    // HDR-13 is about opens for writing.
    let last = ["--filter", "header-number-last-*", "--export", convert];
    let judged = run_py(&[&last[..], &["--read-only"]].concat());
    assert_eq!(judged.code, Some(0), "{:?}", judged.verdicts);
}

/// The script in shell, over one topic.
#[test]
fn the_shell_script_agrees() {
    let shell = |lines: &str| {
        let (folder, _) = program(lines);
        let run = Command::new("sh")
            .arg(adapter("run.sh"))
            .arg(vectors().join("tail"))
            .arg(folder.path().join("program"))
            .output()
            .unwrap();
        let said = String::from_utf8(run.stdout).unwrap();
        (run.status.code(), said)
    };
    let (code, said) = shell("exit 0");
    assert_eq!((code, said.as_str()), (Some(3), ""));
    let (code, said) = shell("kill -SEGV $$");
    assert_eq!((code, said.as_str()), (Some(3), ""));
    let (code, said) = shell("exit 1");
    assert_eq!(code, Some(1));
    assert!(
        said.contains("FAIL tail-own (exit code 1): Of three entries"),
        "{said}"
    );
    let (code, said) = shell(&format!("{BINARY} cat \"$1\" 2>/dev/null"));
    assert_eq!(code, Some(0), "{said}");
}
