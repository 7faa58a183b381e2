//! Bytes as people compare them: pairs of hexadecimal digits, and the characters beside them.

use vhdx_log_bench::record::{FirstBytes, Space};
use vhdx_log_inspect::document::size::Size;

/// The first `most` bytes of hexadecimal digits, in groups of two, and as characters. What is not
/// hexadecimal is left out.
pub(crate) fn dump(digits: &str, most: usize) -> String {
    let bytes: Vec<u8> = digits
        .as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .take(most)
        .collect();
    let groups: Vec<String> = bytes
        .chunks(2)
        .map(|group| group.iter().map(|byte| format!("{byte:02x}")).collect())
        .collect();
    let characters = bytes.iter().map(|&byte| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    });
    format!("{}  {}", groups.join(" "), characters.collect::<String>())
}

/// Where the first wrong byte is.
pub(crate) fn place(bytes: &FirstBytes) -> String {
    let of = match bytes.space {
        Space::File => "in the file",
        Space::Guest => "on the guest's disk",
    };
    let sector = bytes.offset / 4096;
    let offset = Size::with_hexadecimal(bytes.offset);
    format!("first wrong byte {of} at {offset}, in 4 KiB sector {sector}")
}
