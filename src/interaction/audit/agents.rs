//! Those who took part in what was recorded, as `AuditEvent.agent`.

use serde_json::{Map, Value, json};

use crate::store::audit::agent::Known;
use crate::store::audit::event::What;
use crate::store::audit::search::Record;

use super::told::{DCM, REASON, Teller, form, insert};

const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const PARTICIPANT: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
const ROLE_CLASS: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleClass";
/// How `jti` is written as a policy.
const TOKEN: &str = "urn:ietf:params:oauth:jti:";

fn typed(system: &str, code: &str, display: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code, "display": display }] })
}

/// Those who took part: the person, her app, this server, and for whom she works.
pub(super) fn agents(
    record: &Record,
    teller: Teller<'_>,
    name: &dyn Fn(&str) -> Option<String>,
) -> Vec<Value> {
    let mut all = Vec::new();
    let known = &record.agent;
    let is_person = !known.subject.is_empty() && known.subject != known.client;
    if is_person {
        all.push(user(record, teller.is_whole, name));
    }
    if teller.is_whole {
        all.extend(machines(record, teller.base, !is_person));
    } else if !is_person {
        let who = if known.client.is_empty() { "?" } else { &known.client };
        let mut system = json!({ "type": typed(DCM, "110150", "Application"),
            "who": { "display": who }, "requestor": true });
        roles(&mut system, known);
        all.push(system);
    }
    for organization in known.organization.split_whitespace() {
        let mut who = json!({ "reference": organization });
        if let Some(name) = name(organization) {
            insert(&mut who, "display", json!(name));
        }
        let kind = typed(ROLE_CLASS, "PROV", "healthcare provider");
        all.push(json!({ "type": kind, "who": who, "requestor": false }));
    }
    all
}

/// The person who asked.
fn user(record: &Record, is_whole: bool, name: &dyn Fn(&str) -> Option<String>) -> Value {
    let Known { issuer, subject, fhir_user, .. } = &record.agent;
    let mut who = Map::new();
    let reference = fhir_user.split_whitespace().next();
    if let Some(reference) = reference {
        who.insert("reference".into(), json!(reference));
        who.extend(name(reference).map(|name| ("display".to_owned(), json!(name))));
    }
    if is_whole || reference.is_none() {
        let mut identifier = json!({ "value": subject });
        if !issuer.is_empty() {
            insert(&mut identifier, "system", json!(issuer));
        }
        who.insert("identifier".into(), identifier);
    }
    let recipient = json!({ "system": PARTICIPATION, "code": "IRCP",
        "display": "information recipient" });
    let codings = match form(record.what).action {
        "C" | "U" | "D" => json!([
            { "system": PARTICIPATION, "code": "AUT", "display": "author (originator)" }, recipient
        ]),
        _ => json!([recipient]),
    };
    let mut user = json!({ "type": { "coding": codings } });
    roles(&mut user, &record.agent);
    insert(&mut user, "who", Value::Object(who));
    if is_whole {
        insert(&mut user, "name", json!(subject));
    }
    insert(&mut user, "requestor", json!(true));
    if is_whole && !record.token.is_empty() {
        insert(&mut user, "policy", json!([format!("{TOKEN}{}", record.token)]));
    }
    if !record.purpose.is_empty() {
        let coding = json!({ "coding": [{ "system": REASON, "code": record.purpose }] });
        insert(&mut user, "purposeOfUse", json!([coding]));
    }
    user
}

fn roles(agent: &mut Value, known: &Known) {
    let roles: Vec<Value> = known
        .role
        .split_whitespace()
        .map(|role| json!({ "coding": [{ "code": role }], "text": role }))
        .collect();
    if !roles.is_empty() {
        insert(agent, "role", json!(roles));
    }
}

/// The app, as it takes part in the exchange and as the holder of the token, and this server.
fn machines(record: &Record, base: &str, is_requestor: bool) -> Vec<Value> {
    let Record { agent, address, what, .. } = record;
    let network = match address.as_str() {
        "" => json!({ "address": "?", "type": "1" }),
        address => json!({ "address": address, "type": "2" }),
    };
    let who = match agent.client.as_str() {
        "" => json!({ "display": if address.is_empty() { "?" } else { address } }),
        client => json!({ "identifier": { "value": client } }),
    };
    let client = |kind: Value, is_requestor: bool| {
        let mut client = json!({ "type": kind });
        if is_requestor {
            roles(&mut client, agent);
        }
        insert(&mut client, "who", who.clone());
        insert(&mut client, "requestor", json!(is_requestor));
        insert(&mut client, "network", network.clone());
        client
    };
    let server = |kind: Value| {
        json!({ "type": kind, "who": { "display": base }, "requestor": false,
            "network": { "address": base, "type": "5" } })
    };
    let source = typed(DCM, "110153", "Source Role ID");
    let destination = typed(DCM, "110152", "Destination Role ID");
    let application = typed(DCM, "110150", "Application");
    match what {
        What::Delete => vec![
            client(application, is_requestor),
            server(typed(PARTICIPANT, "custodian", "Custodian")),
        ],
        // What is read flows from the server to the client; queries and what is written the other way.
        What::Read | What::VRead | What::HistoryInstance => {
            vec![client(destination, is_requestor), client(application, false), server(source)]
        }
        _ => {
            vec![client(source, is_requestor), client(application, false), server(destination)]
        }
    }
}
