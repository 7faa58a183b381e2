//! `vhdx-log cat`: writes the disk in an image, as a guest would see it after the replay, to
//! standard output or into a sparse file. The image is not changed (RPL-5).

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use vhdx_log_image::guest::{Contents, Disk, Extent, GuestError};
use vhdx_log_inspect::document::size::Size;

use crate::file::disk::{self, Opened};
use crate::file::fresh::{self, Fresh};
use crate::file::image::{self, Want};
use crate::file::in_use;
use crate::file::sparse::write_what_is_not_zero;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::progress::{Counted, Progress};

/// How much is read and written at a time.
const PIECE_BYTES: u64 = 1 << 20;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The image is never written to: a log that is not empty is replayed in memory. \
A disk that has a parent (a differencing disk) is refused.

Examples:
  vhdx-log cat disk.vhdx --output disk.raw
  vhdx-log cat disk.vhdx | sha256sum
  vhdx-log cat disk.vhdx --length 512 | od -t x1")]
pub(crate) struct Args {
    /// The VHDX file
    image: PathBuf,
    /// Begin at OFFSET on the disk, such as 1MiB
    #[arg(
        long,
        value_name = "OFFSET",
        default_value = "0",
        hide_default_value = true
    )]
    offset: Size,
    /// Write so many bytes [default: up to the end of the disk]
    #[arg(long, value_name = "LENGTH")]
    length: Option<Size>,
    /// Write to FILE (sparse) and not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite FILE if it exists; write to a terminal
    #[arg(long)]
    force: bool,
    /// Refuse an image that a replay makes longer than SIZE, such as 40GiB [default: 65537GiB]
    #[arg(long, value_name = "SIZE")]
    max_size: Option<Size>,
}

/// Why it ended early.
enum Problem {
    /// The disk cannot be read.
    Read(GuestError),
    /// The result cannot be written.
    Write(io::Error),
}

impl From<GuestError> for Problem {
    fn from(error: GuestError) -> Self {
        Self::Read(error)
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        if self.output.is_none() && io::stdout().is_terminal() && !self.force {
            return Err(Failure::usage(
                "a disk is not text: redirect standard output, name a file with --output FILE, or \
                 pass --force",
            ));
        }
        let progress = Progress::new("reading the log");
        let file = image::open(&self.image, Want::Read)?;
        if let Some(output) = &self.output {
            fresh::check_name(output, &self.image, self.force)?;
        }
        in_use::claim(&self.image, &file);
        let max_size = self.max_size.map(|size| size.0);
        let disk = disk::open(&self.image, Counted::new(file, &progress), max_size)?;
        let (start, end) = self.range(disk.size_bytes())?;
        progress.start("reading the disk");
        match &self.output {
            Some(output) => self.to_file(&disk, start, end, output)?,
            None => self.to_stdout(&disk, start, end)?,
        }
        Ok(Exit::Done)
    }

    /// What is asked for, which must be on the disk.
    fn range(&self, size: u64) -> Result<(u64, u64), Failure> {
        let start = self.offset.0;
        let length = match self.length {
            Some(length) => Some(length.0),
            None => size.checked_sub(start),
        };
        match length.and_then(|length| start.checked_add(length)) {
            Some(end) if end <= size => Ok((start, end)),
            _ => Err(Failure::wrong_file(
                &self.image,
                format!("the disk ends at {}, before what is asked for", Size(size)),
            )),
        }
    }

    fn to_stdout(
        &self,
        disk: &Disk<Opened<Counted<'_, File>>>,
        start: u64,
        end: u64,
    ) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = each_piece(disk, start, end, |piece| match piece {
            Piece::Data(_, bytes) => out.write_all(bytes),
            Piece::Zeros(length) => {
                io::copy(&mut io::Read::take(io::repeat(0), length), &mut out).map(drop)
            }
        });
        match written.and_then(|()| Ok(out.flush()?)) {
            Ok(()) => Ok(()),
            Err(Problem::Read(error)) => Err(disk::failure(&self.image, &error)),
            Err(Problem::Write(error)) => Failure::of_stdout(&error),
        }
    }

    fn to_file(
        &self,
        disk: &Disk<Opened<Counted<'_, File>>>,
        start: u64,
        end: u64,
        output: &Path,
    ) -> Result<(), Failure> {
        let write = || {
            let mut fresh = Fresh::create(output, self.force)?;
            fresh.file().set_len(end - start)?;
            each_piece(disk, start, end, |piece| match piece {
                Piece::Data(at, bytes) => {
                    write_what_is_not_zero(fresh.file(), at - start, bytes).map(drop)
                }
                Piece::Zeros(_) => Ok(()),
            })?;
            Ok(fresh.keep(None)?)
        };
        write().map_err(|problem| match problem {
            Problem::Read(error) => disk::failure(&self.image, &error),
            Problem::Write(error) => Failure::unable(
                output,
                format!("cannot write the disk: {error}; the partial file was removed"),
            ),
        })
    }
}

/// A piece of the disk.
enum Piece<'a> {
    /// Bytes, and where on the disk they are.
    Data(u64, &'a [u8]),
    /// So many zeros.
    Zeros(u64),
}

/// Passes a range of the disk to `write`, piece by piece, in order.
fn each_piece(
    disk: &Disk<Opened<Counted<'_, File>>>,
    start: u64,
    end: u64,
    mut write: impl FnMut(Piece<'_>) -> io::Result<()>,
) -> Result<(), Problem> {
    let mut buffer = Vec::new();
    for extent in disk.extents(start..end) {
        let Extent {
            offset,
            length,
            contents,
        } = extent?;
        let Contents::Data { file_offset } = contents else {
            write(Piece::Zeros(length))?;
            continue;
        };
        let mut done = 0;
        while done < length {
            let piece = (length - done).min(PIECE_BYTES);
            buffer.resize(piece as usize, 0);
            let Opened(image) = disk.source();
            image
                .read_at(file_offset + done, &mut buffer)
                .map_err(GuestError::Read)?;
            write(Piece::Data(offset + done, &buffer))?;
            done += piece;
        }
    }
    Ok(())
}
