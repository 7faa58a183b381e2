//! As `replay`, with a wrong model: it must fail within a minute, and does within seconds.
#![no_main]
vhdx_log_fuzz::target!(Canary);
