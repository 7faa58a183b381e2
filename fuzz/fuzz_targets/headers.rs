//! The file identifier and both headers, byte for byte, before a log that one of them may name.
#![no_main]
vhdx_log_fuzz::target!(Headers);
