//! The catalogue of readings: what a correct implementation may do otherwise, where a clause is
//! OPEN.
//!
//! [`Format`] takes one decision for every OPEN clause. A [`Reading`] is one other
//! decision that the clause allows. Any set of readings together is again a correct implementation:
//! [`read_as`] opens a file by it. A flaw breaks a demand; a reading never does.
//!
//! Every entry of the catalogue changes the verdict on some image. Two OPEN clauses are not here,
//! because this model does not read what they are about: HDR-11 (the log overlaps another
//! structure) and the block states of a guest's disk.

use crate::headers::{current_header, log_region};
use crate::image::{Image, Ring, SECTOR, array, u32_at};
use crate::layout::{Descriptor, Entry, HEADER_OFFSETS, MIB, Sequence};
use crate::outcome::{Access, ClauseId, Options, Refusal, Verdict};
use crate::read::read_with;
use crate::rules::{Format, Rules};

/// RPL-9: an implementation whose own limit on the file is at least this is not asked for more.
const OWN_LIMIT_AT_LEAST: u64 = 1 << 40;

/// HDR-13: how many header updates a replay takes at least: one before it (UPD-2 advises two), and
/// one of each header after it (RPL-6).
const FEWEST_HEADER_UPDATES: u64 = 3;

/// HDR-13: how many header updates an implementation may keep in reserve: those of a replay, and as
/// many for the session that follows.
const MOST_HEADER_UPDATES: u64 = 8;

/// A decision that an OPEN clause allows, other than the one that [`Format`] takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The OPEN clause.
    pub clause: &'static str,
    /// The name of this reading, as vectors of the corpus have it.
    pub name: &'static str,
    /// The name of the decision that [`Format`] takes.
    pub decision: &'static str,
    /// What an implementation that follows it does, in one line.
    pub description: &'static str,
    choice: Choice,
}

/// What is done otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Choice {
    RefuseIdenticalHeaders,
    RefuseLogVersionWithoutLog,
    RefuseLogPlaceWithoutLog,
    RefuseNoPlaceToLog,
    NeedFewerHeaderNumbers,
    NeedMoreHeaderNumbers,
    ForeignTailBeforeHead,
    PaddedEntries,
    EntryReservedIsZero,
    ExactLastFileOffset,
    AlignedFileOffsets,
    DescriptorReservedIsZero,
    BadTargetIsNoEntry,
    LongestValidPrefix,
    RefuseDirtyReadOnly,
    RefuseLargeGrowth,
    NoLimitOnGrowth,
}

/// All readings, in the order of their clauses.
pub fn readings() -> &'static [Reading] {
    READINGS
}

/// Opens a file as an implementation does that follows these readings.
///
/// A limit on the file's size that is the default one counts as the implementation's own (RPL-9).
pub fn read_as(image: &Image, options: &Options, readings: &[Reading]) -> Verdict {
    let chosen = Chosen(readings);
    let own_limit = options.max_file_size == Options::default().max_file_size;
    let mut options = *options;
    if own_limit && chosen.has(Choice::NoLimitOnGrowth) {
        options.max_file_size = i64::MAX as u64;
    }
    let refusal = chosen.refusal_by_headers(image, options.access);
    let verdict = refusal.map_or_else(|| read_with(image, &options, &chosen), refused);
    let Verdict::Replayed(replay) = &verdict else {
        return verdict;
    };
    // RPL-5: a read-only open of a dirty file may be refused.
    if options.access == Access::ReadOnly && chosen.has(Choice::RefuseDirtyReadOnly) {
        return refused(("RPL-5", "a dirty file is not opened read-only"));
    }
    let length = replay.image.length();
    let grows_far = length > OWN_LIMIT_AT_LEAST && length > image.length();
    if own_limit && grows_far && chosen.has(Choice::RefuseLargeGrowth) {
        return refused((
            "RPL-9",
            "the file does not grow beyond the reader's own limit",
        ));
    }
    verdict
}

fn refused((clause, what): (&'static str, &'static str)) -> Verdict {
    Verdict::Refused(Refusal {
        clause,
        what,
        operations: Vec::new(),
    })
}

/// The rules of an implementation that follows some readings.
struct Chosen<'a>(&'a [Reading]);

