//! Runs the built command in a folder of its own.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vhdx_log_image::Recipe;

use super::schema;

/// The time limit of a run. No command waits for anything, so a longer run hangs.
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_vhdx-log");

#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Its standard output. Checks that it ended with `code`, and that code 0 came without an
    /// error.
    #[track_caller]
    pub(crate) fn says(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:?}");
        if code == 0 {
            assert_eq!(self.stderr, "");
        }
        &self.stdout
    }

    /// Its error message. Checks that it ended with `code` and printed nothing else.
    #[track_caller]
    pub(crate) fn complains(&self, code: i32) -> &str {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(code), ""),
            "{self:?}"
        );
        self.stderr
            .strip_prefix("vhdx-log: ")
            .unwrap_or_else(|| panic!("{self:?}"))
            .trim_end()
    }
}

pub(crate) fn vhdx_log<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Ended {
    let mut command = Command::new(BINARY);
    command.args(arguments);
    run(command, folder)
}

/// Runs the command in a shell, after the shell command `first`.
pub(crate) fn vhdx_log_after<A: AsRef<OsStr>>(
    folder: &Path,
    first: &str,
    arguments: &[A],
) -> Ended {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{first}; exec \"$0\" \"$@\""), BINARY])
        .args(arguments);
    run(command, folder)
}

/// The command on a system that lacks something, as `without.py` says; `None`, and a message, where
/// that cannot be tried.
#[cfg(target_os = "linux")]
pub(crate) fn without(what: &str) -> Option<Command> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../suites/command/without.py");
    // A job in the background is started with signals ignored, and hands that on.
    let mut command = Command::new("env");
    command.args([
        "--default-signal=HUP,INT,QUIT,TERM",
        "python3",
        script,
        what,
    ]);
    let mut attempt = Command::new("python3");
    let attempt = attempt.args([script, what, "true"]).status();
    if !attempt.is_ok_and(|status| status.success()) {
        println!("skipped: python3 cannot take {what} away from a command");
        return None;
    }
    command.arg(BINARY);
    Some(command)
}

/// Runs any command, without the environment variables that change what ours prints.
pub(crate) fn run(mut command: Command, folder: &Path) -> Ended {
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    // Long reports fill a pipe: read them while the child runs.
    let reader = {
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let read = |from: Box<dyn std::io::Read + Send>| {
            std::thread::spawn(move || std::io::read_to_string(from))
        };
        (read(Box::new(out)), read(Box::new(err)))
    };
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if begun.elapsed() > PATIENCE => {
                child.kill().unwrap();
                panic!("still running after {PATIENCE:?}: {command:?}");
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let text =
        |thread: std::thread::JoinHandle<std::io::Result<String>>| thread.join().unwrap().unwrap();
    let ended = Ended {
        code: status.code(),
        stdout: text(reader.0),
        stderr: text(reader.1),
    };
    let arguments: Vec<_> = command.get_args().filter_map(OsStr::to_str).collect();
    schema::check(&arguments, ended.code, &ended.stdout);
    ended
}

/// A folder with an image in it.
pub(crate) struct Case {
    pub(crate) folder: tempfile::TempDir,
}

impl Case {
    pub(crate) const NAME: &str = "disk.vhdx";

    pub(crate) fn of(recipe: &Recipe) -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        recipe
            .build()
            .write_to(&mut File::create(case.path()).unwrap())
            .unwrap();
        case
    }

    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(case.path(), bytes).unwrap();
        case
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(Self::NAME)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        vhdx_log(self.folder.path(), arguments)
    }

    /// The names of the files in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}
