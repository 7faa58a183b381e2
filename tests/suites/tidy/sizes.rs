//! Files of at most 400 lines, functions of at most 70, lines of at most 100 columns.

use super::sources::{Finding, Sources};
use super::tokens::{self, Function};

pub const FILE: &str = "file length";
pub const FUNCTION: &str = "function length";
pub const LINE: &str = "line width";

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;
const COLUMNS: usize = 100;
/// A word of at least this many characters is not broken: a URL, a digest, a token.
const UNBREAKABLE: usize = 80;

pub fn files(sources: &Sources) -> Vec<Finding> {
    let long = sources.iter().filter_map(|(path, text)| {
        let lines = text.lines().count();
        let what = format!("{lines} lines; at most {FILE_LINES}");
        (lines > FILE_LINES).then(|| finding(path, lines, FILE, what))
    });
    long.collect()
}

/// Arrays in a function are data and count as one line each.
pub fn functions(sources: &Sources) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in sources {
        let mut found = Vec::new();
        tokens::functions(&tokens::parse(path, text), &mut found);
        for Function { name, line, lines } in found {
            if lines > FUNCTION_LINES {
                let what = format!("`{name}` has {lines} lines; at most {FUNCTION_LINES}");
                findings.push(finding(path, line, FUNCTION, what));
            }
        }
    }
    findings
}

pub fn lines(sources: &Sources) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in sources {
        for (index, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            let has_long_word = line
                .split(' ')
                .any(|word| word.chars().count() >= UNBREAKABLE);
            if columns > COLUMNS && !has_long_word {
                let what = format!("{columns} columns; at most {COLUMNS}");
                findings.push(finding(path, index + 1, LINE, what));
            }
        }
    }
    findings
}

fn finding(path: &str, line: usize, rule: &'static str, what: String) -> Finding {
    let path = path.to_owned();
    Finding {
        path,
        line,
        rule,
        what,
    }
}