impl Chosen<'_> {
    fn has(&self, choice: Choice) -> bool {
        self.0.iter().any(|reading| reading.choice == choice)
    }

    /// HDR-4b, HDR-6, HDR-7: what the model accepts in headers, and others may refuse.
    fn refusal_by_headers(
        &self,
        image: &Image,
        access: Access,
    ) -> Option<(&'static str, &'static str)> {
        if !image.bytes(0).starts_with(b"vhdxfile") {
            return None;
        }
        let (_, header) = current_header(image, self).ok()?;
        let [first, second] = HEADER_OFFSETS.map(|offset| image.bytes(offset / SECTOR));
        if first == second && self.has(Choice::RefuseIdenticalHeaders) {
            return Some(("HDR-4b", "one of two valid headers has the greater number"));
        }
        if !self.log_is_empty(&header) {
            return None;
        }
        if header.log_version != 0 && self.has(Choice::RefuseLogVersionWithoutLog) {
            return Some(("HDR-6", "LogVersion is 0, with an empty log too"));
        }
        let refusal = log_region(image, &header, &Format).err()?;
        let is_refused = match refusal.clause {
            "HDR-7" => self.has(Choice::RefuseLogPlaceWithoutLog),
            "HDR-8" | "HDR-10" => {
                access == Access::Writable && self.has(Choice::RefuseNoPlaceToLog)
            }
            _ => false,
        };
        is_refused.then_some((refusal.clause, refusal.what))
    }
}

impl Rules for Chosen<'_> {
    fn demand(&self, clause: &'static str, statement: &'static str, holds: bool) -> bool {
        holds
            || match clause {
                "HDR-13" => {
                    statement.contains("clean file") && self.has(Choice::NeedFewerHeaderNumbers)
                }
                "ENT-4" => {
                    statement.contains("inside the log") && self.has(Choice::ForeignTailBeforeHead)
                }
                "ENT-6" => statement.contains("nothing else") && self.has(Choice::PaddedEntries),
                _ => false,
            }
    }

    /// HDR-13.
    fn header_updates(&self, access: Access) -> u64 {
        match access {
            Access::ReadOnly => 0,
            Access::Writable if self.has(Choice::NeedMoreHeaderNumbers) => MOST_HEADER_UPDATES,
            Access::Writable if self.has(Choice::NeedFewerHeaderNumbers) => FEWEST_HEADER_UPDATES,
            Access::Writable => Format.header_updates(access),
        }
    }

    /// ENT-8, ENT-9, DSC-8, DSC-9: what may make an entry invalid, and does not in the model.
    fn excess_demand(&self, entry: &Entry, ring: &Ring<'_>) -> Result<(), ClauseId> {
        let header = ring.sector(entry.offset / SECTOR);
        if self.has(Choice::EntryReservedIsZero) && u32_at(header, 28) != 0 {
            return Err("ENT-8");
        }
        let offsets = [entry.flushed_file_offset, entry.last_file_offset];
        let aligned = offsets.iter().all(|offset| offset.is_multiple_of(MIB));
        if self.has(Choice::AlignedFileOffsets) && !aligned {
            return Err("ENT-9");
        }
        for (index, descriptor) in (0..).zip(&entry.descriptors) {
            let (number, at) = self.descriptor_place(index);
            let sector = (entry.offset / SECTOR + number) % (ring.length() / SECTOR);
            let reserved: [u8; 4] = array(ring.sector(sector), at + 4);
            let is_zero = matches!(descriptor, Descriptor::Zero { .. });
            if self.has(Choice::DescriptorReservedIsZero) && is_zero && reserved != [0; 4] {
                return Err("DSC-8");
            }
            if self.has(Choice::BadTargetIsNoEntry) && target_is_bad(descriptor, ring) {
                return Err("DSC-9");
            }
        }
        Ok(())
    }

    /// SEQ-1, ENT-4: the newest entries that are not judged.
    fn judged_entries(&self, run: &[&Entry], ring: &Ring<'_>) -> usize {
        let mut count = run.len();
        let drop_heads = |count: &mut usize, is_dropped: &dyn Fn(&[&Entry], &Entry) -> bool| {
            while let Some((head, before)) = run[..*count].split_last()
                && is_dropped(before, head)
            {
                *count -= 1;
            }
        };
        if self.has(Choice::ForeignTailBeforeHead) {
            // A head is held to all of ENT-4.
            drop_heads(&mut count, &|_, head| head.tail >= ring.length());
        }
        let maximal = count;
        if self.has(Choice::LongestValidPrefix) {
            drop_heads(&mut count, &|before, head| {
                head.tail != head.offset && before.iter().all(|entry| entry.offset != head.tail)
            });
        }
        // Without any valid prefix the run is judged whole, and is invalid.
        if count == 0 { maximal } else { count }
    }

    /// ENT-9: whether LastFileOffset is rounded up.
    fn result_length(&self, file: u64, targets_end: u64, active: &Sequence) -> Option<u64> {
        if self.has(Choice::ExactLastFileOffset) {
            return Some(file.max(targets_end).max(active.head().last_file_offset));
        }
        Format.result_length(file, targets_end, active)
    }
}

