//! The temporary name of a file that is not complete: whatever ends the command, an error or a
//! signal, the name is gone. (`SIGKILL` and a crash of the system leave it.)
//!
//! A thread waits for signals from the first temporary name on. It removes the names that there
//! are, then lets the signal do what it does. Making, renaming and removing are done under one
//! lock, so no signal comes between a step and what is known of it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempPath;

/// The temporary names that there are.
static NAMES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A temporary name.
pub(super) struct Unfinished {
    /// Absent once the file has another name.
    path: Option<TempPath>,
}

impl Unfinished {
    /// The name that `make` gives a new file.
    pub(super) fn make<T>(
        make: impl FnOnce() -> io::Result<(T, TempPath)>,
    ) -> io::Result<(T, Self)> {
        ends::start();
        let mut names = names();
        let (file, path) = make()?;
        names.push(path.to_path_buf());
        Ok((file, Self { path: Some(path) }))
    }

    /// Gives the file another name; with `force`, in the place of another file. Removes it where
    /// that fails.
    pub(super) fn rename(mut self, name: &Path, force: bool) -> io::Result<()> {
        let mut names = names();
        let Some(path) = self.path.take() else {
            return Ok(());
        };
        names.retain(|name| *name != *path);
        match force {
            true => path.persist(name)?,
            false => path.persist_noclobber(name)?,
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            let mut names = names();
            names.retain(|name| *name != *path);
            drop(path);
        }
    }
}

fn names() -> MutexGuard<'static, Vec<PathBuf>> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
mod ends {
    use std::sync::Once;

    use signal_hook::consts::{
        SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ,
    };
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::names;
    use crate::terminal::exit::Exit;
    use crate::terminal::interrupt::is_ignored;

    /// What ends a program that does not ask for anything else, and is sent by people or by a limit
    /// of the system.
    const SIGNALS: [i32; 9] = [
        SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ,
    ];

    pub(super) fn start() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            // Without it a signal ends the command as it does anyway.
            let signals = SIGNALS.into_iter().filter(|&signal| !is_ignored(signal));
            if let Ok(signals) = Signals::new(signals) {
                std::thread::spawn(move || end_at(signals));
            }
        });
    }

    fn end_at(mut signals: Signals) {
        let Some(signal) = signals.forever().next() else {
            return;
        };
        // Held to the end: nothing gets a name any more.
        let names = names();
        for name in &*names {
            // There is nobody left to tell.
            let _ = std::fs::remove_file(name);
        }
        let _ = emulate_default_handler(signal);
        std::process::exit(Exit::Interrupted as i32);
    }
}

/// Elsewhere Ctrl-C leaves the name.
#[cfg(not(unix))]
mod ends {
    pub(super) fn start() {}
}
