//! One record of a form, with the request that stores it,
//! <https://hl7.org/fhir/R4/bundle.html#transaction>.

use serde_json::{Map, Value, json};

use crate::fhir::member::text;
use crate::operation::questionnaire::evaluation::{Evaluation, Fault, Variables};
use crate::operation::questionnaire::held::Held;
use crate::operation::questionnaire::sdc;

/// An entry, and the item that it is of.
pub(super) type Entry = (Value, Option<Box<str>>);

/// The conditions that a request may have.
const CONDITIONS: [&str; 4] = ["ifNoneMatch", "ifModifiedSince", "ifMatch", "ifNoneExist"];

/// A new name for a record within its transaction.
pub(super) fn new_url() -> String {
    format!("urn:uuid:{}", uuid::Uuid::now_v7())
}

/// The entry of a record, as an extension of SDC asks for it.
pub(super) fn entry(
    evaluation: &Evaluation<'_, '_>,
    mut resource: Value,
    (asks, focus, variables): (&Value, &[Held], &Variables),
) -> Result<Value, Fault> {
    let told = |name: &str| -> Result<Option<String>, Fault> {
        let Some(expression) = sdc::part(asks, name).and_then(sdc::text_of) else {
            return Ok(None);
        };
        let values = evaluation.evaluate(expression, focus, variables)?;
        Ok(values.first().map(Held::written).filter(|text| !text.is_empty()))
    };
    if let (Some(id), Some(object)) = (told("resourceId")?, resource.as_object_mut()) {
        object.insert("id".into(), json!(id));
    }
    let mut conditions = Map::new();
    for name in CONDITIONS {
        conditions.extend(told(name)?.map(|value| (name.to_owned(), json!(value))));
    }
    let full_url = told("fullUrl")?.unwrap_or_else(new_url);
    Ok(with_request(resource, full_url, conditions))
}

/// The entry that creates a record, or updates it where it has an id.
pub(super) fn with_request(
    resource: Value,
    full_url: String,
    conditions: Map<String, Value>,
) -> Value {
    let mut request = request(&resource);
    if let Some(object) = request.as_object_mut() {
        object.extend(conditions);
    }
    json!({ "fullUrl": full_url, "resource": resource, "request": request })
}

/// What stores a record.
pub(super) fn request(resource: &Value) -> Value {
    let kind = text(resource, "resourceType").unwrap_or_default();
    match text(resource, "id") {
        Some(id) => json!({ "method": "PUT", "url": format!("{kind}/{id}") }),
        None => json!({ "method": "POST", "url": kind }),
    }
}
