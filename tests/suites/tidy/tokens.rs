//! Rust sources as tokens: declarations, paths and functions, with comments left out.
//!
//! Works on tokens alone, so it sees paths inside macro calls too, and knows no types.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// A path or one branch of a `use` tree, such as `crate::image::SECTOR`.
#[derive(Clone, Debug)]
pub struct Path {
    /// The segments; the last is `*` for a glob import.
    pub segments: Vec<String>,
    pub line: usize,
}

/// A `use` declaration at the top of a module, one branch of its tree.
#[derive(Clone, Debug)]
pub struct Use {
    pub path: Path,
    /// The name that it introduces; `*` for a glob import.
    pub name: String,
    /// With `pub`, `pub(crate)` or another visibility.
    pub is_public: bool,
}

/// A `mod name;` declaration.
#[derive(Clone, Debug)]
pub struct Module {
    pub name: String,
    /// The value of its `#[path = ".."]` attribute.
    pub path: Option<String>,
}

/// What one file declares at its top level, and which paths the rest of it mentions.
#[derive(Default, Debug)]
pub struct File {
    pub modules: Vec<Module>,
    pub uses: Vec<Use>,
    /// Names of items that are defined here.
    pub defined: Vec<String>,
    /// Every path of two or more segments, and every single name; top-level `use` declarations are
    /// left out.
    pub paths: Vec<Path>,
}

/// A function with a body.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    /// Its first line.
    pub line: usize,
    /// How many lines it has, from `fn` to the end of its body. The lines of an array or `vec!` in
    /// it are data: each counts as one line.
    pub lines: usize,
}

const ITEMS: [&str; 8] = [
    "const", "enum", "fn", "static", "struct", "trait", "type", "union",
];

pub fn parse(name: &str, text: &str) -> Vec<TokenTree> {
    let stream: TokenStream = text
        .parse()
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    stream.into_iter().collect()
}

pub fn file(tokens: &[TokenTree]) -> File {
    let mut file = File::default();
    let mut at = 0;
    while at < tokens.len() {
        let word = ident(tokens, at);
        let next = ident(tokens, at + 1);
        match (word.as_deref(), next) {
            (Some("use"), _) => {
                let end = (at..tokens.len())
                    .find(|&end| is_punct(tokens, end, ';'))
                    .unwrap_or(tokens.len());
                let is_public =
                    at > 0 && !(is_punct(tokens, at - 1, ';') || is_item_end(tokens, at - 1));
                uses(&tokens[at + 1..end], &[], is_public, &mut file.uses);
                at = end;
            }
            (Some("mod"), Some(name)) => {
                if is_punct(tokens, at + 2, ';') {
                    let path = path_attribute(&tokens[..at]);
                    file.modules.push(Module { name, path });
                } else if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                    inline_module(body, &mut file.paths);
                    file.defined.push(name);
                }
                at += 2;
            }
            (Some("macro_rules"), _) => file.defined.extend(ident(tokens, at + 2)),
            (Some(word), Some(name)) if ITEMS.contains(&word) => file.defined.push(name),
            _ => {}
        }
        at += 1;
    }
    paths(&without_uses_and_modules(tokens), &mut file.paths);
    file
}

/// Paths in `mod name { .. }`, as seen from the file: its `super` is the file.
fn inline_module(body: &Group, found: &mut Vec<Path>) {
    let (inner, mut inside): (Vec<_>, _) = (body.stream().into_iter().collect(), Vec::new());
    paths(&inner, &mut inside);
    found.extend(inside.into_iter().filter_map(|mut path| {
        match path.segments[0].as_str() {
            "super" => path.segments[0] = "self".to_owned(),
            "self" => return None,
            _ => {}
        }
        Some(path)
    }));
}

/// A private `use` follows the end of an item, an attribute, or nothing; a visibility precedes it
/// otherwise.
fn is_item_end(tokens: &[TokenTree], at: usize) -> bool {
    match &tokens[at] {
        TokenTree::Group(group) => group.delimiter() != Delimiter::Parenthesis,
        _ => false,
    }
}

fn without_uses_and_modules(tokens: &[TokenTree]) -> Vec<TokenTree> {
    let (mut kept, mut inside) = (Vec::new(), false);
    for (at, token) in tokens.iter().enumerate() {
        inside |= matches!(ident(tokens, at).as_deref(), Some("use" | "mod"));
        if !inside {
            kept.push(token.clone());
        }
        inside &= !is_punct(tokens, at, ';')
            && !matches!(token, TokenTree::Group(group)
            if group.delimiter() == Delimiter::Brace
                && ident(tokens, at.wrapping_sub(2)).as_deref() == Some("mod"));
    }
    kept
}

