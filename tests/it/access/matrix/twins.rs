//! Whoever asks for what they do not see gets the very answer of an id that never was.

use serde_json::{Value, json};

use super::name;
use super::probe::Probe;

/// An id that never was, as long as another: texts tell places by their columns.
fn never(id: &str) -> String {
    "z".repeat(id.len())
}

/// One way to ask for something: method, path, headers, body, each with the id in it.
struct Way {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
}

/// The ways to ask for a resource that is there, as though it had this id.
fn ways(resource: &Value, id: &str) -> Vec<Way> {
    let kind = resource["resourceType"].as_str().unwrap();
    let mut own = resource.clone();
    own["id"] = id.into();
    let at = format!("/{kind}/{id}");
    let with = |way: Way, header, value: &str| {
        let mut headers = way.headers;
        headers.push((header, value.to_owned()));
        Way { headers, ..way }
    };
    let body = with_body;
    let patch = json!([{ "op": "add", "path": "/language", "value": "vi" }]);
    let patch_type = "application/json-patch+json";
    let entry = |request: Value| json!({ "resourceType": "Bundle", "type": "transaction", "entry": [request] });
    let subject = format!("{kind}?_id={id}");
    let mut all = vec![
        way("GET", at.clone()),
        with(way("GET", at.clone()), "If-None-Match", "W/\"1\""),
        with(way("GET", at.clone()), "If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
        way("GET", format!("{at}/_history")),
        way("GET", format!("{at}/_history/1")),
        way("GET", format!("/{kind}?_id={id}")),
        way("GET", format!("/{kind}?_id:not={id}&_summary=count&code=nothing")),
        body(way("PUT", at.clone()), own.clone()),
        with(body(way("PUT", at.clone()), own.clone()), "If-Match", "W/\"1\""),
        with(body(way("PATCH", at.clone()), patch.clone()), "Content-Type", patch_type),
        with(way("DELETE", at.clone()), "If-Match", "W/\"1\""),
        way("DELETE", at.clone()),
        way("DELETE", format!("/{kind}?_id={id}")),
        with(body(way("PATCH", format!("/{kind}?_id={id}")), patch), "Content-Type", patch_type),
        body(way("POST", format!("/{kind}/_search?_id={id}")), Value::Null),
        body(
            way("POST", String::new()),
            entry(json!({
                "resource": observation(&subject), "request": { "method": "POST", "url": "Observation" },
            })),
        ),
        way("GET", format!("/$graphql?query=%7B{kind}(id:%22{id}%22)%7Bid%7D%7D")),
        way("GET", format!("{at}/$meta")),
        body(way("POST", format!("{at}/$validate")), own.clone()),
        way("GET", format!("/Provenance?target={kind}/{id}")),
        way("GET", format!("/{kind}?_id={id}&_revinclude=Provenance:target")),
    ];
    all.extend(of_kind(kind, id));
    all
}

fn way(method: &'static str, path: String) -> Way {
    Way { method, path, headers: Vec::new(), body: None }
}

fn with_body(way: Way, body: Value) -> Way {
    Way { body: Some(body), ..way }
}

fn observation(to: &str) -> Value {
    json!({
        "resourceType": "Observation", "status": "final", "code": { "text": "x" },
        "subject": { "reference": to },
    })
}

/// The ways that only some types have.
fn of_kind(kind: &str, id: &str) -> Vec<Way> {
    let at = format!("/{kind}/{id}");
    let mut all = Vec::new();
    if kind == "Composition" {
        all.push(way("GET", format!("{at}/$document")));
    }
    for name in ["Encounter", "EpisodeOfCare"].into_iter().filter(|name| *name == kind) {
        all.push(way("GET", format!("/{name}/{id}/$everything")));
        all.push(way("GET", format!("/Observation?encounter={name}/{id}")));
    }
    if kind == "Patient" {
        all.extend([
            way("GET", format!("{at}/$everything")),
            way("GET", format!("{at}/Observation")),
            way("GET", format!("/Observation?subject={kind}/{id}")),
            way("GET", format!("/Observation?subject:Patient._id={id}")),
            way("GET", format!("{at}/$summary")),
            way("GET", format!("{at}/$booklet")),
            way("GET", format!("{at}/$due")),
            way("GET", format!("{at}/$risk")),
            way("GET", format!("{at}/$growth")),
            way("GET", format!("{at}/$gestation")),
            way("GET", format!("{at}/$immds-forecast")),
            way("GET", format!("/Observation/$lastn?subject=Patient/{id}")),
            with_body(way("POST", "/Observation".into()), observation(&format!("Patient/{id}"))),
        ]);
    }
    all
}

/// An answer without the id, and without what differs from answer to answer.
fn plain(status: u16, text: &str, id: &str) -> String {
    let mut text = text.replace(id, "ID");
    for (name, until) in [("\"lastUpdated\":\"", '"'), ("\"timestamp\":\"", '"'), ("_cursor=", '"')]
    {
        while let Some(at) = text.find(name) {
            let value = at + name.len();
            let end = text[value..].find(until).map_or(text.len(), |end| value + end);
            text.replace_range(at..end, "");
        }
    }
    // A Bundle that is made has an id of its own.
    if let Ok(mut answer) = serde_json::from_str::<Value>(&text)
        && let Some(bundle) = answer
            .as_object_mut()
            .filter(|one| one.get("resourceType").is_some_and(|kind| kind == "Bundle"))
    {
        bundle.remove("id");
        text = answer.to_string();
    }
    format!("{status} {text}")
}

pub(super) async fn twins(probe: &mut Probe<'_>) {
    let oracle = probe.oracle;
    for resource in &oracle.all {
        if probe.sees(resource) || !probe.tries(24) || !probe.dice.once_in(4) {
            continue;
        }
        let id = resource["id"].as_str().unwrap();
        let other = never(id);
        for (asked, never) in ways(resource, id).into_iter().zip(ways(resource, &other)) {
            if !probe.tries(4) {
                continue;
            }
            let mut answers = Vec::new();
            for (way, id) in [(&asked, id), (&never, other.as_str())] {
                let headers: Vec<(&str, &str)> =
                    way.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let body = way.body.as_ref().filter(|body| !body.is_null());
                let reply = probe.send((way.method, &way.path), &headers, body).await;
                answers.push(plain(reply.status, &reply.text, id));
            }
            probe.check(answers[0] == answers[1], || {
                let (method, path) = (asked.method, &asked.path);
                format!(
                    "{method} {path} {:?}:\n    {}\n    {}",
                    asked.headers, answers[0], answers[1]
                )
            });
        }
        probe.check(!name(resource).is_empty(), String::new);
    }
}
