//! Which subjects a command line names: what is built in, and programs outside.

use std::path::Path;

use vhdx_log_bench::Candidate;
use vhdx_log_bench::contain::Container;
use vhdx_log_bench::nearest::unknown;
use vhdx_log_bench::record::Protection;
use vhdx_log_bench::subject::template::TemplateError;
use vhdx_log_bench::subject::{
    Commands, ExitMap, Placeholder, Profile, Template, Workbench, profiled, with_adapter,
    with_commands,
};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{self, Opens, Subject};

use crate::terminal::exit::Failure;

#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Subjects")]
pub(super) struct Subjects {
    /// An implementation: core, model, or flaw:NAME (the model with one seeded bug); may be given
    /// several times
    #[arg(long, value_name = "NAME")]
    subject: Vec<String>,
    /// A program that repairs {image} in place, such as `prog --repair {image}`; {access} stands
    /// for `replay` or `read-only`, {limit} for the limit on the file's size in bytes
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// A program that writes the disk in {image} to {output}, or to standard output; with --exec,
    /// of the repaired image
    #[arg(long, value_name = "COMMAND")]
    export: Option<String>,
    /// What the exit codes of --exec and --export mean, such as `0,3=accepted;2=refused` (default:
    /// 0 accepted, 1 refused, 77 unsupported, anything else a crash)
    #[arg(long, value_name = "MAP")]
    exit: Option<ExitMap>,
    /// The program of --export opens images for reading only, so it may refuse those with a log to
    /// replay
    #[arg(long, requires = "export", conflicts_with = "exec")]
    read_only: bool,
    /// A known program, or a TOML file that describes one; `all` for all known ones; may be given
    /// several times
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,
    /// A program that answers JSON lines (corpus/adapters); may be given several times
    #[arg(long, value_name = "COMMAND")]
    adapter: Vec<String>,
}

impl Subjects {
    /// The subjects: those that are built in first. When none is named, the built-in implementation
    /// and every known program, those included that are not on this machine.
    pub(super) fn candidates(&self, bench: &Bench) -> Result<Vec<Candidate>, Failure> {
        let mut candidates = Vec::new();
        let is_default = !self.names_any();
        if is_default {
            candidates.push(Candidate::builtin(builtin("core")?));
        }
        for name in &self.subject {
            candidates.push(Candidate::builtin(builtin(name)?));
        }
        if let Some(commands) = self.commands()? {
            candidates.push(with_commands(
                bench.workbench()?,
                &self.program_name(),
                commands,
                self.arguments(),
            ));
        }
        for (argument, profile) in self.profiles(is_default)? {
            let arguments = vec!["--profile".to_owned(), argument];
            candidates.push(profiled(bench.workbench()?, &profile, arguments));
        }
        for (line, command) in self.adapters()? {
            let arguments = vec!["--adapter".to_owned(), line.to_owned()];
            candidates.push(with_adapter(bench.workbench()?, command, arguments));
        }
        Ok(candidates)
    }

    /// The adapters: what was typed, and their commands.
    pub(super) fn adapters(&self) -> Result<Vec<(&str, Template)>, Failure> {
        let lines = self.adapter.iter().map(String::as_str);
        lines
            .map(|line| match Template::parse(line, &[]) {
                Ok(command) => Ok((line, command)),
                Err(error) => Err(usage("adapter", &error)),
            })
            .collect()
    }

    /// Whether programs outside are looked for.
    pub(super) fn has_programs(&self) -> bool {
        let named = !self.profile.is_empty() || !self.adapter.is_empty();
        named || self.exec.is_some() || self.export.is_some() || !self.names_any()
    }

    fn names_any(&self) -> bool {
        let lists = [&self.subject, &self.profile, &self.adapter];
        lists.iter().any(|names| !names.is_empty()) || self.exec.is_some() || self.export.is_some()
    }

