//! One image, opened by the implementation and by the model: verdict, clause, sequence, every byte,
//! cost.
#![no_main]
vhdx_log_fuzz::target!(Replay);
