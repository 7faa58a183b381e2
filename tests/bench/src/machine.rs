//! When and where a run takes place, in words.

use std::time::SystemTime;

/// RFC 3339 in UTC, in seconds.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

/// The name and version of the kernel, where the system tells it in a file.
pub(crate) fn kernel() -> Option<String> {
    let read = |name| std::fs::read_to_string(format!("/proc/sys/kernel/{name}")).ok();
    let (name, version) = (read("ostype")?, read("osrelease")?);
    Some(format!("{} {}", name.trim(), version.trim()))
}
