//! `corpus/TRACE.md`: for each clause, where core, model and the properties deal with it, which
//! vectors exercise it and which flaws break it.
//!
//! The places come from the sources: every comment, doc comment or string that cites the id (see
//! [`marks`]). Vectors and flaws come from the catalogues. The page serves people who follow a
//! clause through the repository, and a test keeps [`Trace::missing`] empty: a MUST or SAFE
//! clause that nothing cites in some column is either not dealt with or cannot be, and then
//! [`EXCEPTIONS`] says why.
//!
//! A citation is a statement by its author. This module does not check that the code next to it
//! does what the clause says.

mod column;
mod exceptions;
mod marks;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use vhdx_log_corpus::{Clause, Strength, Vector, clauses};
use vhdx_log_model::all_flaws;

pub use self::column::Column;
pub use self::exceptions::{EXCEPTIONS, Exception};
pub use self::marks::{Mark, MarkKind, marks};

/// How many places, vectors or flaws one cell names; the rest is counted.
const NAMED: usize = 3;

/// Files whose business is to list clauses, or to word their violations: they do not deal with any.
const LISTS: [&str; 6] = [
    "core/src/canary.rs",
    "core/src/clause.rs",
    "core/src/error.rs",
    "core/src/fault.rs",
    "core/src/writer/error.rs",
    "model/src/flaws",
];

/// A mark with its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// Closest to the code first: that decides which places are named.
    kind: MarkKind,
    /// From the root of the repository, with `/`.
    file: String,
    item: Option<String>,
}

/// What one clause leads to.
struct Row {
    clause: &'static Clause,
    core: Vec<Place>,
    model: Vec<Place>,
    property: Vec<Place>,
    /// `<topic>/<id>`.
    vectors: Vec<String>,
    flaws: Vec<&'static str>,
}

impl Row {
    fn places(&self, column: Column) -> &[Place] {
        match column {
            Column::Core => &self.core,
            Column::Model => &self.model,
            Column::Property => &self.property,
            Column::Vectors | Column::Flaws => &[],
        }
    }

    /// Whether the clause leads nowhere in this column. A mark in a module's doc is too far from
    /// the code to count.
    fn is_empty(&self, column: Column) -> bool {
        match column {
            Column::Vectors => self.vectors.is_empty(),
            Column::Flaws => self.flaws.is_empty(),
            _ => self
                .places(column)
                .iter()
                .all(|place| place.kind == MarkKind::Module),
        }
    }
}

/// Every clause with what it leads to, in the order of the clauses.
pub struct Trace {
    rows: Vec<Row>,
}

impl Trace {
    /// Reads the sources under `root`, the folder of the repository.
    ///
    /// # Errors
    /// When a source cannot be read.
    pub fn gather<'a>(
        root: &Path,
        vectors: impl IntoIterator<Item = &'a Vector>,
    ) -> io::Result<Self> {
        let vectors: Vec<&Vector> = vectors.into_iter().collect();
        let core = places(root, Column::Core)?;
        let model = places(root, Column::Model)?;
        let property = places(root, Column::Property)?;
        let row = |clause: &'static Clause| Row {
            clause,
            core: of_clause(&core, &clause.id),
            model: of_clause(&model, &clause.id),
            property: of_clause(&property, &clause.id),
            vectors: exercising(&vectors, &clause.id),
            flaws: all_flaws()
                .filter(|flaw| flaw.clauses.contains(&clause.id.as_str()))
                .map(|flaw| flaw.name)
                .collect(),
        };
        Ok(Self {
            rows: clauses().iter().map(row).collect(),
        })
    }

    /// The empty cells of MUST and SAFE clauses for which no exception gives a reason.
    pub fn missing(&self) -> Vec<(&'static str, Column)> {
        let binding = self
            .rows
            .iter()
            .filter(|row| matches!(row.clause.strength, Strength::Must | Strength::Safe));
        binding
            .flat_map(|row| Column::ALL.map(|column| (row, column)))
            .filter(|(row, column)| row.is_empty(*column))
            .map(|(row, column)| (row.clause.id.as_str(), column))
            .filter(|(id, column)| reason(id, *column).is_none())
            .collect()
    }

    /// The exceptions that excuse nothing: their cell is filled, or their clause does not exist.
    pub fn idle_exceptions(&self) -> Vec<(&'static str, Column)> {
        EXCEPTIONS
            .iter()
            .flat_map(Exception::cells)
            .filter(|(id, column)| {
                let row = self.rows.iter().find(|row| row.clause.id == *id);
                row.is_none_or(|row| !row.is_empty(*column))
            })
            .collect()
    }

    /// The page, as Markdown.
    pub fn page(&self) -> String {
        let mut page = format!("{HEAD}\n| clause | core | model | property | vectors | flaws |\n");
        page += "|---|---|---|---|---|---|\n";
        for row in &self.rows {
            page += &line(row);
        }
        page += "\n## Empty cells\n\nA cell with a dash, or with only the name of a file, has \
                 one of these reasons.\n\n";
        for exception in EXCEPTIONS {
            let (ids, columns) = (linked(exception.clauses), listed(exception.columns));
            writeln!(page, "- {ids}, {columns}: {}", exception.because).expect(INFALLIBLE);
        }
        page
    }
}

