//! `mebe migrate`

use std::process::ExitCode;

use crate::config::settings::Settings;
use crate::store::database::Location;
use crate::store::error::StoreError;

/// Brings the schema up to date, or takes it down.
pub(super) fn run(settings: &Settings, down: bool) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let location = Location::parse(&settings.database)?;
    let work = async {
        if down {
            location.take_down().await?;
            tracing::info!("the schema was taken down");
        } else if location.migrate().await? {
            tracing::info!("the schema was brought up to date");
        } else {
            tracing::info!("the schema is up to date");
        }
        Ok::<_, StoreError>(())
    };
    actix_web::rt::System::new().block_on(work)?;
    Ok(ExitCode::SUCCESS)
}
