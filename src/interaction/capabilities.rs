//! The capability statement, <https://hl7.org/fhir/R4/capabilitystatement.html>, made from the table
//! of routes and the definitions: what is not there is not claimed.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;

use super::route::{Interaction, ROUTES, Route, Segment};

/// The operations at the base URL or of a type, below a base URL.
pub type Declared = fn(&str, Option<ResourceKind>) -> Vec<Value>;

/// The statement of a server, as its search parameters are.
#[derive(Debug)]
pub struct Statement {
    base: String,
    date: String,
    operations: Declared,
    /// The one of a list of parameters.
    made: Mutex<Option<(i64, Arc<Value>)>>,
}

impl Statement {
    /// Of a server with this base URL that began on a date.
    pub fn new(base: String, date: String, operations: Declared) -> Self {
        Self { base, date, operations, made: Mutex::default() }
    }

    /// What is so now.
    pub(super) fn now(&self, indexer: &Indexer) -> Arc<Value> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((generation, statement)) = &*made
            && *generation == indexer.generation()
        {
            return Arc::clone(statement);
        }
        let operations = |kind| (self.operations)(&self.base, kind);
        let next = statement(indexer, &self.base, &self.date, &operations);
        let next = Arc::new(next);
        *made = Some((indexer.generation(), Arc::clone(&next)));
        next
    }
}

/// Makes the statement; `operations` gives those at the base URL or of a type.
fn statement(
    indexer: &Indexer,
    base: &str,
    date: &str,
    operations: &dyn Fn(Option<ResourceKind>) -> Vec<Value>,
) -> Value {
    let resource = |kind| resource(indexer, kind, operations(Some(kind)));
    let resources: Vec<Value> = ResourceKind::all().map(resource).collect();
    json!({
        "resourceType": "CapabilityStatement",
        "id": "mebe",
        "extension": [feature()],
        "status": "active",
        "date": date,
        "publisher": "Mebe",
        "kind": "instance",
        "instantiates": ["http://hl7.org/fhir/CapabilityStatement/terminology-server"],
        "software": { "name": "Mebe", "version": env!("CARGO_PKG_VERSION") },
        "implementation": {
            "description": "Mebe: FHIR R4, Sổ theo dõi sức khỏe bà mẹ và trẻ em",
            "url": base,
        },
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json", "xml", "application/fhir+xml"],
        "rest": [{
            "mode": "server",
            "documentation": "Tham số tìm kiếm lạ bị từ chối (400) trừ khi gửi Prefer: handling=lenient. / Unknown search parameters are refused (400) unless Prefer: handling=lenient is sent.",
            "resource": resources,
            "interaction": system_interactions(),
            "operation": operations(None),
        }],
    })
}

/// Code systems may come with a question about codes. Clients of terminology servers look for this,
/// <https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/>.
fn feature() -> Value {
    const FEATURE: &str = "http://hl7.org/fhir/uv/application-feature/StructureDefinition/feature";
    const SENT_ALONG: &str =
        "http://hl7.org/fhir/uv/tx-ecosystem/FeatureDefinition/CodeSystemAsParameter";
    json!({ "url": FEATURE, "extension": [
        { "url": "definition", "valueCanonical": SENT_ALONG },
        { "url": "value", "valueBoolean": true },
    ] })
}

fn system_interactions() -> Vec<Value> {
    let at_system =
        |route: &&Route| route.path.is_empty() || route.interaction == Interaction::HistorySystem;
    let mut codes = Vec::new();
    for route in ROUTES.iter().filter(at_system) {
        codes.push(json!({ "code": route.interaction.code() }));
        if route.interaction == Interaction::Bundle {
            codes.push(json!({ "code": "batch" }));
        }
    }
    codes
}

fn resource(indexer: &Indexer, kind: ResourceKind, operations: Vec<Value>) -> Value {
    let mut codes: Vec<&str> = ROUTES
        .iter()
        .filter(|route| route.path.first() == Some(&Segment::Type))
        .filter(|route| route.interaction != Interaction::Operation)
        .map(|route| route.interaction.code())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let interactions: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
    let mut parameters: Vec<Value> =
        indexer.search().of(kind).iter().filter_map(|one| parameter(indexer, one)).collect();
    parameters.extend(result_parameters(indexer, kind));
    let mut resource = Map::new();
    let name = kind.name();
    resource.insert("type".into(), json!(name));
    let profile = format!("http://hl7.org/fhir/StructureDefinition/{name}");
    resource.insert("profile".into(), json!(profile));
    resource.insert("interaction".into(), Value::Array(interactions));
    resource.insert("versioning".into(), json!("versioned-update"));
    resource.insert("readHistory".into(), json!(true));
    resource.insert("updateCreate".into(), json!(true));
    resource.insert("conditionalCreate".into(), json!(true));
    resource.insert("conditionalRead".into(), json!("full-support"));
    resource.insert("conditionalUpdate".into(), json!(false));
    resource.insert("conditionalDelete".into(), json!("not-supported"));
    resource.insert("searchParam".into(), Value::Array(parameters));
    if !operations.is_empty() {
        resource.insert("operation".into(), Value::Array(operations));
    }
    Value::Object(resource)
}

/// A parameter that can be searched by.
fn parameter(indexer: &Indexer, parameter: &SearchParameter) -> Option<Value> {
    let kind = match parameter.kind {
        ParamType::Token => "token",
        ParamType::Reference => "reference",
        ParamType::String => "string",
        ParamType::Date => "date",
        ParamType::Number => "number",
        ParamType::Quantity => "quantity",
        ParamType::Uri => "uri",
        ParamType::Composite | ParamType::Special => return None,
    };
    let indexed = indexer.answers(parameter);
    let own = ["_id", "_lastUpdated"].contains(&&*parameter.code);
    (indexed || own)
        .then(|| json!({ "name": &*parameter.code, "definition": &*parameter.url, "type": kind }))
}

/// `_id` and `_lastUpdated`, where the definitions of the type do not list them.
fn result_parameters(indexer: &Indexer, kind: ResourceKind) -> Vec<Value> {
    [("_id", "token", "Resource-id"), ("_lastUpdated", "date", "Resource-lastUpdated")]
        .into_iter()
        .filter(|(name, ..)| indexer.search().find(kind, name).is_none())
        .map(|(name, kind, url)| {
            let definition = format!("http://hl7.org/fhir/SearchParameter/{url}");
            json!({ "name": name, "definition": definition, "type": kind })
        })
        .collect()
}
