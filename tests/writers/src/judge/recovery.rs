//! The crash states of a recording in which a program *recovers* a dirty image (RPL-7): whatever
//! arrived, the next recovery gives what an uninterrupted one gives.

use std::collections::HashSet;

use vhdx_log_crash::checks::{gives_the_same_again, recovery};
use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::states::{self, Epoch};

use super::epoch::Wrongdoing;
use super::found::Judged;
use super::harm::Harm;
use super::search::Settings;
use crate::guest::recover;
use crate::outside::Outside;

/// Judges the crash states of a recovery. `None`: a conforming reader refuses the image, so nothing
/// can be expected of a program.
pub fn judge_recovery(outside: &Outside, settings: &Settings) -> Option<Judged> {
    let expected = recover(&outside.base).ok()?;
    let mut judged = Judged::default();
    let mut seen = HashSet::new();
    for epoch in Epoch::all(&outside.base, &outside.trace) {
        let Settings { effort, seed, stop } = settings;
        let cut = epoch.requests.end;
        judged.epochs += 1;
        judged.sampled_epochs += u64::from(epoch.pending.len() > effort.subsets_of);
        let searched = states::each(&epoch, *effort, seed ^ cut as u64, &mut |choice| {
            judged.states += 1;
            let state = epoch.crash(choice);
            if !seen.insert(state.content_hash()) {
                return Ok(());
            }
            judged.unique_states += 1;
            if let Err(wrong) = one(&state, &expected, outside.base.length()) {
                judged.add(wrong, cut, choice);
            }
            if stop.is_due() { Err(()) } else { Ok(()) }
        });
        if searched.is_err() {
            judged.interrupted = true;
            break;
        }
    }
    Some(judged)
}

fn one(state: &DiskImage, expected: &DiskImage, length: u64) -> Result<(), Wrongdoing> {
    let wrong = |harm, clause, detail| {
        Err(Wrongdoing {
            harm,
            clause,
            detail,
        })
    };
    match recovery(state, 1) {
        Err(violation) => {
            let detail = format!("{}: {}", violation.property, violation.detail);
            wrong(Harm::OurReader, None, detail)
        }
        Ok(Err(refusal)) => {
            let clause = refusal.clause().map(|clause| clause.id());
            wrong(Harm::Refused, clause, refusal.to_string())
        }
        Ok(again) => match gives_the_same_again(expected, &again, length) {
            Ok(()) => Ok(()),
            Err(violation) => {
                let detail = format!(
                    "{}, after the recovery was cut off: an update of the log is lost",
                    violation.detail
                );
                wrong(Harm::Lost, Some("RPL-7"), detail)
            }
        },
    }
}
