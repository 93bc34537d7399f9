//! Bodies of patches, by their media type.

use actix_web::http::header::CONTENT_TYPE;

use crate::fhir::json;
use crate::http::format;
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::patch::document::{Patch, Syntax};

use super::body;
use super::head::Head;
use super::header::text;

/// Reads a patch: what it is, `Content-Type` says.
pub(in crate::http) fn read(
    engine: &Engine,
    request: Head<'_>,
    bytes: &[u8],
) -> Result<Patch, Failure> {
    let named = text(request, &CONTENT_TYPE).unwrap_or_default();
    if let Some(syntax) = Syntax::of_media_type(named) {
        let document = json::parse(bytes).map_err(|issue| Kind::Malformed.with(vec![issue]))?;
        return Ok(Patch::read(syntax, document)?);
    }
    if !matches!(format::of_body(request), Ok(Some(_))) {
        return Err(unsupported(named));
    }
    if format::known(named).is_some_and(|known| !known.is_formal)
        && format::of_body(request)? == Some(format::Format::Json)
    {
        return plain(bytes);
    }
    let (parameters, _) = body::resource(engine, request, bytes)?.accepted(engine, bytes)?;
    Ok(Patch::of_parameters(&parameters.unwrap_or_default())?)
}

/// Reads a patch that is JSON, and says itself which one it is: clients that know no other type send it so.
fn plain(bytes: &[u8]) -> Result<Patch, Failure> {
    let document = json::parse(bytes).map_err(|issue| Kind::Malformed.with(vec![issue]))?;
    let is_parameters = document.get("resourceType").is_some_and(|kind| kind == "Parameters");
    let syntax = if document.is_array() { Syntax::Json } else { Syntax::Merge };
    match is_parameters {
        true => Ok(Patch::of_parameters(&document)?),
        false => Ok(Patch::read(syntax, document)?),
    }
}

fn unsupported(named: &str) -> Failure {
    let types = Syntax::MEDIA_TYPES;
    Kind::UnsupportedMediaType.because(
        format!("Máy chủ không đọc patch kiểu '{named}'. Hãy gửi Content-Type là một trong: {types} (Parameters của FHIRPath Patch)."),
        format!("This server does not read patches of type '{named}'. Send one of these as Content-Type: {types} (the Parameters of a FHIRPath Patch)."),
    )
}
