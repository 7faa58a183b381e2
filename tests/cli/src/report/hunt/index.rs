//! The page over all findings of a hunt, as Markdown and as HTML.

use maud::{Markup, html};
use vhdx_log_bench::keep::file_name;
use vhdx_log_hunt::{Finding, State};
use vhdx_log_inspect::document::escape::printable;

use super::{About, text, words};
use crate::report::html::page::page;
use crate::report::html::ring::{COLUMNS, ring};
use crate::report::{inspected, markdown};

/// `index.md`.
pub(crate) fn markdown(state: &State, about: &About) -> String {
    let mut page = format!(
        "# Findings in {}\n\n{}.\n\n",
        markdown::text(&about.program()),
        text::summary(state)
    );
    page +=
        "| finding | what it does | clauses | image | shown | cases |\n|---|---|---|---|---|---|\n";
    for finding in state.sorted() {
        let folder = file_name(&finding.slug());
        page += &format!(
            "| [{}]({folder}/finding.md) | {} | {} | {} | {} | {} |\n",
            markdown::text(&finding.name.to_string()),
            markdown::text(&words::mistake(finding)),
            ids(finding),
            words::size(&finding.case.recipe),
            words::reliability(finding),
            finding.seen,
        );
    }
    for (name, seen) in &state.known {
        page += &format!(
            "\nExpected, and not reported: {}, {seen} times.\n",
            markdown::text(name)
        );
    }
    page + &format!(
        "\nThe hunt again: `{}`\n",
        printable(&about.again.join(" "))
    )
}

fn ids(finding: &Finding) -> String {
    let clauses = words::clauses(finding);
    let ids: Vec<&str> = clauses.iter().map(|(id, _)| *id).collect();
    ids.join(", ")
}

/// `index.html`.
pub(crate) fn html(state: &State, about: &About) -> String {
    let findings = state.sorted();
    let title = format!("Findings in {}", printable(&about.program()));
    let body = html! {
        header {
            h1 { (title) }
            p.quiet { (text::summary(state)) }
            @if !state.disagreements.is_empty() {
                p { span.v.bad { "core and model differ" } " A mistake of this project." }
            }
        }
        main {
            @if findings.is_empty() { p { "Nothing was found." } }
            @for finding in findings { (section(finding)) }
            @for (name, seen) in &state.known {
                p.quiet { "Expected, and not reported: " (printable(name)) ", " (seen) " times." }
            }
            p.quiet { "The hunt again:" }
            pre.wrapped { (printable(&about.again.join(" "))) }
        }
        footer { "Made by vhdx-log. This file asks no other place for anything." }
    };
    page(&title, "", &body)
}

fn section(finding: &Finding) -> Markup {
    let folder = file_name(&finding.slug());
    html! {
        section.card {
            h3 {
                @if finding.is_new() { span.v.warn { "new" } " " }
                @if finding.reliability.is_flaky() { span.v.warn { "flaky" } " " }
                span.v.bad { (finding.symptom.verdict) } " "
                a href=(format!("{folder}/finding.md")) { (finding.name.to_string()) }
            }
            p { (printable(&words::mistake(finding))) }
            p.quiet { (words::why(finding.symptom.verdict)) }
            dl.facts {
                @for (id, text) in words::clauses(finding) { dt { (id) } dd { (text) } }
                @for difference in finding.result.differences.iter().take(1) {
                    dt { "expected" } dd { (printable(&difference.expected)) }
                    dt { "seen" } dd { (printable(&difference.found)) }
                }
                dt { "image" } dd { (words::size(&finding.case.recipe)) }
                dt { "shown" } dd { (words::reliability(finding)) }
                dt { "cases" } dd { (finding.seen) ", the first was " (finding.found_at) }
            }
            (drawing(finding))
        }
    }
}

fn drawing(finding: &Finding) -> Markup {
    let image = finding.case.image();
    let inspection = inspected::inspection("image", &inspected::storage(&image), COLUMNS);
    let log = inspection.ok().and_then(|inspection| inspection.log);
    html! {
        @match &log {
            Some(log) => { (ring(log, &[])) }
            None => { p.quiet { "No header says where the log is." } }
        }
    }
}
