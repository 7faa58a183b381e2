//! A vector as a page for people: what it is, why it matters, its log, the expected result.

use std::io::{self, Write};

use vhdx_log_corpus::{
    Access, Expect, GuestContents, Needs, Reading, Sequence, Side, Vector, clause,
};
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::size::{Size, count};
use vhdx_log_inspect::print::table::wrap;
use vhdx_log_inspect::print::write_log;
use vhdx_log_model::Image;
use vhdx_log_oracle::vector::VectorWithImage;
use vhdx_log_vectors::adequacy::sides;

use super::inspected;

/// How many changed sectors of the expected file are listed.
const LISTED_SECTORS: usize = 8;

/// Lines after a clause's first are indented to its text.
const CLAUSE_INDENT: usize = 10;

/// How a page is printed.
pub(crate) struct Page {
    pub(crate) paint: Paint,
    pub(crate) width: usize,
    /// Characters in a row of the log's picture.
    pub(crate) columns: usize,
}

impl Page {
    pub(crate) fn write(&self, out: &mut dyn Write, vector: &VectorWithImage) -> io::Result<()> {
        let VectorWithImage { vector, image } = vector;
        let Vector {
            id,
            topic,
            title,
            why,
            strength,
            ..
        } = vector;
        let name = self.paint.paint(Role::Heading, id);
        writeln!(out, "{name}  {topic}, {strength}")?;
        self.paragraph(out, 2, &sentence(title))?;
        self.paragraph(out, 2, &format!("Why: {}", sentence(why)))?;
        self.clauses(out, vector)?;
        self.log(out, id, image)?;
        self.heading(out, "EXPECTED RESULT")?;
        self.paragraph(out, 2, &conditions(vector))?;
        for reading in &vector.readings {
            let result = match vector.readings.len() {
                1 => expected(reading),
                _ => format!("Reading \"{}\": {}", reading.name, expected(reading)),
            };
            self.paragraph(out, 2, &result)?;
            write_contents(out, reading)?;
        }
        writeln!(out, "\n  vhdx-log vectors extract {id}\n")
    }

    fn clauses(&self, out: &mut dyn Write, vector: &Vector) -> io::Result<()> {
        self.heading(out, "CLAUSES")?;
        let mut exercised: Vec<(String, Vec<&str>)> = Vec::new();
        for (id, side) in sides(vector) {
            let side = match side {
                Side::Accepts => "what satisfies this is accepted, or done",
                Side::Refuses => "what violates this is refused, ignored or left undone",
                Side::Open => "this leaves the result open",
            };
            match exercised.iter_mut().find(|(known, _)| *known == id) {
                Some((_, also)) => also.push(side),
                None => exercised.push((id, vec![side])),
            }
        }
        for (id, shown) in exercised {
            let Some(clause) = clause(&id) else { continue };
            let text = format!("{} ({})", clause.text, shown.join("; "));
            let width = self.width.saturating_sub(CLAUSE_INDENT).max(20);
            for (index, line) in wrap(&text, width).iter().enumerate() {
                let id = if index == 0 { id.as_str() } else { "" };
                writeln!(out, "  {id:<7} {line}")?;
            }
        }
        Ok(())
    }

    fn log(&self, out: &mut dyn Write, id: &str, image: &Image) -> io::Result<()> {
        let storage = inspected::storage(image);
        let inspection = inspected::inspection(id, &storage, self.columns)?;
        write_log(out, &inspection, self.paint, self.width)
    }

    fn heading(&self, out: &mut dyn Write, name: &str) -> io::Result<()> {
        writeln!(out, "\n{}", self.paint.paint(Role::Heading, name))
    }

    fn paragraph(&self, out: &mut dyn Write, indent: usize, text: &str) -> io::Result<()> {
        for line in wrap(text, self.width.saturating_sub(indent).max(20)) {
            writeln!(out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }
}

/// With a full stop, which titles and some reasons do not have.
fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

/// How the image is opened, and how the result is judged.
fn conditions(vector: &Vector) -> String {
    let access = match vector.access {
        Access::Replay => "Opened for writing",
        Access::ReadOnly => "Opened read-only",
    };
    let limit = match vector.max_file_size {
        Some(limit) => format!(" with a file size limit of {}", Size(limit)),
        None => String::new(),
    };
    let judged = match vector.needs {
        Needs::Guest => "judged by the guest-visible disk or the refusal",
        Needs::File => "judged by the image file",
    };
    format!("{access}{limit}; {judged}.")
}

fn expected(reading: &Reading) -> String {
    match (reading.expect, &reading.sequence) {
        (Expect::Refuse, _) => {
            let reasons = reading.reasons.join(" or ");
            format!("refused ({reasons}); the file is unchanged.")
        }
        (Expect::Accept, None) => {
            "accepted; the log is empty, and the file is shown as stored.".to_owned()
        }
        (Expect::Accept, Some(sequence)) => {
            let Sequence {
                entries,
                tail,
                tail_number,
                head,
                head_number,
            } = sequence;
            if *entries == 1 {
                return format!(
                    "accepted; replays 1 entry ({head_number}), at log offset {head:#x}."
                );
            }
            format!(
                "accepted; replays {entries} entries ({tail_number} to {head_number}), from log \
                 offset {tail:#x} to {head:#x}."
            )
        }
    }
}

/// The expected file and guest-visible disk, by digest.
fn write_contents(out: &mut dyn Write, reading: &Reading) -> io::Result<()> {
    if let Some(file) = &reading.file {
        let (length, changed) = (
            Size(file.length),
            count(file.changed.len() as u64, "sector"),
        );
        writeln!(out, "    file: {length}, {changed} changed")?;
        for changed in file.changed.iter().take(LISTED_SECTORS) {
            writeln!(out, "    {:#010x}  {}", changed.offset, changed.sha256)?;
        }
    }
    if let Some(guest) = &reading.guest {
        let size = Size(guest.size);
        match &guest.contents {
            GuestContents::Sha256(sha256) => {
                writeln!(out, "    guest-visible disk: {size}, sha256 {sha256}")?;
            }
            GuestContents::Extents(extents) => {
                let extents_count = count(extents.len() as u64, "extent");
                writeln!(
                    out,
                    "    guest-visible disk: {size}, zeros but for {extents_count}"
                )?;
                for extent in extents.iter().take(LISTED_SECTORS) {
                    let (offset, length) = (extent.offset, Size(extent.length));
                    writeln!(out, "    {offset:#010x}  {length}  {}", extent.sha256)?;
                }
            }
        }
    }
    Ok(())
}
