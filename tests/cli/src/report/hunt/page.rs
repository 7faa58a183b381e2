//! `finding.md`: one finding, for the maintainer of the program. Nothing of ours is needed to
//! follow it but the image.

use vhdx_log_bench::record::SubjectKind;
use vhdx_log_hunt::Finding;
use vhdx_log_inspect::document::escape::printable;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::print::{DEFAULT_WIDTH, write_log};

use super::{About, words};
use crate::report::run::{hex, words as run_words};
use crate::report::{inspected, markdown};

pub(crate) fn markdown(finding: &Finding, about: &About, image: &str) -> String {
    let mut text = format!("# {}\n\n", markdown::text(&words::title(finding)));
    text += &format!("{}\n\n", markdown::text(&words::mistake(finding)));
    text += &format!("Program: {}\n\n", markdown::text(&about.program()));
    text += &format!(
        "## Why it matters\n\n{}\n\n",
        words::why(finding.symptom.verdict)
    );
    text += &clauses(finding);
    text += &steps(finding, about, image);
    text += &seen(finding);
    text += &format!(
        "## The log in the image\n\n```text\n{}```\n",
        picture(finding)
    );
    text + &notes(finding, about)
}

fn clauses(finding: &Finding) -> String {
    let clauses = words::clauses(finding);
    if clauses.is_empty() {
        return String::new();
    }
    let lines = clauses
        .iter()
        .map(|(id, text)| format!("- **{id}** {text}\n"));
    let lines: String = lines.collect();
    format!("## What the format demands\n\n{lines}\n")
}

fn steps(finding: &Finding, about: &About, image: &str) -> String {
    let access = words::access(finding.case.access);
    let mut text = String::from("## Steps\n\n");
    text += &format!("`repro.sh`, beside `{image}`, does this:\n\n");
    if image.ends_with(".gz") {
        text += &format!("1. Unpack the image: `gzip -dc {image} >image.vhdx`\n");
    }
    match about.kind {
        SubjectKind::Command => {
            for run in &finding.result.runs {
                text += &format!("1. `{}`\n", printable(&run.command.join(" ")));
            }
        }
        SubjectKind::Adapter | SubjectKind::Builtin => {
            text += &format!("1. Open it {access}, and read the disk.\n");
        }
    }
    text + "\n"
}

fn seen(finding: &Finding) -> String {
    let mut text = String::from("## Expected and seen\n\n| | |\n|---|---|\n");
    let mut row = |name: &str, value: &str| {
        text += &format!("| {name} | {} |\n", markdown::text(value));
    };
    row("answer", &run_words::answer(&finding.result.answer));
    for difference in &finding.result.differences {
        if finding.result.differences.len() > 1 {
            row("by the reading", &difference.reading);
        }
        row("expected", &difference.expected);
        row("seen", &difference.found);
        if let Some(bytes) = &difference.bytes {
            row("where", &hex::place(bytes));
            if let Some(expected) = &bytes.expected {
                row("must be", &hex::dump(expected, 16));
            }
            row("is", &hex::dump(&bytes.found, 16));
        }
    }
    let runs = run_words::printed(&finding.result.runs);
    let printed: Vec<String> = runs.lines().map(printable).collect();
    if !printed.is_empty() {
        text += &format!(
            "\n```text\n{}\n```\n",
            printed.join("\n").replace("```", "'''")
        );
    }
    text + "\n"
}

/// The ring in text.
fn picture(finding: &Finding) -> String {
    let image = finding.case.image();
    let mut out = Vec::new();
    let drawn = inspected::inspection("image", &inspected::storage(&image), DEFAULT_WIDTH)
        .and_then(|inspection| write_log(&mut out, &inspection, Paint::PLAIN, DEFAULT_WIDTH));
    match drawn {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(error) => format!("it cannot be shown: {error}\n"),
    }
}

fn notes(finding: &Finding, about: &About) -> String {
    let mut text = String::from("\n## How it was found\n\n");
    let size = words::size(&finding.case.recipe);
    text +=
        &format!("- The image is the smallest one found: {size}. Its recipe is `recipe.json`.\n");
    text += &format!(
        "- Asked again, the program did the same {}.\n",
        words::reliability(finding)
    );
    if let Some(diagnosis) = &finding.diagnosis {
        text += &format!("- {}\n", words::agreement(diagnosis));
    }
    let (at, seen) = (finding.found_at, finding.seen);
    text += &format!(
        "- Found in case {at}, seen in {seen} cases. The hunt again: `{}`\n",
        printable(&about.again.join(" "))
    );
    text
}