const INFALLIBLE: &str = "writing to a string cannot fail";

const HEAD: &str = "\
<!-- Generated by `vhdx-log vectors regenerate`; do not edit. -->

# From a clause to the code

For each clause of [SPEC.md](SPEC.md): the code in `core` that does it, the code in `model` that
says it, the properties and crash checks that compare them, the vectors that exercise it
([INDEX.md](INDEX.md); their recipes are in [tests/vectors/src/topics](../tests/vectors/src/topics))
and the seeded bugs that break it ([KILLS.md](KILLS.md); their code is in
[model/src/flaws](../model/src/flaws)).

A place is here because it cites the clause's id in a comment, a doc comment or a check. Each cell
names at most three, closest to the code first; `grep -rn SEQ-4` finds the rest.
";

/// The reason why a cell is empty.
fn reason(id: &str, column: Column) -> Option<&'static str> {
    EXCEPTIONS
        .iter()
        .find(|exception| exception.clauses.contains(&id) && exception.columns.contains(&column))
        .map(|exception| exception.because)
}

fn line(row: &Row) -> String {
    let (id, strength) = (&row.clause.id, row.clause.strength);
    let vectors = row.vectors.iter().map(|path| {
        let id = path.rsplit('/').next().unwrap_or(path);
        format!("[{id}](vectors/{path}.json)")
    });
    let flaws = row.flaws.iter().map(|name| format!("`{name}`"));
    format!(
        "| {} {strength} | {} | {} | {} | {} | {} |\n",
        linked(&[id]),
        cell(row.core.iter().map(link)),
        cell(row.model.iter().map(link)),
        cell(row.property.iter().map(link)),
        cell(vectors),
        cell(flaws),
    )
}

/// The first few of a list, and how many more there are; a dash for none.
fn cell(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(NAMED);
    let named: Vec<_> = items.take(NAMED).collect();
    match (named.is_empty(), more) {
        (true, _) => "-".to_owned(),
        (false, 0) => named.join(", "),
        (false, more) => format!("{}, {more} more", named.join(", ")),
    }
}

/// A link to the file of a place, with the item.
fn link(place: &Place) -> String {
    let from = place.file.find("src/").map_or(0, |at| at + "src/".len());
    let name = &place.file[from..];
    let item = place.item.as_ref().map(|item| format!(" `{item}`"));
    format!("[{name}](../{}){}", place.file, item.unwrap_or_default())
}

fn linked(ids: &[&str]) -> String {
    let links = ids
        .iter()
        .map(|id| format!("[{id}](SPEC.md#{})", id.to_lowercase()));
    links.collect::<Vec<_>>().join(", ")
}

fn listed(columns: &[Column]) -> String {
    let names = columns.iter().map(ToString::to_string);
    names.collect::<Vec<_>>().join(" and ")
}

/// The places that cite a clause, closest to the code first. Module docs are left out where there
/// is anything closer.
fn of_clause(places: &[(String, Place)], id: &str) -> Vec<Place> {
    let citing = places.iter().filter(|(clause, _)| clause == id);
    let mut found: Vec<Place> = citing.map(|(_, place)| place.clone()).collect();
    found.sort();
    let closer = found.iter().any(|place| place.kind != MarkKind::Module);
    found.retain(|place| !closer || place.kind != MarkKind::Module);
    let mut seen = BTreeSet::new();
    found.retain(|place| seen.insert((place.file.clone(), place.item.clone())));
    found
}

/// The vectors that exercise a clause, from either side or by its readings.
fn exercising(vectors: &[&Vector], id: &str) -> Vec<String> {
    let citing = vectors.iter().filter(|vector| {
        vector
            .clauses
            .ids()
            .chain(vector.open.as_deref())
            .any(|it| it == id)
    });
    citing
        .map(|vector| format!("{}/{}", vector.topic, vector.id))
        .collect()
}

/// The marks of all sources of a column, each with its clause.
fn places(root: &Path, column: Column) -> io::Result<Vec<(String, Place)>> {
    let mut found = Vec::new();
    for folder in column.sources() {
        for file in sources(&root.join(folder))? {
            let name = path_from(root, &file);
            if LISTS.iter().any(|list| name.starts_with(list)) {
                continue;
            }
            found.extend(marks(&fs::read_to_string(&file)?).into_iter().map(|mark| {
                let Mark { clause, kind, item } = mark;
                let file = name.clone();
                (clause, Place { kind, file, item })
            }));
        }
    }
    Ok(found)
}

/// The Rust files in a folder and those below it, in the order of their names.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn path_from(root: &Path, file: &Path) -> String {
    let below = file.strip_prefix(root).unwrap_or(file).components();
    let names = below.map(|part| part.as_os_str().to_string_lossy());
    names.collect::<Vec<_>>().join("/")
}
