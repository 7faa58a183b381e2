//! The lists of a comparison with their headings, those that matter most first.

use super::compare::{Change, Diff, SubjectDiff};

/// A list, and whether it is one of regressions.
pub(super) struct Group<'d, 'a> {
    pub(super) heading: &'static str,
    pub(super) is_bad: bool,
    pub(super) changes: &'d [Change<'a>],
}

/// The lists that are not empty.
pub(super) fn groups<'d, 'a>(diff: &'d SubjectDiff<'a>) -> Vec<Group<'d, 'a>> {
    let groups = [
        ("newly failing", true, &diff.newly_failing),
        ("failing with more harm", true, &diff.more_harm),
        ("another wrong answer", false, &diff.other_answer),
        ("not judged any more", false, &diff.not_judged),
        ("newly passing", false, &diff.newly_passing),
    ];
    let groups = groups.into_iter().map(|(heading, is_bad, changes)| Group {
        heading,
        is_bad,
        changes,
    });
    groups.filter(|group| !group.changes.is_empty()).collect()
}

/// `qemu 7.2.22`, from the version line that it prints.
pub(super) fn name(diff: &SubjectDiff<'_>) -> String {
    let of = |subject: &vhdx_log_bench::record::SubjectRecord| match &subject.version {
        Some(version) => format!("{} ({version})", subject.name),
        None => subject.name.clone(),
    };
    let (before, after) = (of(diff.before), of(diff.after));
    match before == after {
        true => before,
        false => format!("{before} -> {after}"),
    }
}

/// The result in one sentence.
pub(super) fn summary(diff: &Diff<'_>) -> String {
    let sum = |of: fn(&SubjectDiff<'_>) -> usize| diff.subjects.iter().map(of).sum::<usize>();
    format!(
        "{} regressions: {} newly failing, {} failing with more harm; {} with another wrong \
         answer, {} newly passing, {} not judged any more; {} new vectors, {} removed",
        diff.regressions(),
        sum(|subject| subject.newly_failing.len()),
        sum(|subject| subject.more_harm.len()),
        sum(|subject| subject.other_answer.len()),
        sum(|subject| subject.newly_passing.len()),
        sum(|subject| subject.not_judged.len()),
        sum(|subject| subject.new.len()),
        sum(|subject| subject.removed.len()),
    )
}
