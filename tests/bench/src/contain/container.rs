//! The bench's side: starts a supervisor for each run, and reads its report.

use std::path::{Path, PathBuf};

use vhdx_log_oracle::stop::Stop;

use super::ended::Ended;
use super::protections::Protections;
use super::request::Contained;

/// Runs programs contained.
#[derive(Clone, Debug)]
pub struct Container {
    /// This program, or one whose `main` calls [`hidden_role`](super::hidden_role) first.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux has supervisors")
    )]
    pub(super) part: PathBuf,
    pub(super) stop: Stop,
}

/// The run was stopped before the program came to its end; nothing of it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the run was stopped")]
pub struct Stopped;

impl Container {
    /// Contained by this program itself, whose `main` calls
    /// [`hidden_role`](super::hidden_role) first. All programs are ended when `stop` is due.
    pub fn of_this_program(stop: Stop) -> Self {
        // Linux keeps this name right when the file is replaced during the run.
        let own = Path::new("/proc/self/exe");
        let part = match own.exists() {
            true => own.to_owned(),
            false => std::env::current_exe().unwrap_or_default(),
        };
        Self::of(part, stop)
    }

    /// Contained by another program that calls [`hidden_role`](super::hidden_role) first.
    pub fn of(part: impl Into<PathBuf>, stop: Stop) -> Self {
        Self {
            part: part.into(),
            stop,
        }
    }

    /// When the programs are ended.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// What holds a program on this system, and what does not.
    pub fn protections(&self) -> Protections {
        #[cfg(target_os = "linux")]
        return super::linux::protections();
        #[cfg(not(target_os = "linux"))]
        super::unprotected::protections()
    }

    /// Runs a program to its end. Afterwards nothing that it started is running.
    ///
    /// # Errors
    /// When the run was stopped meanwhile. A program that cannot be started is an [`Ended`] too.
    pub fn run(&self, what: &Contained) -> Result<Ended, Stopped> {
        if self.stop.is_due() {
            return Err(Stopped);
        }
        let ended = self.run_contained(what);
        match self.stop.is_due() && ended.how == super::How::Stopped {
            true => Err(Stopped),
            false => Ok(ended),
        }
    }
}
