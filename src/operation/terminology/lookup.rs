//! `$lookup`, <https://hl7.org/fhir/R4/codesystem-operation-lookup.html>.

use serde_json::{Value, json};

use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::terminology::language::display_of;
use crate::terminology::scope::Scope;
use crate::terminology::system::concept::{Concept, Content, Designation};
use crate::terminology::system::source::Source;
use crate::terminology::system::subsume::no_system;
use crate::terminology::value_set::present::{coding, property_value};

use super::code_request::{failed, languages, missing, scope, split};
use crate::operation::call::Call;

/// Tells what is known of a code.
pub(in crate::operation) fn lookup(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    instance: Option<&Value>,
) -> Result<Value, Failure> {
    let parameters = call.parameters();
    let scope = scope(ctx, parameters)?;
    let given = parameters.value("coding");
    let part = |key: &str| given.and_then(|coding| coding.get(key)).and_then(Value::as_str);
    let own = instance.and_then(|system| system.get("url")).and_then(Value::as_str);
    let code = part("code").or_else(|| parameters.text("code"));
    let system = part("system").or(own).or_else(|| parameters.text("system"));
    let (Some(code), Some(system)) = (code, system) else {
        return Err(missing("'code' + 'system', 'coding'"));
    };
    let (system, in_system) = split(system);
    let version = part("version").or_else(|| parameters.text("version")).or(in_system);
    let version = scope.versions.wanted_version(system, version);
    let version = version.as_deref();
    let source =
        scope.system(system, version).ok_or_else(|| failed(no_system(&scope, system, version)))?;
    no_supplement(&source)?;
    let found = source.find(code).map_err(|error| failed(error.into()))?;
    let Some(concept) = found else { return Err(no_code(system, code)) };
    let wanted: Vec<&str> = parameters.texts("property").collect();
    let told = Telling { scope: &scope, source: &source, concept: &concept, wanted };
    let languages = languages(call, parameters, None)?;
    let about = source.about();
    let display = display_of(about, &concept, languages.as_ref());
    let mut all = Vec::new();
    let name = about.name.as_deref().or(about.title.as_deref()).unwrap_or(system);
    all.push(json!({ "name": "name", "valueString": name }));
    if let Some(version) = &about.version {
        all.push(json!({ "name": "version", "valueString": version }));
    }
    all.push(json!({ "name": "display", "valueString": display.unwrap_or(code) }));
    all.push(json!({ "name": "code", "valueCode": concept.code }));
    all.push(json!({ "name": "system", "valueUri": about.url }));
    all.push(json!({ "name": "abstract", "valueBoolean": concept.is_abstract }));
    if let Some(definition) = concept.definition.as_deref().filter(|_| told.wants("definition")) {
        all.push(json!({ "name": "definition", "valueString": definition }));
    }
    all.extend(told.designations());
    all.extend(told.properties().map_err(|error| failed(error.into()))?);
    Ok(json!({ "resourceType": "Parameters", "parameter": all }))
}

/// A concept, and what is to be told of it.
struct Telling<'a> {
    scope: &'a Scope<'a>,
    source: &'a Source,
    concept: &'a Concept,
    /// Properties that are asked for; all when there are none.
    wanted: Vec<&'a str>,
}

impl Telling<'_> {
    fn wants(&self, property: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|one| *one == "*" || *one == property)
    }

    fn designations(&self) -> Vec<Value> {
        let about = self.source.about();
        let own = self.concept.display.as_ref().map(|display| Designation {
            language: about.language.clone(),
            value: display.clone(),
            ..Designation::default()
        });
        let is_wanted = |designation: &&Designation| {
            let language = designation.language.as_deref();
            let of_language = |wanted: &&str| wanted.strip_prefix("lang.") == language;
            self.wants("designation") || language.is_some() && self.wanted.iter().any(of_language)
        };
        let all = own.iter().chain(&self.concept.designations).filter(is_wanted);
        let one = |designation: &Designation| {
            let mut parts = Vec::new();
            if let Some(language) = &designation.language {
                parts.push(json!({ "name": "language", "valueCode": language }));
            }
            if let Some(usage) = &designation.usage {
                parts.push(json!({ "name": "use", "valueCoding": coding(usage) }));
            }
            parts.push(json!({ "name": "value", "valueString": designation.value }));
            json!({ "name": "designation", "part": parts })
        };
        all.map(one).collect()
    }

    fn properties(&self) -> Result<Vec<Value>, crate::terminology::system::source::SourceError> {
        let mut all = Vec::new();
        let concept = self.concept;
        let mut given: Vec<&str> = Vec::new();
        for property in concept.properties.iter().filter(|one| self.wants(&one.code)) {
            given.push(&property.code);
            let (key, value) = property_value(&property.value);
            all.push(part(&property.code, key, &value, None));
        }
        let relatives = [
            ("parent", self.source.parents(&concept.code)?),
            ("child", self.source.children(&concept.code)?),
        ];
        for (name, codes) in relatives {
            if !self.wants(name) || given.contains(&name) {
                continue;
            }
            for code in codes {
                let other = self.source.find(&code)?;
                let display = other.as_ref().and_then(|other| other.display.as_deref());
                all.push(part(name, "valueCode", &json!(code), display));
            }
        }
        if self.wants("inactive") && !given.contains(&"inactive") {
            all.push(part("inactive", "valueBoolean", &json!(concept.is_inactive), None));
        }
        let supplements = self.scope.supplements_of(&self.source.about().url);
        let supplements = supplements.into_iter();
        all.extend(supplements.map(|one| json!({ "name": "used-supplement", "valueUri": one })));
        Ok(all)
    }
}

fn part(code: &str, key: &str, value: &Value, description: Option<&str>) -> Value {
    let mut parts = vec![json!({ "name": "code", "valueCode": code })];
    parts.push(json!({ "name": "value", key: value }));
    if let Some(description) = description {
        parts.push(json!({ "name": "description", "valueString": description }));
    }
    json!({ "name": "property", "part": parts })
}

/// A supplement is no system to ask: it says more of the codes of another one.
fn no_supplement(source: &Source) -> Result<(), Failure> {
    let about = source.about();
    if about.content != Content::Supplement {
        return Ok(());
    }
    let url = &about.url;
    Err(Kind::Malformed.because(
        format!("'{url}' là phần bổ sung (supplement), không dùng được làm 'system'; hãy nêu hệ mã gốc và 'useSupplement'."),
        format!("'{url}' is a supplement and cannot be a 'system'; name its code system, and 'useSupplement'."),
    ))
}

/// The system has no such code.
pub(super) fn no_code(system: &str, code: &str) -> Failure {
    Kind::NotFound.because(
        format!("Hệ thống mã '{system}' không có mã '{code}'."),
        format!("The code system '{system}' has no code '{code}'."),
    )
}
