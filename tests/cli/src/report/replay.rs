//! The result of `vhdx-log replay`: a line for people, and the JSON of `--format json`:
//! [`Replayed`]. The conventions of that JSON, `schema` included, are those of
//! [`vhdx_log_inspect::document`].

use std::fmt;

use serde::Serialize;
use vhdx_log::{Applied, Refusal, ReplayPlan};

use crate::file::in_use::InUse;
use vhdx_log_inspect::document::{SCHEMA, decimal};
use vhdx_log_inspect::{
    document::escape::printable,
    print::size::{Size, count},
};

/// What a replay did, or would do.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Replayed {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The name given on the command line.
    pub file: String,
    /// The copy; `null` for a replay in place.
    pub output: Option<String>,
    pub outcome: Outcome,
    /// Who had the image open for writing while it was read, so that the rest may be half written;
    /// `null` if nobody, and for a replay in place.
    pub in_use: Option<InUse>,
    /// The violated clause; only when refused.
    pub clause: Option<&'static str>,
    /// Only when refused.
    pub message: Option<String>,
    /// The entries that were, or would be, replayed.
    pub sequence: Option<Sequence>,
    /// How many sector updates the entries hold.
    pub data_updates: Option<u64>,
    /// How many zero ranges they hold.
    pub zero_updates: Option<u64>,
    /// Sectors written, each counted once even if several entries hold it; `null` unless something
    /// was replayed.
    pub sectors_written: Option<u64>,
    /// Ranges zeroed, adjacent ones merged; `null` unless something was replayed.
    pub zero_ranges: Option<u64>,
    /// The image's length before; `null` unless the log holds something to replay.
    #[serde(serialize_with = "decimal::text")]
    pub length_before: Option<u64>,
    /// The length after the replay; `null` unless the log holds something to replay.
    #[serde(serialize_with = "decimal::text")]
    pub length_after: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The log is empty; nothing was changed.
    Clean,
    /// The log was replayed and is now empty.
    Replayed,
    /// The log can be replayed; nothing was changed.
    WouldReplay,
    /// The log held no entry of its generation, and was marked empty.
    MarkedEmpty,
    /// It would be marked empty; nothing was changed.
    WouldMarkEmpty,
    /// The file violates a clause; nothing was changed.
    Refused,
}

/// The active sequence in brief. Offsets are from the log's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Sequence {
    /// How many entries it has, tail and head included.
    pub entries: u32,
    /// The oldest entry.
    pub tail: u32,
    /// The newest one.
    pub head: u32,
}

impl Replayed {
    pub(crate) fn clean(file: String, output: Option<String>) -> Self {
        Self {
            schema: SCHEMA,
            file,
            output,
            outcome: Outcome::Clean,
            in_use: None,
            clause: None,
            message: None,
            sequence: None,
            data_updates: None,
            zero_updates: None,
            sectors_written: None,
            zero_ranges: None,
            length_before: None,
            length_after: None,
        }
    }

    pub(crate) fn refused(file: String, refusal: &Refusal) -> Self {
        let (clause, message) = (Some(refusal.clause().id()), Some(refusal.to_string()));
        Self {
            outcome: Outcome::Refused,
            clause,
            message,
            ..Self::clean(file, None)
        }
    }

    pub(crate) fn planned(file: String, output: Option<String>, plan: &ReplayPlan) -> Self {
        let active = &plan.active;
        Self {
            outcome: Outcome::WouldReplay,
            sequence: Some(Sequence {
                entries: active.entries,
                tail: active.tail.0,
                head: active.head().offset.0,
            }),
            data_updates: Some(plan.data_updates),
            zero_updates: Some(plan.zero_updates),
            length_before: Some(plan.file_length),
            length_after: Some(plan.resulting_length),
            ..Self::clean(file, output)
        }
    }

    pub(crate) fn done(
        file: String,
        output: Option<String>,
        plan: &ReplayPlan,
        applied: &Applied,
    ) -> Self {
        Self {
            outcome: Outcome::Replayed,
            sectors_written: Some(applied.sectors_written),
            zero_ranges: Some(applied.zero_ranges),
            ..Self::planned(file, output, plan)
        }
    }
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.output {
            Some(output) if self.outcome != Outcome::WouldReplay => {
                write!(f, "{}: ", printable(output))?
            }
            _ => write!(f, "{}: ", printable(&self.file))?,
        }
        match self.outcome {
            Outcome::Clean => f.write_str("clean, nothing to replay")?,
            Outcome::Replayed => write!(f, "replayed {}; the log is now empty", self.what())?,
            Outcome::WouldReplay => write!(f, "would replay {}; nothing was changed", self.what())?,
            Outcome::MarkedEmpty => {
                f.write_str("marked the log empty: it held no entry of its generation")?;
            }
            Outcome::WouldMarkEmpty => f.write_str(
                "would mark the log empty: it holds no entry of its generation; \
                 nothing was changed",
            )?,
            Outcome::Refused => f.write_str(self.message.as_deref().unwrap_or("refused"))?,
        }
        match &self.output {
            Some(_) if !matches!(self.outcome, Outcome::WouldReplay | Outcome::WouldMarkEmpty) => {
                write!(f, " (a copy; {} is unchanged)", printable(&self.file))
            }
            _ => Ok(()),
        }
    }
}

impl Replayed {
    /// The entries, the writes and the length.
    fn what(&self) -> String {
        let mut what = String::new();
        if let Some(Sequence {
            entries,
            tail,
            head,
        }) = self.sequence
        {
            what = format!(
                "{} (tail {tail:#x}, head {head:#x}): ",
                count(entries.into(), "entry")
            );
        }
        if let (Some(sectors), Some(ranges)) = (self.sectors_written, self.zero_ranges) {
            what += &format!("{} written, ", count(sectors, "sector"));
            if ranges > 0 {
                what += &format!("{} zeroed, ", count(ranges, "range"));
            }
        } else if let (Some(data), Some(zero)) = (self.data_updates, self.zero_updates) {
            what += &format!("{}, ", count(data, "sector update"));
            if zero > 0 {
                what += &format!("{}, ", count(zero, "zero range"));
            }
        }
        match (self.length_before, self.length_after) {
            (Some(before), Some(after)) if before == after => {
                what + &format!("file length unchanged at {}", Size(after))
            }
            (Some(before), Some(after)) => {
                what + &format!("file length from {} to {}", Size(before), Size(after))
            }
            _ => what,
        }
    }
}
