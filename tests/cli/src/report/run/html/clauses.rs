//! A section for each clause that the vectors of the run exercise: its text, and how each subject
//! stands to it.

use maud::{Markup, html};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::{Clause, clauses};

use super::parts::{chip, link_to_vector};
use crate::report::run::view::{Counts, Row, View};

pub(super) fn sections(view: &View<'_>) -> Markup {
    html! {
        p.quiet {
            "A vector exercises several clauses, so a failure does not say which of them is "
            "broken; a failure with a known clause names it."
        }
        @for clause in clauses() {
            @let rows = exercising(view, clause);
            @if !rows.is_empty() { (section(view, clause, &rows)) }
        }
    }
}

fn exercising<'v, 'a>(view: &'v View<'a>, clause: &Clause) -> Vec<&'v Row<'a>> {
    let exercises = |row: &&Row<'_>| {
        let vector = row.vector;
        vector.is_some_and(|vector| vector.clauses.ids().any(|id| id == clause.id))
    };
    view.rows.iter().filter(exercises).collect()
}

fn section(view: &View<'_>, clause: &Clause, rows: &[&Row<'_>]) -> Markup {
    let worst = rows.iter().filter_map(|row| row.worst()).min();
    let fails = |row: &&&Row<'_>| row.worst().is_some_and(Verdict::is_failure);
    html! {
        details.item.clause {
            summary {
                b { (clause.id) }
                @if let Some(worst) = worst { (chip(worst)) }
                span.title { (clause.text) }
            }
            div id=(format!("c-{}", clause.id)) {
                p.quiet {
                    (clause.strength)
                    @if let Some(section) = &clause.section { ", [MS-VHDX] " (section) }
                    ", " (rows.len()) " vectors of this run"
                }
                ul {
                    @for (index, name) in view.names.iter().enumerate() {
                        @let counts = Counts::of(rows, index);
                        @if let Some(worst) = counts.worst() {
                            li {
                                (chip(worst)) " " (name) ": " (counts.failed()) " of "
                                (counts.all()) " fail"
                            }
                        }
                    }
                }
                @if rows.iter().any(|row| fails(&row)) {
                    p {
                        "Failed: "
                        @for row in rows.iter().filter(fails) { (link_to_vector(&row.id)) " " }
                    }
                }
            }
        }
    }
}
