//! The capability statement, <https://hl7.org/fhir/R4/capabilitystatement.html>, made from the table
//! of routes and the definitions: what is not there is not claimed.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::definitions::compartment::{Compartment, Compartments};
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::patch::document::Syntax;

use super::route::{Interaction, ROUTES, Route, Segment};

/// The operations at the base URL or of a type, below a base URL.
pub type Declared = fn(&str, Option<ResourceKind>) -> Vec<Value>;

/// The statement of a server, as its search parameters are.
#[derive(Debug)]
pub struct Statement {
    base: String,
    date: String,
    /// What controls access: `rest.security`; none where nothing does.
    security: Option<Value>,
    operations: Declared,
    /// The URLs of the compartments that can be searched in.
    compartments: Vec<String>,
    /// Resources that one conditional delete may delete.
    conditional_deletes: u32,
    /// The one of a list of parameters.
    made: Mutex<Option<(i64, Arc<Value>)>>,
}

impl Statement {
    /// Of a server with this base URL that began on a date.
    pub fn new(
        (base, date, security): (&str, String, Option<Value>),
        operations: Declared,
        compartments: &Compartments,
        conditional_deletes: u32,
    ) -> Self {
        let base = base.to_owned();
        let compartments = compartments.iter().map(Compartment::url).collect();
        let made = Mutex::default();
        Self { base, date, security, operations, compartments, conditional_deletes, made }
    }

    /// What is so now.
    pub(super) fn now(&self, indexer: &Indexer) -> Arc<Value> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((generation, statement)) = &*made
            && *generation == indexer.generation()
        {
            return Arc::clone(statement);
        }
        let next = Arc::new(self.of(indexer));
        *made = Some((indexer.generation(), Arc::clone(&next)));
        next
    }

    fn of(&self, indexer: &Indexer) -> Value {
        let operations = |kind| (self.operations)(&self.base, kind);
        let links = links(indexer);
        let deletes = if self.conditional_deletes == 1 { "single" } else { "multiple" };
        let resource = |kind| resource((indexer, &links), kind, (operations(Some(kind)), deletes));
        let resources: Vec<Value> = ResourceKind::all().map(resource).collect();
        let mut statement = json!({
            "resourceType": "CapabilityStatement",
            "id": "mebe",
            "extension": [feature()],
            "status": "active",
            "date": self.date,
            "publisher": "Mebe",
            "kind": "instance",
            "instantiates": ["http://hl7.org/fhir/CapabilityStatement/terminology-server"],
            "software": { "name": "Mebe", "version": env!("CARGO_PKG_VERSION") },
            "implementation": {
                "description": "Mebe: FHIR R4, Sổ theo dõi sức khỏe bà mẹ và trẻ em",
                "url": self.base,
            },
            "fhirVersion": "4.0.1",
            "format": ["json", "application/fhir+json", "xml", "application/fhir+xml"],
            "patchFormat": Syntax::MEDIA_TYPES.split(", ").collect::<Vec<_>>(),
            "rest": [{
                "mode": "server",
                "documentation": "Tham số tìm kiếm lạ bị từ chối (400) trừ khi gửi Prefer: handling=lenient. / Unknown search parameters are refused (400) unless Prefer: handling=lenient is sent.",
                "resource": resources,
                "interaction": system_interactions(),
                "searchParam": common_parameters(indexer),
                "operation": operations(None),
                "compartment": self.compartments,
            }],
        });
        if let Some(security) = &self.security
            && let Some(rest) = statement.pointer_mut("/rest/0").and_then(Value::as_object_mut)
        {
            rest.insert("security".into(), security.clone());
        }
        statement
    }
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

/// The parameters that every type has.
fn common_parameters(indexer: &Indexer) -> Vec<Value> {
    let Some(first) = ResourceKind::all().next() else { return Vec::new() };
    let is_common = |one: &&SearchParameter| {
        ResourceKind::all().all(|kind| indexer.search().find(kind, &one.code).is_some())
    };
    let common = indexer.search().of(first).iter().filter(is_common);
    common.filter_map(|one| parameter(indexer, one)).collect()
}

fn resource(
    (indexer, links): (&Indexer, &[Link<'_>]),
    kind: ResourceKind,
    (operations, conditional_delete): (Vec<Value>, &str),
) -> Value {
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
    resource.insert("conditionalUpdate".into(), json!(true));
    resource.insert("conditionalDelete".into(), json!(conditional_delete));
    let own = links.iter().filter(|link| link.of == kind).map(|link| link.name.as_str());
    let include: Vec<&str> = ["*"].into_iter().chain(own).collect();
    resource.insert("searchInclude".into(), json!(include));
    let leads = |link: &&Link<'_>| link.to.is_empty() || link.to.contains(&kind);
    let back: Vec<&str> = links.iter().filter(leads).map(|link| link.name.as_str()).collect();
    if !back.is_empty() {
        resource.insert("searchRevInclude".into(), json!(back));
    }
    resource.insert("searchParam".into(), Value::Array(parameters));
    if !operations.is_empty() {
        resource.insert("operation".into(), Value::Array(operations));
    }
    Value::Object(resource)
}

/// A parameter by which resources of a type refer to others.
struct Link<'a> {
    of: ResourceKind,
    /// `Observation:subject`
    name: String,
    to: &'a [ResourceKind],
}

fn links(indexer: &Indexer) -> Vec<Link<'_>> {
    let of = |kind: ResourceKind| {
        let all = indexer.search().of(kind).iter();
        let is_link =
            |one: &&SearchParameter| one.kind == ParamType::Reference && indexer.answers(one);
        all.filter(is_link).map(move |one| Link {
            of: kind,
            name: format!("{kind}:{}", one.code),
            to: one.leads_to(),
        })
    };
    ResourceKind::all().flat_map(of).collect()
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
        ParamType::Composite => "composite",
        ParamType::Special => "special",
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
