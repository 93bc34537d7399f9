//! What was recorded, as an `AuditEvent` after
//! [IHE BALP 1.1.4](https://profiles.ihe.net/ITI/BALP/): the profile of the interaction, and that of the
//! use of a token.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::fhir::date::Zone;
use crate::fhir::time::Instant;
use crate::store::audit::agent::Known;
use crate::store::audit::event::{EMERGENCY, What};
use crate::store::audit::search::Record;

use super::agents::agents;

const BALP: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
const ENTITY_TYPES: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
pub(super) const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const SOURCE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";
/// DICOM's codes.
pub(super) const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";

/// How events of a kind are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) action: &'static str,
    /// Codes of the interaction, or of DICOM for what is none.
    pub(super) subtypes: &'static [&'static str],
    /// The profile of BALP, without what says that there is a patient.
    profile: Option<&'static str>,
}

/// How an event is told.
pub(super) fn form(what: What) -> Form {
    let form = |action, subtypes, profile| Form { action, subtypes, profile };
    match what {
        What::Read => form("R", &["read"], Some("Read")),
        What::VRead => form("R", &["vread"], Some("Read")),
        What::HistoryInstance => form("R", &["history-instance"], Some("Read")),
        What::HistoryType => form("E", &["history-type"], Some("Query")),
        What::HistorySystem => form("E", &["history-system"], Some("Query")),
        What::SearchType => form("E", &["search", "search-type"], Some("Query")),
        What::SearchSystem => form("E", &["search", "search-system"], Some("Query")),
        What::Create => form("C", &["create"], Some("Create")),
        What::Update => form("U", &["update"], Some("Update")),
        What::Patch => form("U", &["patch"], Some("Update")),
        What::Delete => form("D", &["delete"], Some("Delete")),
        What::Bundle => form("E", &["transaction"], None),
        What::Operation | What::Page => form("E", &["operation"], None),
        What::Other => form("E", &[], None),
        // Emergency Override Started.
        What::BreakGlass => form("E", &["110127"], None),
        What::SignIn => form("E", &["110122"], None),
        What::SignOut => form("E", &["110123"], None),
        What::Accounts => form("E", &["110137"], None),
    }
}

/// Who tells, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'t> {
    pub base: &'t str,
    pub zone: Zone,
    /// Whether all is told, or what concerns the person whose record it is: who, when, what kind, why.
    pub is_whole: bool,
}

/// The `AuditEvent` of a record. `name` says what a reference is called.
pub fn event(record: &Record, teller: Teller<'_>, name: &dyn Fn(&str) -> Option<String>) -> Value {
    let form = form(record.what);
    let recorded = Instant::from_micros(record.at).format(teller.zone);
    let mut meta = json!({ "versionId": "1", "lastUpdated": recorded });
    let profiles = if teller.is_whole { profiles(record, form) } else { Vec::new() };
    if !profiles.is_empty() {
        insert(&mut meta, "profile", json!(profiles));
    }
    let mut event = json!({
        "resourceType": "AuditEvent", "id": record.seq.to_string(), "meta": meta,
        "type": kind(record.what),
    });
    let subtypes: Vec<Value> = form.subtypes.iter().map(|code| subtype(code)).collect();
    if !subtypes.is_empty() {
        insert(&mut event, "subtype", json!(subtypes));
    }
    insert(&mut event, "action", json!(form.action));
    insert(&mut event, "recorded", json!(recorded));
    insert(&mut event, "outcome", json!(outcome(record.status)));
    if record.status >= 400 {
        insert(&mut event, "outcomeDesc", json!(format!("HTTP {}", record.status)));
    }
    if !record.purpose.is_empty() {
        insert(&mut event, "purposeOfEvent", json!([purpose(record)]));
    }
    insert(&mut event, "agent", json!(agents(record, teller, name)));
    let source = json!({
        "observer": { "display": teller.base },
        "type": [{ "system": SOURCE_TYPE, "code": "4", "display": "Application Server" }],
    });
    insert(&mut event, "source", source);
    let entities = entities(record, teller.is_whole);
    if !entities.is_empty() {
        insert(&mut event, "entity", json!(entities));
    }
    event
}

