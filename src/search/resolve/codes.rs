//! Modifiers of tokens that stand for codes, <https://hl7.org/fhir/R4/search.html#token>: `:in`,
//! `:not-in`, `:below`, `:above`. The codes are looked up here, so that criteria ask nobody.

use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference::Target;
use crate::search::fault::Fault;
use crate::search::query::{Parameter, unescape};
use crate::search::value::token::WrittenToken;
use crate::terminology::error::TerminologyError;
use crate::terminology::search_codes::SearchCodes;

use super::Context;
use super::course::Course;

/// Which codes a modifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Related {
    In,
    Below,
    Above,
}

impl Related {
    /// The codes that a modifier stands for, and whether it asks for all others.
    pub(super) fn of(modifier: &str) -> Option<(Self, bool)> {
        Some(match modifier {
            "in" => (Self::In, false),
            "not-in" => (Self::In, true),
            "below" => (Self::Below, false),
            "above" => (Self::Above, false),
            _ => return None,
        })
    }
}

/// The codes that the values of a parameter stand for.
pub(super) fn codes(
    related: Related,
    parameter: &Parameter,
    (ctx, course): (&Context<'_>, &Course),
) -> Result<Vec<WrittenToken>, Fault> {
    let mut all = Vec::new();
    for value in parameter.values()? {
        let found = match related {
            Related::In => codes_of(&unescape(value), (ctx, course)),
            Related::Below | Related::Above => {
                let written = WrittenToken::parse(value);
                let coded = written.as_ref().and_then(WrittenToken::coded);
                let (system, code) = coded.ok_or_else(|| wrong(parameter, value))?;
                let (terminology, left) = (ctx.terminology, course.codes_left());
                match related {
                    Related::Above => terminology.codes_above(system, code, left),
                    _ => terminology.codes_below(system, code, left),
                }
            }
        };
        let found = found.map_err(|error| refused(parameter, &error, course))?;
        course.codes(found.codes.len())?;
        if !found.is_whole {
            course.tell(not_whole(parameter, value));
        }
        let found = found.codes.iter().map(|(system, code)| WrittenToken::new(system, code));
        all.extend(found);
    }
    Ok(all)
}

/// The codes of a value set, which is named by its URL or by where it is on this server.
fn codes_of(
    named: &str,
    (ctx, course): (&Context<'_>, &Course),
) -> Result<SearchCodes, TerminologyError> {
    let url = match Target::parse(named, ctx.base) {
        Target::Local { kind: ResourceKind::VALUE_SET, id, .. } => ResourceId::parse(id)
            .and_then(|id| ctx.registry.library.url_of(ResourceKind::VALUE_SET, &id)),
        _ => None,
    };
    ctx.terminology.codes_of(url.as_deref().unwrap_or(named), course.codes_left())
}

fn wrong(parameter: &Parameter, value: &str) -> Fault {
    let expected = Text::new(
        "hệ mã|mã, như http://hl7.org/fhir/sid/icd-10|O14",
        "system|code, such as http://hl7.org/fhir/sid/icd-10|O14",
    );
    Fault::Value { name: parameter.key(), text: value.into(), expected }
}

fn refused(parameter: &Parameter, error: &TerminologyError, course: &Course) -> Fault {
    match error {
        TerminologyError::TooCostly { .. } => course.too_many_codes(),
        error => Fault::Codes { name: parameter.key(), code: error.code(), text: error.text() },
    }
}

fn not_whole(parameter: &Parameter, value: &str) -> Issue {
    let name = parameter.key();
    let text = Text::new(
        format!(
            "Máy chủ chỉ biết một phần các mã của '{value}', nên '{name}' có thể tìm sót (hoặc thừa, với :not-in)."
        ),
        format!(
            "The server knows only a part of the codes of '{value}': '{name}' may find too little (or too much, with :not-in)."
        ),
    );
    Issue::error(IssueCode::Processing, text).warning().at(format!("http.{name}"))
}
