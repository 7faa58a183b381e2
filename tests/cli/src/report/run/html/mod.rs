//! A run as one HTML file ([`html`](crate::report::html) says what holds for every page).
//!
//! From top to bottom: the subjects, worst first, with their diagnoses; the matrix of topics; the
//! filters; a section for each vector, the ring of its log included; a section for each clause;
//! what was run, where and how.

mod about;
mod clauses;
mod filter;
mod matrix;
mod outcome;
mod parts;
mod subjects;
mod vectors;

use std::io::{self, Write};

use maud::html;

use super::view::View;
use super::words;
use crate::report::html::page::page;

pub(crate) fn write(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    let vectors = vectors::sections(view)?;
    let body = html! {
        a.skip href="#vectors" { "Skip to the vectors" }
        header {
            h1 { "VHDX log conformance" }
            p.quiet {
                (view.rows.len()) " vectors of corpus " (view.record.corpus_version) ", "
                (view.record.started)
            }
            @if let Some(caution) = words::caution(view.record) {
                p { span.v.warn { "partial" } " " (caution) "." }
            }
        }
        main {
            (subjects::cards(view))
            (matrix::topics(view))
            h2 #vectors { "Vectors" }
            (filter::fields(view))
            (matrix::groups(view))
            (vectors)
            h2 #clauses { "Clauses" }
            (clauses::sections(view))
            (about::section(view))
        }
        footer {
            "Made by vhdx-log " (view.record.tool_version) ". This file asks no other place for \
            anything. Keys: " kbd { "/" } " find, " kbd { "j" } " and " kbd { "k" }
            " next and previous vector."
        }
    };
    let page = page("VHDX log conformance", &filter::rules(view), &body);
    out.write_all(page.as_bytes())
}
