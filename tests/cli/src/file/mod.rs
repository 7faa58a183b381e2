//! The files that a command line names: images, copies of images, reports to merge, small files to
//! read and to write.

pub(crate) mod copy;
pub(crate) mod disk;
pub(crate) mod fresh;
pub(crate) mod image;
pub(crate) mod in_use;
pub(crate) mod input;
pub(crate) mod merge;
pub(crate) mod output;
pub(crate) mod sparse;
mod unfinished;
