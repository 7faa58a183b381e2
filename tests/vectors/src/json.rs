//! JSON laid out for people: a value that fits on one line is on one line.
//!
//! The input must be valid and compact, as `serde_json::to_string` writes it. The layout is part of
//! the corpus: changing it changes every file.

/// The longest line, in characters. A string that is longer is not broken.
const WIDTH: usize = 120;

/// Lays out JSON that has no white space outside its strings; the order of keys stays.
pub(super) fn laid_out(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() * 2);
    value(compact, 0, 0, &mut out);
    out.push('\n');
    out
}

/// Writes a value whose first line has `taken` characters before it.
fn value(text: &str, indent: usize, taken: usize, out: &mut String) {
    let nested = text.starts_with(['{', '[']);
    if !nested || indent + taken + spaced_length(text) <= WIDTH {
        return spaced(text, out);
    }
    let (open, rest) = text.split_at(1);
    let (inside, close) = rest.split_at(rest.len() - 1);
    out.push_str(open);
    for (index, member) in members(inside).into_iter().enumerate() {
        out.push_str(if index > 0 { ",\n" } else { "\n" });
        out.extend(std::iter::repeat_n(' ', indent + 2));
        let (key, rest) = if open == "{" {
            member.split_at(key_end(member))
        } else {
            ("", member)
        };
        spaced(key, out);
        value(rest, indent + 2, key.len() + 2, out);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(close);
}

/// The members of an object or array, from the text between its brackets.
fn members(inside: &str) -> Vec<&str> {
    let (mut members, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, byte) in outside_strings(inside) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => {
                members.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if start < inside.len() {
        members.push(&inside[start..]);
    }
    members
}

/// Where the value of an object's member begins: after its first colon.
fn key_end(member: &str) -> usize {
    outside_strings(member)
        .find(|&(_, byte)| byte == b':')
        .map_or(0, |(at, _)| at + 1)
}

/// Writes on one line, a space after each comma and colon.
fn spaced(text: &str, out: &mut String) {
    let mut start = 0;
    for (at, byte) in outside_strings(text) {
        if matches!(byte, b',' | b':') {
            out.push_str(&text[start..=at]);
            out.push(' ');
            start = at + 1;
        }
    }
    out.push_str(&text[start..]);
}

fn spaced_length(text: &str) -> usize {
    text.chars().count()
        + outside_strings(text)
            .filter(|(_, byte)| matches!(byte, b',' | b':'))
            .count()
}

/// The bytes that are not part of a string, with their offsets.
fn outside_strings(text: &str) -> impl Iterator<Item = (usize, u8)> + '_ {
    let (mut inside, mut escaped) = (false, false);
    text.bytes().enumerate().filter(move |&(_, byte)| {
        let was_inside = inside;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
        !was_inside && byte != b'"'
    })
}
