//! The catalogue of flaws: wrong implementations, to measure tests with.
//!
//! A flaw is the model with one demand dropped or one step done wrong. Each shows on some image:
//! the verdict (refused, clean, replayed), the bytes of the file or, for a writable open, the
//! operations differ from the format's. `corpus/KILLS.md` lists them with the vectors that find
//! them. A flaw seen in a real program names the program and the number of the defect in
//! `corpus/DEFECTS.md`.
//!
//! A reader that differs only in an OPEN reading has no flaw. Some clauses have none because
//! dropping them alone changes nothing:
//!
//! - ENT-3's SAFE part follows from the rest: an empty entry does not hold its descriptors (ENT-6),
//!   and one longer than the log reaches its own `loge` where a descriptor or `data` must be
//!   (DSC-1, DAT-1);
//! - SEQ-6 follows from SEQ-1: sequence numbers that only increase never lead back to the run's
//!   first entry;
//! - without HDR-3 the file is refused by HDR-5, without HDR-10 by SEQ-7;
//! - SEQ-9 and the cost part of RPL-9 show as `HANG`, a refusal in place of a loop without end.

mod around;
mod bat;
mod disk;
mod entries;
mod flaw;
mod geometry;
mod guids;
mod halves;
mod headers;
mod lengths;
mod list;
mod one_header;
mod programs;
mod ranges;
mod search;
mod signatures;
mod suspects;
mod targets;
mod together;
mod updates;
mod widths;
mod write_back;

pub use flaw::Flaw;
pub use list::{all_flaws, flaw, flaws, geometry_flaws};
pub use programs::{Mistake, PROGRAMS, Program};
pub use suspects::Suspects;
pub use together::Together;
