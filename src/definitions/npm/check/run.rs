//! Runs every check on every definition of the packages.

use super::known::Known;
use super::looked::Looked;
use super::{dangling, identifier, names, slicing, system};
use crate::definitions::library::Library;
use crate::definitions::npm::finding::Finding;
use crate::definitions::npm::packages::Packages;

/// What is found in each package; `library` holds their definitions.
pub fn check(library: &Library, packages: &Packages) -> Vec<Vec<Finding>> {
    let known = Known::new(library, packages);
    let mut all = Vec::with_capacity(packages.packages.len());
    for package in &packages.packages {
        let mut findings = Vec::new();
        for definition in &package.definitions {
            findings.extend(names::check(&known, definition));
            let found = library.find(definition.kind, &definition.canonical());
            let Some(value) = found.filter(|_| !known.is_hidden(definition)) else { continue };
            let looked = Looked { definition, value: &value };
            findings.extend(dangling::check(&known, looked));
            findings.extend(system::check(&known, looked));
            findings.extend(identifier::check(&known, looked));
            findings.extend(slicing::check(&known, looked));
        }
        all.push(findings);
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OURS: &str = "http://example.org/fhir";

    fn profile(name: &str, elements: &Value) -> Value {
        json!({
            "resourceType": "StructureDefinition", "url": format!("{OURS}/StructureDefinition/{name}"),
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
            "differential": { "element": elements },
        })
    }

    /// What is said of definitions, as `element: text` or the text alone.
    #[track_caller]
    fn check(definitions: &[Value], expected: &[&str]) {
        let mut packages = Packages::new(false);
        let files = definitions.iter().enumerate();
        packages.take_folder(
            "x",
            files.map(|(at, value)| (format!("{at}.json"), Ok(value.to_string().into_bytes()))),
        );
        let library = Library::of(std::mem::take(&mut packages.layer));
        let found = super::check(&library, &packages);
        let found = found.iter().flatten().map(|finding| match &finding.element {
            Some(element) => format!("{element}: {}", finding.text.en),
            None => finding.text.en.clone(),
        });
        let found: Vec<String> = found.collect();
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}\n{expected}");
        }
    }

    #[test]
    fn references_to_nothing_are_found() {
        let elements = json!([
            { "path": "Patient.generalPractitioner", "type": [{ "code": "Reference", "targetProfile": [
                "http://hl7.org/fhir/StructureDefinition/Organization",
                format!("{OURS}/StructureDefinition/none"),
            ] }] },
            { "path": "Patient.gender", "binding": { "strength": "required",
                "valueSet": "http://hl7.org/fhir/ValueSet/administrative-gender|9.9" } },
        ]);
        let mut other = profile("b", &json!([]));
        other["baseDefinition"] = json!("http://example.org/none");
        let set = json!({ "resourceType": "ValueSet", "url": format!("{OURS}/CodeSystem/s"),
            "compose": { "include": [{ "system": "http://loinc.org" },
            { "system": format!("{OURS}/CodeSystem/none") }, { "valueSet": ["http://x.org/none"] }] } });
        check(
            &[profile("a", &elements), other, set],
            &[
                "Patient.generalPractitioner: No StructureDefinition is known as",
                "Patient.gender: No ValueSet is known as http://hl7.org/fhir/ValueSet/administrative-gender|9.9, only",
                "The base definition http://example.org/none",
                "include: No CodeSystem is known as http://example.org/fhir/CodeSystem/none",
                "include: No ValueSet is known as http://x.org/none",
            ],
        );
    }

    #[test]
    fn profiles_do_not_lead_back_to_themselves() {
        let below = |name: &str, base: &str| {
            let mut below = profile(name, &json!([]));
            below["baseDefinition"] = json!(format!("{OURS}/StructureDefinition/{base}"));
            below
        };
        check(
            &[below("a", "b"), below("b", "a"), below("c", "c"), below("d", "a")],
            &[
                "The base definition http://example.org/fhir/StructureDefinition/b leads back",
                "The base definition http://example.org/fhir/StructureDefinition/a leads back",
                "The base definition http://example.org/fhir/StructureDefinition/c leads back",
            ],
        );
    }

    #[test]
    fn value_sets_are_no_code_systems() {
        let set = "http://hl7.org/fhir/ValueSet/observation-category";
        let system = "http://hl7.org/fhir/administrative-gender";
        let elements = json!([
            { "path": "Patient.maritalStatus", "patternCodeableConcept": { "coding": [{ "system": set }] } },
            { "path": "Patient.maritalStatus.coding.system", "fixedUri": set },
            { "path": "Patient.gender", "binding": { "strength": "required", "valueSet": system } },
        ]);
        check(
            &[profile("a", &elements)],
            &[
                "Patient.maritalStatus: http://hl7.org/fhir/ValueSet/observation-category is a value set",
                "Patient.maritalStatus.coding.system: http://hl7.org/fhir/ValueSet/observation-category",
                "Patient.gender: http://hl7.org/fhir/administrative-gender is a code system",
            ],
        );
    }

    #[test]
    fn naming_systems_are_compared_with_what_is_fixed() {
        let naming = |values: &[&str]| {
            let ids = values.iter().map(|value| json!({ "type": "uri", "value": value }));
            json!({ "resourceType": "NamingSystem", "uniqueId": ids.collect::<Vec<_>>() })
        };
        let elements = json!([
            { "path": "Patient.identifier.system", "fixedUri": "http://x.org/sid/national_id" },
            { "path": "Patient.contact.telecom.system", "fixedCode": "phone" },
        ]);
        check(
            &[
                naming(&["http://x.org/sid/national-id", "http://x.org/b"]),
                naming(&["http://x.org/c", "http://x.org/b"]),
                profile("a", &elements),
            ],
            &[
                "http://x.org/b also names the system of 0.json",
                "Patient.identifier.system: No naming system names http://x.org/sid/national_id, but",
            ],
        );
    }

    #[test]
    fn slices_have_to_say_what_they_are_told_apart_by() {
        let slicing = json!({ "rules": "open", "discriminator": [
            { "type": "value", "path": "system" }, { "type": "value", "path": "value" },
        ] });
        let elements = json!([
            { "path": "Patient.identifier", "slicing": slicing },
            { "path": "Patient.identifier", "sliceName": "a" },
            { "path": "Patient.identifier.system", "fixedUri": "http://x.org/a" },
            { "path": "Patient.identifier.value", "min": 1 },
            { "path": "Patient.identifier", "sliceName": "b" },
            { "path": "Patient.identifier.system", "min": 1 },
        ]);
        let by_system = json!({ "discriminator": [{ "type": "pattern", "path": "$this.system" }] });
        let same = json!([
            { "path": "Patient.identifier", "slicing": by_system },
            { "path": "Patient.identifier", "sliceName": "a" },
            { "path": "Patient.identifier.system", "patternUri": "http://x.org/a" },
            { "path": "Patient.identifier", "sliceName": "b" },
            { "path": "Patient.identifier.system", "patternUri": "http://x.org/a" },
            { "path": "Patient.identifier", "sliceName": "c",
                "patternIdentifier": { "system": "http://x.org/c" } },
        ]);
        check(
            &[profile("a", &elements), profile("b", &same)],
            &[
                "Patient.identifier: The slices are told apart by “system”, but b does",
                "Patient.identifier: The slices are told apart by “value”, but none",
                "Patient.identifier: The slice b is told apart by the same values as a",
            ],
        );
    }

    #[test]
    fn definitions_of_r4_are_told_apart() {
        let patient = json!({ "resourceType": "StructureDefinition",
            "url": "http://hl7.org/fhir/StructureDefinition/Patient" });
        let gender = json!({ "resourceType": "ValueSet",
            "url": "http://hl7.org/fhir/ValueSet/administrative-gender" });
        check(&[patient, gender], &["cannot be replaced", "used in its place"]);
    }
}
