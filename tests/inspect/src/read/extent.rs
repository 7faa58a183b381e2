//! How much of an image a document holds.

/// How much to tell.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Every item of every list.
    pub all: bool,
    /// Characters in a row of the picture.
    pub columns: usize,
}
