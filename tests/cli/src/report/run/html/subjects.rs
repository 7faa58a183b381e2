//! A card for each subject, those that did most harm first: what it is, what it did, and the
//! mistakes that explain it.

use maud::{Markup, html};
use vhdx_log_bench::record::{SubjectRecord, SubjectState};
use vhdx_log_inspect::document::escape::printable;

use super::parts::{counted, link_to_clause, link_to_vector};
use crate::report::run::view::{Counts, View};
use crate::report::run::words;

/// How many deciding vectors are named.
const DECIDING: usize = 6;

pub(super) fn cards(view: &View<'_>) -> Markup {
    html! {
        div.subjects { @for subject in &view.subjects { (card(subject)) } }
    }
}

fn card(subject: &SubjectRecord) -> Markup {
    let counts = Counts::of_subject(subject);
    html! {
        section.card {
            h3 { (printable(&subject.name)) }
            @if let Some(version) = &subject.version { p.quiet { (printable(version)) } }
            @match &subject.state {
                SubjectState::Ran => {
                    p {
                        @for (verdict, count) in &counts.0 { (counted(*count, *verdict)) " " }
                    }
                }
                SubjectState::NotInstalled { .. } => {
                    p { span.v.none { "not installed" } " " (words::summary(subject)) "." }
                }
                SubjectState::FailedProof { .. } => {
                    p { span.v.warn { "not run" } " " (words::summary(subject)) "." }
                }
            }
            (diagnoses(subject))
            (facts(subject))
        }
    }
}

fn diagnoses(subject: &SubjectRecord) -> Markup {
    html! {
        @for diagnosis in &subject.diagnoses {
            div.diagnosis {
                p { b { "Diagnosis: " } (words::diagnosis(diagnosis)) "." }
                @for flaw in &diagnosis.flaws {
                    @if !flaw.decided_by.is_empty() {
                        p.quiet {
                            (printable(&flaw.name)) " (" (link_to_clause(&flaw.clause))
                            ") is decided by "
                            @for (index, id) in flaw.decided_by.iter().take(DECIDING).enumerate() {
                                @if index > 0 { ", " }
                                (link_to_vector(id))
                            }
                            @if flaw.decided_by.len() > DECIDING {
                                " and " (flaw.decided_by.len() - DECIDING) " more"
                            }
                        }
                    }
                }
            }
        }
    }
}

fn facts(subject: &SubjectRecord) -> Markup {
    let limit = subject
        .limit_ms
        .map(|limit| format!("{limit} ms for an image"));
    let facts = [
        ("path", &subject.path),
        ("SHA-256", &subject.sha256),
        ("limit", &limit),
    ];
    let home = subject.homepage.as_deref();
    let is_web = |home: &str| home.starts_with("https://") || home.starts_with("http://");
    html! {
        details.more {
            summary { "Commands and limits" }
            dl.facts {
                @for (name, value) in facts {
                    @if let Some(value) = value { dt { (name) } dd { (printable(value)) } }
                }
                @for command in &subject.commands {
                    dt { "command" }
                    dd { code { (printable(command)) } }
                }
                @if let Some(home) = home {
                    dt { "home" }
                    dd {
                        @if is_web(home) {
                            a href=(home) rel="noreferrer" { (printable(home)) }
                        } @else {
                            (printable(home))
                        }
                    }
                }
            }
        }
        @if !subject.readings.is_empty() {
            details.more {
                summary { "Readings of OPEN clauses that it follows" }
                dl.facts {
                    @for (clause, readings) in &subject.readings {
                        dt { (link_to_clause(clause)) }
                        dd {
                            @for (name, count) in readings { (printable(name)) " (" (count) ") " }
                        }
                    }
                }
            }
        }
    }
}
