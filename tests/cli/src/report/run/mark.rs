//! How a verdict is shown: a letter or a sign in a table, a word in a file name or a class, a
//! colour. The letter alone is enough to tell verdicts apart; the colour only helps.

use vhdx_log_bench::verdict::Verdict;
use vhdx_log_inspect::print::paint::Role;

/// The letter of a verdict in tables; capitals are failures.
pub(crate) const fn letter(verdict: Verdict) -> char {
    match verdict {
        Verdict::LostData => 'L',
        Verdict::DamagedFile => 'D',
        Verdict::Hang => 'H',
        Verdict::Crash => 'C',
        Verdict::Runaway => 'X',
        Verdict::RefusedGood => 'R',
        Verdict::AcceptedBad => 'A',
        Verdict::Unfinished => 'U',
        Verdict::Pass => '.',
        Verdict::Unsupported => '-',
        Verdict::NotObservable => '~',
        Verdict::Environment => '!',
    }
}

/// The verdict as one word: that of the record.
pub(crate) fn word(verdict: Verdict) -> String {
    let value = serde_json::to_value(verdict).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// The colour on a terminal.
pub(crate) const fn role(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Pass => Role::Good,
        Verdict::Unfinished => Role::Notable,
        Verdict::Unsupported | Verdict::NotObservable | Verdict::Environment => Role::Quiet,
        _ => Role::Bad,
    }
}
