//! What this server can be asked, as `OpenAPI`, <https://spec.openapis.org/oas/v3.1.0>: made from the
//! table of routes, the table of operations and the capability statement, so it claims what they do.

use serde_json::{Map, Value, json};

use super::table;
use crate::interaction::engine::Ctx;
use crate::interaction::route::{Interaction, Method, ROUTES, Route, Segment};

/// The media types of resources.
const MEDIA: [&str; 2] = ["application/fhir+json", "application/fhir+xml"];

/// The document.
pub fn document(ctx: &Ctx<'_>) -> Value {
    let statement = ctx.engine.capabilities();
    let resources = statement.pointer("/rest/0/resource").and_then(Value::as_array);
    let resources: Vec<&Value> = resources.into_iter().flatten().collect();
    let names: Vec<&str> = resources.iter().filter_map(|one| one.get("type")?.as_str()).collect();
    let mut paths = Paths::default();
    let is_search = |route: &&Route| route.path == [Segment::Type];
    for route in ROUTES.iter().filter(|route| route.interaction != Interaction::Operation) {
        paths.add(&template(route.path), route.method, operation(route, Vec::new()));
    }
    // What a type can be searched by differs from type to type.
    for resource in resources {
        let Some(name) = resource.get("type").and_then(Value::as_str) else { continue };
        for route in ROUTES.iter().filter(is_search) {
            let parameters = match route.interaction {
                Interaction::SearchType => searched(resource),
                _ => Vec::new(),
            };
            paths.add(&format!("/{name}"), route.method, operation(route, parameters));
        }
    }
    for called in table::places() {
        for method in called.methods() {
            paths.add(&called.path, method, call(called.name, method));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Mebe: FHIR R4",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Made from the same tables as /metadata. / Dựng từ cùng các bảng với /metadata.",
        },
        "servers": [{ "url": ctx.engine.base }],
        "paths": paths.0,
        "components": components(&names),
    })
}

/// Paths, and what can be done at each.
#[derive(Default)]
struct Paths(Map<String, Value>);

impl Paths {
    fn add(&mut self, path: &str, method: Method, operation: Value) {
        let item = self.0.entry(path.to_owned()).or_insert_with(|| {
            let parameters: Vec<Value> = ["type", "id", "version", "members"]
                .into_iter()
                .filter(|name| path.contains(&format!("{{{name}}}")))
                .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
                .collect();
            json!({ "parameters": parameters })
        });
        if let Some(item) = item.as_object_mut() {
            item.insert(method.name().to_ascii_lowercase(), operation);
        }
    }
}

/// A path with its parts in braces.
fn template(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        text.push('/');
        text.push_str(match segment {
            Segment::Type => "{type}",
            Segment::Id => "{id}",
            Segment::Version => "{version}",
            Segment::Members => "{members}",
            Segment::Operation => "{operation}",
            Segment::Literal(literal) => literal,
        });
    }
    if text.is_empty() { "/".to_owned() } else { text }
}

fn operation(route: &Route, parameters: Vec<Value>) -> Value {
    let mut all = parameters;
    all.extend(headers(route).iter().map(|name| reference("parameters", name)));
    let mut operation = json!({
        "summary": route.interaction.code(),
        "parameters": all,
        "responses": responses(route.interaction),
    });
    let body = match route.interaction {
        _ if route.path.contains(&Segment::Literal("_search")) => Some("form"),
        Interaction::Create | Interaction::Update => Some("resource"),
        Interaction::Bundle => Some("bundle"),
        Interaction::Patch => Some("patch"),
        _ => None,
    };
    if let (Some(body), Some(members)) = (body, operation.as_object_mut()) {
        members.insert("requestBody".to_owned(), reference("requestBodies", body));
    }
    operation
}

/// The headers that an interaction takes.
fn headers(route: &Route) -> &'static [&'static str] {
    match route.interaction {
        Interaction::Create => &["If-None-Exist", "Prefer"],
        Interaction::Update => &["If-Match", "If-None-Match", "Prefer"],
        Interaction::Patch | Interaction::Delete => &["If-Match", "Prefer"],
        Interaction::Read | Interaction::VRead => &["If-None-Match", "If-Modified-Since"],
        Interaction::Bundle | Interaction::SearchType | Interaction::SearchSystem => &["Prefer"],
        _ => &[],
    }
}

fn reference(of: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{of}/{name}") })
}

