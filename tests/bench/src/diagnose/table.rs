//! What every flaw does with every vector, as digests: the file `outcomes.txt`.
//!
//! The first line has the names of the flaws. Each other line is a vector: its id, the first digits
//! of its image's SHA-256, what the format does, and then each other outcome with the numbers of
//! the flaws that lead to it. An outcome is its kind and four digests, each `-` when there is none:
//!
//! ```text
//! tail-own 08d3a1b2 a:1b2c3d4e:5f60:-:9a8b7c6d r:-:-:-:-=3,17
//! ```

use std::collections::BTreeMap;
use std::sync::LazyLock;

use vhdx_log_corpus::Vector;

use crate::evidence::kind;
use crate::record::{Answer, ResultRecord, Seen};

/// Digits of a digest in the table.
pub(super) const DIGITS: usize = 8;

static STORED: LazyLock<Table> =
    LazyLock::new(|| Table::parse(include_str!("outcomes.txt")).unwrap_or_default());

/// The table that is part of this program.
pub fn stored() -> &'static Table {
    &STORED
}

/// What every flaw does with every vector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the flaws.
    pub(super) flaws: Vec<String>,
    pub(super) rows: BTreeMap<String, Row>,
}

/// What every flaw does with one vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) image: String,
    /// What the format does, and every flaw that is not in `others`.
    pub(super) right: Act,
    /// By the number of the flaw.
    pub(super) others: BTreeMap<usize, Act>,
}

/// What a reader did with an image, as far as it can be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// `a` accepted, `r` refused, `h` does not end, `x` anything else.
    pub(super) kind: char,
    pub(super) file: Option<String>,
    pub(super) headers: Option<String>,
    pub(super) shown: Option<String>,
    pub(super) guest: Option<String>,
}

impl Act {
    /// What a result says that a subject did.
    pub fn of(result: &ResultRecord) -> Self {
        Self::new(letter(&result.answer), &result.seen)
    }

    /// Whether this, which a program did, is what a reader does that acts like `other`. What the
    /// program does not show is not compared. `right` is what the format does.
    pub fn is_like(&self, other: &Self, right: &Self) -> bool {
        let same = |own: &Option<String>, other: &Option<String>| own.is_none() || own == other;
        // How the headers are left tells readers apart only where the rest is right: a wrong disk
        // is one mistake, and a header beside it another.
        let headers_count = other.file == right.file;
        if self.kind == 'h' {
            // What was done to the file by the time it was killed is chance.
            return other.kind == 'h';
        }
        // Who reads the disk may find only after the replay that there is none (RPL-4).
        let has_no_disk = other.kind == 'a' && other.guest.is_none() && self.file.is_some();
        let answers_alike = self.kind == other.kind || (self.kind == 'r' && has_no_disk);
        answers_alike
            && same(&self.file, &other.file)
            && same(&self.shown, &other.shown)
            && same(&self.guest, &other.guest)
            && (!headers_count || same(&self.headers, &other.headers))
    }

    /// Whether two programs did the same, as far as both show it.
    pub fn is_seen_as(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| {
            one.is_none() || other.is_none() || one == other
        };
        self.kind == other.kind
            && same(&self.file, &other.file)
            && same(&self.headers, &other.headers)
            && same(&self.shown, &other.shown)
            && same(&self.guest, &other.guest)
    }

    /// The file says nothing of a program that opens files for reading only.
    pub fn leave_out_file(&mut self) {
        (self.file, self.headers) = (None, None);
    }

    pub(super) fn new(kind: char, seen: &Seen) -> Self {
        let short = |digest: &Option<String>| {
            let digest = digest.as_ref()?;
            Some(digest.get(..DIGITS).unwrap_or(digest).to_owned())
        };
        Self {
            kind,
            file: short(&seen.file),
            headers: short(&seen.headers),
            shown: short(&seen.shown),
            guest: short(&seen.guest),
        }
    }

