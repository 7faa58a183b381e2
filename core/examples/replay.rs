//! Replays the log of a file in place: `cargo run --example replay -- disk.vhdx`.
//!
//! Shows the progress of a replay, and that a refusal says what happened to the file.

use std::error::Error;
use std::fs::File;
use std::path::Path;

use vhdx_log::{LogState, NoSequence, OpenError, OpenOptions, Refusal};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: replay FILE")?;
    println!("{}", run(Path::new(&path))?);
    Ok(())
}

/// Replays the file and says what was done. A file that is refused is unchanged.
pub fn run(path: &Path) -> Result<String, Box<dyn Error>> {
    let file = File::options().read(true).write(true).open(path)?;
    // The file is locked before it is read. Here it could also be `&file`, to keep it after an
    // error.
    let opened = OpenOptions::writable().open_with_progress(file, &mut |done, all| {
        eprintln!("{done} of {all} updates");
    });
    match opened {
        Ok(image) => Ok(match image.log() {
            LogState::Replayed(plan, applied) => format!(
                "replayed {} entries in {} writes; the file has {} bytes",
                plan.active.entries, applied.writes, plan.resulting_length
            ),
            _ => "the log is empty: nothing to do".to_owned(),
        }),
        Err(OpenError::Refused(Refusal::NoActiveSequence { evidence, .. })) => {
            let advice = match evidence.case() {
                // The person decides: OpenOptions::accept_empty_generation(true) opens it.
                NoSequence::NothingLogged => "nothing is lost; it can be marked empty",
                NoSequence::OtherGeneration => {
                    "make the copy again, from a disk that is not in use"
                }
                _ => "the log is damaged; restore a backup",
            };
            Err(format!("{advice}: {evidence}").into())
        }
        // The message of every other error says what is wrong, where, and what to do.
        Err(error) => Err(error.into()),
    }
}
