//! Bindings of a profile, <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.binding>.

use serde_json::Value;

use crate::definitions::shape::Strength;

const MAX_VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";
const ADDITIONAL: [&str; 3] = [
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.binding.additional",
    "http://hl7.org/fhir/tools/StructureDefinition/additional-binding",
    "http://hl7.org/fhir/StructureDefinition/additional-binding",
];

/// Which codes an element takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::validation) struct Bound {
    pub(in crate::validation) strength: Strength,
    /// A canonical, with its version when it has one.
    pub(in crate::validation) value_set: Box<str>,
    /// `maxValueSet`: what an extensible binding cannot be extended beyond.
    pub(in crate::validation) is_limit: bool,
}

/// The binding of an element and those that its extensions add.
pub(in crate::validation::profile) fn bounds(path: &str, element: &Value) -> Vec<Bound> {
    let Some(binding) = element.get("binding") else { return Vec::new() };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(Box::from);
    let strength = text(binding, "strength").and_then(|code: Box<str>| Strength::parse(&code));
    let own = strength.zip(text(binding, "valueSet"));
    let own = own.map(|(strength, value_set)| match is_of_a_part(path, &value_set) {
        true => (Strength::Extensible, value_set),
        false => (strength, value_set),
    });
    let mut bounds: Vec<Bound> = own
        .map(|(strength, value_set)| Bound { strength, value_set, is_limit: false })
        .into_iter()
        .collect();
    for extension in binding.get("extension").and_then(Value::as_array).into_iter().flatten() {
        match extension.get("url").and_then(Value::as_str) {
            Some(MAX_VALUE_SET) => {
                let value_set =
                    text(extension, "valueCanonical").or_else(|| text(extension, "valueUri"));
                bounds.extend(value_set.map(|value_set| Bound {
                    strength: Strength::Required,
                    value_set,
                    is_limit: true,
                }));
            }
            Some(url) if ADDITIONAL.contains(&url) => bounds.extend(additional(extension)),
            _ => {}
        }
    }
    bounds
}

/// Whether a binding gives the parts of a vital sign the units of the signs themselves.
///
/// R4 binds both to one list, required. But a part may be something else, such as the flow of oxygen
/// beside its saturation: US Core 3.1.1 fixes that to `L/min` in a profile of R4's, and 6.1 binds
/// parts extensibly. So do we; what a profile fixes for its own parts stays.
fn is_of_a_part(path: &str, value_set: &str) -> bool {
    path == "Observation.component.value[x]"
        && value_set.split('|').next() == Some("http://hl7.org/fhir/ValueSet/ucum-vitals-common")
}

/// An additional binding holds under conditions; only those that hold always are taken.
fn additional(extension: &Value) -> Option<Bound> {
    let parts = extension.get("extension").and_then(Value::as_array)?;
    let part = |name: &str| {
        parts.iter().find(|part| part.get("url").and_then(Value::as_str) == Some(name))
    };
    if part("usage").is_some() || part("any").is_some() {
        return None;
    }
    let strength = match part("purpose")?.get("valueCode")?.as_str()? {
        "required" | "maximum" => Strength::Required,
        "extensible" => Strength::Extensible,
        _ => return None,
    };
    let value_set = part("valueSet")?;
    let value_set = value_set.get("valueCanonical").or_else(|| value_set.get("valueUri"))?;
    Some(Bound { strength, value_set: value_set.as_str()?.into(), is_limit: false })
}
