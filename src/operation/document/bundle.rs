//! A document: a Composition and all that it refers to, in one Bundle,
//! <https://hl7.org/fhir/R4/documents.html>. Nothing of it is stored.

use std::collections::HashSet;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::narrative::{self, Line};
use super::record::{Whole, is_beside};
use crate::definitions::base::BASE;
use crate::fhir::time::now;
use crate::interaction::engine::Ctx;

/// A document while it is put together.
pub(super) struct Document<'d, 'a> {
    ctx: &'d Ctx<'a>,
    whole: &'d Whole,
    /// The canonicals that the Bundle and the Composition claim.
    pub(super) profiles: (String, String),
    pub(super) kind: Value,
    pub(super) title: &'static str,
    sections: Vec<Value>,
    /// Addresses that sections refer to, in order.
    referred: Vec<String>,
    made: Vec<(String, Value)>,
    /// What is read of something computed, by its address.
    told: FxHashMap<String, Line>,
    /// Whether only who and where come along, beside what sections refer to.
    pub(super) is_brief: bool,
}

impl<'d, 'a> Document<'d, 'a> {
    pub(super) fn new(
        (ctx, whole): (&'d Ctx<'a>, &'d Whole),
        profiles: (String, String),
        kind: Value,
        title: &'static str,
    ) -> Self {
        let (sections, referred, made) = (Vec::new(), Vec::new(), Vec::new());
        let told = FxHashMap::default();
        Self { ctx, whole, profiles, kind, title, sections, referred, made, told, is_brief: false }
    }

    /// Adds what was computed, with what is read of it; its address.
    pub(super) fn make_told(&mut self, resource: Value, told: Option<Line>) -> String {
        let address = self.make(resource);
        if let Some(told) = told {
            self.told.insert(address.clone(), told);
        }
        address
    }

    /// Adds what was computed; its address.
    pub(super) fn make(&mut self, mut resource: Value) -> String {
        let id = Uuid::new_v4().hyphenated().to_string();
        let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        let address = format!("{kind}/{id}");
        without_versions(&mut resource);
        if let Some(object) = resource.as_object_mut() {
            object.insert("id".into(), id.into());
        }
        self.made.push((address.clone(), resource));
        address
    }

    fn at(&self, address: &str) -> Option<&Value> {
        let all = self.whole.records.iter().chain(&self.made);
        all.into_iter().find(|(other, _)| other == address).map(|(_, resource)| resource)
    }

    /// Adds a section that refers to records; one without any says why.
    pub(super) fn section(
        &mut self,
        (title, code): (&str, Value),
        addresses: &[String],
        (text, focus): (Option<String>, Option<&str>),
    ) {
        let mut section = Map::new();
        section.insert("title".into(), title.into());
        section.insert("code".into(), code);
        if let Some(focus) = focus {
            section.insert("focus".into(), json!({ "reference": focus }));
        }
        let is_empty = addresses.is_empty();
        let told = text.clone().unwrap_or_else(|| match is_empty {
            true => narrative::sentence("Chưa có thông tin."),
            false => {
                let line = |address: &String| {
                    let told = self.told.get(address).cloned();
                    told.or_else(|| self.at(address).map(narrative::line))
                };
                narrative::table(addresses.iter().filter_map(line))
            }
        });
        section.insert("text".into(), json!({ "status": "generated", "div": told }));
        if is_empty && text.is_none() {
            section.insert("emptyReason".into(), unavailable());
        } else if !is_empty {
            let entry = |address: &String| json!({ "reference": address });
            section.insert("entry".into(), addresses.iter().map(entry).collect());
        }
        self.referred.extend(addresses.iter().cloned());
        self.referred.extend(focus.map(str::to_owned));
        self.sections.push(Value::Object(section));
    }

    /// The document. What sections refer to comes after the Composition, then what that refers to.
    pub(super) fn finish(mut self) -> Value {
        let stamp = now().format(self.ctx.engine.zone);
        let author = self.author();
        let composition = json!({
            "resourceType": "Composition",
            "id": Uuid::new_v4().hyphenated().to_string(),
            "meta": { "profile": [self.profiles.1] },
            "language": "vi",
            "status": "final",
            "type": self.kind,
            "subject": { "reference": self.whole.patient },
            "date": stamp,
            "author": [{ "reference": author }],
            "title": self.title,
            "section": self.sections,
        });
        let mut wanted = vec![self.whole.patient.clone(), author];
        wanted.append(&mut self.referred);
        let base = &self.ctx.engine.base;
        let id = composition.get("id").and_then(Value::as_str).unwrap_or_default();
        let mut entries =
            vec![json!({ "fullUrl": format!("{base}/Composition/{id}"), "resource": composition })];
        let mut taken = HashSet::new();
        let mut next = 0;
        while let Some(address) = wanted.get(next).cloned() {
            next += 1;
            if !taken.insert(address.clone()) {
                continue;
            }
            let Some(resource) = self.at(&address) else { continue };
            let mut found = Vec::new();
            let is_linked = !self.is_brief && self.whole.own.contains(&address);
            references(resource, is_linked, &mut found);
            let resource = in_vietnamese(resource);
            entries.push(json!({ "fullUrl": format!("{base}/{address}"), "resource": resource }));
            let is_meant =
                |one: &String| !taken.contains(one) && (!self.is_brief || is_beside(one));
            wanted.extend(found.into_iter().filter(is_meant));
        }
        json!({
            "resourceType": "Bundle",
            "id": Uuid::new_v4().hyphenated().to_string(),
            "meta": { "profile": [self.profiles.0], "tag": [{ "system": format!("{BASE}/CodeSystem/mch-tag"), "code": "computed" }] },
            "language": "vi",
            "identifier": { "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", Uuid::new_v4().hyphenated()) },
            "type": "document",
            "timestamp": stamp,
            "entry": entries,
        })
    }

    /// Who is responsible: the facility that manages the person's record, else this server.
    fn author(&mut self) -> String {
        let managing = self
            .whole
            .patient()
            .and_then(|patient| patient.get("managingOrganization")?.get("reference")?.as_str());
        if let Some(managing) = managing.filter(|address| self.at(address).is_some()) {
            return managing.to_owned();
        }
        self.make(json!({ "resourceType": "Organization", "active": true, "name": "Mebe" }))
    }
}

/// Leaves out which edition of the schedule a code is by: whoever checks a document looks for a code
/// system of that version.
fn without_versions(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let system = object.get("system").and_then(Value::as_str);
            if object.contains_key("code") && system.is_some_and(|system| system.starts_with(BASE))
            {
                object.remove("version");
            }
            object.values_mut().for_each(without_versions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_versions),
        _ => {}
    }
}

/// A resource that says in which language its labels are: who checks them does not look at the Bundle.
fn in_vietnamese(resource: &Value) -> Value {
    let mut resource = resource.clone();
    if let Some(object) = resource.as_object_mut().filter(|one| !one.contains_key("language")) {
        object.insert("language".into(), "vi".into());
    }
    resource
}

/// That nothing is known.
pub(super) fn unavailable() -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/list-empty-reason";
    json!({ "coding": [{ "system": system, "code": "unavailable", "display": "Unavailable" }] })
}

/// Where the references in a value lead, without versions; perhaps without those to relatives.
fn references(value: &Value, is_linked: bool, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if key == "reference" => {
                        found.extend(text.split("/_history/").next().map(str::to_owned));
                    }
                    _ if key == "link" && !is_linked => {}
                    value => references(value, is_linked, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|one| references(one, is_linked, found)),
        _ => {}
    }
}
