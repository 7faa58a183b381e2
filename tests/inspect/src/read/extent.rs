//! How much of an image a document holds.

#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Every item of every list; otherwise long lists are elided.
    pub all: bool,
    /// Characters in a row of the picture.
    pub columns: usize,
}
