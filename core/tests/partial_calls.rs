//! System calls that do less than they were asked for: a write that is short, and a call that a
//! signal interrupts, are gone on with.
//!
//! Neither happens on its own to a file on a local disk. The first is made with a limit on the size
//! of files, in a process of its own; the second with `strace`, where that is installed.

#![cfg(target_os = "linux")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use vhdx_log::storage::Storage;

/// In a process of its own: the file to work on.
const FILE: &str = "VHDX_LOG_TEST_FILE";
const START: u64 = 100;
/// EFBIG.
const TOO_LARGE: i32 = 27;

fn pieces() -> Vec<Vec<u8>> {
    (1..=40).map(|value| vec![value; 1000]).collect()
}

/// The one test of this name again, in a process that `command` starts.
fn again(mut command: Command, test: &str, file: &Path) -> bool {
    let arguments = ["--exact", test, "--test-threads", "1"];
    let ended = command
        .arg(std::env::current_exe().unwrap())
        .args(arguments)
        .env(FILE, file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{ended:?}");
    said.contains("1 passed")
}

fn own_file() -> Option<PathBuf> {
    std::env::var_os(FILE).map(PathBuf::from)
}

fn open(path: &Path) -> File {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(true);
    options.open(path).unwrap()
}

/// The write that reaches the limit is short. It is no success: what is left over is tried, and
/// fails.
#[test]
fn a_short_write_is_gone_on_with() {
    let Some(path) = own_file() else {
        let folder = tempfile::tempdir().unwrap();
        let mut limited = Command::new("sh");
        let run = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"";
        limited.args(["-c", run]);
        let test = "a_short_write_is_gone_on_with";
        assert!(again(limited, test, &folder.path().join("file")));
        return;
    };
    let pieces = pieces();
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let whole = pieces.concat();
    let check = |write: &dyn Fn(&mut File) -> std::io::Result<()>| {
        let mut file = open(&path);
        let error = write(&mut file).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(TOO_LARGE), "{error}");
        let written = file.metadata().unwrap().len();
        assert!(START < written && written < whole.len() as u64, "{written}");
        let mut found = vec![0; (written - START) as usize];
        file.read_at(START, &mut found).unwrap();
        assert!(found == whole[..found.len()]);
    };
    check(&|file| file.write_pieces_at(START, &pieces));
    check(&|file| file.write_at(START, &whole));
}

/// Every second call is interrupted before it does anything.
#[test]
fn an_interrupted_call_is_made_again() {
    let Some(path) = own_file() else {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let calls = "pread64,pwrite64,pwritev";
        let mut traced = Command::new("strace");
        traced
            .args(["-f", "-qqq", "-o", "/dev/null", "-e"])
            .arg(format!("trace={calls}"))
            .arg("-e")
            .arg(format!("inject={calls}:error=EINTR:when=1+2"))
            // Calls for other files, such as those of the dynamic linker, are left alone.
            .arg("-P")
            .arg(&file);
        let version = Command::new("strace").arg("--version").output();
        if version.is_err() {
            println!("skipped: strace is not installed");
            return;
        }
        assert!(again(traced, "an_interrupted_call_is_made_again", &file));
        return;
    };
    let pieces = pieces();
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let mut file = open(&path);
    file.write_pieces_at(START, &pieces).unwrap();
    file.write_at(0, &[7; START as usize]).unwrap();
    let mut found = vec![0; START as usize + 40_000];
    file.read_at(0, &mut found).unwrap();
    assert!(found == [vec![7; START as usize], pieces.concat()].concat());
}
