//! Links in all their spellings, in all their places: each leads to the new address, and nothing else
//! changes.

use proptest::prelude::*;
use serde_json::json;

use super::identity::{Identity, Role as Fate};
use super::*;
use crate::definitions::registry::Registry;

const BASE: &str = "https://me.example/fhir";
const HIS: &str = "https://his.example/fhir/";
const UUID: &str = "urn:uuid:00000000-0000-4000-8000-00000000000a";

thread_local! {
    static REGISTRY: Registry = Registry::r4().expect("R4");
}

/// Five entries that links may mean.
fn links() -> Links {
    let entry = |full_url: Option<&'static str>, own: Option<&str>, role| Identity {
        full_url,
        own: own.map(str::to_owned),
        role,
    };
    let entries = [
        entry(Some(UUID), None, Fate::Created),
        entry(Some("https://his.example/fhir/Patient/np"), Some("Patient/np"), Fate::Created),
        entry(None, Some("Patient/bare"), Fate::Created),
        entry(Some("https://his.example/fhir/Patient/put"), Some("Patient/put"), Fate::Named),
        entry(Some("urn:oid:1.2.3"), None, Fate::Created),
    ];
    let address =
        |at: i64| Some(Address { text: format!("Patient/new-{at}"), version: Some(at + 1) });
    Links {
        identities: Arc::new(Identities::new(BASE, entries.into_iter())),
        addresses: (0..5).map(address).collect(),
        conditional: [("Patient?identifier=1".to_owned(), "Patient/found".to_owned())]
            .into_iter()
            .collect(),
    }
}

/// A link as it is written and, when it means an entry, which, without what comes behind.
#[derive(Debug, Clone)]
struct Written {
    text: &'static str,
    entry: Option<usize>,
}

fn written(is_his: bool) -> impl Strategy<Value = Written> {
    let link = |text, entry| Written { text, entry };
    let mut all = vec![
        link(UUID, Some(0)),
        link("URN:UUID:00000000-0000-4000-8000-00000000000A", Some(0)),
        link("https://his.example/fhir/Patient/np", Some(1)),
        link("https://his.example/fhir/Patient/put", Some(3)),
        link("https://me.example/fhir/Patient/bare", Some(2)),
        link("urn:oid:1.2.3", Some(4)),
        link("https://his.example/fhir/Patient/npx", None),
        link("https://other.example/fhir/Patient/np", None),
        link("urn:ietf:rfc:3986", None),
        link("Practitioner/np", None),
        link("mailto:a@b", None),
        link("np", None),
    ];
    all.extend(match is_his {
        true => [link("Patient/np", Some(1)), link("Patient/put", Some(3))],
        false => [link("Patient/bare", Some(2)), link("Patient/put", None)],
    });
    prop::sample::select(all)
}

fn tail() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "/_history/7", "#part", "/_history/7#part"])
}

/// What a link becomes.
fn expected(link: &Written, tail: &str) -> String {
    let Some(at) = link.entry else { return format!("{}{tail}", link.text) };
    let tail = tail.replace("/_history/7", &format!("/_history/{}", at + 1));
    format!("Patient/new-{at}{tail}")
}

/// A resource with one text in every place: `link` where links are replaced, `other` where not.
fn resource(link: &str, other: &str) -> Value {
    let div = |link: &str| {
        format!(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{link}\">{other}</a><img alt=\"{other}\" src='{link}'/></div>"
        )
    };
    let extension = json!([
        { "url": "http://a/reference", "valueReference": { "reference": link, "display": other } },
        { "url": "http://a/url", "valueUrl": link },
        { "url": "http://a/uri", "valueUri": link },
        { "url": other, "valueCanonical": other },
        { "url": "http://a/uuid", "valueUuid": other },
        { "url": "http://a/oid", "valueOid": other },
        { "url": "http://a/string", "valueString": other },
        { "url": "http://a/markdown", "valueMarkdown": other },
        { "url": "http://a/attachment", "valueAttachment": { "url": link, "title": other } },
        { "url": "http://a/coding", "valueCoding": { "system": other, "code": "c" } },
        { "url": "http://a/nested", "extension": [
            { "url": "x", "valueReference": { "reference": link } },
        ] },
    ]);
    json!({
        "resourceType": "Patient",
        "implicitRules": other,
        "text": { "status": "generated", "div": div(link) },
        "contained": [
            { "resourceType": "Questionnaire", "id": "q", "url": other, "derivedFrom": [other] },
            { "resourceType": "Observation", "id": "o", "subject": { "reference": link } },
        ],
        "extension": extension,
        "identifier": [{ "system": other, "value": other, "assigner": { "reference": link } }],
        "birthDate": "2026",
        "_birthDate": { "extension": [
            { "url": "http://a/b", "valueReference": { "reference": link } },
        ] },
        "name": [{
            "given": ["A", "B"],
            "_given": [null, { "extension": [{ "url": "http://a/b", "valueUri": link }] }],
        }],
        "generalPractitioner": [{ "reference": link, "type": other }, { "display": other }],
        "link": [{ "other": { "reference": link }, "type": "seealso" }],
    })
}

