//! The folder that a hunt keeps everything in.
//!
//! Each file is complete or absent. A finding's folder is named by its verdict and its mistake, and
//! is written again when the hunt has learned more of it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use vhdx_log_bench::Candidate;
use vhdx_log_bench::keep::{file_name, write_image};
use vhdx_log_corpus::compress;
use vhdx_log_hunt::known::Known;
use vhdx_log_hunt::{Finding, State, TestCase};

use crate::file::input::read_text;
use crate::file::output::write_file;
use crate::report::hunt::{About, index, page, script};
use crate::terminal::exit::Failure;

/// The state of the hunt, in its folder.
const STATE: &str = "state.json";

pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new folder.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        if path.exists() {
            let message = "the folder exists; choose another one, or go on with --resume";
            return Err(Failure::wrong_file(path, message));
        }
        make(path)?;
        Ok(Self(path.to_owned()))
    }

    /// The folder of a hunt that was stopped.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let folder = Self(path.to_owned());
        match folder.0.join(STATE).exists() {
            true => Ok(folder),
            false => Err(Failure::wrong_file(
                path,
                format!("no hunt is kept here: there is no {STATE}"),
            )),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The state that is kept here; `None` in a new folder.
    pub(super) fn state(&self) -> Result<Option<State>, Failure> {
        let path = self.0.join(STATE);
        if !path.exists() {
            return Ok(None);
        }
        let text = read_text(&path)?;
        let state = serde_json::from_str(&text);
        state.map(Some).map_err(|error| {
            let message = format!("not the state of a hunt of this version: {error}");
            Failure::wrong_file(&path, message)
        })
    }

    /// Writes everything.
    pub(super) fn write(&self, state: &State, candidate: &Candidate) -> Result<(), Failure> {
        let about = About::new(state, candidate);
        let findings = state.sorted();
        let mut folders = BTreeSet::new();
        for finding in &findings {
            let name = file_name(&finding.slug());
            self.finding(&self.0.join(&name), finding, &about)?;
            folders.insert(name);
        }
        self.remove_others(&folders)?;
        for (number, (case, what)) in (1..).zip(&state.disagreements) {
            self.disagreement(&format!("disagreement-{number}"), case, what)?;
        }
        let names: BTreeSet<_> = findings.iter().map(|one| one.name.clone()).collect();
        self.text("known.toml", &Known::write(&state.subject, &names))?;
        self.text("index.md", &index::markdown(state, &about))?;
        self.text("index.html", &index::html(state, &about))?;
        let json = serde_json::to_string(state).map_err(|error| {
            Failure::unable(&self.0.join(STATE), format!("cannot be written: {error}"))
        })?;
        self.text(STATE, &(json + "\n"))
    }

    fn finding(&self, folder: &Path, finding: &Finding, about: &About) -> Result<(), Failure> {
        make(folder)?;
        let image = write_case(folder, &finding.case)?;
        text(folder, "finding.md", &page::markdown(finding, about, image))?;
        text(folder, "vector.txt", &(script::vector(finding) + "\n"))?;
        let json = serde_json::to_string_pretty(finding).unwrap_or_default();
        text(folder, "finding.json", &(json + "\n"))?;
        let path = folder.join("repro.sh");
        text(folder, "repro.sh", &script::repeat(finding, about, image))?;
        make_executable(&path)
    }

    /// Removes folders of findings that have another name by now.
    fn remove_others(&self, folders: &BTreeSet<String>) -> Result<(), Failure> {
        let unable = |error: std::io::Error| Failure::unable(&self.0, error.to_string());
        for entry in fs::read_dir(&self.0).map_err(unable)? {
            let path = entry.map_err(unable)?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let is_finding = path.join("finding.json").is_file();
            if is_finding && !folders.contains(&name) {
                fs::remove_dir_all(&path)
                    .map_err(|error| Failure::unable(&path, error.to_string()))?;
            }
        }
        Ok(())
    }

    /// What this project itself gets wrong: for fuzz/regressions/replay.
    fn disagreement(&self, name: &str, case: &TestCase, what: &str) -> Result<(), Failure> {
        let folder = self.0.join(name);
        make(&folder)?;
        write_case(&folder, case)?;
        text(&folder, "violation.txt", &format!("{what}\n"))
    }

    fn text(&self, name: &str, text_of_file: &str) -> Result<(), Failure> {
        text(&self.0, name, text_of_file)
    }
}

/// Writes the recipe and the image; returns the name of the image.
fn write_case(folder: &Path, case: &TestCase) -> Result<&'static str, Failure> {
    text(folder, "recipe.json", &(case.recipe.to_json() + "\n"))?;
    let built = case.recipe.build();
    if let Some(bytes) = built.to_bytes() {
        const NAME: &str = "image.vhdx.gz";
        let path = folder.join(NAME);
        let compressed = compress(bytes.as_slice());
        let compressed = compressed.map_err(|error| Failure::unable(&path, error.to_string()))?;
        write_file(&path, true, |file| file.write_all(&compressed))?;
        return Ok(NAME);
    }
    // Too long to be compressed as a whole: a file with holes.
    const NAME: &str = "image.vhdx";
    let path = folder.join(NAME);
    write_image(&path, &case.image()).map_err(|error| Failure::unable(&path, error.to_string()))?;
    Ok(NAME)
}

fn text(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    write_file(&folder.join(name), true, |file| {
        file.write_all(text.as_bytes())
    })
}

fn make(path: &Path) -> Result<(), Failure> {
    let made = fs::create_dir_all(path);
    made.map_err(|error| Failure::unable(path, format!("cannot make the folder: {error}")))
}

fn make_executable(path: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let set = fs::set_permissions(path, fs::Permissions::from_mode(0o755));
        set.map_err(|error| Failure::unable(path, error.to_string()))?;
    }
    let _ = path;
    Ok(())
}