/// The value of the last `#[path = ".."]` directly before a declaration.
fn path_attribute(before: &[TokenTree]) -> Option<String> {
    let end = before
        .iter()
        .rposition(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == ';'))
        .map_or(0, |end| end + 1);
    before[end..].iter().rev().find_map(|token| {
        let TokenTree::Group(group) = token else {
            return None;
        };
        let inner: Vec<_> = group.stream().into_iter().collect();
        let value = inner.get(2)?.to_string();
        (ident(&inner, 0)? == "path").then(|| value.trim_matches('"').to_owned())
    })
}

/// The branches of a `use` tree.
fn uses(tree: &[TokenTree], prefix: &[String], is_public: bool, found: &mut Vec<Use>) {
    for branch in tree.split(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == ',')) {
        let mut segments = prefix.to_vec();
        let mut renamed = None;
        let mut is_leaf = !branch.is_empty();
        for (at, token) in branch.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    uses(&inner, &segments, is_public, found);
                    is_leaf = false;
                }
                TokenTree::Ident(word) if word == "as" => {
                    renamed = ident(branch, at + 1);
                    break;
                }
                TokenTree::Ident(word) => segments.push(word.to_string()),
                TokenTree::Punct(p) if p.as_char() == '*' => segments.push("*".to_owned()),
                _ => {}
            }
        }
        if is_leaf {
            // `use a::b::{self}` names `a::b`.
            if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
                segments.pop();
            }
            let name = renamed
                .or_else(|| segments.last().cloned())
                .unwrap_or_default();
            let line = line(branch[0].span());
            let path = Path { segments, line };
            found.push(Use {
                path,
                name,
                is_public,
            });
        }
    }
}

/// All paths in these tokens, and in the groups among them.
pub fn paths(tokens: &[TokenTree], found: &mut Vec<Path>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                paths(&inner, found);
            }
            // A field or a method; `..name` is a range or the rest of a struct.
            TokenTree::Ident(_) if is_field(tokens, at) => {}
            TokenTree::Ident(first) => {
                let (mut segments, line) = (vec![first.to_string()], line(first.span()));
                while is_separator(tokens, at + 1)
                    && let Some(next) = ident(tokens, at + 3)
                {
                    segments.push(next);
                    at += 3;
                }
                // A `use` inside a function: each branch of its tree.
                if is_separator(tokens, at + 1)
                    && let Some(TokenTree::Group(group)) = tokens.get(at + 3)
                {
                    let (inner, mut branches): (Vec<_>, _) =
                        (group.stream().into_iter().collect(), Vec::new());
                    uses(&inner, &segments, false, &mut branches);
                    found.extend(branches.into_iter().map(|branch| branch.path));
                    at += 3;
                }
                found.push(Path { segments, line });
            }
            _ => {}
        }
        at += 1;
    }
}

/// All functions with a body, at any depth.
pub fn functions(tokens: &[TokenTree], found: &mut Vec<Function>) {
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            let inner: Vec<_> = group.stream().into_iter().collect();
            functions(&inner, found);
        }
        let (Some("fn"), Some(name)) = (ident(tokens, at).as_deref(), ident(tokens, at + 1)) else {
            continue;
        };
        let body = tokens[at..]
            .iter()
            .find(|token| is_body_or_semicolon(token));
        if let Some(TokenTree::Group(body)) = body {
            let inner: Vec<_> = body.stream().into_iter().collect();
            let (line, end) = (line(token.span()), body.span_close().end().line);
            let lines = end + 1 - line - lines_of_data(&inner);
            found.push(Function { name, line, lines });
        }
    }
}

/// By how many lines arrays are longer than one line.
fn lines_of_data(tokens: &[TokenTree]) -> usize {
    let groups = tokens.iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    });
    let lines = groups.map(|group| match group.delimiter() {
        Delimiter::Bracket => group.span_close().end().line - line(group.span_open()),
        _ => lines_of_data(&group.stream().into_iter().collect::<Vec<_>>()),
    });
    lines.sum()
}

fn is_body_or_semicolon(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

/// All identifiers, at any depth.
pub fn identifiers(tokens: &[TokenTree], found: &mut Vec<(String, usize)>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => found.push((word.to_string(), line(word.span()))),
            TokenTree::Group(group) => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                identifiers(&inner, found);
            }
            _ => {}
        }
    }
}

fn ident(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at)? {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    }
}

fn is_punct(tokens: &[TokenTree], at: usize, punct: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == punct)
}

fn is_field(tokens: &[TokenTree], at: usize) -> bool {
    let dot = |back: usize| at >= back && is_punct(tokens, at - back, '.');
    dot(1) && !dot(2)
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens, at, ':') && is_punct(tokens, at + 1, ':')
}

fn line(span: Span) -> usize {
    span.start().line
}
