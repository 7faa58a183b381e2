//! What `--keep` leaves of a failure: the image before and after, the result, what was printed.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use vhdx_log_image::SECTOR;
use vhdx_log_model::Image;
use vhdx_log_oracle::subject::{Case, Outcome, Transcript};

use crate::record::{ResultRecord, SubjectRecord};

/// The name of a subject as the name of a file or folder.
pub fn file_name(subject: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
    let name: String = subject
        .chars()
        .map(|one| if is_plain(one) { one } else { '-' })
        .collect();
    name.trim_start_matches('.').to_owned()
}

/// The folder of a subject in a folder that things are kept in.
pub fn folder_of(folder: &Path, subject: &str) -> PathBuf {
    folder.join(file_name(subject))
}

/// Keeps a failure in `FOLDER/SUBJECT/VECTOR`.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn keep(
    folder: &Path,
    subject: &SubjectRecord,
    result: &ResultRecord,
    case: &Case<'_>,
    outcome: &Outcome,
    transcript: &Transcript,
) -> io::Result<()> {
    let folder = folder_of(folder, &subject.name).join(&result.vector);
    fs::create_dir_all(&folder)?;
    write_image(&folder.join("before.vhdx"), case.image)?;
    if let Some(after) = outcome.file() {
        write_image(&folder.join("after.vhdx"), after)?;
    }
    if let Some(disk) = disk_of(outcome) {
        write_image(&folder.join("disk.raw"), disk)?;
    }
    for (index, run) in transcript.runs.iter().enumerate() {
        let number = index + 1;
        fs::write(
            folder.join(format!("{number}-stdout.txt")),
            &run.stdout.bytes,
        )?;
        fs::write(
            folder.join(format!("{number}-stderr.txt")),
            &run.stderr.bytes,
        )?;
    }
    let limit_ms = subject.limit_ms;
    let told =
        serde_json::json!({ "subject": subject.name, "limit_ms": limit_ms, "result": result });
    fs::write(folder.join("result.json"), format!("{told:#}\n"))
}

/// The disk that it showed.
fn disk_of(outcome: &Outcome) -> Option<&Image> {
    match outcome {
        Outcome::Accepted(accepted) => accepted.disk.as_ref(),
        Outcome::Refused { .. } => None,
        Outcome::Failed(failed) => failed.answered.as_deref().and_then(disk_of),
    }
}

/// Writes an image with holes where it has no sectors.
///
/// # Errors
/// When the file cannot be written.
pub fn write_image(path: &Path, image: &Image) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.set_len(image.length())?;
    for (number, bytes) in image.sectors() {
        let offset = number * SECTOR;
        let within = (image.length() - offset).min(SECTOR) as usize;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(&bytes[..within])?;
    }
    Ok(())
}
