//! The clauses of the format that an error or a fault can cite.
//!
//! These are the clauses that a *file*, an *entry* or a *caller* can break in a way this crate
//! reports, 30 of the format's 70. The others say what this crate does, so nothing can cite them in
//! an error: how the active sequence is found (SEQ-1 to SEQ-6, SEQ-9), how a replay proceeds (RPL-1
//! to RPL-4, RPL-6 to RPL-8, RPL-10), how headers are updated (UPD-1 to UPD-5), how entries are
//! written (WRT-1 to WRT-6, WRT-8 to WRT-10), and the ones that are decided by accepting. Each is
//! cited in a comment at the code that does it.

use std::fmt;

macro_rules! clauses {
    ($($variant:ident = $id:literal, $demand:literal;)*) => {
        /// A clause of the format that an error or a fault of this crate can cite.
        ///
        /// ```
        /// use vhdx_log::Clause;
        /// assert_eq!(Clause::Seq8.to_string(), "SEQ-8");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Clause {
            $(#[doc = concat!("`", $id, "`: ", $demand)] $variant,)*
        }

        impl Clause {
            /// The id, such as `SEQ-8`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// What the clause demands, in one sentence.
            pub const fn demand(self) -> &'static str {
                match self { $(Self::$variant => $demand,)* }
            }
        }
    };
}

clauses! {
    Fid1 = "FID-1", "the file begins with `vhdxfile`";
    Hdr3 = "HDR-3", "at least one header is valid";
    Hdr4 = "HDR-4", "two valid headers with the same SequenceNumber are identical";
    Hdr5 = "HDR-5", "the header's Version is 1";
    Hdr6 = "HDR-6", "the header's LogVersion is 0";
    Hdr7 = "HDR-7", "LogOffset and LogLength are multiples of 1 MiB";
    Hdr8 = "HDR-8", "the log is after the header section and wholly inside the file";
    Hdr10 = "HDR-10", "a file with a LogGuid has a log";
    Hdr13 = "HDR-13", "the header's SequenceNumber can be incremented for the updates to come";
    Ent1 = "ENT-1", "an entry begins with `loge`";
    Ent2 = "ENT-2", "the entry's checksum is right";
    Ent3 = "ENT-3", "EntryLength is a nonzero number of whole sectors, no longer than the log";
    Ent4 = "ENT-4", "Tail is a multiple of 4 KiB and lies inside the log";
    Ent5 = "ENT-5", "an entry's SequenceNumber is greater than 0";
    Ent6 = "ENT-6", "EntryLength is exactly the descriptor sectors and one data sector per data \
                     descriptor";
    Ent7 = "ENT-7", "the entry's LogGuid is the current header's";
    Dsc1 = "DSC-1", "a descriptor begins with `desc` or `zero`";
    Dsc2 = "DSC-2", "a descriptor's SequenceNumber is its entry's";
    Dsc3 = "DSC-3", "a descriptor's FileOffset is a multiple of 4 KiB";
    Dsc4 = "DSC-4", "a ZeroLength is a multiple of 4 KiB";
    Dsc5 = "DSC-5", "a target ends at 2^63 - 1 at most";
    Dsc6 = "DSC-6", "a target does not touch the file identifier or the headers";
    Dsc7 = "DSC-7", "a target does not overlap the log";
    Dat1 = "DAT-1", "a data sector begins with `data`";
    Dat2 = "DAT-2", "a data sector has its entry's SequenceNumber";
    Seq7 = "SEQ-7", "a log that is not empty has a valid sequence";
    Seq8 = "SEQ-8", "the file is at least as long as the head entry's FlushedFileOffset";
    Rpl5 = "RPL-5", "a read-only open shows the replayed contents or refuses";
    Rpl9 = "RPL-9", "the cost of a replay is bounded";
    Wrt7 = "WRT-7", "a transaction fits in the log";
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
