//! The tables: one file a topic, one call a vector. Each vector has an id, a title (what is special
//! about the image), a reason (what a program that gets it wrong does to its user), a recipe, and
//! what the author means to happen.
//!
//! There is nothing here but tables and the small builders that one table alone uses; what several
//! tables use is in [`source`](crate::source). The topic `regression` has no table: its vectors are
//! added with `vhdx-log vectors add`, and their JSON files are their source.

mod data_sector;
mod descriptor;
mod differencing;
mod entry;
mod extension;
mod geometry;
mod headers;
mod limits;
mod read_only;
mod ring;
mod sequence;
mod stale;
mod tail;
mod torn;
mod truncated;
mod writer;
mod zero;

use vhdx_log_corpus::Topic;

use crate::source::VectorSource;

/// The sources of all vectors that have a table, topic by topic.
pub fn vectors() -> Vec<VectorSource> {
    let tables = [
        (Topic::Headers, headers::vectors()),
        (Topic::Entry, entry::vectors()),
        (Topic::Descriptor, descriptor::vectors()),
        (Topic::DataSector, data_sector::vectors()),
        (Topic::Sequence, sequence::vectors()),
        (Topic::Ring, ring::vectors()),
        (Topic::Tail, tail::vectors()),
        (Topic::Torn, torn::vectors()),
        (Topic::Stale, stale::vectors()),
        (Topic::Truncated, truncated::vectors()),
        (Topic::Extension, extension::vectors()),
        (Topic::Zero, zero::vectors()),
        (Topic::Limits, limits::vectors()),
        (Topic::ReadOnly, read_only::vectors()),
        (Topic::Writer, writer::vectors()),
        (Topic::Geometry, geometry::vectors()),
        (Topic::Differencing, differencing::vectors()),
    ];
    let in_topic = |(topic, table): (Topic, Vec<VectorSource>)| {
        table
            .into_iter()
            .map(move |source| VectorSource { topic, ..source })
    };
    tables.into_iter().flat_map(in_topic).collect()
}
