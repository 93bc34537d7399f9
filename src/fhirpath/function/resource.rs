//! What FHIR adds, <https://hl7.org/fhir/R4/fhirpath.html#functions>.

use serde_json::Value;

use super::signature::{Call, Input, Output, Signature, function};
use super::xhtml::{has_content, is_narrative};
use crate::definitions::shape::{Content, Shapes};
use crate::fhir::member::{members, text};
use crate::fhirpath::expression::environment::Question;
use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::evaluator::Evaluator;
use crate::fhirpath::expression::operator::equality::equal;
use crate::fhirpath::expression::outcome::{Outcome, maybe, truth};
use crate::fhirpath::syntax::ast::TypeName;
use crate::fhirpath::value::datum::{Collection, Datum, Node};
use crate::fhirpath::value::kind::{Dialect, Kind, TypeTest};
use crate::fhirpath::value::locate::size;

pub(super) const FUNCTIONS: &[Signature] = &[
    function("extension", (1, 1), Input::Any, Output::Extension, |call| extensions(&call)),
    function("hasExtension", (1, 1), Input::Any, Output::Boolean, |call| {
        truth(!extensions(&call)?.is_empty())
    }),
    function("hasValue", (0, 0), Input::Any, Output::Boolean, |call| {
        truth(matches!(call.input.as_slice(), [item] if has_value(item)))
    }),
    function("getValue", (0, 0), Input::Any, Output::Unknown, |call| match call.input.as_slice() {
        [item] if has_value(item) => maybe(item.system(call.run.shapes)),
        _ => Ok(Collection::new()),
    }),
    function("resolve", (0, 0), Input::Any, Output::Unknown, |call| {
        let mut found = Collection::new();
        for item in &call.input {
            found.extend(resolve(call.run, item)?.map(Datum::resource));
        }
        Ok(found)
    }),
    function("memberOf", (1, 1), Input::Any, Output::Boolean, |call| {
        let answer = call.run.environment.outside.member_of;
        asked(&call, answer, |_, _| None, "`memberOf()`")
    }),
    function("conformsTo", (1, 1), Input::Any, Output::Boolean, |call| {
        let answer = call.run.environment.outside.conforms_to;
        asked(&call, answer, |item, url| is_type(call.run.shapes, item, url), "`conformsTo()`")
    }),
    function("subsumes", (1, 1), Input::Any, Output::Boolean, |call| {
        let other = call.one_argument(0)?;
        subsumed(&call, call.only_input()?, other.as_ref(), "`subsumes()`")
    }),
    function("subsumedBy", (1, 1), Input::Any, Output::Boolean, |call| {
        let other = call.one_argument(0)?;
        subsumed(&call, other.as_ref(), call.only_input()?, "`subsumedBy()`")
    }),
    function("checkModifiers", (0, 16), Input::Any, Output::Input, check_modifiers),
    function("elementDefinition", (0, 0), Input::Any, Output::Unknown, |call| {
        if call.input.is_empty() {
            return Ok(Collection::new());
        }
        Err(EvaluationError::Unanswered("`elementDefinition()`"))
    }),
    function("slice", (2, 2), Input::Any, Output::Input, |call| {
        if call.input.is_empty() {
            return Ok(Collection::new());
        }
        Err(EvaluationError::Unanswered("`slice()`"))
    }),
    function("htmlChecks", (0, 0), Input::Any, Output::Boolean, |call| {
        checked(&call, is_narrative)
    }),
    function("htmlChecks2", (0, 0), Input::Any, Output::Boolean, |call| {
        checked(&call, has_content)
    }),
];

fn checked<'a>(call: &Call<'_, '_, 'a>, check: fn(&str) -> bool) -> Outcome<'a> {
    let Some(item) = call.only_input()? else { return Ok(Collection::new()) };
    let text = item.text();
    call.run.spend_text(text.unwrap_or_default())?;
    truth(text.is_none_or(check))
}

fn has_value(item: &Datum<'_>) -> bool {
    match item {
        Datum::Node(node) => {
            let is_primitive = matches!(node.kind, Kind::Element(Content::Primitive(_)));
            is_primitive && !node.value.is_null()
        }
        _ => true,
    }
}

fn extensions<'a>(call: &Call<'_, '_, 'a>) -> Outcome<'a> {
    let Some(url) = call.text_argument(0)? else { return Ok(Collection::new()) };
    let mut found = Collection::new();
    for item in &call.input {
        let Datum::Node(node) = item else { continue };
        let holder = match node.kind {
            Kind::Element(Content::Primitive(_)) => node.extra,
            _ => Some(node.value),
        };
        let Some(kind) = call.run.shapes.id("Extension") else { continue };
        let kind = Kind::Element(Content::Complex(kind));
        let given = holder.map(|holder| members(holder, "extension")).unwrap_or_default();
        let of_url = given.iter().filter(|extension| text(extension, "url") == Some(&url));
        found.extend(of_url.map(|value| Datum::Node(Node { value, extra: None, kind })));
        call.run.spend(given.len())?;
    }
    Ok(found)
}

