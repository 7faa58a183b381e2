//! An error as one line: its message and those of its causes, each once.
//!
//! The errors of `vhdx_log` leave their cause to `source()`, so the message alone says that a read
//! failed, and not why.

use std::error::Error;

/// The messages from the error down to its first cause, with a colon between two.
pub fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let messages: Vec<_> = causes.map(ToString::to_string).collect();
    messages.join(": ")
}

#[cfg(test)]
mod tests {
    use std::io;

    use vhdx_log::OpenError;
    use vhdx_log::units::FileOffset;

    use super::chain;

    #[test]
    fn the_cause_is_said_once() {
        let error = OpenError::Io {
            doing: "read the log",
            offset: FileOffset(4096),
            source: io::Error::other("the disk is on fire"),
        };
        assert_eq!(chain(&error).matches("the disk is on fire").count(), 1);
        assert!(chain(&error).starts_with(&error.to_string()));
    }
}
