//! What programs do with the corpus, published: one page from stored runs.

pub(crate) mod defects;
pub(crate) mod page;
