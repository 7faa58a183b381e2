//! Small pieces of the page: verdicts, links, names of classes.

use maud::{Markup, html};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::clause;
use vhdx_log_inspect::document::escape::printable;

use crate::report::run::mark;

/// The colour of a verdict. Its words or its letter are always there too.
pub(super) const fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "good",
        Verdict::Unfinished => "warn",
        Verdict::Unsupported | Verdict::NotObservable | Verdict::Environment => "none",
        _ => "bad",
    }
}

/// A verdict in words.
pub(super) fn chip(verdict: Verdict) -> Markup {
    html! { span class=(format!("v {}", tone(verdict))) { (verdict) } }
}

/// How many there are of a verdict.
pub(super) fn counted(count: usize, verdict: Verdict) -> Markup {
    html! { span class=(format!("v {}", tone(verdict))) { (count) " " (verdict) } }
}

/// A verdict as a letter, with something after it.
pub(super) fn letter(verdict: Verdict, after: &str) -> Markup {
    html! {
        span class=(format!("v {}", tone(verdict))) title=(verdict) {
            (mark::letter(verdict)) (after)
        }
    }
}

/// The place of a vector on the page.
pub(super) fn anchor(id: &str) -> String {
    let safe = |character: char| match character {
        'a'..='z' | '0'..='9' | '-' => character,
        _ => '-',
    };
    format!("v-{}", id.chars().map(safe).collect::<String>())
}

pub(super) fn link_to_vector(id: &str) -> Markup {
    html! { a href=(format!("#{}", anchor(id))) { (printable(id)) } }
}

/// A clause: a link to its section when there is such a clause.
pub(super) fn link_to_clause(id: &str) -> Markup {
    html! {
        @if clause(id).is_some() { a href=(format!("#c-{id}")) { (id) } }
        @else { (printable(id)) }
    }
}
