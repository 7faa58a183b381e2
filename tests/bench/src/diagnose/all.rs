//! All subjects of a record.

use std::io;

use vhdx_log_corpus::Corpus;
use vhdx_log_oracle::stop::Stop;

use super::search::diagnose;
use super::table::stored;
use crate::record::Record;

/// Puts the diagnosis of each subject into a record, in place of an earlier one. When it is
/// stopped, the subjects that are left keep what they have.
///
/// # Errors
/// When an image of the corpus is damaged.
pub fn diagnose_all(
    record: &mut Record,
    corpus: &Corpus,
    jobs: usize,
    stop: &Stop,
) -> io::Result<()> {
    for subject in &mut record.subjects {
        let found = diagnose(subject, corpus, stored(), jobs, stop)?;
        if stop.is_due() {
            break;
        }
        subject.diagnoses = found.into_iter().collect();
    }
    Ok(())
}
