//! What was run, where, and what limits what it says.

use maud::{Markup, html};

use crate::report::run::view::View;

pub(super) fn section(view: &View<'_>) -> Markup {
    let record = view.record;
    let machine = &record.machine;
    let seconds = record.elapsed_ms as f64 / 1000.0;
    html! {
        h2 #about { "About this run" }
        dl.facts {
            dt { "program" } dd { "vhdx-log " (record.tool_version) }
            dt { "corpus" }
            dd {
                (record.corpus_version) ", " (view.rows.len()) " of " (record.corpus_vectors)
                " vectors"
            }
            dt { "date" } dd { (record.started) }
            dt { "time" } dd { (format!("{seconds:.2} s")) ", " (machine.jobs) " at a time" }
            dt { "machine" }
            dd {
                (machine.os) ", " (machine.arch)
                @if let Some(kernel) = &machine.kernel { ", " (kernel) }
            }
            @for protection in &machine.protections {
                dt { "protection" }
                dd {
                    (protection.name)
                    @if let Some(why) = &protection.off { " " span.v.warn { "off" } " " (why) }
                }
            }
        }
    }
}