fn rewritten(resource: &Value, is_his: bool) -> Value {
    let mut made = resource.clone();
    let from = From { root: is_his.then(|| HIS.into()), is_created: true };
    REGISTRY.with(|registry| rewrite(&registry.shapes, &mut made, &links(), &from));
    made
}

#[track_caller]
fn check(name: &str, resource: &Value, expected: &Value) {
    assert_eq!(rewritten(resource, false), *expected, "{name}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_link_to_an_entry_leads_to_its_new_address(
        (is_his, link, tail) in prop::bool::ANY
            .prop_flat_map(|is_his| (Just(is_his), written(is_his), tail()))
    ) {
        let text = format!("{}{tail}", link.text);
        let found = rewritten(&resource(&text, &text), is_his);
        prop_assert_eq!(found, resource(&expected(&link, tail), &text));
    }

    #[test]
    fn what_means_no_entry_stays(text in "[a-zA-Z0-9:/#?=.|%-]{0,40}") {
        let text = format!("x{text}");
        prop_assert_eq!(rewritten(&resource(&text, &text), true), resource(&text, &text));
    }
}

#[test]
fn conditional_references_become_what_was_found_in_references_only() {
    let with = |reference: &str, other: &str| {
        json!({ "resourceType": "DetectedIssue", "status": "final", "reference": other,
            "patient": { "reference": reference }, "identifier": [{ "value": other }] })
    };
    let search = "Patient?identifier=1";
    check("a search", &with(search, search), &with("Patient/found", search));
    let other = "Patient?identifier=2";
    check("another", &with(other, other), &with(other, other));
}

#[test]
fn what_a_bundle_within_a_bundle_has_is_its_own() {
    let bundle = |outer: &str| {
        json!({
            "resourceType": "Bundle", "type": "collection",
            "link": [{ "relation": "self", "url": UUID }],
            "entry": [
                { "fullUrl": "https://his.example/fhir/Patient/np",
                    "resource": { "resourceType": "Patient", "id": "np" } },
                { "fullUrl": "https://his.example/fhir/Observation/o",
                    "resource": { "resourceType": "Observation", "subject": { "reference": "Patient/np" },
                        "focus": [{ "reference": "https://his.example/fhir/Patient/np" }, { "reference": outer }] } },
            ],
        })
    };
    check("a collection", &bundle(UUID), &bundle("Patient/new-0"));
}

#[test]
fn a_survey_tells_what_leads_nowhere_and_what_is_needed() {
    let mut resource = json!({
        "resourceType": "Observation",
        "text": { "status": "generated", "div": "<div><a href=\"urn:uuid:1\">x</a></div>" },
        "contained": [{ "resourceType": "Patient", "id": "p",
            "managingOrganization": { "reference": "urn:uuid:2" } }],
        "extension": [{ "url": "http://a", "valueUri": "urn:uuid:3" }],
        "_status": { "extension": [{ "url": "http://a", "valueReference": { "reference": "urn:oid:1.9" } }] },
        "instantiatesCanonical": "urn:uuid:4",
        "subject": { "reference": "Patient/unknown" },
        "performer": [{ "reference": "Patient?identifier=1" }, { "reference": "Patient/put/_history/9" }],
    });
    let links = links();
    let from = From { root: Some(HIS.into()), is_created: true };
    let found =
        REGISTRY.with(|registry| survey(&registry.shapes, &mut resource, &links.identities, &from));
    let places: Vec<_> =
        found.dangling.iter().map(|issue| issue.expression.as_deref().expect("a place")).collect();
    assert_eq!(
        places,
        [
            "Observation.text.div",
            "Observation.contained[0].managingOrganization.reference",
            "Observation.status.extension[0].value.reference",
            "Observation.subject.reference",
        ]
    );
    let search =
        ("Patient?identifier=1".to_owned(), "Observation.performer[0].reference".to_owned());
    assert_eq!(found.conditional, [search]);
    assert_eq!(found.versioned, [3]);
}
