//! `vhdx-log crash` on programs that are not ours: `--trace FILE --base IMAGE`, `--profile NAME`.
//!
//! What QEMU gets wrong is not looked for here: its sessions are recorded, and what must be found
//! in them is what a profile breaks on purpose.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::command::running::BINARY;

fn crash(arguments: &[&str], folder: &Path) -> Output {
    let command = Command::new(BINARY)
        .arg("crash")
        .args(arguments)
        .current_dir(folder)
        .output();
    command.expect("the command starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether QEMU's tools are here; says so when a test is skipped.
fn qemu_is_there() -> bool {
    let is_there = |program| Command::new(program).arg("--version").output().is_ok();
    let there = is_there("qemu-io") && is_there("qemu-img");
    if !there {
        eprintln!("skipped: there is no qemu-io");
    }
    there
}

const QEMU: &str = include_str!("../writers/src/profiles/qemu.toml");

#[test]
fn sessions_of_qemu_are_recorded_and_judged() {
    if !qemu_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let output = crash(
        &[
            "--profile",
            "qemu",
            "--sessions",
            "3",
            "--format",
            "json",
            "--findings",
            "found",
        ],
        folder.path(),
    );
    let found: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    assert_eq!(found["sessions"], 3);
    assert!(found["requests"].as_u64() > Some(50), "{found}");
    assert!(found["unique_states"].as_u64() > Some(500), "{found}");
    for case in fs::read_dir(folder.path().join("found")).unwrap() {
        let case = case.unwrap().path();
        replays(&case);
    }
}

/// The command in the page of a finding shows the same again.
fn replays(case: &Path) {
    let page = fs::read_to_string(case.join("README.md")).unwrap();
    let unpacked = Command::new("gunzip")
        .args(["-k", "base.vhdx.gz"])
        .current_dir(case)
        .status();
    assert!(unpacked.unwrap().success());
    let line = page
        .lines()
        .find(|line| line.starts_with("vhdx-log crash"))
        .unwrap();
    let words: Vec<&str> = line
        .split(' ')
        .skip(2)
        .map(|word| word.trim_matches('\''))
        .collect();
    let output = crash(&words, case);
    let printed = text(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{line}\n{printed}{}",
        text(&output.stderr)
    );
    let harm = page.lines().next().unwrap().trim_start_matches("# ");
    assert!(printed.contains(harm), "{harm} is not in\n{printed}");
}

#[test]
fn a_program_that_loses_its_flushes_is_found() {
    if !qemu_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let unsafe_cache = QEMU.replace(r#"["none", "writeback"]"#, r#"["unsafe"]"#);
    assert_ne!(unsafe_cache, QEMU);
    fs::write(folder.path().join("lies.toml"), unsafe_cache).unwrap();
    let output = crash(
        &[
            "--profile",
            "lies.toml",
            "--sessions",
            "2",
            "--format",
            "json",
        ],
        folder.path(),
    );
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let harms: Vec<_> = found["found"].as_array().unwrap().iter().collect();
    assert_eq!(output.status.code(), Some(1), "{found}");
    assert!(
        harms.iter().any(|found| found["harm"] == "lost"),
        "{harms:?}"
    );
    let rules = found["protocol"].as_array().unwrap();
    assert!(
        rules.iter().any(|rule| rule["demanded"] == true),
        "{rules:?}"
    );
}

/// Programs that end badly, or ask nothing of the disk, are said to.
#[test]
fn a_program_that_does_nothing_is_no_program_that_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    let operations = "[operations]\nwrite = []\nflush = []\n";
    let head = "name = 'idle'\ntitle = 'x'\nprogram = 'true'\ninstall = 'nothing'\n\
                version = ['true']\ncreate = ['truncate', '-s', '1M', '{image}']\n";
    for (run, says) in [("true", ""), ("false", "ended badly: exit code 1")] {
        fs::write(
            folder.path().join("idle.toml"),
            format!("{head}run = ['{run}']\n{operations}"),
        )
        .unwrap();
        let arguments = ["--profile", "idle.toml", "--sessions", "1"];
        let output = crash(&arguments, folder.path());
        let printed = text(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(5),
            "{printed}{}",
            text(&output.stderr)
        );
        assert!(printed.contains(says), "{printed}");
    }
}

#[test]
fn a_foreign_trace_is_refused_with_the_offset() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("base.vhdx"), vec![0; 1 << 20]).unwrap();
    let mut log = vec![0; 1024];
    log[..8].copy_from_slice(&0x006a_7366_7773_6872_u64.to_le_bytes());
    log[8] = 1;
    log[16] = 9;
    log[24..28].copy_from_slice(&512_u32.to_le_bytes());
    fs::write(folder.path().join("short.log"), &log).unwrap();
    fs::write(folder.path().join("foreign.log"), b"not a log").unwrap();
    for (name, says) in [
        (
            "short.log",
            "cut off at 0x400 bytes: at offset 0x400, entry 1",
        ),
        ("foreign.log", "at offset 0x"),
    ] {
        let output = crash(&["--trace", name, "--base", "base.vhdx"], folder.path());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(says), "{said}");
    }
}

