//! Finds where a source file cites clauses, and names the item that each citation belongs to.
//!
//! A *mark* is a clause id, such as `SEQ-4`, in a comment, a doc comment or a string. It belongs to
//! the item it documents or is in: a function, a type, a constant. A mark in a module's own doc
//! belongs to the file. Line numbers are left out, so that the page does not change with every
//! edit.
//!
//! This is not a Rust parser. It relies on what `cargo fmt` guarantees: an item begins on a line of
//! its own and ends with a `}` at the same indentation.

/// Where a source file cites a clause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The clause, such as `SEQ-4`.
    pub clause: String,
    pub kind: MarkKind,
    /// The item, such as `Scan::next`; `None` for a mark in the doc of the module.
    pub item: Option<String>,
}

/// How close a mark is to the code that does what the clause says, closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// In the body of a function: a comment, or the id handed to a check.
    Body,
    /// In the documentation of an item.
    Doc,
    /// In the documentation of a module.
    Module,
}

/// The letters that clause ids begin with.
const FAMILIES: [&str; 10] = [
    "FID", "HDR", "UPD", "ENT", "DSC", "DAT", "SEQ", "RPL", "WRT", "DSK",
];

/// All marks of a source file, sorted, each once.
pub fn marks(source: &str) -> Vec<Mark> {
    let mut reader = Reader::default();
    for line in source.lines() {
        reader.line(line);
    }
    let mut marks = reader.marks;
    marks.sort();
    marks.dedup();
    marks
}

/// An item that has begun and not ended.
struct Item {
    indent: usize,
    name: String,
    is_function: bool,
}

#[derive(Default)]
struct Reader {
    /// The items around the line, outermost first.
    open: Vec<Item>,
    /// Clauses cited in comments since the last line of code: they belong to what comes next.
    pending: Vec<String>,
    marks: Vec<Mark>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if text.starts_with("//!") {
            self.mark(ids(text), MarkKind::Module, None);
        } else if text.starts_with("//") {
            self.pending.extend(ids(text));
        } else if !text.is_empty() && !text.starts_with("#[") {
            self.code(text, indent);
        }
    }

    fn code(&mut self, text: &str, indent: usize) {
        let begun = item(text);
        if begun.is_some() {
            self.open.retain(|item| item.indent < indent);
        }
        let documented = begun.is_some();
        self.open.extend(begun.map(|(name, is_function)| Item {
            indent,
            name,
            is_function,
        }));
        let pending = std::mem::take(&mut self.pending);
        let in_body = self.open.last().is_some_and(|item| item.is_function);
        let kind = |in_code: bool| {
            if in_body && (in_code || !documented) {
                MarkKind::Body
            } else {
                MarkKind::Doc
            }
        };
        let (of_comments, of_code) = (kind(false), kind(true));
        let place = self.place();
        self.mark(pending, of_comments, place.clone());
        self.mark(ids(text), of_code, place);
        if text.starts_with('}') {
            self.open.retain(|item| item.indent < indent);
        }
    }

    /// The name of the innermost item, with the type it belongs to.
    fn place(&self) -> Option<String> {
        let names: Vec<&str> = self.open.iter().map(|item| item.name.as_str()).collect();
        match names[..] {
            [] => None,
            [.., outer, inner] if !outer.is_empty() => Some(format!("{outer}::{inner}")),
            [.., inner] => Some(inner.to_owned()),
        }
    }

    fn mark(&mut self, clauses: Vec<String>, kind: MarkKind, item: Option<String>) {
        self.marks.extend(clauses.into_iter().map(|clause| Mark {
            clause,
            kind,
            item: item.clone(),
        }));
    }
}

/// The name of the item that a line begins, and whether it is a function.
fn item(text: &str) -> Option<(String, bool)> {
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.peek() {
        let qualifier = word.starts_with("pub") || ["async", "unsafe", "default"].contains(word);
        if !qualifier {
            break;
        }
        words.next();
    }
    let keyword = words.next()?;
    let name = words.next().unwrap_or_default();
    match keyword {
        "const" if name == "fn" => Some((identifier(words.next()?), true)),
        "fn" => Some((identifier(name), true)),
        "struct" | "enum" | "trait" | "const" | "static" | "type" | "mod" | "macro_rules!" => {
            Some((identifier(name), false))
        }
        _ if keyword.starts_with("impl") => Some((implemented(text), false)),
        _ => None,
    }
}

fn identifier(word: &str) -> String {
    let ends = |character: char| !character.is_alphanumeric() && character != '_';
    word.split(ends).next().unwrap_or_default().to_owned()
}

/// The type that `impl<T> Trait for Type<T> {` is about.
fn implemented(text: &str) -> String {
    let named = match text.split_once(" for ") {
        Some((_, named)) => named,
        None => match text.strip_prefix("impl<") {
            Some(generic) => generic.split_once("> ").map_or("", |(_, named)| named),
            None => text.strip_prefix("impl ").unwrap_or_default(),
        },
    };
    identifier(named.trim_start_matches(['&', '\'']))
}

/// The clause ids in a line. "DSC-5 to DSC-7" names all three.
fn ids(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut range_from: Option<(&str, u32)> = None;
    let mut rest = text;
    while let Some((family, number, letter, after)) = next_id(rest) {
        if let Some((of, first)) = range_from.filter(|(of, first)| *of == family && *first < number)
        {
            found.extend((first + 1..number).map(|between| format!("{of}-{between}")));
        }
        found.push(format!("{family}-{number}{letter}"));
        range_from = after.starts_with(" to ").then_some((family, number));
        rest = after;
    }
    found
}

/// The first id in a text: family, number, letter, and the text after it.
fn next_id(text: &str) -> Option<(&'static str, u32, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find('-').map(|at| from + at) {
        from = at + 1;
        let Some(family) = FAMILIES.into_iter().find(|f| text[..at].ends_with(f)) else {
            continue;
        };
        let before = text[..at - family.len()].chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric()) {
            continue;
        }
        let digits = text[from..].bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = text[from..].split_at(digits);
        let Ok(number) = number.parse() else {
            continue;
        };
        let letter = usize::from(after.starts_with('b'));
        let (letter, after) = after.split_at(letter);
        return Some((family, number, letter, after));
    }
    None
}
