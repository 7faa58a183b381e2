//! The library's evidence on a log without a valid sequence (SEQ-7), as a part of the document.

use vhdx_log::LogEvidence;
use vhdx_log_image::Guid;

use crate::document::{NoSequence, NoSequenceCase, OtherHeader, OtherSequence};

pub(super) fn describe(evidence: &LogEvidence) -> NoSequence {
    NoSequence {
        case: match evidence.case() {
            vhdx_log::NoSequence::NothingLogged => NoSequenceCase::NothingLogged,
            vhdx_log::NoSequence::Damaged => NoSequenceCase::Damaged,
            vhdx_log::NoSequence::OtherGeneration => NoSequenceCase::OtherGeneration,
            _ => NoSequenceCase::Unknown,
        },
        other_header: match evidence.other_header {
            vhdx_log::OtherHeader::NotValid => OtherHeader::NotValid,
            vhdx_log::OtherHeader::Empty => OtherHeader::Empty,
            vhdx_log::OtherHeader::SameGeneration => OtherHeader::SameGeneration,
            vhdx_log::OtherHeader::OtherGeneration(_) => OtherHeader::OtherGeneration,
            _ => OtherHeader::Unknown,
        },
        whole_entries: evidence.whole_entries,
        broken_entries: evidence.broken_entries,
        other_sequence: evidence
            .other_sequence
            .as_ref()
            .map(|sequence| OtherSequence {
                log_guid: Guid(sequence.log_guid),
                tail: sequence.tail.0,
                entries: sequence.entries,
                first_sequence_number: sequence.first_sequence_number.0,
                last_sequence_number: sequence.last_sequence_number.0,
                in_place: sequence.in_place,
            }),
    }
}
