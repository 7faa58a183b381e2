//! A workload, checked against the abstract writer step by step.
#![no_main]
vhdx_log_fuzz::target!(Write);
