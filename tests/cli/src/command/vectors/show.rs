//! `vhdx-log vectors show`: a vector explained to a person.

use std::io::{self, Write};

use vhdx_log::storage::SparseMemory;
use vhdx_log_corpus::{Access, Expect, Needs, Reading, Side, Vector, clause};
use vhdx_log_oracle::vector::VectorWithImage;

use crate::command::selection::{Filter, chosen};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::width;
use vhdx_log_inspect::print;
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::size::Size;
use vhdx_log_inspect::print::table::wrap;
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_vectors::adequacy::sides;

/// What it takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Ids; `*` stands for any characters, `?` for one
    #[arg(required = true)]
    patterns: Vec<String>,
    /// text or json (the vector's own file)
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let vectors = chosen(&self.patterns, &Filter::default())?;
        let width = width();
        let page = Page {
            paint: Paint::for_stdout(),
            width: width.unwrap_or(print::DEFAULT_WIDTH),
            columns: print::columns_for(width),
        };
        print(Exit::Done, |out| {
            for stored in vectors {
                match self.format {
                    Format::Json => write_json(out, &stored.vector)?,
                    Format::Text => {
                        let made = VectorWithImage::load(stored)?;
                        let sectors = made
                            .image
                            .sectors()
                            .map(|(number, sector)| (number, sector.clone()));
                        page.write(
                            out,
                            &made.vector,
                            &SparseMemory::from_sectors(made.image.length(), sectors),
                        )?;
                    }
                }
            }
            Ok(())
        })
    }
}

struct Page {
    paint: Paint,
    width: usize,
    columns: usize,
}

impl Page {
    fn write(&self, out: &mut dyn Write, vector: &Vector, image: &SparseMemory) -> io::Result<()> {
        let Vector {
            id,
            topic,
            title,
            why,
            strength,
            needs,
            access,
            ..
        } = vector;
        writeln!(
            out,
            "{}  {topic}, {strength}",
            self.paint.paint(Role::Heading, id)
        )?;
        self.paragraph(out, "  ", &format!("{title}."))?;
        self.paragraph(out, "  ", &format!("Why: {why}."))?;
        self.heading(out, "Clauses")?;
        for (id, side) in sides(vector) {
            let Some(clause) = clause(&id) else { continue };
            let side = match side {
                Side::Accepts => "accepted, done",
                Side::Refuses => "refused, ignored, left undone",
                Side::Open => "left open",
            };
            self.paragraph(
                out,
                "          ",
                &format!("  {id:<7} {} ({side})", clause.text),
            )?;
        }
        let survey = inspect(
            image,
            format!("{id}.vhdx"),
            Extent {
                all: false,
                columns: self.columns,
            },
        );
        print::write_log(
            out,
            &survey.map_err(io::Error::other)?,
            self.paint,
            self.width,
        )?;
        self.heading(out, "What must become of it")?;
        let access = match access {
            Access::Replay => "Opened for writing",
            Access::ReadOnly => "Opened read-only",
        };
        let limit = vector
            .max_file_size
            .map(|limit| format!(", with a limit of {} on the file", Size(limit)));
        let needs = match needs {
            Needs::Guest => "the disk that a guest sees tells",
            Needs::File => "only the file itself tells",
        };
        self.paragraph(
            out,
            "  ",
            &format!("{access}{}; {needs}.", limit.unwrap_or_default()),
        )?;
        vector
            .readings
            .iter()
            .try_for_each(|reading| self.reading(out, vector, reading))?;
        writeln!(out, "\n  vhdx-log vectors extract {id}\n")
    }

    fn reading(&self, out: &mut dyn Write, vector: &Vector, reading: &Reading) -> io::Result<()> {
        let name = if vector.readings.len() > 1 {
            format!("Either \"{}\": ", reading.name)
        } else {
            String::new()
        };
        let what = match (reading.expect, &reading.sequence) {
            (Expect::Refuse, _) => {
                format!(
                    "refused, for {}; not a byte changes.",
                    reading.reasons.join(" or ")
                )
            }
            (Expect::Accept, None) => {
                "accepted; the log is empty, and the file is shown as it stands.".to_owned()
            }
            (Expect::Accept, Some(sequence)) => format!(
                "accepted; {} replayed, from number {} at log offset {:#x} to number {} at {:#x}.",
                if sequence.entries == 1 {
                    "1 entry".to_owned()
                } else {
                    format!("{} entries", sequence.entries)
                },
                sequence.tail_number,
                sequence.tail,
                sequence.head_number,
                sequence.head,
            ),
        };
        self.paragraph(out, "  ", &format!("{name}{what}"))?;
        if let Some(file) = &reading.file {
            let changed = file.changed.len();
            self.paragraph(
                out,
                "    ",
                &format!(
                    "The file is {} long; {changed} sectors changed.",
                    Size(file.length)
                ),
            )?;
            for changed in file.changed.iter().take(8) {
                writeln!(out, "    {:#010x}  {}", changed.offset, changed.sha256)?;
            }
        }
        match &reading.guest {
            Some(guest) => writeln!(
                out,
                "    the guest's {}: {}",
                Size(guest.size),
                guest.sha256
            ),
            None => Ok(()),
        }
    }

    fn heading(&self, out: &mut dyn Write, name: &str) -> io::Result<()> {
        writeln!(out, "\n{}", self.paint.paint(Role::Heading, name))
    }

    /// Text broken into lines; all but the first are indented, as the first is where it does not
    /// begin with spaces.
    fn paragraph(&self, out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
        let begun = text.len() - text.trim_start().len();
        let lines = wrap(
            text.trim_start(),
            self.width.saturating_sub(indent.len()).max(20),
        );
        for (index, line) in lines.iter().enumerate() {
            let indent = if index == 0 && begun > 0 {
                &text[..begun]
            } else {
                indent
            };
            writeln!(out, "{indent}{line}")?;
        }
        Ok(())
    }
}
