//! What a setting may be: checks of single values.

use validator::ValidationError;

use crate::fhir::date::Zone;

use super::issuer::Issuer;

fn fault(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError::new(code).with_message(message.into())
}

pub(super) fn address(text: &str) -> Result<(), ValidationError> {
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let legal = !host.is_empty() && port.parse::<u16>().is_ok();
    legal.then_some(()).ok_or_else(|| fault("address", "có dạng HOST:PORT / be HOST:PORT"))
}

pub(super) fn base(text: &str) -> Result<(), ValidationError> {
    let legal = text.is_empty() || text.starts_with("http://") || text.starts_with("https://");
    legal.then_some(()).ok_or_else(|| {
        fault("base", "bắt đầu bằng http:// hoặc https:// / start with http:// or https://")
    })
}

pub(super) fn hosts(names: &[String]) -> Result<(), ValidationError> {
    let is_name = |name: &String| !name.is_empty() && !name.contains(['/', ' ', '@']);
    let legal = names.iter().all(is_name);
    legal.then_some(()).ok_or_else(|| fault("hosts", "must be names such as mebe.example"))
}

pub(super) fn origins(sites: &[String]) -> Result<(), ValidationError> {
    let is_site = |site: &String| {
        let host = site.strip_prefix("http://").or_else(|| site.strip_prefix("https://"));
        let host = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ']));
        host || ["*", "null"].contains(&site.as_str())
    };
    let legal = sites.iter().all(is_site);
    legal.then_some(()).ok_or_else(|| fault("origins", "must be sites such as https://app.example"))
}

pub(super) fn issuers(issuers: &[Issuer]) -> Result<(), ValidationError> {
    for issuer in issuers {
        issuer.check().map_err(|message| fault("issuer", message))?;
    }
    Ok(())
}

pub(super) fn database(text: &str) -> Result<(), ValidationError> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    let legal =
        known.iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    legal.then_some(()).ok_or_else(|| {
        fault("database", "là sqlite:PATH hoặc postgres://… / be sqlite:PATH or postgres://…")
    })
}

pub(super) fn zone(text: &str) -> Result<(), ValidationError> {
    let legal = Zone::parse(text).is_some();
    legal
        .then_some(())
        .ok_or_else(|| fault("zone", "là độ lệch như +07:00 / be an offset such as +07:00"))
}

pub(super) fn log_format(text: &str) -> Result<(), ValidationError> {
    let legal = ["text", "json"].contains(&text);
    legal.then_some(()).ok_or_else(|| fault("log_format", "là text hoặc json / be text or json"))
}
