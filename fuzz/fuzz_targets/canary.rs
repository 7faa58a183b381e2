//! As `replay`, with a flawed model: it must fail within a minute, and does within seconds.
#![no_main]
vhdx_log_fuzz::target!(Canary);
