//! The recipes of the corpus: one row a vector, grouped by topic, each with what is meant to become
//! of its image.
//!
//! ```text
//!  row (recipe + intent) --build--> image --+--> expected bytes, worked out from the recipe alone
//!                                           +--> core and model, which must come to the same
//! ```
//!
//! [`make`] does that for one row, [`Regenerated::make`] for all of them; [`adequacy`] measures
//! what the corpus is worth.

pub mod adequacy;
mod data_sector;
mod descriptor;
mod entry;
mod expect;
mod extension;
mod headers;
mod json;
mod limits;
mod make;
pub mod pages;
mod read_only;
mod regenerate;
mod ring;
mod row;
mod sequence;
mod stale;
mod tail;
mod torn;
mod truncated;
mod writer;
mod zero;

use vhdx_log_corpus::Topic;

pub use self::expect::IntentError;
pub use self::make::{MakeError, make};
pub use self::regenerate::{AddError, Addition, Regenerated, add, source_folder};
pub use self::row::{Intent, Row};

/// All rows, topic by topic.
pub fn rows() -> Vec<Row> {
    let of = |topic, rows: Vec<Row>| rows.into_iter().map(move |row| Row { topic, ..row });
    let mut all = Vec::new();
    all.extend(of(Topic::Headers, headers::rows()));
    all.extend(of(Topic::Entry, entry::rows()));
    all.extend(of(Topic::Descriptor, descriptor::rows()));
    all.extend(of(Topic::DataSector, data_sector::rows()));
    all.extend(of(Topic::Sequence, sequence::rows()));
    all.extend(of(Topic::Ring, ring::rows()));
    all.extend(of(Topic::Tail, tail::rows()));
    all.extend(of(Topic::Torn, torn::rows()));
    all.extend(of(Topic::Stale, stale::rows()));
    all.extend(of(Topic::Truncated, truncated::rows()));
    all.extend(of(Topic::Extension, extension::rows()));
    all.extend(of(Topic::Zero, zero::rows()));
    all.extend(of(Topic::Limits, limits::rows()));
    all.extend(of(Topic::ReadOnly, read_only::rows()));
    all.extend(of(Topic::Writer, writer::rows()));
    all
}