/// R4's code of an outcome.
pub(super) fn outcome(status: u16) -> &'static str {
    match status {
        0..400 => "0",
        400..500 => "4",
        _ => "8",
    }
}

pub(super) fn insert(value: &mut Value, key: &str, member: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(key.to_owned(), member);
    }
}

/// The code of its type.
pub(super) fn type_of(what: What) -> &'static str {
    match what {
        What::BreakGlass | What::Accounts => "110113",
        What::SignIn | What::SignOut => "110114",
        _ => "rest",
    }
}

fn kind(what: What) -> Value {
    match type_of(what) {
        "110113" => json!({ "system": DCM, "code": "110113", "display": "Security Alert" }),
        "110114" => json!({ "system": DCM, "code": "110114", "display": "User Authentication" }),
        _ => json!({ "system": EVENT_TYPE, "code": "rest", "display": "Restful Operation" }),
    }
}

fn subtype(code: &str) -> Value {
    let display = match code {
        "110122" => "Login",
        "110123" => "Logout",
        "110127" => "Emergency Override Started",
        "110137" => "User Security Attributes Changed",
        _ => return json!({ "system": INTERACTION, "code": code, "display": code }),
    };
    json!({ "system": DCM, "code": code, "display": display })
}

/// The profiles that it has. BALP's profiles of interactions are for what succeeded.
fn profiles(record: &Record, form: Form) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(profile) = form.profile.filter(|_| record.status < 400) {
        let patient = if record.patient.is_empty() { "" } else { "Patient" };
        all.push(format!("{BALP}{patient}{profile}"));
    }
    let Known { subject, client, .. } = &record.agent;
    // A user is told with the id of the token.
    if !client.is_empty() && (subject == client || !record.token.is_empty()) {
        all.push(format!("{BALP}OAUTHaccessTokenUse.Comprehensive"));
    }
    all
}

fn purpose(record: &Record) -> Value {
    let mut concept = json!({ "coding": [{ "system": REASON, "code": record.purpose }] });
    if record.purpose == EMERGENCY && !record.reason.is_empty() {
        insert(&mut concept, "text", json!(record.reason));
    }
    concept
}

