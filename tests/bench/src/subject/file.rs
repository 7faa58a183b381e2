//! An image as a file for a program that may do anything with it, and what is found afterwards.
//!
//! The file is sparse, as the image is. Afterwards it is read only if it is still the file that was
//! made: a link, a folder, a pipe or another file in its place is reported and not followed.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vhdx_log_corpus::Access;
use vhdx_log_model::Image;
use vhdx_log_oracle::subject::Damage;

const SECTOR: u64 = vhdx_log_model::SECTOR;
const SECTOR_BYTES: usize = SECTOR as usize;
/// How much is read back at most, holes left out. Vectors store a few MiB.
const MOST: u64 = 256 << 20;
/// How much is read at once.
const PIECE: usize = 1 << 20;

/// A file that holds an image.
#[derive(Debug)]
pub(super) struct ImageFile {
    path: PathBuf,
    made: Identity,
}

/// What tells a file from another one of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    number: u64,
}

impl ImageFile {
    /// Writes the image. A file for reading only has no permission to be written.
    pub(super) fn write(path: PathBuf, image: &Image, access: Access) -> io::Result<Self> {
        let mut file = File::create_new(&path)?;
        file.set_len(image.length())?;
        for (offset, bytes) in runs(image) {
            file.seek(SeekFrom::Start(offset))?;
            file.write_all(&bytes)?;
        }
        if access == Access::ReadOnly {
            let mut permissions = file.metadata()?.permissions();
            permissions.set_readonly(true);
            file.set_permissions(permissions)?;
        }
        let made = identity(&file)?;
        Ok(Self { path, made })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is in the file now.
    ///
    /// # Errors
    /// [`Unreadable::Damaged`] where it is not the file that was made, or too large to be read.
    pub(super) fn read(&self) -> Result<Image, Unreadable> {
        let file = open_without_following(&self.path)?;
        if identity(&file)? != self.made {
            return Err(Damage::Replaced.into());
        }
        read(file)
    }
}

/// Why a file cannot be read back.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// The program did it.
    Damaged(Damage),
    /// This machine did it.
    Io(io::Error),
}

impl From<Damage> for Unreadable {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The contents of a file that a program was to write; `None` when there is none.
pub(super) fn read_output(path: &Path) -> Result<Option<Image>, Unreadable> {
    match open_without_following(path) {
        Ok(file) => read(file).map(Some),
        Err(Unreadable::Damaged(Damage::Deleted)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a file as an image: what is neither a hole nor zero.
///
/// # Errors
/// When it cannot be read, or stores more than a vector can.
pub fn read_image(path: &Path) -> io::Result<Image> {
    read(File::open(path)?).map_err(|error| match error {
        Unreadable::Io(error) => error,
        Unreadable::Damaged(damage) => io::Error::other(damage.to_string()),
    })
}

/// Opens a regular file of this very name for reading.
fn open_without_following(path: &Path) -> Result<File, Unreadable> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Damage::Deleted.into());
        }
        Err(error) => return Err(error.into()),
    };
    if !kind.is_file() {
        return Err(Damage::Replaced.into());
    }
    make_readable(path);
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Nothing that was started is running now, so this only makes sure.
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(Damage::Replaced.into()),
    }
}

/// A program may have taken every permission from its image.
fn make_readable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
    }
    let _ = path;
}

fn identity(file: &File) -> io::Result<Identity> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let metadata = file.metadata()?;
        Ok(Identity {
            device: metadata.dev(),
            number: metadata.ino(),
        })
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(Identity {
            device: 0,
            number: 0,
        })
    }
}

/// Reads a file, where it is not a hole and not zero.
fn read(mut file: File) -> Result<Image, Unreadable> {
    let length = file.metadata()?.len();
    let mut sectors = BTreeMap::new();
    let (mut at, mut taken) = (0, 0);
    let mut piece = vec![0; PIECE];
    while let Some(start) = next_data(&file, at, length)? {
        at = start - start % SECTOR;
        file.seek(SeekFrom::Start(at))?;
        let read = read_piece(&mut file, &mut piece)?;
        if read == 0 {
            break;
        }
        taken += read as u64;
        if taken > MOST {
            return Err(Damage::TooLarge { length }.into());
        }
        for (index, bytes) in piece[..read].chunks(SECTOR_BYTES).enumerate() {
            if bytes.iter().any(|&byte| byte != 0) {
                let mut sector = [0; SECTOR_BYTES];
                sector[..bytes.len()].copy_from_slice(bytes);
                sectors.insert(at / SECTOR + index as u64, Arc::new(sector));
            }
        }
        at += read as u64;
    }
    Ok(Image::from_sectors(length, Arc::new(sectors)))
}

fn read_piece(file: &mut File, piece: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < piece.len() {
        match file.read(&mut piece[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The offset of the next byte that may not be zero.
fn next_data(file: &File, at: u64, length: u64) -> io::Result<Option<u64>> {
    if at >= length {
        return Ok(None);
    }
    #[cfg(target_os = "linux")]
    match rustix::fs::seek(file, rustix::fs::SeekFrom::Data(at)) {
        Ok(data) => return Ok(Some(data)),
        // Only a hole is left.
        Err(rustix::io::Errno::NXIO) => return Ok(None),
        // A file system that does not know holes.
        Err(_) => {}
    }
    let _ = file;
    Ok(Some(at))
}

/// The stored sectors of an image, those that follow one another together.
fn runs(image: &Image) -> Vec<(u64, Vec<u8>)> {
    let mut runs: Vec<(u64, Vec<u8>)> = Vec::new();
    for (number, bytes) in image.sectors() {
        let offset = number * SECTOR;
        let within = image.length().saturating_sub(offset).min(SECTOR) as usize;
        match runs.last_mut() {
            Some((start, run)) if *start + run.len() as u64 == offset && run.len() < PIECE => {
                run.extend_from_slice(&bytes[..within]);
            }
            _ => runs.push((offset, bytes[..within].to_vec())),
        }
    }
    runs
}
