//! What `$validate` is asked: which resource, for what, against which profiles.

use serde_json::Value;

use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::{Failure, Kind};

use super::call::Call;

/// <https://hl7.org/fhir/R4/valueset-resource-validation-mode.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Create,
    Update,
    Delete,
    Profile,
}

/// One question.
#[derive(Debug)]
pub(super) struct ValidateRequest<'c> {
    pub(super) resource: Resource<'c>,
    pub(super) mode: Option<Mode>,
    pub(super) profiles: Vec<&'c str>,
}

/// The resource that is asked about.
#[derive(Debug)]
pub(super) enum Resource<'c> {
    /// It is in the body; in `Parameters` its findings lie below this expression.
    Sent { resource: &'c Value, below: Option<String> },
    /// The body is no JSON or XML that could be read.
    Unreadable(&'c [Issue]),
    /// The one the URL names.
    Stored,
}

impl<'c> ValidateRequest<'c> {
    /// Reads the call.
    pub(super) fn read(call: &Call<'c>) -> Result<Self, Failure> {
        let query = call.query.get("parameter").and_then(Value::as_array);
        let query = query.map(Vec::as_slice).unwrap_or_default();
        let mut profiles: Vec<&str> = values(query, "profile").collect();
        let mut mode = values(query, "mode").next();
        let resource = match call.posted.map(|posted| posted.resource) {
            None => Resource::Stored,
            Some(Err(failure)) if is_about_the_text(failure) => {
                Resource::Unreadable(&failure.issues)
            }
            Some(Err(failure)) => return Err(failure.clone()),
            Some(Ok(body)) => match wrapped(call, body) {
                None => Resource::Sent { resource: body, below: None },
                Some(parts) => {
                    profiles.extend(values(parts, "profile"));
                    mode = mode.or_else(|| values(parts, "mode").next());
                    sent(parts)
                }
            },
        };
        let mode = mode.map(|mode| Mode::parse(mode).ok_or_else(|| unknown_mode(mode)));
        profiles.retain(|profile| !profile.is_empty());
        Ok(Self { resource, mode: mode.transpose()?, profiles })
    }
}

impl Mode {
    fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "create" => Self::Create,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "profile" => Self::Profile,
            _ => return None,
        })
    }
}

/// The parameters in a body that is a call; none when the body is the resource to look at, which
/// may be `Parameters` as well.
fn wrapped<'c>(call: &Call<'_>, body: &'c Value) -> Option<&'c [Value]> {
    if body.get("resourceType")?.as_str()? != "Parameters" {
        return None;
    }
    let parts = body.get("parameter")?.as_array()?;
    let mut names = parts.iter().map(|part| part.get("name").and_then(Value::as_str));
    let known = ["resource", "mode", "profile", "usageContext"];
    let is_call = names.all(|name| name.is_some_and(|name| known.contains(&name)));
    let is_of_parameters = call.kind == Some(ResourceKind::PARAMETERS);
    let holds_parameters = || {
        let kind = resource(parts).and_then(|(_, resource)| resource.get("resourceType"));
        kind.and_then(Value::as_str) == Some("Parameters")
    };
    (is_call && (!is_of_parameters || holds_parameters())).then_some(parts)
}

/// Whether a body was refused for what it says, not for how it was sent.
fn is_about_the_text(failure: &Failure) -> bool {
    matches!(failure.kind, Kind::Malformed | Kind::Unprocessable)
}

fn resource(parts: &[Value]) -> Option<(usize, &Value)> {
    let mut parts = parts.iter().enumerate();
    parts.find_map(|(at, part)| Some((at, part.get("resource")?)))
}

fn sent(parts: &[Value]) -> Resource<'_> {
    resource(parts).map_or(Resource::Stored, |(at, resource)| Resource::Sent {
        resource,
        below: Some(format!("Parameters.parameter[{at}].resource")),
    })
}

/// The values of a parameter, whatever primitive type they have.
fn values<'c>(parts: &'c [Value], name: &'static str) -> impl Iterator<Item = &'c str> {
    let named = parts.iter().filter(move |part| part.get("name").is_some_and(|n| n == name));
    named.filter_map(|part| {
        let mut keys = part.as_object()?.iter();
        keys.find_map(|(key, value)| value.as_str().filter(|_| key.starts_with("value")))
    })
}

fn unknown_mode(mode: &str) -> Failure {
    Kind::Malformed.because(
        format!("Không có mode '{mode}'. Dùng create, update, delete hoặc profile."),
        format!("There is no mode '{mode}'. Use create, update, delete or profile."),
    )
}
