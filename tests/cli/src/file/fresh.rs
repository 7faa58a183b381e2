//! A new file that is complete or absent: the copy of `replay --output`, the disk of `cat
//! --output`.
//!
//! It gets its name when it is complete, so no other program sees half of it. Until then it has
//! none, where the system can make such files (Linux, most file systems): whatever ends the
//! command, a signal or a crash, nothing is left on the disk. Elsewhere it has a temporary name
//! next to the final one, `.NAME.XXXXXX.part`, which is removed when the command fails.
//!
//! Durable: the file and the folder are flushed before the command says that it is done.
//!
//! Kept from the original: the permissions, and the owner may always read and write, as the copy of
//! a write-protected image is made to be worked on. Not kept: owner and times, since it is a new
//! file of whoever runs the command, and extended attributes, which say things about the original's
//! place (security labels, quotas).

use std::fs::{File, Permissions};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::file::image::check_regular;
use crate::terminal::exit::Failure;

/// A new file that does not have its name yet.
pub(crate) struct Fresh<'a> {
    name: &'a Path,
    force: bool,
    file: Temporary,
}

enum Temporary {
    #[cfg(target_os = "linux")]
    Unnamed(File),
    Named(NamedTempFile),
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
        let file_name = name.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed::create(folder_of(name)) {
            let file = Temporary::Unnamed(file);
            return Ok(Self { name, force, file });
        }
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(file_name);
        prefix.push(".");
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(PART)
            .tempfile_in(folder_of(name))?;
        let file = Temporary::Named(file);
        Ok(Self { name, force, file })
    }

    pub(crate) fn file(&mut self) -> &mut File {
        match &mut self.file {
            #[cfg(target_os = "linux")]
            Temporary::Unnamed(file) => file,
            Temporary::Named(file) => file.as_file_mut(),
        }
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
        match self.file {
            #[cfg(target_os = "linux")]
            Temporary::Unnamed(file) => unnamed::name(&file, self.name, self.force)?,
            Temporary::Named(file) if self.force => drop(file.persist(self.name)?),
            Temporary::Named(file) => drop(file.persist_noclobber(self.name)?),
        }
        Ok(())
    }
}

/// The end of a temporary name.
const PART: &str = ".part";

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

    use super::{File, PART, Path, folder_of, io};

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
    pub(super) fn name(file: &File, name: &Path, force: bool) -> io::Result<()> {
        let link = |name: &Path| {
            linkat(CWD, link_of(file), CWD, name, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
        };
        match link(name) {
            Err(error) if force && error.kind() == io::ErrorKind::AlreadyExists => {
                // A file cannot be linked over another one, but renamed.
                let mut temporary = std::ffi::OsString::from(".");
                temporary.push(name.file_name().unwrap_or_default());
                temporary.push(format!(".{}{PART}", std::process::id()));
                let temporary = folder_of(name).join(temporary);
                link(&temporary)?;
                std::fs::rename(&temporary, name).inspect_err(|_| {
                    // The first error says what is wrong.
                    let _ = std::fs::remove_file(&temporary);
                })
            }
            named => named,
        }
    }
}
