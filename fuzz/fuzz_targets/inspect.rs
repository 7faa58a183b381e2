//! Any file: the output of `inspect` is bounded and reports the model's verdict.
#![no_main]
vhdx_log_fuzz::target!(Inspect);
