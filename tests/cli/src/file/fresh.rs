//! A new file that is complete or absent: the copy of `replay --output`, the disk of `cat
//! --output`.
//!
//! It gets its name when it is complete, so no other program sees half of it. Until then it has
//! none, where the system can make such files (Linux, most file systems): whatever ends the
//! command, a signal or a crash, nothing is left on the disk. Elsewhere it has a temporary name
//! next to the final one, `.NAME.XXXXXX.part`, until the command ends ([`Unfinished`]).
//!
//! Durable: the file and the folder are flushed before the command says that it is done.
//!
//! Kept from the original: the permissions, and the owner may always read and write, as the copy of
//! a write-protected image is made to be worked on. Not kept: owner and times, since it is a new
//! file of whoever runs the command, and extended attributes, which say things about the original's
//! place (security labels, quotas).

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io;
use std::path::Path;

use crate::file::image::check_regular;
use crate::file::unfinished::Unfinished;
use crate::terminal::exit::Failure;

/// A new file that does not have its name yet.
pub(crate) struct Fresh<'a> {
    name: &'a Path,
    force: bool,
    file: File,
    /// Absent while the file has no name at all.
    temporary: Option<Unfinished>,
}

/// Checks that the name is free or, with `force`, that it is a file other than the original.
pub(crate) fn check_name(name: &Path, original: &Path, force: bool) -> Result<(), Failure> {
    if is_same_file(name, original) {
        return Err(Failure::wrong_file(
            name,
            "this and the image are the same file; give the name of a new file",
        ));
    }
    check_free(name, force)
}

/// Checks that the name is free or, with `force`, that of a regular file.
pub(crate) fn check_free(name: &Path, force: bool) -> Result<(), Failure> {
    match std::fs::symlink_metadata(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::unable(
            name,
            format!("cannot look up the name: {error}"),
        )),
        Ok(_) if !force => Err(Failure::wrong_file(
            name,
            "the file exists; choose another name, or pass --force to overwrite it",
        )),
        Ok(metadata) if metadata.is_symlink() => Err(Failure::wrong_file(
            name,
            "this is a symbolic link; give the file it points to",
        )),
        Ok(metadata) => check_regular(name, &metadata),
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |path: &Path| {
            std::fs::metadata(path)
                .ok()
                .map(|metadata| (metadata.dev(), metadata.ino()))
        };
        identity(one).is_some() && identity(one) == identity(other)
    }
    #[cfg(not(unix))]
    {
        let place = |path: &Path| std::fs::canonicalize(path).ok();
        place(one).is_some() && place(one) == place(other)
    }
}

impl<'a> Fresh<'a> {
    /// A new, empty file in the folder of `name`.
    pub(crate) fn create(name: &'a Path, force: bool) -> io::Result<Self> {
        let prefix = prefix(name)?;
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed::create(folder_of(name)) {
            return Ok(Self {
                name,
                force,
                file,
                temporary: None,
            });
        }
        let (file, temporary) = Unfinished::make(|| {
            let mut file = tempfile::Builder::new();
            let file = file.prefix(&prefix).suffix(PART);
            Ok(file.tempfile_in(folder_of(name))?.into_parts())
        })?;
        Ok(Self {
            name,
            force,
            file,
            temporary: Some(temporary),
        })
    }

    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives the file these permissions, and its name.
    pub(crate) fn keep(mut self, permissions: Option<Permissions>) -> io::Result<()> {
        let file = self.file();
        if let Some(permissions) = permissions {
            file.set_permissions(workable(permissions))?;
        }
        file.sync_all()?;
        let folder = folder_of(self.name);
        self.name()?;
        flush_folder(folder)
    }

    /// Gives the file its name, without waiting until it is durable.
    pub(crate) fn name(self) -> io::Result<()> {
        match self.temporary {
            Some(temporary) => temporary.rename(self.name, self.force),
            #[cfg(target_os = "linux")]
            None => unnamed::name(self.file, self.name, self.force),
            #[cfg(not(target_os = "linux"))]
            None => Ok(()),
        }
    }
}

/// The end of a temporary name.
const PART: &str = ".part";

/// The beginning of a temporary name.
fn prefix(name: &Path) -> io::Result<OsString> {
    let mut prefix = OsString::from(".");
    prefix.push(name.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    prefix.push(".");
    Ok(prefix)
}

fn folder_of(name: &Path) -> &Path {
    name.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The same permissions, and the owner may read and write.
fn workable(mut permissions: Permissions) -> Permissions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        permissions.set_mode(permissions.mode() & 0o777 | 0o600);
    }
    #[cfg(not(unix))]
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "what the lint warns of is how Unix does it"
    )]
    permissions.set_readonly(false);
    permissions
}

/// Makes a new name durable. Only Unix can open a folder for that.
fn flush_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    return File::open(folder)?.sync_all();
    #[cfg(not(unix))]
    {
        let _ = folder;
        Ok(())
    }
}

/// Files without a name (Linux: `O_TMPFILE`).
#[cfg(target_os = "linux")]
mod unnamed {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat};

    use std::path::PathBuf;

    use super::{File, PART, Path, Unfinished, folder_of, io, prefix};

    /// `None` where the file system cannot make one, or could not name it later; whatever else is
    /// wrong with the folder is said by the other way to create a file.
    pub(super) fn create(folder: &Path) -> Option<File> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        // As other new files: the umask takes away from it.
        let mode = Mode::from_raw_mode(0o666);
        let file = File::from(rustix::fs::open(folder, flags, mode).ok()?);
        link_of(&file).exists().then_some(file)
    }

    /// The way to the file for `linkat`: naming a handle itself needs a privilege.
    fn link_of(file: &File) -> PathBuf {
        format!("/proc/self/fd/{}", file.as_raw_fd()).into()
    }

    /// Names the file; with `force`, in the place of another one.
    pub(super) fn name(file: File, name: &Path, force: bool) -> io::Result<()> {
        let link = |name: &Path| {
            linkat(CWD, link_of(&file), CWD, name, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
        };
        match link(name) {
            Err(error) if force && error.kind() == io::ErrorKind::AlreadyExists => {
                // A file cannot be linked over another one, but renamed.
                let prefix = prefix(name)?;
                let (_, temporary) = Unfinished::make(|| {
                    let mut linked = tempfile::Builder::new();
                    let linked = linked.prefix(&prefix).suffix(PART);
                    Ok(linked.make_in(folder_of(name), link)?.into_parts())
                })?;
                temporary.rename(name, force)
            }
            named => named,
        }
    }
}
