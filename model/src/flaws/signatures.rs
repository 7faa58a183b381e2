//! Signatures of which only a part is compared: FID-1, HDR-1, ENT-1, DSC-1, DAT-1.

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use crate::rules::{Format, Rules};

/// Rules that compare only the first half of one signature.
macro_rules! by_first_half {
    ($signature:literal) => {
        fn signature(&self, found: &[u8], signature: &[u8]) -> bool {
            let half = &signature[..signature.len() / 2];
            Format.signature(found, signature)
                || (signature == $signature && found.starts_with(half))
        }
    };
}

catalogue! {
    "signatures-ignore-case" ["FID-1" "HDR-1" "ENT-1" "DSC-1" "DAT-1"]
        "compares signatures without regard to case, and accepts what no writer wrote"
        "the header with the greater sequence number begins with `HEAD`"
        {
            fn signature(&self, found: &[u8], signature: &[u8]) -> bool {
                let begin = found.get(..signature.len());
                begin.is_some_and(|begin| begin.eq_ignore_ascii_case(signature))
            }
        }

    "file-identifier-by-first-half" ["FID-1"]
        "compares only `vhdx` of the file identifier, and opens files that are not VHDX images"
        "a dirty file that begins with `vhdxjunk`"
        { by_first_half!(b"vhdxfile"); }

    "header-signature-by-first-half" ["HDR-1"]
        "compares only `he` of a header's signature, and uses the wrong header"
        "the header with the greater sequence number begins with `herd`"
        { by_first_half!(b"head"); }

    "entry-signature-by-first-half" ["ENT-1"]
        "compares only `lo` of an entry's signature"
        "a newest entry that begins with `loga`, and a right checksum"
        { by_first_half!(b"loge"); }

    "data-descriptor-by-first-half" ["DSC-1"]
        "compares only `de` of a data descriptor's signature, and applies an invalid entry"
        "a newest entry with a descriptor that begins with `dead`"
        { by_first_half!(b"desc"); }

    "zero-descriptor-by-first-half" ["DSC-1"]
        "compares only `ze` of a zero descriptor's signature, and applies an invalid entry"
        "a newest entry with a zero descriptor that begins with `zest`"
        { by_first_half!(b"zero"); }

    "data-signature-by-first-half" ["DAT-1"]
        "compares only `da` of a data sector's signature, and applies an invalid entry"
        "a newest entry with a data sector that begins with `date`"
        { by_first_half!(b"data"); }
}
