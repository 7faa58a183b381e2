//! HTML that opens from a file and asks nothing of anyone: the parts that the page of a run and the
//! page of an image share.
//!
//! Contract of every page: one file, no request to anywhere (the Content-Security-Policy forbids
//! them, and scripts and styles other than its own, by their digest), complete without scripts, no
//! style attribute. Everything that comes from a program or an image is text: `maud` escapes it.

pub(crate) mod inspection;
pub(crate) mod page;
pub(crate) mod ring;
