//! Topic `ring`: entries and sequences that continue at the start of the log; logs of other sizes
//! and places.
//!
//! ```text
//!  sector 0                                 253    254    255
//!  | rest of it |                      ...  | loge   desc   data >-.   an entry may wrap between
//!  '------------- continues here <---------------------------------'   any two of its sectors
//! ```

mod build;
mod entries;
mod full;
mod runs;

use crate::source::VectorSource;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [entries::vectors(), runs::vectors(), full::vectors()].concat()
}