/// DSC-5, DSC-6, DSC-7, of a target that touches something.
fn target_is_bad(descriptor: &Descriptor, ring: &Ring<'_>) -> bool {
    let (start, length) = match *descriptor {
        Descriptor::Data { offset, .. } => (offset, SECTOR),
        Descriptor::Zero { offset, length } => (offset, length),
    };
    let (end, log) = (start.saturating_add(length), ring.place());
    let overlaps_log = start < log.end && end > log.start;
    length > 0 && (end > i64::MAX as u64 || start < 192 << 10 || overlaps_log)
}

/// The catalogue: `clause name / decision description choice`.
macro_rules! catalogue {
    ($($clause:literal $name:literal / $decision:literal $description:literal $choice:ident)*) => {
        const READINGS: &[Reading] = &[$(Reading {
            clause: $clause,
            name: $name,
            decision: $decision,
            description: $description,
            choice: Choice::$choice,
        }),*];
    };
}

catalogue! {
    "HDR-4b" "refuse" / "accept"
        "refuses a file with two valid headers that are the same, byte for byte"
        RefuseIdenticalHeaders
    "HDR-6" "refuse" / "accept"
        "refuses a LogVersion other than 0 although the log is empty"
        RefuseLogVersionWithoutLog
    "HDR-7" "refuse" / "accept"
        "refuses an unaligned LogOffset or LogLength although the log is empty"
        RefuseLogPlaceWithoutLog
    "HDR-8" "refuse" / "accept"
        "refuses to write a clean file in which a log has no place"
        RefuseNoPlaceToLog
    "HDR-13" "accept" / "refuse"
        "opens a clean file without free header numbers, or a dirty one that leaves three"
        NeedFewerHeaderNumbers
    "HDR-13" "refuse" / "accept"
        "refuses a writable open that leaves fewer than eight free header numbers"
        NeedMoreHeaderNumbers
    "ENT-4" "entry" / "no entry"
        "accepts a Tail outside the log in an entry that is not the head"
        ForeignTailBeforeHead
    "ENT-6" "padding" / "no entry"
        "accepts sectors at the end of an entry that hold neither descriptors nor data"
        PaddedEntries
    "ENT-8" "no entry" / "not checked"
        "ignores an entry whose Reserved field is not zero"
        EntryReservedIsZero
    "ENT-9" "as it is" / "rounded up"
        "extends the file to LastFileOffset without rounding it up to 1 MiB"
        ExactLastFileOffset
    "ENT-9" "no entry" / "not checked"
        "ignores an entry whose FlushedFileOffset or LastFileOffset is not a multiple of 1 MiB"
        AlignedFileOffsets
    "DSC-8" "no entry" / "not checked"
        "ignores an entry with a zero descriptor whose Reserved field is not zero"
        DescriptorReservedIsZero
    "DSC-9" "no entry" / "refuse"
        "ignores an entry with a target that DSC-5, DSC-6 or DSC-7 forbids"
        BadTargetIsNoEntry
    "SEQ-1" "prefix" / "steps"
        "uses the longest valid prefix of a run whose last entry has a bad Tail"
        LongestValidPrefix
    "RPL-5" "refuse" / "shown"
        "refuses a read-only open of a dirty file"
        RefuseDirtyReadOnly
    "RPL-9" "refuse" / "sparse"
        "has a limit of its own on the file's size, of 1 TiB or more"
        RefuseLargeGrowth
    "RPL-9" "sparse" / "refuse"
        "has no limit of its own on the file's size, and extends it sparsely"
        NoLimitOnGrowth
}
