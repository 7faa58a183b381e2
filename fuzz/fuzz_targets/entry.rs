//! A ring of a few sectors, byte for byte: every entry on it, and the active sequence.
#![no_main]
vhdx_log_fuzz::target!(Entry);
