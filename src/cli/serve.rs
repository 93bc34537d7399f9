//! `mebe serve`

use std::process::ExitCode;

use crate::app;
use crate::config::settings::Settings;

/// Serves until a signal says stop.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let system = actix_web::rt::System::new();
    let served = system.block_on(app::serve(settings));
    // Work that was cut off is not waited for, which is what dropping would do.
    std::mem::forget(system);
    served?;
    Ok(ExitCode::SUCCESS)
}
