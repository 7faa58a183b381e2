//! Every state of a recording, or a sample where an epoch has too many, on all cores.

use std::collections::HashSet;

use rayon::prelude::*;
use vhdx_log_crash::states::{self, Effort, Epoch};
use vhdx_log_oracle::stop::Stop;

use super::epoch::Judge;
use super::found::Judged;
use crate::guest::History;
use crate::outside::Outside;

/// How thoroughly a recording is searched.
#[derive(Clone, Debug)]
pub struct Settings {
    pub effort: Effort,
    /// Selects the samples.
    pub seed: u64,
    pub stop: Stop,
}

/// Judges the crash states of a recording, by what `history` allows.
pub fn judge(outside: &Outside, history: &History, settings: &Settings) -> Judged {
    let epochs = Epoch::all(&outside.base, &outside.trace).par_bridge();
    let judged = epochs.map(|epoch| one_epoch(history, &epoch, settings));
    judged.reduce(Judged::default, Judged::and)
}

fn one_epoch(history: &History, epoch: &Epoch, settings: &Settings) -> Judged {
    let Settings { effort, seed, stop } = settings;
    let mut judged = Judged {
        epochs: 1,
        sampled_epochs: u64::from(epoch.pending.len() > effort.subsets_of),
        ..Judged::default()
    };
    if stop.is_due() {
        judged.interrupted = true;
        return judged;
    }
    let mut judge = Judge::new(history, epoch);
    let cut = epoch.requests.end;
    if let Err(wrong) = judge.reference() {
        let nothing = epoch.nothing();
        judged.add(wrong, cut, &nothing);
    }
    let mut seen = HashSet::new();
    let seed = seed ^ cut as u64;
    let searched = states::each(epoch, *effort, seed, &mut |choice| {
        judged.states += 1;
        let state = epoch.crash(choice);
        if !seen.insert(state.content_hash()) {
            return Ok(());
        }
        if !judge.expects_anything() {
            judged.states_before_image += 1;
            return Ok(());
        }
        judged.unique_states += 1;
        if let Err(wrong) = judge.state(&state) {
            judged.add(wrong, cut, choice);
        }
        if judged.states.is_multiple_of(256) && stop.is_due() {
            return Err(());
        }
        Ok(())
    });
    judged.interrupted = searched.is_err();
    judged
}
