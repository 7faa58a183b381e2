//! A recording in a file, so that it can be judged later or elsewhere.
//!
//! ```text
//!  offset  size
//!       0     8  "VHDXTRCE"
//!       8     4  version: 1
//!      12     4  zero
//!      16     8  length of the base image in bytes
//!      24     8  first sector of the log
//!      32     8  first sector after the log
//!      40    24  6 counts of 4 bytes: contents, base sectors, requests, opens, versions, marks
//!      64        contents        4096 bytes each, no two equal, none all zero
//!                base sectors    number 8, content 4; in the order of the numbers
//!                requests        kind 1, has a length 1, zero 2, count of sector writes 4
//!                                [length before 8, length after 8]
//!                  sector write    number 8, first byte 2, last byte + 1 2, content 4
//!                opens           first request 8, last request + 1 8
//!                versions        length 8, payload 1, zero 3, counts of sectors and of touched
//!                                ranges 4 each
//!                  sector          number 8, content 4: where it differs from the base image
//!                  touched range   first sector 8, last sector + 1 8
//!                marks           requests before 8, event 1, durable 1, has a version 1, zero 1,
//!                                position 4, version 4
//! ```
//!
//! All numbers are little-endian. A *content* is an index into the contents, counted from 1; 0 is a
//! sector of zeros. Request kinds: 0 write, 1 zero, 2 set length, 3 flush, 4 failed flush, 5 power
//! cut. Events: 0 begun, 1 acknowledged, 2 reopened. Version 0 is the base image and is not among
//! the versions stored.
//!
//! A reader accepts any bytes without a panic. It refuses what is not a recording and names the
//! offset. Memory is proportional to the size of the file: each count is compared with the bytes
//! that are left before anything is allocated, and [`LIMIT_MARKS`] bounds the lines of the history.
//!
//! Not in the file: requests that overlap in time, and what a program read. A later version can add
//! them; a reader refuses versions that it does not know.

mod decode;
mod encode;
mod error;
mod layout;
mod reader;
mod source;

pub use decode::decode;
pub use encode::encode;
pub use error::BadTraceFile;
pub use layout::LIMIT_MARKS;
pub use source::TraceFile;
