//! Sentences about findings that several reports print.

use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::{Access, clause};
use vhdx_log_hunt::{Diagnosis, Finding};
use vhdx_log_image::Recipe;

/// What a person is told first: what it does, and the mistake.
pub(super) fn title(finding: &Finding) -> String {
    let verdict = finding.symptom.verdict;
    match &finding.diagnosis {
        Some(diagnosis) => format!("{verdict}: {}", diagnosis.flaw),
        None => format!(
            "{verdict}: {}, which no known mistake explains",
            finding.name
        ),
    }
}

/// What the mistake is.
pub(super) fn mistake(finding: &Finding) -> String {
    match &finding.diagnosis {
        Some(diagnosis) => sentence(&diagnosis.description),
        None => {
            let first = finding.result.differences.first();
            first.map_or_else(String::new, |first| {
                format!("Expected: {}. Found: {}.", first.expected, first.found)
            })
        }
    }
}

/// A description of a flaw as a sentence.
fn sentence(description: &str) -> String {
    let mut characters = description.chars();
    let first: String = characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let end = if description.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

/// What such a verdict does to the user of a disk.
pub(super) const fn why(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::LostData => {
            "The program opens the image and shows, or leaves, bytes that are not those of the \
             disk. Nothing tells the user."
        }
        Verdict::DamagedFile => {
            "The program changes parts of the file that no entry of the log names, or a file that \
             it was not to write."
        }
        Verdict::Hang => {
            "The program does not end. A file from somebody else stops a service that opens it."
        }
        Verdict::Crash => {
            "The program ends without an answer. A file from somebody else ends a service that \
             opens it."
        }
        Verdict::Runaway => {
            "The program takes all the memory, disk or time that it can get, for a small file."
        }
        Verdict::RefusedGood => {
            "The user cannot open a disk that is whole. What the log holds can only be had with \
             another program."
        }
        Verdict::AcceptedBad => {
            "The file is damaged, and the user is not told. What is written to it from now on is \
             at risk."
        }
        Verdict::Unfinished => {
            "The disk is right. Another program that opens the file later can take it for one \
             that was not closed, or for another disk."
        }
        Verdict::Pass | Verdict::Unsupported | Verdict::NotObservable | Verdict::Environment => "",
    }
}

/// The clauses that a finding is about, each with its text: those of the flaw, and else the one
/// that is broken.
pub(super) fn clauses(finding: &Finding) -> Vec<(&str, &'static str)> {
    let of_flaw = finding
        .diagnosis
        .iter()
        .flat_map(|diagnosis| &diagnosis.clauses);
    let mut ids: Vec<&str> = of_flaw.map(String::as_str).collect();
    if ids.is_empty() {
        let differences = finding.result.differences.iter();
        ids.extend(differences.filter_map(|difference| difference.clause.as_deref()));
        let expected = finding
            .result
            .differences
            .first()
            .map(|first| first.expected.as_str());
        ids.extend(expected.into_iter().flat_map(cited));
    }
    ids.dedup();
    let texts = ids.into_iter();
    texts
        .filter_map(|id| Some((id, clause(id)?.text.as_str())))
        .collect()
}

/// The clauses that a text names.
fn cited(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|one: char| !one.is_ascii_alphanumeric() && one != '-');
    words.filter(|word| clause(word).is_some())
}

/// How far the diagnosis goes.
pub(super) fn agreement(diagnosis: &Diagnosis) -> String {
    let Diagnosis {
        flaw,
        agree,
        images,
        others,
        ..
    } = diagnosis;
    let mut text = format!(
        "The program does what the flaw `{flaw}` does on {agree} of {images} images around this \
         one."
    );
    if !others.is_empty() {
        let others = others.join("`, `");
        text += &format!(" So does `{others}`.");
    }
    text
}

/// How often it shows.
pub(super) fn reliability(finding: &Finding) -> String {
    let reliability = finding.reliability;
    let (same, of) = (reliability.same, reliability.of);
    match reliability.is_flaky() {
        true => format!("flaky: {same} times of {of}"),
        false => format!("{same} times of {of}"),
    }
}

/// The size of an image as people count it.
pub(super) fn size(recipe: &Recipe) -> String {
    let entries = recipe.log.iter().filter_map(|item| item.entry());
    let (mut count, mut descriptors) = (0, 0);
    for entry in entries {
        count += 1;
        descriptors += entry.descriptors.len();
    }
    let plural = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let count = match count {
        1 => "1 entry".to_owned(),
        _ => format!("{count} entries"),
    };
    format!("{count}, {}", plural(descriptors, "descriptor"))
}

/// How the image was opened.
pub(super) const fn access(access: Access) -> &'static str {
    match access {
        Access::Replay => "for writing",
        Access::ReadOnly => "for reading",
    }
}