    fn write(&self) -> String {
        let parts = [&self.file, &self.headers, &self.shown, &self.guest];
        let parts = parts.map(|part| part.as_deref().unwrap_or("-"));
        format!("{}:{}", self.kind, parts.join(":"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let kind = parts.next()?.chars().next()?;
        let mut part = || {
            Some(parts.next()?)
                .filter(|part| *part != "-")
                .map(str::to_owned)
        };
        let [file, headers, shown, guest] = [part(), part(), part(), part()];
        Some(Self {
            kind,
            file,
            headers,
            shown,
            guest,
        })
    }
}

/// The letter for an answer's kind.
pub(super) fn letter(answer: &Answer) -> char {
    match kind(answer) {
        "accepted" => 'a',
        "refused" => 'r',
        // What is ended because it takes too much has no end in sight either.
        "hung" | "runaway" => 'h',
        _ => 'x',
    }
}

impl Row {
    /// What a flaw does.
    pub(super) fn act(&self, flaw: usize) -> &Act {
        self.others.get(&flaw).unwrap_or(&self.right)
    }
}

impl Table {
    /// The row of a vector, if it is about the same image.
    pub(super) fn row(&self, vector: &Vector) -> Option<&Row> {
        let row = self.rows.get(&vector.id)?;
        vector.image.sha256.starts_with(&row.image).then_some(row)
    }

    /// How many vectors it has.
    pub fn vectors(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has this vector, with this image.
    pub fn has(&self, vector: &Vector) -> bool {
        self.row(vector).is_some()
    }

    /// The vectors on which these flaws do not all do the same.
    pub fn telling(&self, flaws: &[&str]) -> Vec<&str> {
        let numbers = flaws.iter();
        let numbers: Vec<usize> = numbers
            .filter_map(|flaw| self.flaws.iter().position(|name| name == flaw))
            .collect();
        let differs = |row: &Row| {
            let first = numbers.first().map(|first| row.act(*first));
            numbers.iter().any(|flaw| Some(row.act(*flaw)) != first)
        };
        let rows = self.rows.iter().filter(|(_, row)| differs(row));
        rows.map(|(id, _)| id.as_str()).collect()
    }

    /// What a flaw does with every vector, where that is not what the format does. Flaws with the
    /// same column cannot be told apart.
    pub fn column(&self, flaw: &str) -> String {
        let Some(number) = self.flaws.iter().position(|name| name == flaw) else {
            return String::new();
        };
        let rows = self.rows.iter();
        let acts = rows.filter_map(|(id, row)| Some((id, row.others.get(&number)?)));
        let acts = acts.map(|(id, act)| format!("{id} {}\n", act.write()));
        acts.collect()
    }

    /// The same for some of its vectors.
    #[must_use]
    pub fn only(&self, chosen: impl Fn(&str) -> bool) -> Self {
        let rows = self.rows.iter().filter(|(id, _)| chosen(id));
        Self {
            flaws: self.flaws.clone(),
            rows: rows.map(|(id, row)| (id.clone(), row.clone())).collect(),
        }
    }

    /// The table as the text of its file.
    pub fn write(&self) -> String {
        let mut text = self.flaws.join(" ") + "\n";
        for (id, row) in &self.rows {
            text += &format!("{id} {} {}", row.image, row.right.write());
            let mut by_act: BTreeMap<&Act, Vec<String>> = BTreeMap::new();
            for (flaw, act) in &row.others {
                by_act.entry(act).or_default().push(flaw.to_string());
            }
            for (act, flaws) in by_act {
                text += &format!(" {}={}", act.write(), flaws.join(","));
            }
            text.push('\n');
        }
        text
    }

    /// Reads such a text; `None` when it is no table.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let flaws = lines
            .next()?
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let rows = lines.map(row).collect::<Option<_>>()?;
        Some(Self { flaws, rows })
    }
}

fn row(line: &str) -> Option<(String, Row)> {
    let mut words = line.split(' ');
    let (id, image) = (words.next()?.to_owned(), words.next()?.to_owned());
    let right = Act::parse(words.next()?)?;
    let mut others = BTreeMap::new();
    for word in words {
        let (act, flaws) = word.split_once('=')?;
        let act = Act::parse(act)?;
        for flaw in flaws.split(',') {
            others.insert(flaw.parse().ok()?, act.clone());
        }
    }
    let row = Row {
        image,
        right,
        others,
    };
    Some((id, row))
}
