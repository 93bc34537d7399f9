//! `mebe migrate`

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use crate::config::settings::Settings;
use crate::store::database::Location;
use crate::store::error::StoreError;

/// Brings the schema up to date, or takes it down when that is meant.
pub(super) fn run(
    settings: &Settings,
    down: bool,
    is_sure: bool,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let location = Location::parse(&settings.database)?;
    if down && !is_sure && !agrees(&mut std::io::stdin().lock())? {
        return Ok(ExitCode::from(2));
    }
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

/// Asks a person; a program has to say so beforehand.
fn agrees(answers: &mut impl BufRead) -> std::io::Result<bool> {
    let mut out = std::io::stderr().lock();
    if !std::io::stdin().is_terminal() {
        writeln!(
            out,
            "mebe: --down xóa mọi bảng và mọi dữ liệu; thêm --yes nếu đúng là muốn thế / \
             --down deletes every table and all data; add --yes if that is what you want"
        )?;
        return Ok(false);
    }
    write!(
        out,
        "Xóa mọi bảng và mọi dữ liệu? Gõ yes để xóa / \
         Delete every table and all data? Type yes to do so: "
    )?;
    out.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
