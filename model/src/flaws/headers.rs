//! Section 2: identification and headers.

use super::flaw::{Flaw, catalogue, lets_pass, own_steps, seen_in};
use crate::image::Bytes;
use crate::layout::Header;
use crate::outcome::Access;
use crate::rules::{Format, Rules};

catalogue! {
    "file-identifier-unchecked" ["FID-1"]
        "does not check the file identifier, and opens files that are not VHDX images"
        "a dirty file that begins with another eight bytes"
        { lets_pass!("FID-1"); }

    "header-signature-unchecked" ["HDR-1"]
        "accepts a header whose checksum is right whatever its signature, and can use the wrong \
        header"
        "the header with the greater sequence number has another signature and a right checksum"
        { lets_pass!("HDR-1": "the header's signature is `head`"); }

    "header-checksum-unchecked" ["HDR-1"]
        "accepts a header whose signature is right whatever its checksum, and uses a torn header"
        "the header with the greater sequence number has a wrong checksum and another LogGuid"
        { lets_pass!("HDR-1": "the header's checksum is right"); }

    "header-reserved-bytes-not-checksummed" ["HDR-1" "HDR-12"]
        "computes a header's checksum as if its reserved bytes were zero, and rejects a valid \
        header"
        "the current header has nonzero bytes at its end"
        {
            fn header_checksum(&self, mut bytes: Bytes) -> u32 {
                bytes[80..].fill(0);
                Format.header_checksum(bytes)
            }
        }

    "smaller-header-number-wins" ["HDR-2"]
        "takes the header with the smaller SequenceNumber as current, and sees the file as it was \
        before the last header update"
        "two valid headers, the older with LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                second.sequence_number < first.sequence_number
            }
        }

    "first-valid-header-wins" ["HDR-2"]
        "takes header 1 as current whenever it is valid, and so every other time an outdated header"
        "two valid headers: the second has the greater sequence number, the first LogGuid zero"
        {
            fn second_header_wins(&self, _: &Header, _: &Header) -> bool {
                false
            }
        }

    "second-valid-header-wins" ["HDR-2"]
        "takes header 2 as current whenever it is valid, and so every other time an outdated header"
        "two valid headers: the first has the greater sequence number, the second LogGuid zero"
        {
            fn second_header_wins(&self, _: &Header, _: &Header) -> bool {
                true
            }
        }

    "header-numbers-signed" ["HDR-2"]
        "compares the headers' SequenceNumbers as signed integers, and takes the older header from \
        2^63 on"
        "headers 2^63 - 1 and 2^63, the smaller with LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                (second.sequence_number as i64) > (first.sequence_number as i64)
            }
        }

    "header-numbers-32-bit" ["HDR-2"]
        "compares only the lower 32 bits of the headers' SequenceNumbers, and takes the older \
        header when they wrap"
        "headers 2^32 - 1 and 2^32, the smaller with LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                (second.sequence_number as u32) > (first.sequence_number as u32)
            }
        }

    "no-header-is-clean" ["HDR-3" "HDR-5"]
        "opens a file without a valid header, or of another version, as a clean file"
        "a file with zeros in place of both headers"
        { lets_pass!("HDR-3" | "HDR-5"); }

    "equal-header-numbers-accepted" ["HDR-4"]
        "takes the first of two different headers with the same SequenceNumber, where neither is \
        current"
        "two valid headers with the same sequence number and different DataWriteGuids"
        { lets_pass!("HDR-4"); }

    "version-unchecked" ["HDR-5"]
        "does not check Version, and misreads files of a later version"
        "Version 2"
        { lets_pass!("HDR-5"); }

    "log-version-unchecked" ["HDR-6"]
        "does not check LogVersion, and misreads logs of a later version"
        "a dirty file with LogVersion 1"
        { lets_pass!("HDR-6"); }

    "log-length-alignment-unchecked" ["HDR-7"]
        "accepts a LogLength that is not a multiple of 1 MiB"
        "a dirty file whose log is 1 MiB + 4 KiB long"
        { lets_pass!("HDR-7": "LogLength is a multiple of 1 MiB"); }

    "log-offset-alignment-unchecked" ["HDR-7"]
        "accepts a LogOffset that is not a multiple of 1 MiB"
        "a dirty file whose log is at 1 MiB + 4 KiB"
        { lets_pass!("HDR-7": "LogOffset is a multiple of 1 MiB"); }

    "log-in-header-section-accepted" ["HDR-8"]
        "accepts a log below 1 MiB, and reads headers and region tables as log"
        "LogOffset 0, with an entry in the reserved space at 512 KiB"
        { lets_pass!("HDR-8": "the log lies after the header section"); }

    "log-beyond-file-end-accepted" ["HDR-8"]
        "accepts a log that extends past the end of the file, and reads what is missing as zeros"
        "a file that ends in the middle of its log, with a whole sequence in the first half"
        { lets_pass!("HDR-8": "the log lies wholly inside the file"); }

    "zero-log-guid-not-noticed" ["HDR-9"]
        "searches the log of a file with LogGuid zero, and refuses a cleanly closed file"
        "a cleanly closed file with old entries in its log"
        {
            fn log_is_empty(&self, _: &Header) -> bool {
                false
            }
        }

    "clean-log-replayed" ["HDR-9" "ENT-7"]
        "replays whatever entries it finds without comparing LogGuids, and applies old entries to \
        a cleanly closed file"
        "a cleanly closed file with old entries in its log"
        {
            fn log_is_empty(&self, _: &Header) -> bool {
                false
            }

            lets_pass!("ENT-7");
        }

    "clean-log-of-any-version-replayed" ["HDR-6" "HDR-9" "ENT-7"]
        "replays whatever entries it finds, in a log of any version, and applies old entries to a \
        cleanly closed file"
        "a cleanly closed file with LogVersion 1 and old entries in its log"
        {
            fn log_is_empty(&self, _: &Header) -> bool {
                false
            }

            lets_pass!("HDR-6" | "ENT-7");
        }

    "log-guid-zero-by-first-field" ["HDR-9"]
        "takes LogGuid as zero when its first 4 bytes are, and drops the log of one file in 2^32"
        "a dirty file whose LogGuid begins with four zero bytes"
        {
            fn log_is_empty(&self, header: &Header) -> bool {
                header.log_guid.starts_with(&[0; 4])
            }
        }

    "log-length-zero-is-clean" ["HDR-10"]
        "takes a log of length 0 as empty, and opens a file whose log is lost"
        "a nonzero LogGuid and LogLength 0"
        {
            fn log_is_empty(&self, header: &Header) -> bool {
                header.log_guid == [0; 16] || header.log_length == 0
            }
        }

    "dirty-log-ignored" ["RPL-5"] ("L1 libvhdi; L1 dissect.hypervisor; 7Z1 7-Zip 26.02")
        "ignores the log, and shows a dirty file without its last writes"
        "any dirty file"
        {
            fn log_is_empty(&self, _: &Header) -> bool {
                true
            }
        }

    "last-header-number-unnoticed" ["HDR-13"]
        "increments a header's SequenceNumber past 2^64 - 1, and so writes a header that counts as \
        the oldest"
        "a writable open of a file whose current header has sequence number 2^64 - 1"
        { lets_pass!("HDR-13"); }

    "last-header-number-not-readable" ["HDR-13"]
        "refuses a read-only open of a header that has no successor, although nothing would be \
        written"
        "a read-only open of a file whose current header has sequence number 2^64 - 1"
        {
            fn header_updates(&self, _: Access) -> u64 {
                4
            }
        }
}
