//! The file identifier and both headers, byte for byte, in a file with a dirty log.
#![no_main]
vhdx_log_fuzz::target!(Headers);
