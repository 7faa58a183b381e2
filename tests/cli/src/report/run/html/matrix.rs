//! The tables with a column for each subject: topics, and vectors with equal results in one row.

use std::collections::BTreeSet;

use maud::{Markup, html};
use vhdx_log_bench::verdict::Verdict;

use super::parts::{chip, letter, link_to_vector};
use crate::report::run::mark;
use crate::report::run::view::{Counts, Row, View};

/// How many vectors of a group are named before the rest is folded.
const NAMED: usize = 12;

/// The subjects that were run, by their places.
fn ran(view: &View<'_>) -> Vec<usize> {
    let subjects = view.subjects.iter().enumerate();
    let ran = subjects.filter(|(_, subject)| !subject.results.is_empty());
    ran.map(|(index, _)| index).collect()
}

/// The class of a subject's column: the filter hides the others.
fn column(subject: usize) -> String {
    format!("column column-{subject}")
}

/// Subjects by topics: the worst verdict, and how many of how many vectors fail.
pub(super) fn topics(view: &View<'_>) -> Markup {
    let ran = ran(view);
    let all: Vec<&Row<'_>> = view.rows.iter().collect();
    let seen: BTreeSet<Verdict> = view.rows.iter().flat_map(Row::verdicts).flatten().collect();
    html! {
        h2 #matrix { "Topics" }
        p.quiet {
            "Worst verdict, then how many of how many vectors fail. "
            @for verdict in &seen { (letter(*verdict, "")) " " (verdict) "  " }
        }
        div.scroll tabindex="0" role="region" aria-label="Subjects by topics" {
            table.matrix {
                thead {
                    tr {
                        th scope="col" { "topic" }
                        @for &subject in &ran {
                            th scope="col" class=(column(subject)) { (view.names[subject]) }
                        }
                    }
                }
                tbody {
                    @for (topic, rows) in view.topics() { (row(topic, true, &rows, &ran)) }
                    (row("all", false, &all, &ran))
                }
            }
        }
    }
}

fn row(topic: &str, linked: bool, rows: &[&Row<'_>], ran: &[usize]) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if linked { a href=(format!("#topic-{}", topic.replace(' ', "-"))) { (topic) } }
                @else { (topic) }
            }
            @for &subject in ran {
                td class=(column(subject)) { (cell(&Counts::of(rows, subject))) }
            }
        }
    }
}

/// A cell in a letter and numbers.
fn cell(counts: &Counts) -> Markup {
    let all = counts.all();
    let about = format!("{} pass, {}", counts.passed(), counts.words());
    html! {
        @match counts.worst() {
            None => { span.quiet { "not run" } }
            Some(worst) => {
                span title=(about.trim_end_matches(", ")) {
                    @if worst.is_failure() {
                        (letter(worst, &format!(" {}/{all}", counts.failed())))
                    } @else if counts.passed() == all {
                        (letter(worst, &format!(" {all}")))
                    } @else {
                        (letter(worst, &format!(" {}/{all}", counts.passed())))
                    }
                }
            }
        }
    }
}

/// The vectors that someone fails, those with the same verdicts of all subjects in one row.
pub(super) fn groups(view: &View<'_>) -> Markup {
    let failing = |row: &&Row<'_>| row.worst().is_some_and(Verdict::is_failure);
    let rows: Vec<&Row<'_>> = view.rows.iter().filter(failing).collect();
    let ran = ran(view);
    html! {
        @if rows.is_empty() {
            p { span.v.good { "no failures" } " No subject that was run breaks a demand." }
        } @else {
            h3 { "Vectors with equal results, worst first" }
            div.scroll tabindex="0" role="region" aria-label="Vectors with equal results" {
                table.matrix.groups {
                    thead {
                        tr {
                            th scope="col" { "vectors" }
                            @for &subject in &ran {
                                th scope="col" class=(column(subject)) {
                                    (view.names[subject])
                                }
                            }
                        }
                    }
                    tbody {
                        @for group in View::groups(&rows) {
                            tr {
                                th scope="row" { (names(&group.rows)) }
                                @for &subject in &ran {
                                    td class=(column(subject)) {
                                        (verdict(group.verdicts[subject], ran.len()))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// In words when there is room for words.
fn verdict(verdict: Option<Verdict>, subjects: usize) -> Markup {
    html! {
        @match verdict {
            None => {}
            Some(verdict) if subjects <= 3 => { (chip(verdict)) }
            Some(verdict) => {
                @let word = mark::word(verdict);
                (letter(verdict, "")) span.quiet { " " (word) }
            }
        }
    }
}

fn names(rows: &[&Row<'_>]) -> Markup {
    let (first, others) = rows.split_at(rows.len().min(NAMED));
    html! {
        (rows.len()) ": "
        @for row in first { (link_to_vector(&row.id)) " " }
        @if !others.is_empty() {
            details.more {
                summary { "and " (others.len()) " more" }
                @for row in others { (link_to_vector(&row.id)) " " }
            }
        }
    }
}
