//! The files that a command line names: images, copies of images, reports to merge.

pub(crate) mod copy;
pub(crate) mod disk;
pub(crate) mod fresh;
pub(crate) mod image;
pub(crate) mod in_use;
pub(crate) mod merge;
pub(crate) mod sparse;
