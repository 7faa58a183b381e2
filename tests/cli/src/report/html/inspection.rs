//! One image as a page: what `vhdx-log inspect` prints, with the ring as a drawing.
//!
//! The drawing and the verdict are HTML; the tables are the text of `inspect`, so that the two
//! forms never differ.

use std::io::{self, Write};

use maud::{Markup, html};
use vhdx_log_inspect::document::size::Size;
use vhdx_log_inspect::document::{Inspection, State};
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::print::write as write_as_text;

use super::page::page;
use super::ring::ring;

/// The columns of the text.
const WIDTH: usize = 100;

pub(crate) fn write(out: &mut dyn Write, inspection: &Inspection) -> io::Result<()> {
    let mut text = Vec::new();
    write_as_text(&mut text, inspection, Paint::PLAIN, WIDTH)?;
    let text = String::from_utf8_lossy(&text);
    let creator = inspection.identifier.creator.as_deref();
    let creator = creator.filter(|name| !name.is_empty());
    let body = html! {
        header {
            h1 { (inspection.file) }
            p.quiet {
                (Size(inspection.length))
                @if let Some(creator) = creator {
                    ", created by " (creator)
                }
            }
        }
        main {
            (verdict(inspection))
            h2 { "Log" }
            @match &inspection.log {
                Some(log) => { (ring(log, &[])) }
                None => { p.quiet { "No header says where the log is." } }
            }
            h2 { "In full" }
            pre tabindex="0" { (text) }
        }
        footer { "Made by vhdx-log. This file asks no other place for anything." }
    };
    out.write_all(page(&inspection.file, "", &body).as_bytes())
}

fn verdict(inspection: &Inspection) -> Markup {
    let verdict = &inspection.verdict;
    let (tone, word) = match verdict.state {
        State::Clean => ("v good", "clean"),
        State::Dirty => ("v warn", "dirty"),
        State::Refused => ("v bad", "refused"),
    };
    html! {
        section.card {
            p {
                span class=(tone) { (word) }
                @if let Some(replay) = &inspection.replay {
                    " " (replay.entries) " entries to replay: " (replay.data_updates)
                    " sectors and " (replay.zero_updates) " ranges of zeros"
                }
                @if let Some(message) = &verdict.message { " " (message) }
            }
            @for warning in &inspection.warnings {
                p { span.v.warn { "warning" } " " (warning.message) }
            }
            @if let Some(command) = &verdict.next {
                p.quiet { "Next:" }
                pre.wrapped { (command) }
            }
        }
    }
}
