//! A word in a command line that a person copies, or that a script runs.

/// The text as one word of a POSIX shell, in quotes only where it needs them.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "-_./=:,+".contains(one);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn no_text_ends_its_word() {
        assert_eq!(quoted("a'; rm -rf / '"), r"'a'\''; rm -rf / '\'''");
        assert_eq!(quoted("/tmp/a b"), "'/tmp/a b'");
        assert_eq!(quoted("/tmp/a-b_1.vhdx"), "/tmp/a-b_1.vhdx");
        assert_eq!(quoted(""), "''");
    }
}
