//! What the operations about codes have in common: the definitions and versions they see, and what
//! goes wrong, <https://hl7.org/fhir/R4/terminology-service.html>.
//!
//! Besides R4's parameters these are understood, as other terminology servers do: `tx-resource`,
//! `useSupplement`, `exclude-system`, `default-valueset-version`, `force-system-version`, `system-version`,
//! `check-system-version`.

use std::sync::Arc;

use serde_json::Value;

use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::terminology::error::TerminologyError;
use crate::terminology::language::Languages;
use crate::terminology::scope::Scope;
use crate::terminology::system::source::SourceError;
use crate::terminology::value_set::definition::ValueSet;
use crate::terminology::version::{Pinned, VersionRules};

use crate::operation::call::Call;
use crate::operation::parameters::Parameters;

/// What a call can see.
pub(super) fn scope<'t>(ctx: &Ctx<'t>, parameters: Parameters<'_>) -> Result<Scope<'t>, Failure> {
    let pinned = |name| parameters.texts(name).filter_map(Pinned::parse).collect();
    let exclude = parameters.texts("exclude-system").map(|canonical| {
        let (url, version) = split(canonical);
        (url.into(), version.map(Into::into))
    });
    let versions = VersionRules {
        exclude: exclude.collect(),
        force: pinned("force-system-version"),
        default: pinned("system-version"),
        check: pinned("check-system-version"),
        value_sets: pinned("default-valueset-version"),
        ..VersionRules::default()
    };
    let given = parameters.all("tx-resource").filter_map(|part| part.get("resource"));
    let given = given.chain(parameters.resource("codeSystem"));
    let given = given.map(|resource| Arc::new(resource.clone())).collect();
    let scope = Scope::with(&ctx.engine.terminology, given, versions);
    for supplement in parameters.texts("useSupplement") {
        scope.use_supplement(supplement).map_err(failed)?;
    }
    Ok(scope)
}

/// The value set of a call: the one it is called on, the one that came with it, or the one it
/// names; none when it has no parameter for one.
pub(super) fn value_set(
    scope: &Scope<'_>,
    call: &Call<'_>,
    instance: Option<&Value>,
) -> Result<Option<Arc<ValueSet>>, Failure> {
    let parameters = call.parameters();
    let is_value_set = |value: &&Value| value.get("resourceType") == Some(&"ValueSet".into());
    let posted = Some(call.body()).filter(is_value_set);
    let given = instance.or(posted).or_else(|| parameters.resource("valueSet"));
    let value_set = match (given, parameters.text("url")) {
        (Some(given), _) => Arc::new(ValueSet::new(Arc::new(given.clone())).map_err(failed)?),
        (None, Some(url)) => {
            let canonical = match parameters.text("valueSetVersion") {
                Some(version) if !url.contains('|') => format!("{url}|{version}"),
                _ => url.to_owned(),
            };
            scope.value_set(&canonical).map_err(failed)?
        }
        (None, None) => return Ok(None),
    };
    for supplement in value_set.supplements() {
        scope.use_supplement(supplement).map_err(failed)?;
    }
    Ok(Some(value_set))
}

/// The URL of a canonical, and its version when it has one.
pub(super) fn split(canonical: &str) -> (&str, Option<&str>) {
    match canonical.split_once('|') {
        Some((url, version)) => (url, Some(version).filter(|version| !version.is_empty())),
        None => (canonical, None),
    }
}

/// The language of displays: the parameter before the header before what the value set asks for. A
/// parameter that is no language is refused: what is displayed would be another one.
pub(super) fn languages(
    call: &Call<'_>,
    parameters: Parameters<'_>,
    value_set: Option<&ValueSet>,
) -> Result<Option<Languages>, Failure> {
    let parameter = parameters.text("displayLanguage");
    if let Some(wrong) = parameter.and_then(Languages::fault) {
        return Err(no_language(wrong));
    }
    let asked = parameter.or(call.accept_language);
    let asked = asked.or_else(|| value_set?.parameter("displayLanguage"));
    Ok(asked.and_then(Languages::parse))
}

fn no_language(text: &str) -> Failure {
    let text: String = text.chars().take(60).collect();
    Kind::Malformed.because(
        format!("displayLanguage: '{text}' không phải là ngôn ngữ (BCP 47, ví dụ vi, en-US)."),
        format!("displayLanguage: '{text}' is no language (BCP 47, such as vi, en-US)."),
    )
}

/// Why a question about codes was not answered.
pub(super) fn failed(error: TerminologyError) -> Failure {
    let kind = match &error {
        TerminologyError::NoValueSet(_)
        | TerminologyError::NoSystem { .. }
        | TerminologyError::NoSupplement(_) => Kind::NotFound,
        TerminologyError::Circular(_)
        | TerminologyError::Broken { .. }
        | TerminologyError::TooCostly { .. }
        | TerminologyError::TooManySteps
        | TerminologyError::Version { .. }
        | TerminologyError::Source(SourceError::Filter { .. } | SourceError::NoList { .. }) => {
            Kind::Unprocessable
        }
        TerminologyError::Source(SourceError::Failed { .. }) => Kind::Exception,
    };
    if kind == Kind::Exception {
        tracing::error!(?error, "the concepts of a code system cannot be read");
    }
    kind.with(vec![error.issue()])
}

/// A parameter that is missing.
pub(super) fn missing(what: &str) -> Failure {
    Kind::Malformed.because(
        format!("Yêu cầu thiếu tham số: {what}."),
        format!("The request lacks a parameter: {what}."),
    )
}

/// A number that is none.
pub(super) fn not_a_number(name: &str, value: &Value) -> Failure {
    Kind::Malformed.because(
        format!("Tham số '{name}' phải là số nguyên không âm, nhưng lại là {value}."),
        format!("The parameter '{name}' must be an integer that is not negative, but is {value}."),
    )
}
