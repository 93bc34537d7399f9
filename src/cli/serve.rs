//! `mebe serve`

use std::process::ExitCode;

use crate::app;
use crate::config::settings::Settings;

/// Serves until a signal says stop.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, Box<dyn std::error::Error>> {
    actix_web::rt::System::new().block_on(app::serve(settings))?;
    Ok(ExitCode::SUCCESS)
}
