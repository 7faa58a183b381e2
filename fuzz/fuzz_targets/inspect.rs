//! Any file at all: what `inspect` says of it is bounded, and the model's verdict.
#![no_main]
vhdx_log_fuzz::target!(Inspect);
