//! What a set of vectors catches and covers: the document of `vectors coverage`, as JSON and as
//! tables. The Markdown page is made by `vhdx_log_vectors::pages`.

use std::io::{self, Write};

use serde::Serialize;
use vhdx_log_corpus::{Clause, Scope, Side, Strength, clauses};
use vhdx_log_inspect::document::list::List;
use vhdx_log_inspect::print::DEFAULT_WIDTH;
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::{wrap, write_table};
use vhdx_log_model::all_flaws;
use vhdx_log_vectors::adequacy::Adequacy;

use super::table::{broken, plain};

#[derive(Serialize)]
pub(crate) struct Coverage<'a> {
    flaws: Vec<Caught<'a>>,
    /// Flaws that no vector catches.
    survivors: Vec<&'a str>,
    /// MUST and SAFE clauses without a vector, with the side that lacks one.
    uncovered: Vec<(&'a str, Side)>,
    /// Vectors that catch nothing and are not the only one for a side of a clause.
    #[serde(rename = "useless")]
    redundant: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alike: Option<Vec<Vec<&'a str>>>,
}

/// A flaw, and the vectors that catch it.
#[derive(Serialize)]
struct Caught<'a> {
    flaw: &'a str,
    clauses: &'a [&'a str],
    seen_in: Option<&'a str>,
    vectors: &'a [String],
}

impl<'a> Coverage<'a> {
    pub(crate) fn of(adequacy: &'a Adequacy, alike: bool) -> Self {
        let caught = all_flaws().map(|flaw| Caught {
            flaw: flaw.name,
            clauses: flaw.clauses,
            seen_in: flaw.seen_in,
            vectors: adequacy.killers(flaw),
        });
        Self {
            flaws: caught.collect(),
            survivors: adequacy.survivors().iter().map(|flaw| flaw.name).collect(),
            uncovered: adequacy.uncovered(),
            redundant: adequacy.redundant(),
            alike: alike.then(|| adequacy.alike()),
        }
    }

    /// Whether every flaw is caught, every clause covered and no vector redundant.
    pub(crate) fn is_complete(&self) -> bool {
        self.survivors.is_empty() && self.uncovered.is_empty() && self.redundant.is_empty()
    }

    /// Tables of flaws and clauses, then what is missing, where a terminal shows it.
    pub(crate) fn write_text(
        &self,
        out: &mut dyn Write,
        adequacy: &Adequacy,
        paint: Paint,
        width: Option<usize>,
    ) -> io::Result<()> {
        let (all, survivors) = (self.flaws.len(), self.survivors.len());
        let caught = all - survivors;
        let heading = paint.paint(Role::Heading, "FLAWS");
        writeln!(out, "{heading}  {caught} of {all} caught")?;
        let mut table = plain(width);
        table.set_header(["flaw", "clauses", "vectors", "such as"]);
        for caught in &self.flaws {
            table.add_row([
                caught.flaw.to_owned(),
                caught.clauses.join(", "),
                caught.vectors.len().to_string(),
                caught.vectors.first().cloned().unwrap_or_default(),
            ]);
        }
        writeln!(out, "{table}")?;
        let heading = paint.paint(Role::Heading, "CLAUSES");
        let meaning = "vectors that meet the clause, and that violate it";
        match width {
            Some(width) if width < 60 => {
                writeln!(out, "\n{heading}\n{}", broken(meaning, Some(width)))?
            }
            _ => writeln!(out, "\n{heading}  {meaning}")?,
        }
        let reading: Vec<&Clause> = clauses()
            .iter()
            .filter(|clause| clause.scope == Scope::Reading && clause.strength != Strength::Should)
            .collect();
        let headings = ["clause", "strength", ">meet", ">violate"];
        write_table(
            out,
            paint,
            usize::MAX,
            headings,
            &list(&reading),
            |clause| {
                let count = |side| match adequacy.covering(&clause.id, side).len() {
                    0 if !clause.sides.contains(&side) => "-".to_owned(),
                    count => count.to_string(),
                };
                let (id, strength) = (clause.id.clone(), clause.strength.to_string());
                let cells = [id, strength, count(Side::Accepts), count(Side::Refuses)];
                (cells, None)
            },
        )?;
        self.write_lists(out, width.unwrap_or(DEFAULT_WIDTH))
    }

    fn write_lists(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let mut paragraph = |label: &str, names: &[&str]| {
            if names.is_empty() {
                return Ok(());
            }
            let lines = wrap(&format!("{label}: {}", names.join(", ")), width);
            writeln!(out, "\n{}", lines.join("\n"))
        };
        paragraph("flaws that survive", &self.survivors)?;
        for (label, side) in [
            ("clauses that no vector meets", Side::Accepts),
            ("clauses that no vector violates", Side::Refuses),
            ("clauses without a vector for their readings", Side::Open),
        ] {
            let uncovered = self.uncovered.iter().filter(|(_, of)| *of == side);
            let ids: Vec<&str> = uncovered.map(|(id, _)| *id).collect();
            paragraph(label, &ids)?;
        }
        paragraph("redundant vectors", &self.redundant)?;
        let groups = self.alike.iter().flatten();
        groups
            .into_iter()
            .try_for_each(|group| paragraph("alike", group))
    }
}

/// All items, none left out.
fn list<T>(items: &[T]) -> List<&T> {
    List {
        total: items.len() as u64,
        omitted: 0,
        items: items.iter().collect(),
    }
}
