//! Ctrl-C, and the other signals that ask a program to end.
//!
//! A command that takes longer than a moment calls [`stop`] and polls what it returns. The first
//! signal then makes it print what it has, marked as partial, and end with
//! [`Exit::Interrupted`](super::exit::Exit::Interrupted). The second one ends the process at once.
//! Other commands keep what the system does: the signal ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use vhdx_log_oracle::stop::Stop;

use super::exit::Exit;

#[cfg(unix)]
const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// From now on a signal does not end the process but makes this [`Stop`] due.
pub(crate) fn stop() -> Stop {
    let (asked, early) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    for signal in SIGNALS.into_iter().filter(|&signal| !is_ignored(signal)) {
        // In this order, so that the first signal finds `asked` not yet set. If a handler cannot be
        // installed, the signal ends the process as it does anyway.
        let second = Exit::Interrupted as i32;
        let _ = flag::register(signal, Arc::clone(&early))
            .and_then(|_| flag::register_conditional_shutdown(signal, second, Arc::clone(&asked)))
            .and_then(|_| flag::register(signal, Arc::clone(&asked)));
    }
    // A signal that came between these steps is not lost.
    if early.load(Ordering::SeqCst) {
        asked.store(true, Ordering::SeqCst);
    }
    Stop::when(asked)
}

/// Whether whoever started the command wants the signal to be ignored, as `nohup` does.
pub(crate) fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Bit 0 is signal 1. Where there is no such file, no signal counts as ignored.
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
