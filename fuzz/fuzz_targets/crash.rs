//! A workload, a crash in it, and crashes in the recovery from that.
#![no_main]
vhdx_log_fuzz::target!(Crash);
