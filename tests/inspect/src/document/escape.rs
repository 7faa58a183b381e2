//! Text that comes from an image or from a file name, made safe for a terminal.

/// Escapes control characters and the invisible characters that change the direction of text.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let hidden = matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        );
        if character.is_control() || hidden {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The first `most` characters of a text, and `...` for what is left out.
pub fn bounded(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}

/// A file name as one word of a shell command line, so that the command can be copied and run.
///
/// Plain names stay as they are. A name that begins with `-` gets `./` before it, so that it is not
/// an option. Control characters are written as `$'\033'`, which bash, zsh, ksh and dash from
/// POSIX.1-2024 on understand: the text has to be safe for a terminal too.
pub fn shell_word(name: &str) -> String {
    let path = if name.starts_with('-') { "./" } else { "" };
    let name = format!("{path}{name}");
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "_-./+=:@%,".contains(character);
    if !name.is_empty() && name.chars().all(plain) {
        return name;
    }
    if printable(&name) == name {
        return format!("'{}'", name.replace('\'', r"'\''"));
    }
    let mut word = String::from("$'");
    for character in name.chars() {
        let mut bytes = [0; 4];
        let text = character.encode_utf8(&mut bytes);
        match character {
            '\'' | '\\' => word.extend(['\\', character]),
            _ if *printable(text) != *text => {
                let octal = text.bytes().map(|byte| format!("\\{byte:03o}"));
                word.extend(octal);
            }
            _ => word.push(character),
        }
    }
    word.push('\'');
    word
}