/// Tests that mount look at the list of all mounts: one at a time.
static MOUNTING: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    MOUNTING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a file system can be mounted here; says so when a test is skipped.
fn fuse_is_there() -> bool {
    let open = fs::File::options().read(true).write(true).open("/dev/fuse");
    let is_root = fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.lines().any(|line| line.starts_with("Uid:\t0\t")));
    let there = cfg!(target_os = "linux") && open.is_ok() && is_root;
    if !there {
        eprintln!("skipped: there is no /dev/fuse, or it is not ours to mount");
    }
    there
}

fn record(command: &[&str], folder: &Path) -> Output {
    let run = Command::new(BINARY)
        .args([
            "record",
            "--force",
            "--out",
            "out.trace",
            "--timeout",
            "2",
            "--",
        ])
        .args(command)
        .current_dir(folder)
        .output();
    let run = run.expect("the command starts");
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(
        !mounts.contains("vhdx-log-record"),
        "nothing stays mounted: {mounts}"
    );
    run
}

/// What a program asks is recorded, in its order, with lengths; reads find what was written.
#[test]
fn a_program_is_recorded_request_by_request() {
    let _alone = alone();
    if !fuse_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = "printf abcd | dd of=\"$0\" bs=4 seek=1024 conv=notrunc,fsync 2>/dev/null\n\
                  truncate -s 1M \"$0\"\n\
                  test \"$(dd if=\"$0\" bs=4 skip=1024 count=1 2>/dev/null)\" = abcd || exit 7\n\
                  fallocate -p -o 4096 -l 8192 \"$0\" || exit 8\n\
                  test \"$(dd if=\"$0\" bs=1 skip=4096 count=4 2>/dev/null | od -An -tx1)\" = \
                  ' 00 00 00 00' || exit 9\n";
    let output = record(&["sh", "-c", script, "{image}"], folder.path());
    let printed = text(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{printed}{}",
        text(&output.stderr)
    );
    assert!(!printed.contains("ended badly"), "{printed}");
    let bytes = fs::read(folder.path().join("out.trace")).unwrap();
    let file = vhdx_log_crash::trace_file::TraceFile::new(&bytes).unwrap();
    let trace = &file.recording().trace;
    use vhdx_log_crash::trace::RequestKind::{Flush, SetLength, Write, Zero};
    let kinds: Vec<_> = trace.iter().map(|request| request.kind).collect();
    // Some versions of fallocate flush at their end.
    assert!(
        kinds.starts_with(&[Write, Flush, SetLength, Zero]),
        "{kinds:?}"
    );
    let count = format!("recorded {} requests", kinds.len());
    assert!(printed.contains(&count), "{printed}");
    assert_eq!(trace[0].length, Some((0, 4100)));
    assert_eq!(trace[2].length, Some((4100, 1 << 20)));
    let zeroed: Vec<u64> = trace[3].sectors.iter().map(|write| write.number).collect();
    // Sector 2 is a hole already.
    assert_eq!(zeroed, [1]);
}

/// Programs that replace the image, never flush, change nothing, crash or hang leave a recording
/// that says so, and no mount.
#[test]
fn whatever_a_recorded_program_does_nothing_stays_mounted() {
    let _alone = alone();
    if !fuse_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (script, says) in [
        ("echo x >\"$0\"", "never flushed"),
        ("true \"$0\"", "changed nothing"),
        ("echo x >\"$0\"; kill -9 $$", "ended badly: signal 9"),
        ("echo x >\"$0\"; exit 3", "ended badly: exit code 3"),
        ("exec 9<>\"$0\"; sleep 60", "its time was over"),
        ("echo x >\"$0.new\"; true", "create a file beside the image"),
        ("mv \"$0\" \"$0.new\"; true", "rename the image"),
        ("rm \"$0\"; true", "remove the image"),
    ] {
        let output = record(&["sh", "-c", script, "{image}"], folder.path());
        let printed = text(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{script}: {}",
            text(&output.stderr)
        );
        assert!(printed.contains(says), "{script}: {printed}");
    }
    let output = record(&["true"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("{image} is missing"),
        "{}",
        text(&output.stderr)
    );
}

/// What a recorder that was killed leaves is removed by the next one.
#[test]
fn a_recorder_that_is_killed_is_cleaned_up_after() {
    let _alone = alone();
    if !fuse_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = Command::new(BINARY)
        .args(["record", "--out", "killed.trace", "--"])
        .args(["sh", "-c", "echo x >\"$0\"; sleep 60", "{image}"])
        .current_dir(folder.path())
        .spawn()
        .unwrap();
    let is_mounted = || {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        mounts.contains("vhdx-log-record")
    };
    for _ in 0..500 {
        if is_mounted() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(is_mounted(), "the recorder mounts");
    recorder.kill().unwrap();
    recorder.wait().unwrap();
    // It asks that nothing is mounted.
    let output = record(&["sh", "-c", "echo x >\"$0\"", "{image}"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}