/// What it was about: the request, the resource, the query, the patient.
fn entities(record: &Record, is_whole: bool) -> Vec<Value> {
    let coding = |system: &str, code: &str, display: &str| json!({ "system": system, "code": code, "display": display });
    let object = coding(ENTITY_TYPE, "2", "System Object");
    let mut all = Vec::new();
    if is_whole && !record.request.is_empty() {
        all.push(json!({ "what": { "identifier": { "value": record.request } },
            "type": { "system": ENTITY_TYPES, "code": "XrequestId" } }));
    }
    if is_whole
        && let Some(kind) = record.kind
        && !record.id.is_empty()
    {
        let is_of_version =
            matches!(record.what, What::VRead | What::Create | What::Update | What::Patch)
                && record.version > 0;
        let reference = match is_of_version {
            true => format!("{kind}/{}/_history/{}", record.id, record.version),
            false => format!("{kind}/{}", record.id),
        };
        let mut data = json!({ "what": { "reference": reference }, "type": object,
            "role": coding(OBJECT_ROLE, "4", "Domain Resource") });
        let is_update = matches!(record.what, What::Update | What::Patch);
        if is_update && record.version > 1 && record.status == 200 {
            let before = (record.version - 1).to_string();
            let detail = json!([{ "type": "version-before", "valueString": before }]);
            insert(&mut data, "detail", detail);
        }
        all.push(data);
    }
    if is_whole && !record.query.is_empty() {
        all.push(json!({ "type": object, "role": coding(OBJECT_ROLE, "24", "Query"),
            "description": record.query, "query": STANDARD.encode(&record.query) }));
    }
    if !record.patient.is_empty() {
        all.push(json!({ "what": { "reference": format!("Patient/{}", record.patient) },
            "type": coding(ENTITY_TYPE, "1", "Person"),
            "role": coding(OBJECT_ROLE, "1", "Patient") }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::kind::ResourceKind;

    const BASE: &str = "https://me.example/fhir";

    fn record(what: What) -> Record {
        Record {
            seq: 7,
            at: 1_796_089_830_473_000,
            what,
            status: 200,
            agent: Known {
                issuer: "https://idp".into(),
                subject: "hoa".into(),
                client: "app".into(),
                fhir_user: "Practitioner/hoa".into(),
                role: "village-midwife".into(),
                organization: "Organization/tram".into(),
            },
            kind: ResourceKind::parse("Observation"),
            id: "o".into(),
            version: 2,
            patient: "me".into(),
            query: String::new(),
            purpose: "TREAT".into(),
            reason: String::new(),
            address: "10.0.0.7".into(),
            request: "r-1".into(),
            token: "j-1".into(),
        }
    }

    fn told(record: &Record, is_whole: bool) -> Value {
        let teller = Teller { base: BASE, zone: Zone::default(), is_whole };
        event(record, teller, &|to| (to == "Practitioner/hoa").then(|| "Y sĩ Hoa".to_owned()))
    }

    /// The agents that have a code as a type.
    fn typed<'v>(event: &'v Value, code: &str) -> Vec<&'v Value> {
        let has = |agent: &&Value| {
            let codings = agent["type"]["coding"].as_array().expect("codings");
            codings.iter().any(|coding| coding["code"] == code)
        };
        event["agent"].as_array().expect("agents").iter().filter(has).collect()
    }

    fn entities<'v>(event: &'v Value, code: &str) -> Vec<&'v Value> {
        let all = event["entity"].as_array().into_iter().flatten();
        all.filter(|one| one["role"]["code"] == code || one["type"]["code"] == code).collect()
    }

    /// What BALP demands of a slice: each is there once, with who it is and where.
    #[track_caller]
    fn check_balp(what: What, profile: &str, (client, server): (&str, &str), user: &str) {
        let mut record = record(what);
        if form(what).action == "E" {
            (record.query, record.id) = ("Observation?patient=me".into(), String::new());
        }
        let event = told(&record, true);
        let expected = format!("{BALP}Patient{profile}");
        assert_eq!(event["meta"]["profile"][0], expected, "{what:?}");
        assert_eq!(event["meta"]["profile"][1], format!("{BALP}OAUTHaccessTokenUse.Comprehensive"));
        assert_eq!((&event["type"]["code"], &event["outcome"]), (&json!("rest"), &json!("0")));
        assert_eq!(event["action"], form(what).action);
        let one = |code: &str| {
            let found = typed(&event, code);
            assert_eq!(found.len(), 1, "{what:?} {code}");
            found[0].clone()
        };
        let (client, server, application) = (one(client), one(server), one("110150"));
        assert_eq!(client["network"], json!({ "address": "10.0.0.7", "type": "2" }));
        assert_eq!(server["network"], json!({ "address": BASE, "type": "5" }));
        assert_eq!(application["who"]["identifier"]["value"], "app");
        let human = one("IRCP");
        assert_eq!(one(user), human);
        assert_eq!(human["requestor"], true);
        assert_eq!(human["who"]["identifier"], json!({ "system": "https://idp", "value": "hoa" }));
        assert_eq!(human["policy"], json!(["urn:ietf:params:oauth:jti:j-1"]));
        assert!(human.get("network").is_none() && human.get("media").is_none());
        let requestors = event["agent"].as_array().expect("agents");
        assert_eq!(requestors.iter().filter(|agent| agent["requestor"] == true).count(), 1);
        let patient = entities(&event, "1");
        assert_eq!(patient.len(), 1);
        assert_eq!(patient[0]["what"]["reference"], "Patient/me");
        assert_eq!(entities(&event, "XrequestId")[0]["what"]["identifier"]["value"], "r-1");
        let (data, query) = (entities(&event, "4"), entities(&event, "24"));
        match form(what).action {
            "E" => {
                assert_eq!((data.len(), query.len()), (0, 1));
                assert_eq!(query[0]["query"], STANDARD.encode("Observation?patient=me"));
                assert!(query[0].get("what").is_none() && query[0].get("detail").is_none());
            }
            _ => assert_eq!((data.len(), query.len()), (1, 0)),
        }
    }

    #[test]
    fn interactions_are_told_as_balp_has_them() {
        let (source, destination) = ("110153", "110152");
        check_balp(What::Read, "Read", (destination, source), "IRCP");
        check_balp(What::VRead, "Read", (destination, source), "IRCP");
        check_balp(What::HistoryInstance, "Read", (destination, source), "IRCP");
        check_balp(What::SearchType, "Query", (source, destination), "IRCP");
        check_balp(What::SearchSystem, "Query", (source, destination), "IRCP");
        check_balp(What::HistoryType, "Query", (source, destination), "IRCP");
        check_balp(What::Create, "Create", (source, destination), "AUT");
        check_balp(What::Update, "Update", (source, destination), "AUT");
        check_balp(What::Patch, "Update", (source, destination), "AUT");
        check_balp(What::Delete, "Delete", ("110150", "custodian"), "AUT");
    }

    #[test]
    fn versions_are_told_before_and_after() {
        let update = told(&record(What::Update), true);
        let data = entities(&update, "4")[0].clone();
        assert_eq!(data["what"]["reference"], "Observation/o/_history/2");
        assert_eq!(data["detail"][0], json!({ "type": "version-before", "valueString": "1" }));
        let delete = told(&record(What::Delete), true);
        assert_eq!(entities(&delete, "4")[0]["what"]["reference"], "Observation/o");
        let created = told(&Record { version: 1, status: 201, ..record(What::Create) }, true);
        assert!(entities(&created, "4")[0].get("detail").is_none());
    }

    #[test]
    fn refusals_claim_no_success() {
        for (status, outcome) in [(401, "4"), (403, "4"), (404, "4"), (500, "8"), (503, "8")] {
            let event = told(&Record { status, ..record(What::Read) }, true);
            assert_eq!(event["outcome"], outcome);
            assert_eq!(event["outcomeDesc"], format!("HTTP {status}"));
            let profiles = event["meta"]["profile"].to_string();
            assert!(!profiles.contains("PatientRead"), "{profiles}");
        }
        let nobody = Record { agent: Known::default(), status: 401, ..record(What::Read) };
        let event = told(&Record { token: String::new(), ..nobody }, true);
        assert!(event["meta"].get("profile").is_none() && typed(&event, "IRCP").is_empty());
        assert_eq!(typed(&event, "110152")[0]["who"]["display"], "10.0.0.7");
    }

    #[test]
    fn a_system_is_no_person() {
        let mut system = record(What::Read);
        system.agent.subject = "app".into();
        let event = told(&Record { token: String::new(), patient: String::new(), ..system }, true);
        assert!(typed(&event, "IRCP").is_empty());
        assert_eq!(typed(&event, "110152")[0]["requestor"], true);
        let profiles = event["meta"]["profile"].as_array().expect("profiles");
        let expected = [format!("{BALP}Read"), format!("{BALP}OAUTHaccessTokenUse.Comprehensive")];
        assert_eq!(*profiles, expected);
    }

    #[test]
    fn break_glass_tells_why() {
        let glass = Record {
            purpose: EMERGENCY.into(),
            reason: "cấp cứu băng huyết".into(),
            ..record(What::BreakGlass)
        };
        let event = told(&glass, true);
        assert_eq!(event["purposeOfEvent"][0]["coding"][0]["code"], "BTG");
        assert_eq!(event["purposeOfEvent"][0]["text"], "cấp cứu băng huyết");
        assert_eq!(event["subtype"][0]["code"], "110127");
    }

    /// Neither what was asked, nor where from, nor which resource: some of them she may not see.
    #[test]
    fn the_person_is_told_who_when_and_why() {
        let query = "Observation?patient=me,other".to_owned();
        let event = told(&Record { query, ..record(What::SearchType) }, false);
        let text = event.to_string();
        for hidden in ["10.0.0.7", "other", "Observation", "r-1", "j-1", "idp", "profile"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
        let human = typed(&event, "IRCP")[0];
        assert_eq!(human["who"], json!({ "reference": "Practitioner/hoa", "display": "Y sĩ Hoa" }));
        assert_eq!(human["role"][0]["text"], "village-midwife");
        assert_eq!(typed(&event, "PROV")[0]["who"]["reference"], "Organization/tram");
        assert_eq!(event["purposeOfEvent"][0]["coding"][0]["code"], "TREAT");
    }
}
