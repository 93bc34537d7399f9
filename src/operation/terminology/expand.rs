//! `$expand`, <https://hl7.org/fhir/R4/valueset-operation-expand.html>.

use serde_json::{Map, Value, json};

use crate::fhir::time::Instant;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::terminology::language::Languages;
use crate::terminology::scope::Scope;
use crate::terminology::value_set::definition::ValueSet;
use crate::terminology::value_set::expand::{ExpandRequest, Expansion, expand as work_out};
use crate::terminology::value_set::present::{Shown, contains};

use super::code_request::{failed, languages, missing, not_a_number, scope, value_set};
use crate::operation::call::Call;
use crate::operation::parameters::Parameters;

const UNCLOSED: &str = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed";
const PROPERTY: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.property";

/// Expands a value set.
pub(in crate::operation) fn expand(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    instance: Option<&Value>,
) -> Result<Value, Failure> {
    let parameters = call.parameters();
    let scope = scope(ctx, parameters)?;
    let value_set = value_set(&scope, call, instance)?
        .ok_or_else(|| missing("'url', 'valueSet' / 'url' or 'valueSet'"))?;
    let number = |name| parameters.number(name).map_err(|value| not_a_number(name, value));
    let truth = |name| parameters.truth(name).unwrap_or(false);
    let (count, offset) = (number("count")?, number("offset")?);
    let request = ExpandRequest {
        filter: parameters.text("filter").unwrap_or_default(),
        offset: offset.unwrap_or(0),
        count,
        limit: ctx.engine.expansion_codes,
        active_only: truth("activeOnly"),
        without_abstract: truth("excludeNotForUI"),
        flat: truth("excludeNested"),
    };
    let languages = languages(call, parameters, Some(&value_set))?;
    let expansion = work_out(&scope, &value_set, &request).map_err(failed)?;
    let shown = Shown {
        languages: languages.as_ref(),
        with_designations: truth("includeDesignations"),
        designations: parameters.texts("designation").collect(),
        properties: parameters.texts("property").collect(),
    };
    let mut body = Map::new();
    body.insert("identifier".into(), json!(format!("urn:uuid:{}", uuid::Uuid::now_v7())));
    let now = Instant::from_micros(ctx.now).format(ctx.engine.zone);
    body.insert("timestamp".into(), json!(now));
    body.insert("total".into(), json!(expansion.total));
    if count.is_some() || offset.is_some() {
        body.insert("offset".into(), json!(request.offset));
    }
    let extensions = extensions(&expansion, &shown);
    if !extensions.is_empty() {
        body.insert("extension".into(), Value::Array(extensions));
    }
    let echoed = echoed(parameters, languages.as_ref(), &scope);
    let used = used(&scope, &expansion, &value_set);
    body.insert("parameter".into(), echoed.into_iter().chain(used).collect());
    let contains = contains(&expansion, &shown);
    if !contains.is_empty() {
        body.insert("contains".into(), Value::Array(contains));
    }
    Ok(with_expansion(&value_set, truth("includeDefinition"), body))
}

/// The value set with its expansion; its definition only when it is asked for.
fn with_expansion(value_set: &ValueSet, with_definition: bool, body: Map<String, Value>) -> Value {
    let mut resource = (*value_set.resource).clone();
    if let Some(object) = resource.as_object_mut() {
        if !with_definition {
            object.shift_remove("compose");
            object.shift_remove("text");
        }
        object.entry("status").or_insert_with(|| json!("unknown"));
        object.insert("expansion".into(), Value::Object(body));
    }
    resource
}

fn extensions(expansion: &Expansion, shown: &Shown<'_>) -> Vec<Value> {
    let unclosed =
        (!expansion.fragments.is_empty()).then(|| json!({ "url": UNCLOSED, "valueBoolean": true }));
    let mut all: Vec<Value> = unclosed.into_iter().collect();
    for code in &shown.properties {
        let definition = expansion
            .systems
            .iter()
            .flat_map(|system| &system.about().properties)
            .find(|property| *property.code == **code);
        let uri = match (*code, definition.and_then(|property| property.uri.as_deref())) {
            ("definition", None) => Some("http://hl7.org/fhir/concept-properties#definition"),
            (_, uri) => uri,
        };
        let uri = uri.map(|uri| json!({ "url": "uri", "valueUri": uri }));
        let code = json!({ "url": "code", "valueCode": code });
        let parts: Vec<Value> = std::iter::once(code).chain(uri).collect();
        all.push(json!({ "url": PROPERTY, "extension": parts }));
    }
    all
}

/// The parameters that shaped the expansion, as they were asked.
fn echoed(
    parameters: Parameters<'_>,
    languages: Option<&Languages>,
    scope: &Scope<'_>,
) -> Vec<Value> {
    const KEPT: [(&str, &str); 14] = [
        ("activeOnly", "valueBoolean"),
        ("check-system-version", "valueUri"),
        ("count", "valueInteger"),
        ("default-valueset-version", "valueUri"),
        ("designation", "valueString"),
        ("exclude-system", "valueUri"),
        ("excludeNested", "valueBoolean"),
        ("excludeNotForUI", "valueBoolean"),
        ("filter", "valueString"),
        ("force-system-version", "valueUri"),
        ("includeDefinition", "valueBoolean"),
        ("includeDesignations", "valueBoolean"),
        ("offset", "valueInteger"),
        ("system-version", "valueUri"),
    ];
    let mut all = Vec::new();
    if let Some(languages) = languages {
        all.push(json!({ "name": "displayLanguage", "valueCode": languages.text }));
    }
    for (name, key) in KEPT {
        let truth = parameters.truth(name).map(Value::Bool);
        let number = parameters.number(name).ok().flatten().map(|number| json!(number));
        let values: Vec<Value> = match key {
            "valueBoolean" => truth.into_iter().collect(),
            "valueInteger" => number.into_iter().collect(),
            // What it says of systems that the value set names with a version shaped nothing.
            _ if name == "system-version" => {
                let texts = parameters.texts(name).filter(|text| scope.versions.has_decided(text));
                texts.map(|text| json!(text)).collect()
            }
            _ => parameters.texts(name).map(|text| json!(text)).collect(),
        };
        all.extend(values.into_iter().map(|value| json!({ "name": name, key: value })));
    }
    all
}

/// What the expansion was made of, and what is to be known of it.
fn used(scope: &Scope<'_>, expansion: &Expansion, value_set: &ValueSet) -> Vec<Value> {
    let mut all: Vec<(&str, Box<str>)> = Vec::new();
    for source in &expansion.systems {
        let about = source.about();
        all.push(("used-codesystem", about.canonical()));
        let supplements = scope.supplements_of(&about.url);
        all.extend(supplements.into_iter().map(|one| ("used-supplement", one)));
    }
    all.extend(expansion.value_sets.iter().map(|one| ("used-valueset", one.canonical())));
    all.extend(expansion.unknown.iter().map(|system| ("warning-unknown", system.clone())));
    for (status, canonical) in expansion.warnings(value_set) {
        let name = match status {
            "withdrawn" => "warning-withdrawn",
            "deprecated" => "warning-deprecated",
            "draft" => "warning-draft",
            _ => "warning-experimental",
        };
        all.push((name, canonical));
    }
    all.sort();
    all.dedup();
    all.iter().map(|(name, uri)| json!({ "name": name, "valueUri": uri })).collect()
}
