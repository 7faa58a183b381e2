//! The filters: two groups of radio buttons, by verdict and by subject. They work by style rules
//! alone; the field to find words needs the script and is hidden without it.
//!
//! A vector, or a topic, has the class `fails` when anyone fails it, `s3` when subject 3 does,
//! `hang` when anyone hangs, `s3-hang` when subject 3 does.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use maud::{Markup, html};
use vhdx_log_bench::verdict::Verdict;

use crate::report::run::mark;
use crate::report::run::view::{Row, View};

/// The classes of a vector, or of a topic: those of its vectors.
pub(super) fn classes(rows: &[&Row<'_>]) -> String {
    let mut classes = BTreeSet::new();
    let verdicts = rows
        .iter()
        .flat_map(|row| row.verdicts().into_iter().enumerate());
    for (subject, verdict) in verdicts.filter_map(|(subject, verdict)| Some((subject, verdict?))) {
        let word = mark::word(verdict);
        if verdict.is_failure() {
            classes.insert("fails".to_owned());
            classes.insert(format!("s{subject}"));
        }
        classes.insert(format!("s{subject}-{word}"));
        classes.insert(word);
    }
    classes.into_iter().collect::<Vec<_>>().join(" ")
}

/// The verdicts that there are.
fn verdicts(view: &View<'_>) -> BTreeSet<Verdict> {
    view.rows.iter().flat_map(Row::verdicts).flatten().collect()
}

pub(super) fn fields(view: &View<'_>) -> Markup {
    let verdicts = verdicts(view);
    let any_fails = verdicts.iter().any(|verdict| verdict.is_failure());
    html! {
        div.filters {
            fieldset {
                legend { "Show" }
                label {
                    input #show-all type="radio" name="show" checked[!any_fails];
                    "all vectors"
                }
                @if any_fails {
                    label {
                        input #show-fails type="radio" name="show" checked;
                        "failures"
                    }
                }
                @for verdict in &verdicts {
                    label {
                        @let id = format!("show-{}", mark::word(*verdict));
                        input id=(id) type="radio" name="show";
                        (verdict)
                    }
                }
            }
            @if view.subjects.len() > 1 {
                fieldset {
                    legend { "Of" }
                    label { input #of-all type="radio" name="of" checked; "all subjects" }
                    @for (index, subject) in view.subjects.iter().enumerate() {
                        @if !subject.results.is_empty() {
                            label {
                                input id=(format!("of-{index}")) type="radio" name="of";
                                (view.names[index])
                            }
                        }
                    }
                }
            }
            fieldset #find hidden {
                legend { "Find" }
                input type="search" aria-label="Find vectors by words of their names and titles"
                    placeholder="words of a name or title";
            }
        }
    }
}

/// What the radio buttons do.
pub(super) fn rules(view: &View<'_>) -> String {
    let mut rules = String::new();
    let words = verdicts(view).into_iter().map(mark::word);
    let words: Vec<String> = words.chain(["fails".to_owned()]).collect();
    for word in &words {
        let _ = writeln!(
            rules,
            "body:has(#show-{word}:checked) :is(.vector, .topic):not(.{word}) {{ display: none; }}"
        );
    }
    for subject in 0..view.subjects.len() {
        let chosen = format!("body:has(#of-{subject}:checked)");
        for word in &words {
            let class = match word.as_str() {
                "fails" => format!("s{subject}"),
                word => format!("s{subject}-{word}"),
            };
            let _ = writeln!(
                rules,
                "{chosen}:has(#show-{word}:checked) :is(.vector, .topic):not(.{class}) \
                 {{ display: none; }}"
            );
        }
        let _ = writeln!(
            rules,
            "{chosen} .by:not(.by-{subject}), {chosen} .column:not(.column-{subject}) \
             {{ display: none; }}"
        );
    }
    rules
}
