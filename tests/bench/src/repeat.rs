//! The line that repeats one result.

/// A command line for a shell that runs one vector again, in an empty directory, and keeps there
/// what shows the failure.
pub(crate) fn repeat_line(arguments: &[String], id: &str) -> String {
    let words = ["vhdx-log", "run"].into_iter();
    let words = words.chain(arguments.iter().map(String::as_str));
    let words = words.chain(["--filter", id, "--keep", "."]);
    // Only a NUL character cannot be quoted, and no argument of a program has one.
    shlex::try_join(words).unwrap_or_default()
}
