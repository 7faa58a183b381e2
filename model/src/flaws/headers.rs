//! Section 2: identification and headers.

use super::flaw::{Flaw, catalogue, lets_pass, seen_in};
use crate::image::Bytes;
use crate::layout::Header;
use crate::outcome::Access;
use crate::rules::{Format, Rules};

catalogue! {
    "file-identifier-unchecked" ["FID-1"]
        "the file identifier is not looked at"
        "a dirty file that begins with another eight bytes"
        { lets_pass!("FID-1"); }

    "header-signature-unchecked" ["HDR-1"]
        "a header is valid by its checksum alone"
        "the header with the greater number has another signature and a right checksum"
        { lets_pass!("HDR-1": "the header's signature is `head`"); }

    "header-checksum-unchecked" ["HDR-1"]
        "a header is valid by its signature alone"
        "the header with the greater number has a wrong checksum and another LogGuid"
        { lets_pass!("HDR-1": "the header's checksum is right"); }

    "header-reserved-bytes-not-checksummed" ["HDR-1" "HDR-12"]
        "the checksum of a header is computed as if its reserved bytes were zero"
        "the current header has bytes other than zero at its end"
        {
            fn header_checksum(&self, mut bytes: Bytes) -> u32 {
                bytes[80..].fill(0);
                Format.header_checksum(bytes)
            }
        }

    "smaller-header-number-wins" ["HDR-2"]
        "the header with the smaller SequenceNumber is current"
        "two valid headers, of which the older has LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                second.sequence_number < first.sequence_number
            }
        }

    "first-valid-header-wins" ["HDR-2"]
        "header 1 is current whenever it is valid"
        "two valid headers, the second with the greater number, the first with LogGuid zero"
        {
            fn second_header_wins(&self, _: &Header, _: &Header) -> bool {
                false
            }
        }

    "second-valid-header-wins" ["HDR-2"]
        "header 2 is current whenever it is valid"
        "two valid headers, the first with the greater number, the second with LogGuid zero"
        {
            fn second_header_wins(&self, _: &Header, _: &Header) -> bool {
                true
            }
        }

    "header-numbers-signed" ["HDR-2"]
        "the SequenceNumbers of the headers are compared as signed integers"
        "headers 2^63 - 1 and 2^63, the smaller with LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                (second.sequence_number as i64) > (first.sequence_number as i64)
            }
        }

    "header-numbers-32-bit" ["HDR-2"]
        "only the lower halves of the headers' SequenceNumbers are compared"
        "headers 2^32 - 1 and 2^32, the smaller with LogGuid zero"
        {
            fn second_header_wins(&self, first: &Header, second: &Header) -> bool {
                (second.sequence_number as u32) > (first.sequence_number as u32)
            }
        }

    "no-header-is-clean" ["HDR-3" "HDR-5"]
        "a file without a valid header, or of another version, is taken as its bytes stand"
        "a file with zeros in place of both headers"
        { lets_pass!("HDR-3" | "HDR-5"); }

    "equal-header-numbers-accepted" ["HDR-4"]
        "of two different headers with the same SequenceNumber the first is taken"
        "two valid headers with the same number that differ in DataWriteGuid"
        { lets_pass!("HDR-4"); }

    "version-unchecked" ["HDR-5"]
        "Version is not looked at"
        "Version 2"
        { lets_pass!("HDR-5"); }

    "log-version-unchecked" ["HDR-6"]
        "LogVersion is not looked at"
        "a dirty file with LogVersion 1"
        { lets_pass!("HDR-6"); }

    "log-length-alignment-unchecked" ["HDR-7"]
        "LogLength may be any number"
        "a dirty file whose log is 1 MiB + 4 KiB long"
        { lets_pass!("HDR-7": "LogLength is a multiple of 1 MiB"); }

    "log-offset-alignment-unchecked" ["HDR-7"]
        "LogOffset may be any number"
        "a dirty file whose log lies at 1 MiB + 4 KiB"
        { lets_pass!("HDR-7": "LogOffset is a multiple of 1 MiB"); }

    "log-in-header-section-accepted" ["HDR-8"]
        "the log may lie anywhere"
        "LogOffset 0, with an entry in the reserved space at 512 KiB"
        { lets_pass!("HDR-8": "the log lies after the header section"); }

    "log-beyond-file-end-accepted" ["HDR-8"]
        "the log need not lie inside the file"
        "a log whose second half the file is too short for, with a whole sequence in its first half"
        { lets_pass!("HDR-8": "the log lies wholly inside the file"); }

    "zero-log-guid-not-noticed" ["HDR-9"]
        "a file with LogGuid zero is searched for a sequence"
        "a cleanly closed file with old entries in its log: it is refused"
        {
            fn log_is_empty(&self, _: &Header) -> bool {
                false
            }
        }

    "clean-log-replayed" ["HDR-9" "ENT-7"]
        "a file is replayed whatever its LogGuid and the entries' say"
        "a cleanly closed file with old entries in its log: they are applied again"
        {
            fn log_is_empty(&self, _: &Header) -> bool {
                false
            }

            lets_pass!("ENT-7");
        }

    "log-guid-zero-by-first-field" ["HDR-9"]
        "LogGuid counts as zero when its first four bytes are"
        "a dirty file whose LogGuid begins with four zero bytes"
        {
            fn log_is_empty(&self, header: &Header) -> bool {
                header.log_guid.starts_with(&[0; 4])
            }
        }

    "log-length-zero-is-clean" ["HDR-10"]
        "a log of length 0 counts as empty"
        "LogGuid set and LogLength 0"
        {
            fn log_is_empty(&self, header: &Header) -> bool {
                header.log_guid == [0; 16] || header.log_length == 0
            }
        }

    "dirty-log-ignored" ["RPL-5"] ("L1 libvhdi, dissect.hypervisor; 7Z1 7-Zip 26.02")
        "a file with a log to replay is shown as it is"
        "any dirty file"
        {
            fn log_is_empty(&self, _: &Header) -> bool {
                true
            }
        }

    "last-header-number-unnoticed" ["HDR-13"]
        "header numbers are counted on past 2^64 - 1"
        "a writable open of a file whose current header has the number 2^64 - 1"
        { lets_pass!("HDR-13"); }

    "last-header-number-not-readable" ["HDR-13"]
        "a header without a successor is refused on a read-only open too"
        "a read-only open of a file whose current header has the number 2^64 - 1"
        {
            fn header_updates(&self, _: Access) -> u64 {
                4
            }
        }
}
