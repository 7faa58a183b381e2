//! A section for each vector: what its image is, why it matters, its clauses, its log, and what
//! each subject did.

use std::collections::BTreeSet;
use std::io;

use maud::{Markup, html};
use rayon::prelude::*;
use vhdx_log::storage::SparseMemory;
use vhdx_log_bench::record::Space;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::{Corpus, Vector};
use vhdx_log_inspect::{Place, sources};
use vhdx_log_oracle::vector::VectorWithImage;

use super::parts::{anchor, chip, link_to_clause};
use super::{filter, outcome};
use crate::report::html::ring::{COLUMNS, ring};
use crate::report::inspected;
use crate::report::run::view::{Row, View};

/// The sections of all vectors, by topic.
///
/// # Errors
/// When an image of the corpus is damaged.
pub(super) fn sections(view: &View<'_>) -> io::Result<Markup> {
    let mut topics = Vec::new();
    for (topic, rows) in view.topics() {
        let sections = rows.par_iter().map(|row| section(view, row));
        let sections = sections.collect::<io::Result<Vec<_>>>()?;
        topics.push((topic, filter::classes(&rows), sections));
    }
    Ok(html! {
        @for (topic, classes, sections) in topics {
            section class=(format!("topic {classes}")) {
                h3 id=(format!("topic-{}", topic.replace(' ', "-"))) { (topic) }
                @for section in sections { (section) }
            }
        }
    })
}

fn section(view: &View<'_>, row: &Row<'_>) -> io::Result<Markup> {
    let worst = row.worst();
    let fails = worst.is_some_and(Verdict::is_failure);
    let title = row.vector.map_or("", |vector| &vector.title);
    let drawing = match row.vector {
        Some(vector) => drawing(vector, row)?,
        None => html! {},
    };
    Ok(html! {
        details class=(format!("item vector {}", filter::classes(&[row]))) open[fails]
            data-find=(format!("{} {title}", row.id).to_lowercase()) {
            summary {
                b { (row.id) }
                @if let Some(worst) = worst { (chip(worst)) }
                span.title { (title) }
            }
            div id=(anchor(&row.id)) {
                @match row.vector {
                    Some(vector) => { (about(vector)) }
                    None => { p.quiet { "The corpus of this program does not have this vector." } }
                }
                (drawing)
                (outcome::results(view, row))
            }
        }
    })
}

fn about(vector: &Vector) -> Markup {
    let id = &vector.id;
    let clauses: BTreeSet<&str> = vector.clauses.ids().collect();
    html! {
        p { (vector.why) }
        p.quiet {
            (vector.strength) "; clauses "
            @for (index, clause) in clauses.into_iter().enumerate() {
                @if index > 0 { ", " }
                (link_to_clause(clause))
            }
            ". Image and expected result: " code { "vhdx-log vectors extract " (id) }
        }
    }
}

/// The ring of the image, with what subjects got wrong.
fn drawing(vector: &Vector, row: &Row<'_>) -> io::Result<Markup> {
    let Some(stored) = Corpus::embedded().get(&vector.id) else {
        return Ok(html! {});
    };
    let image = VectorWithImage::load(stored)?.image;
    let storage = inspected::storage(&image);
    let inspection = inspected::inspection(&vector.id, &storage, COLUMNS)?;
    let wrong = wrong(&storage, row)?;
    Ok(html! {
        @match &inspection.log {
            Some(log) => { (ring(log, &wrong)) }
            None => { p.quiet { "No header says where the log is." } }
        }
    })
}

/// The sectors of the log whose contents are not where they should be.
fn wrong(storage: &SparseMemory, row: &Row<'_>) -> io::Result<Vec<u32>> {
    let mut wrong = Vec::new();
    let results = row.results.iter().flatten();
    let differences = results.flat_map(|result| &result.differences);
    let mut places: Vec<_> = differences
        .filter_map(|difference| difference.bytes.as_ref())
        .map(|bytes| (bytes.space == Space::Guest, bytes.offset))
        .collect();
    places.sort_unstable();
    places.dedup();
    for (of_guest, offset) in places {
        let place = match of_guest {
            true => Place::Guest(offset),
            false => Place::File(offset),
        };
        wrong.extend(sources(storage, place).map_err(io::Error::other)?);
    }
    wrong.sort_unstable();
    wrong.dedup();
    Ok(wrong)
}
