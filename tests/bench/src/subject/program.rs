//! A program on this machine: where it is, which bytes it is made of, and what it calls its
//! version.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use vhdx_log_oracle::digest::hexadecimal;

use crate::contain::{Contained, Container, Folders, How, Limits};

/// The path of a program: the path that is given, or the first of that name in `PATH`.
pub(super) fn find(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return is_program(program).then(|| program.to_owned());
    }
    let folders = std::env::var_os("PATH")?;
    let mut candidates = std::env::split_paths(&folders).map(|folder| folder.join(program));
    candidates.find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    let Ok(metadata) = fs::metadata(path) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    metadata.is_file()
}

/// What the program of a command is made of: the program, or the script that it is to run.
pub(super) fn made_of(program: &Path, arguments: &[String]) -> PathBuf {
    let script = arguments.iter().map(Path::new);
    let mut script = script.take_while(|argument| !argument.to_string_lossy().starts_with('-'));
    let script = script.next().filter(|path| path.is_file());
    script.unwrap_or(program).to_owned()
}

/// The SHA-256 of a file, in hexadecimal digits.
pub(super) fn sha256(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            read => hash.update(&piece[..read]),
        }
    }
}

/// The first line that a command prints when it ends with 0, whatever it prints it to.
pub(super) fn first_line(
    container: &Container,
    folders: &Folders,
    words: &[String],
) -> Option<String> {
    let folder = folders.folder().ok()?;
    let (program, arguments) = words.split_first()?;
    let what = Contained {
        program: program.into(),
        arguments: arguments.iter().map(Into::into).collect(),
        folder: folder.path().to_owned(),
        limits: Limits::default(),
        stdout: None,
    };
    let ended = container.run(&what).ok()?;
    if ended.how != How::Exit(0) {
        return None;
    }
    let lines = [ended.stdout.bytes, ended.stderr.bytes].concat();
    let lines = String::from_utf8_lossy(&lines).into_owned();
    let mut lines = lines.lines().map(str::trim);
    Some(
        lines
            .find(|line| !line.is_empty())
            .unwrap_or_default()
            .to_owned(),
    )
}
