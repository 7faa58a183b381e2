//! The subjects that come with the harness, by name.

use super::core::Core;
use super::interface::Subject;
use super::model::Model;

/// The subject of that name: `core`, `model` or `flaw:NAME`.
///
/// # Errors
/// A sentence that names what is unknown. Suggesting a known name is left to the caller.
pub fn builtin(name: &str) -> Result<Box<dyn Subject>, String> {
    match name.split_once(':') {
        None if name == "core" => Ok(Box::new(Core)),
        None if name == "model" => Ok(Box::new(Model::format())),
        Some(("flaw", flaw)) => match vhdx_log_model::flaw(flaw) {
            Some(flaw) => Ok(Box::new(Model::flawed(flaw))),
            None => Err(format!("unknown flaw `{flaw}`")),
        },
        _ => Err(format!(
            "unknown subject `{name}`; available: core, model, flaw:NAME"
        )),
    }
}
