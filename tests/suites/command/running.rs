//! Running the built command in a folder.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vhdx_log_image::Recipe;

/// How long a run may take. None waits for anything, so one that does not end hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// The built command.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_vhdx-log");

/// How a run ended and what it printed.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// What it printed, after it ended with `code`, with an error just when the code is not 0.
    #[track_caller]
    pub(crate) fn says(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:?}");
        if code == 0 {
            assert_eq!(self.stderr, "");
        }
        &self.stdout
    }

    /// The message, after it ended with `code` and printed nothing else.
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

/// Runs the command.
pub(crate) fn vhdx_log<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Ended {
    let mut command = Command::new(BINARY);
    command.args(arguments);
    run(command, folder)
}

/// Runs the command through a shell, which does something first.
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

/// Runs anything, without the surroundings that change what the command prints.
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
    // Nothing printed here fills a pipe but long reports: read them while the child runs.
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
    Ended {
        code: status.code(),
        stdout: text(reader.0),
        stderr: text(reader.1),
    }
}

/// A folder with an image in it.
pub(crate) struct Case {
    pub(crate) folder: tempfile::TempDir,
}

impl Case {
    /// The image's name in the folder.
    pub(crate) const NAME: &str = "disk.vhdx";

    /// Builds the image.
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

    /// Takes these bytes for an image.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(case.path(), bytes).unwrap();
        case
    }

    /// Where the image is.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(Self::NAME)
    }

    /// All bytes of the image.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }

    /// Runs the command in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        vhdx_log(self.folder.path(), arguments)
    }

    /// What stands in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}