/// Asks the caller whether the first code is the second or above it; the same code is known.
fn subsumed<'a>(
    call: &Call<'_, '_, 'a>,
    above: Option<&Datum<'a>>,
    below: Option<&Datum<'a>>,
    name: &'static str,
) -> Outcome<'a> {
    let Some((above, below)) = above.zip(below) else { return Ok(Collection::new()) };
    let asked = call.run.environment.outside.subsumes;
    let answer = asked.and_then(|question| question(above, below));
    let is_same = || (equal(call.run, above, below) == Ok(Some(true))).then_some(true);
    answer.or_else(is_same).map_or(Err(EvaluationError::Unanswered(name)), truth)
}

/// The input, unless it has a modifier extension that is not among the arguments.
fn check_modifiers<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let mut known = Vec::with_capacity(call.invoked.arguments.len());
    for number in 0..call.invoked.arguments.len() {
        known.extend(call.text_argument(number)?);
    }
    for item in &call.input {
        let Datum::Node(node) = item else { continue };
        let found = members(node.value, "modifierExtension");
        call.run.spend(found.len())?;
        let urls = found.iter().filter_map(|extension| text(extension, "url"));
        if let Some(url) = urls.into_iter().find(|url| !known.iter().any(|known| known == url)) {
            return Err(EvaluationError::Modifier(url.to_owned()));
        }
    }
    Ok(call.input)
}

/// Whether an item is of the type that a profile of R4 itself stands for.
fn is_type(shapes: &Shapes, item: &Datum<'_>, url: &str) -> Option<bool> {
    let name = url.strip_prefix("http://hl7.org/fhir/StructureDefinition/")?.to_owned();
    let name = TypeName { at: 0, namespace: Some("FHIR".to_owned()), name };
    let test = TypeTest::find(shapes, Dialect::Normative, &name).ok()?;
    Some(test.is(shapes, item.kind()))
}

/// Asks the caller about the one item; where it does not know, what is known anyway.
fn asked<'a>(
    call: &Call<'_, '_, 'a>,
    question: Option<&'a Question<'a>>,
    known: impl Fn(&Datum<'a>, &str) -> Option<bool>,
    name: &'static str,
) -> Outcome<'a> {
    let url = call.text_argument(0)?;
    let Some((item, url)) = call.only_input()?.zip(url) else { return Ok(Collection::new()) };
    // Whoever is asked may look at all of it.
    if let Datum::Node(node) = item {
        call.run.spend(size(node.value).saturating_mul(8))?;
    }
    let answer = question.and_then(|question| question(item, &url)).or_else(|| known(item, &url));
    answer.map_or(Err(EvaluationError::Unanswered(name)), truth)
}

/// The resource that a reference, or its text, points at: contained, in the same Bundle, or where
/// the caller finds it.
fn resolve<'a>(
    run: &Evaluator<'_, 'a>,
    item: &Datum<'a>,
) -> Result<Option<&'a Value>, EvaluationError> {
    let reference = match item {
        Datum::Node(Node { value, .. }) if value.is_object() => text(value, "reference"),
        item => item.text(),
    };
    let Some(reference) = reference else { return Ok(None) };
    let holder = |item: &Option<Datum<'a>>| match item {
        Some(Datum::Node(node)) => Some(node.value),
        _ => None,
    };
    let resource = holder(&run.environment.resource);
    let root = holder(&run.environment.root_resource).or(resource);
    if let Some(id) = reference.strip_prefix('#') {
        if id.is_empty() {
            return Ok(root);
        }
        for within in resource.into_iter().chain(root) {
            let contained = members(within, "contained");
            run.spend(contained.len() / 4)?;
            let mut contained = contained.iter();
            if let Some(found) = contained.find(|found| text(found, "id") == Some(id)) {
                return Ok(Some(found));
            }
        }
        return Ok(None);
    }
    let in_bundle = match run.environment.bundle {
        Some(bundle) => {
            run.spend(members(bundle, "entry").len())?;
            in_bundle(bundle, reference)
        }
        None => None,
    };
    Ok(in_bundle.or_else(|| run.environment.outside.resolver?.resolve(reference)))
}

fn in_bundle<'a>(bundle: &'a Value, reference: &str) -> Option<&'a Value> {
    if text(bundle, "resourceType") != Some("Bundle") {
        return None;
    }
    let reference = reference.split_once("/_history/").map_or(reference, |(before, _)| before);
    let is_wanted = |entry: &&Value| {
        let Some(url) = text(entry, "fullUrl") else { return false };
        let rest = url.strip_suffix(reference);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/') && !reference.is_empty())
    };
    members(bundle, "entry").iter().find(is_wanted)?.get("resource")
}
