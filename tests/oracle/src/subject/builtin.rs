//! The subjects that come with the harness, by name.

use super::core::Core;
use super::interface::Subject;
use super::model::Model;

/// The subject of that name: `core`, `model` or `flaw:NAME`.
///
/// # Errors
/// A sentence for the user, when there is none.
pub fn builtin(name: &str) -> Result<Box<dyn Subject>, String> {
    match name.split_once(':') {
        None if name == "core" => Ok(Box::new(Core)),
        None if name == "model" => Ok(Box::new(Model::format())),
        Some(("flaw", flaw)) => match vhdx_log_model::flaw(flaw) {
            Some(flaw) => Ok(Box::new(Model::flawed(flaw))),
            None => Err(format!("unknown flaw `{flaw}`; {}", nearest(flaw))),
        },
        _ => Err(format!(
            "unknown subject `{name}`; available: core, model, flaw:NAME"
        )),
    }
}

/// The flaws whose names share a word with this one.
fn nearest(name: &str) -> String {
    let words: Vec<&str> = name.split('-').filter(|word| word.len() > 3).collect();
    let near = |flaw: &&vhdx_log_model::Flaw| words.iter().any(|word| flaw.name.contains(word));
    let names: Vec<_> = vhdx_log_model::flaws()
        .iter()
        .filter(near)
        .map(|flaw| flaw.name)
        .collect();
    match names[..] {
        [] => "`vhdx-log vectors coverage` lists the flaws".to_owned(),
        _ => format!("the nearest are {}", names.join(", ")),
    }
}
