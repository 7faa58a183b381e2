//! What is wrong with the sizes in entries (WRT-5), as far as it is known yet.
//!
//! The sizes of an entry depend on what comes after it. One before a cut of the file has the sizes
//! of the shorter file; one before an allocation has those of the longer file. What looks wrong is
//! kept until the trace shows which it was. A trace that ends first leaves it open.

use super::rule::Finding;

/// What is wrong with the sizes of earlier entries, unless something else follows.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    /// Wrong unless the file is cut.
    pub(super) small: Vec<Finding>,
    /// Wrong unless the file needs more than so many bytes when the next entry is written.
    pub(super) large: Option<(Finding, u64)>,
    pub(super) was_cut: bool,
}

impl Sizes {
    /// What is wrong for certain when the trace ends.
    pub(super) fn at_end(&mut self) -> Vec<Finding> {
        if self.was_cut {
            return Vec::new();
        }
        std::mem::take(&mut self.small)
    }
}