/// The statuses of an interaction that succeeds; failures are the same for all.
fn responses(interaction: Interaction) -> Value {
    let statuses: &[&str] = match interaction {
        Interaction::Create => &["200", "201"],
        Interaction::Update => &["200", "201"],
        Interaction::Delete => &["200", "204"],
        Interaction::Read | Interaction::VRead => &["200", "304"],
        Interaction::JobStatus => &["200", "202"],
        _ => &["200"],
    };
    let mut responses = Map::new();
    for status in statuses {
        let name = if ["204", "304"].contains(status) { "nothing" } else { "resource" };
        responses.insert((*status).to_owned(), reference("responses", name));
    }
    responses.insert("default".to_owned(), reference("responses", "outcome"));
    Value::Object(responses)
}

/// A call of an operation.
fn call(name: &str, method: Method) -> Value {
    let mut call = json!({
        "summary": format!("${name}"),
        "responses": {
            "200": reference("responses", "resource"),
            "202": reference("responses", "nothing"),
            "default": reference("responses", "outcome"),
        },
    });
    if let (Method::Post, Some(members)) = (method, call.as_object_mut()) {
        members.insert("requestBody".to_owned(), reference("requestBodies", "parameters"));
    }
    call
}

/// The parameters that a type can be searched by.
fn searched(resource: &Value) -> Vec<Value> {
    let of_type = resource.get("searchParam").and_then(Value::as_array);
    let parameter = |one: &Value| {
        let name = one.get("name")?.as_str()?;
        let kind = one.get("type")?.as_str()?;
        Some(query(name, kind))
    };
    let own = of_type.into_iter().flatten().filter_map(parameter);
    let results = ["_count", "_sort", "_total", "_summary", "_elements", "_include", "_revinclude"];
    own.chain(results.map(|name| query(name, "special"))).collect()
}

fn query(name: &str, kind: &str) -> Value {
    let schema = match name {
        "_count" => json!({ "type": "integer", "minimum": 0 }),
        _ => json!({ "type": "string" }),
    };
    json!({ "name": name, "in": "query", "description": kind, "schema": schema })
}

fn components(names: &[&str]) -> Value {
    let header =
        |name: &str| json!({ "name": name, "in": "header", "schema": { "type": "string" } });
    let id = json!({ "type": "string", "pattern": "^[A-Za-z0-9\\-.]{1,64}$" });
    let part = |name: &str, schema: &Value| json!({ "name": name, "in": "path", "required": true, "schema": schema });
    let members: Vec<&str> = names.iter().copied().chain(["*"]).collect();
    let content = |schema: &str| {
        let media = MEDIA
            .map(|media| (media.to_owned(), json!({ "schema": reference("schemas", schema) })));
        Value::Object(media.into_iter().collect())
    };
    let body = |schema: &str| json!({ "required": true, "content": content(schema) });
    let patch = json!({ "type": "array", "items": { "type": "object" } });
    json!({
        "schemas": {
            "Resource": {
                "type": "object",
                "required": ["resourceType"],
                "properties": { "resourceType": { "enum": names }, "id": id },
            },
            "Bundle": kind("Bundle"),
            "Parameters": kind("Parameters"),
            "OperationOutcome": kind("OperationOutcome"),
        },
        "parameters": {
            "type": part("type", &json!({ "enum": names })),
            "id": part("id", &id),
            "version": part("version", &json!({ "type": "string" })),
            "members": part("members", &json!({ "enum": members })),
            "If-Match": header("If-Match"),
            "If-None-Match": header("If-None-Match"),
            "If-Modified-Since": header("If-Modified-Since"),
            "If-None-Exist": header("If-None-Exist"),
            "Prefer": header("Prefer"),
        },
        "requestBodies": {
            "resource": body("Resource"),
            "bundle": body("Bundle"),
            "parameters": { "content": content("Parameters") },
            "patch": { "required": true, "content": {
                "application/json-patch+json": { "schema": patch },
                "application/merge-patch+json": { "schema": { "type": "object" } },
                "application/fhir+json": { "schema": reference("schemas", "Parameters") },
            } },
            "form": { "content": { "application/x-www-form-urlencoded": { "schema": { "type": "object" } } } },
        },
        "responses": {
            "resource": { "description": "A resource, or nothing.", "content": content("Resource") },
            "nothing": { "description": "No body." },
            "outcome": { "description": "Why not.", "content": content("OperationOutcome") },
        },
    })
}

fn kind(name: &str) -> Value {
    json!({
        "type": "object",
        "required": ["resourceType"],
        "properties": { "resourceType": { "const": name } },
    })
}