    fn commands(&self) -> Result<Option<Commands>, Failure> {
        let template = |option, line: &Option<String>| {
            let line = line.as_ref();
            let parsed = line.map(|line| Template::parse(line, &[Placeholder::Image]));
            parsed.transpose().map_err(|error| usage(option, &error))
        };
        let (repair, export) = (
            template("exec", &self.exec)?,
            template("export", &self.export)?,
        );
        if repair.is_none() && export.is_none() {
            return match self.exit {
                Some(_) => Err(Failure::usage("--exit needs --exec or --export")),
                None => Ok(None),
            };
        }
        Ok(Some(Commands {
            repair,
            export,
            exits: self.exit.clone().unwrap_or_default(),
            opens: self.read_only.then_some(Opens::ForReading),
        }))
    }

    /// The name of the program of --exec, or of --export.
    fn program_name(&self) -> String {
        let line = self.exec.as_ref().or(self.export.as_ref());
        let program = line.and_then(|line| line.split_whitespace().next());
        let program = Path::new(program.unwrap_or_default()).file_name();
        program.unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The options of --exec and --export, to repeat a run.
    fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        for (option, line) in [("--exec", &self.exec), ("--export", &self.export)] {
            arguments.extend(
                line.iter()
                    .flat_map(|line| [option.to_owned(), line.clone()]),
            );
        }
        if let Some(exits) = &self.exit {
            arguments.extend(["--exit".to_owned(), exits.to_string()]);
        }
        arguments.extend(self.read_only.then(|| "--read-only".to_owned()));
        arguments
    }

    /// The profiles, each with the argument that names it alone; with `all`, every shipped one.
    fn profiles(&self, all: bool) -> Result<Vec<(String, Profile)>, Failure> {
        let mut profiles = Vec::new();
        let every = all.then(|| "all".to_owned());
        for name in self.profile.iter().chain(&every) {
            if name == "all" {
                let shipped = Profile::shipped();
                profiles.extend(shipped.map(|profile| (profile.name.clone(), profile)));
                continue;
            }
            let profile = if is_file_name(name) {
                let path = Path::new(name);
                let text = std::fs::read_to_string(path)
                    .map_err(|error| Failure::unable(path, error.to_string()))?;
                Profile::parse(&text)
                    .map_err(|error| Failure::wrong_file(path, error.to_string()))?
            } else {
                Profile::named(name).map_err(|error| Failure::usage(error.to_string()))?
            };
            profiles.push((name.clone(), profile));
        }
        Ok(profiles)
    }
}

/// What programs outside are run with, made when the first of them is named.
pub(super) struct Bench {
    stop: Stop,
    made: std::cell::OnceCell<Workbench>,
}

impl Bench {
    pub(super) fn new(stop: &Stop) -> Self {
        Self {
            stop: stop.clone(),
            made: std::cell::OnceCell::new(),
        }
    }

    pub(super) fn workbench(&self) -> Result<&Workbench, Failure> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let container = Container::of_this_program(self.stop.clone());
        let made = Workbench::new(container).map_err(|error| {
            let message = format!("no place for private folders: {error}");
            Failure::unable(&std::env::temp_dir(), message)
        })?;
        Ok(self.made.get_or_init(|| made))
    }

    /// What holds the programs, where there are any.
    pub(super) fn protections(&self) -> Vec<Protection> {
        let workbench = self.made.get();
        let protections = workbench.map(|workbench| workbench.container.protections().all);
        let told = |one: vhdx_log_bench::contain::Protection| Protection {
            name: one.what.to_owned(),
            off: one.off,
        };
        protections
            .unwrap_or_default()
            .into_iter()
            .map(told)
            .collect()
    }
}

/// Whether a profile is given by its file.
fn is_file_name(name: &str) -> bool {
    name.contains('/') || name.contains('\\') || name.ends_with(".toml")
}

fn usage(option: &str, error: &TemplateError) -> Failure {
    Failure::usage(format!("--{option}: {error}"))
}

/// The built-in subject of that name.
pub(super) fn builtin(name: &str) -> Result<Box<dyn Subject>, Failure> {
    subject::builtin(name).map_err(|_| {
        Failure::usage(match name.strip_prefix("flaw:") {
            Some(flaw) => {
                let names = vhdx_log_model::all_flaws().map(|flaw| flaw.name);
                let elsewhere = "`vhdx-log vectors coverage` lists them";
                unknown("flaw", flaw, names, elsewhere)
            }
            None => unknown("subject", name, ["core", "model", "flaw:NAME"], ""),
        })
    })
}
