#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod disk;
mod entry;
mod flaws;
mod headers;
mod image;
mod layout;
mod outcome;
mod read;
mod readings;
mod replay;
mod rules;
mod search;
mod writer;

pub use disk::guest_disk;
pub use entry::entry_at;
pub use flaws::{
    Flaw, Mistake, PROGRAMS, Program, Suspects, Together, all_flaws, flaw, flaws, geometry_flaws,
};
pub use headers::current_header;
pub use image::{Bytes, Image, Ring, SECTOR, Update};
pub use layout::{Descriptor, Entry, HEADER_OFFSETS, Header, Sequence};
pub use outcome::{Access, Active, Checked, ClauseId, Options, Refusal, Replay, Verdict, WriteOp};
pub use read::{read, read_with};
pub use readings::{Reading, read_as, readings};
pub use rules::{Format, Rules};
pub use search::{entries, search};
pub use writer::{Writer, same_contents};
