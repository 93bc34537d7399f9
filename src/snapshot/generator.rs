//! Makes the snapshot of one definition from its base's.

use serde_json::{Value, json};

use super::binding::NarrowedBinding;
use super::constrain::constrain;
use super::fault::SnapshotFault;
use super::limit::MOST_ELEMENTS;
use super::narrow::value;
use super::others::{Others, Trail};
use super::specialize;
use super::tree::element::{elements, set_base};
use super::tree::node::{self, SnapshotNode};
use super::work::Work;
use crate::fhir::issue::Issue;

/// A definition with its snapshot.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) definition: Value,
    /// What is wrong with the differential. The snapshot is right but for that.
    pub(super) issues: Vec<Issue>,
    pub(super) bindings: Vec<NarrowedBinding>,
}

/// Makes the snapshot of a definition.
pub(super) fn generate(
    snapshots: &dyn Others,
    definition: &Value,
    trail: &Trail<'_>,
) -> Result<Made, SnapshotFault> {
    let url = definition.get("url").and_then(Value::as_str).unwrap_or_default();
    let differential = elements(definition, "differential");
    let base_url = definition.get("baseDefinition").and_then(Value::as_str);
    if differential.is_empty() && (base_url.is_none() || is_published(definition)) {
        return published(snapshots, definition, trail);
    }
    let derivation = definition.get("derivation").and_then(Value::as_str);
    let is_specialization = derivation != Some("constraint");
    let mut work = Work::new(snapshots, trail, url, is_specialization);
    let said = match differential {
        [] => None,
        list => Some(node::grow(list)?),
    };
    let mut root = match (base_url, &said) {
        (Some(base_url), _) => work.tree(base_url).map_err(|fault| match fault {
            SnapshotFault::UnknownType(url) => SnapshotFault::UnknownBase(url),
            fault => fault,
        })?,
        (None, Some(said)) => specialize::top(&mut work, said),
        (None, None) => return Err(SnapshotFault::NoElements),
    };
    if let Some(base_url) = base_url {
        same_type(&mut work, definition, base_url);
    }
    if let Some(said) = &said {
        apply(&mut work, &mut root, said, base_url.is_some())?;
        if !is_specialization {
            value::check_below(&mut work, &root, said);
        }
    }
    if work.is_full() {
        return Err(SnapshotFault::TooLarge);
    }
    let list = node::list(root);
    if list.len() > MOST_ELEMENTS {
        return Err(SnapshotFault::TooLarge);
    }
    let definition = with_snapshot(definition, list);
    Ok(Made { definition, issues: work.issues, bindings: work.bindings })
}

fn apply(
    work: &mut Work<'_>,
    root: &mut SnapshotNode,
    said: &SnapshotNode,
    has_base: bool,
) -> Result<(), SnapshotFault> {
    // How far the base has come in standardisation says nothing of what is made of it.
    root.element.shift_remove("extension");
    if work.is_specialization && has_base {
        root.step.name = said.step.name.clone();
        root.element.shift_remove("mapping");
    } else if root.step.name != said.step.name {
        let (expected, found) = (root.step.name.clone(), said.step.name.clone());
        return Err(SnapshotFault::OtherRoot { expected, found });
    }
    work.base = Some(root.clone());
    constrain(work, root, said, "");
    if work.is_specialization {
        set_base(&mut root.element, &root.step.name);
    }
    Ok(())
}

/// A constraint is of the type that its base is of.
fn same_type(work: &mut Work<'_>, definition: &Value, base_url: &str) {
    let type_of = |of: &Value| of.get("type").and_then(Value::as_str).map(Box::<str>::from);
    let base = work.definition(base_url).ok().and_then(|base| type_of(&base));
    if let (Some(expected), Some(found)) = (base, type_of(definition))
        && !work.is_specialization
        && expected != found
    {
        work.note_whole(&SnapshotFault::OtherType { expected, found });
    }
}

fn is_published(definition: &Value) -> bool {
    !elements(definition, "snapshot").is_empty()
}

/// A definition that comes with a snapshot only: it is held against its base as a differential is.
fn published(
    snapshots: &dyn Others,
    definition: &Value,
    trail: &Trail<'_>,
) -> Result<Made, SnapshotFault> {
    let list = elements(definition, "snapshot");
    if list.is_empty() {
        return Err(SnapshotFault::NoElements);
    }
    let (issues, bindings) = against_base(snapshots, definition, list, trail).unwrap_or_default();
    Ok(Made { definition: definition.clone(), issues, bindings })
}

/// What the elements of a constraint make of those of its base; none when there is no base.
pub(super) fn against_base(
    snapshots: &dyn Others,
    definition: &Value,
    list: &[Value],
    trail: &Trail<'_>,
) -> Option<(Vec<Issue>, Vec<NarrowedBinding>)> {
    let text = |name: &str| definition.get(name).and_then(Value::as_str);
    let base = text("baseDefinition").filter(|_| text("derivation") == Some("constraint"))?;
    let mut work = Work::new(snapshots, trail, text("url").unwrap_or_default(), false);
    let said = node::grow(list).ok()?;
    let mut root = work.tree(base).ok()?;
    same_type(&mut work, definition, base);
    apply(&mut work, &mut root, &said, true).ok()?;
    value::check_below(&mut work, &root, &said);
    Some((work.issues, work.bindings))
}

/// The definition with the snapshot in its place, before the differential.
fn with_snapshot(definition: &Value, list: Vec<Value>) -> Value {
    let mut snapshot = Some(json!({ "element": list }));
    let mut whole = serde_json::Map::new();
    for (name, value) in definition.as_object().into_iter().flatten() {
        if matches!(&**name, "snapshot" | "differential")
            && let Some(snapshot) = snapshot.take()
        {
            whole.insert("snapshot".into(), snapshot);
        }
        if name != "snapshot" {
            whole.insert(name.clone(), value.clone());
        }
    }
    if let Some(snapshot) = snapshot {
        whole.insert("snapshot".into(), snapshot);
    }
    Value::Object(whole)
}

#[cfg(test)]
mod tests {
    use crate::snapshot::service::Snapshots;
    use std::sync::Arc;

    use super::super::work::SPECIFICATION;
    use super::*;
    use crate::definitions::registry::Registry;
    use crate::fhir::id::ResourceId;
    use crate::fhir::kind::ResourceKind;

    const HERE: &str = "http://example.org/StructureDefinition/";

    fn profile(name: &str, base: &str, kind: &str, differential: &Value) -> Value {
        let base =
            if base.contains(':') { base.to_owned() } else { format!("{SPECIFICATION}{base}") };
        json!({
            "resourceType": "StructureDefinition", "url": format!("{HERE}{name}"), "name": name,
            "status": "draft", "kind": "resource", "abstract": false, "type": kind,
            "baseDefinition": base, "derivation": "constraint",
            "differential": { "element": differential },
        })
    }

    fn knowing(definitions: &[Value]) -> Snapshots {
        let registry = Registry::r4().expect("R4");
        let kind = ResourceKind::STRUCTURE_DEFINITION;
        for definition in definitions {
            let id =
                ResourceId::parse(definition["name"].as_str().expect("a name")).expect("an id");
            registry.library.store(kind, &id, 1, Some(&definition.to_string()));
        }
        Snapshots::new(Arc::new(registry))
    }

    /// What is asked of the snapshot of a definition: by id, what some properties are.
    #[track_caller]
    fn check(known: &[Value], definition: &Value, expected: &[(&str, Value)]) {
        let made = knowing(known).generate(definition).expect("a snapshot");
        let list = elements(&made.definition, "snapshot");
        for (id, properties) in expected {
            let element = list.iter().find(|element| element["id"] == *id);
            let element = element.unwrap_or_else(|| panic!("{id} is not there"));
            for (name, value) in properties.as_object().expect("properties") {
                assert_eq!(element.get(name).unwrap_or(&Value::Null), value, "{id} {name}");
            }
        }
        assert!(made.issues.iter().all(|issue| !issue.severity.refuses()), "{:?}", made.issues);
    }

    #[track_caller]
    fn is_wrong(known: &[Value], definition: &Value, expected: &[(&str, &str)]) {
        let issues = match knowing(known).generate(definition) {
            Ok(made) => made.issues.to_vec(),
            Err(issue) => vec![issue],
        };
        let found: Vec<(&str, &str)> = issues
            .iter()
            .map(|issue| (issue.expression.as_deref().unwrap_or_default(), &*issue.text.en))
            .collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((place, text), (expected_place, begins)) in found.iter().zip(expected) {
            assert_eq!(place, expected_place);
            assert!(text.starts_with(begins), "{text}");
        }
    }

    #[test]
    fn slices_start_as_the_whole_and_re_slices_as_the_slice() {
        let differential = json!([
            { "path": "Patient.identifier", "min": 1, "slicing": { "discriminator": [{ "type": "value", "path": "system" }], "rules": "open" } },
            { "path": "Patient.identifier", "sliceName": "card", "max": "2" },
            { "path": "Patient.identifier.system", "min": 1, "fixedUri": "http://example.org/card" },
            { "path": "Patient.identifier", "sliceName": "other" },
            { "path": "Patient.identifier", "sliceName": "card/old", "max": "1" },
        ]);
        let definition = profile("p", "Patient", "Patient", &differential);
        check(
            &[],
            &definition,
            &[
                ("Patient.identifier", json!({ "min": 1, "max": "*" })),
                (
                    "Patient.identifier:card",
                    json!({ "min": 0, "max": "2", "sliceName": "card", "slicing": null }),
                ),
                (
                    "Patient.identifier:card.system",
                    json!({ "min": 1, "base": { "path": "Identifier.system", "min": 0, "max": "1" } }),
                ),
                ("Patient.identifier:card/old", json!({ "min": 0, "max": "1" })),
                (
                    "Patient.identifier:card/old.system",
                    json!({ "min": 1, "fixedUri": "http://example.org/card" }),
                ),
                ("Patient.identifier:other", json!({ "min": 0, "max": "*" })),
            ],
        );
        let made = knowing(&[]).generate(&definition).expect("a snapshot");
        let ids =
            elements(&made.definition, "snapshot").iter().map(|element| element["id"].to_string());
        let slices: Vec<String> = ids
            .filter(|id| {
                id.starts_with("\"Patient.identifier:")
                    && !id.contains("card.")
                    && !id.contains("old.")
            })
            .collect();
        assert_eq!(
            slices,
            [
                "\"Patient.identifier:card\"",
                "\"Patient.identifier:card/old\"",
                "\"Patient.identifier:other\""
            ]
        );
    }

    #[test]
    fn the_short_way_slices_a_choice_by_its_type() {
        let required = json!([{ "path": "Observation.valueQuantity", "min": 1 }, { "path": "Observation.valueQuantity.code", "min": 1 }]);
        check(
            &[],
            &profile("p", "Observation", "Observation", &required),
            &[
                ("Observation.value[x]", json!({ "min": 1, "type": [{ "code": "Quantity" }] })),
                (
                    "Observation.value[x]:valueQuantity",
                    json!({ "min": 1, "path": "Observation.value[x]" }),
                ),
                ("Observation.value[x]:valueQuantity.code", json!({ "min": 1 })),
            ],
        );
        let optional = json!([{ "path": "Observation.valueQuantity", "mustSupport": true }]);
        let definition = profile("p", "Observation", "Observation", &optional);
        let made = knowing(&[]).generate(&definition).expect("a snapshot");
        let whole = elements(&made.definition, "snapshot")
            .iter()
            .find(|element| element["id"] == "Observation.value[x]");
        assert!(whole.expect("the choice")["type"].as_array().expect("types").len() > 5);
    }

    #[test]
    fn what_is_below_content_references_and_types_is_found() {
        let differential = json!([
            { "path": "Questionnaire.item.item.text", "min": 1 },
            { "path": "Questionnaire.publisher.extension", "sliceName": "lang", "type": [{ "code": "Extension", "profile": [format!("{SPECIFICATION}translation")] }] },
        ]);
        check(
            &[],
            &profile("p", "Questionnaire", "Questionnaire", &differential),
            &[
                (
                    "Questionnaire.item.item",
                    json!({ "contentReference": null, "type": [{ "code": "BackboneElement" }] }),
                ),
                ("Questionnaire.item.item.text", json!({ "min": 1 })),
                (
                    "Questionnaire.item.item.item",
                    json!({ "contentReference": "#Questionnaire.item" }),
                ),
                (
                    "Questionnaire.publisher.extension:lang",
                    json!({ "short": "Language Translation (Localization)" }),
                ),
            ],
        );
    }

    #[test]
    fn profiles_build_on_profiles() {
        let base = profile(
            "base",
            "Patient",
            "Patient",
            &json!([
                { "path": "Patient", "constraint": [{ "key": "a", "severity": "error", "human": "a" }] },
                { "path": "Patient.name", "min": 1, "short": "A name", "slicing": { "discriminator": [{ "type": "value", "path": "use" }], "ordered": true, "rules": "closed" } },
                { "path": "Patient.name", "sliceName": "first", "min": 1 },
                { "path": "Patient.name", "sliceName": "second" },
            ]),
        );
        let url = format!("{HERE}base");
        let more = json!([
            { "path": "Patient", "constraint": [{ "key": "b", "severity": "error", "human": "b" }] },
            { "id": "Patient.name:first.given", "path": "Patient.name.given", "min": 1 },
        ]);
        let made = profile("p", &url, "Patient", &more);
        check(
            std::slice::from_ref(&base),
            &made,
            &[
                ("Patient.name", json!({ "short": "A name", "min": 1 })),
                ("Patient.name:first.given", json!({ "min": 1 })),
            ],
        );
        let wrong = json!([
            { "path": "Patient.name", "min": 0 },
            { "path": "Patient.name", "sliceName": "second" },
            { "path": "Patient.name", "sliceName": "first", "min": 0 },
            { "path": "Patient.name", "sliceName": "third" },
        ]);
        is_wrong(
            &[base],
            &profile("p", &url, "Patient", &wrong),
            &[
                ("Patient.name", "min 0 is less than min 1"),
                ("Patient.name:first", "The slicing is ordered"),
                ("Patient.name:first", "min 0 is less than min 1"),
                ("Patient.name:third", "The slicing of the base definition is closed"),
            ],
        );
    }

    #[test]
    fn what_contradicts_the_base_is_reported() {
        let differential = json!([
            { "path": "Patient.nothing" },
            { "path": "Patient.birthDate", "max": "2", "type": [{ "code": "string" }] },
            { "path": "Patient.gender", "binding": { "strength": "example" } },
            { "path": "Patient.link", "min": 3, "max": "2" },
            { "path": "Patient.multipleBirth[x].extra" },
        ]);
        is_wrong(
            &[],
            &profile("p", "Patient", "Patient", &differential),
            &[
                ("Patient.nothing", "The base definition has no such element"),
                ("Patient.birthDate", "max 2 is more than max 1"),
                ("Patient.birthDate", "The base definition does not allow type 'string'"),
                ("Patient.gender", "The binding 'example' is weaker"),
                ("Patient.link", "min 3 is more than max 2"),
                ("Patient.multipleBirth[x].extra", "The element may have several types"),
            ],
        );
    }

    #[test]
    fn what_cannot_be_made_is_refused() {
        let simple = json!([{ "path": "Patient" }]);
        let unknown = profile("p", "Nobody", "Patient", &simple);
        is_wrong(
            &[],
            &unknown,
            &[("", "The base definition 'http://hl7.org/fhir/StructureDefinition/Nobody'")],
        );
        let itself = profile("p", &format!("{HERE}p"), "Patient", &simple);
        is_wrong(
            std::slice::from_ref(&itself),
            &itself,
            &[("", "The definition 'http://example.org/StructureDefinition/p' is based on itself")],
        );
        let other = profile("p", "Patient", "Patient", &json!([{ "path": "Group.name" }]));
        is_wrong(&[], &other, &[("", "Paths must begin with 'Patient'")]);
        let none = profile("p", "Patient", "Patient", &json!([{ "min": 1 }]));
        is_wrong(&[], &none, &[("", "An element of the differential has no path")]);
    }

    #[test]
    fn an_explosion_ends_at_the_limit() {
        let mut differential = Vec::new();
        for at in 0..3000 {
            differential
                .push(json!({ "path": "Observation.component", "sliceName": format!("s{at}") }));
            differential
                .push(json!({ "path": "Observation.component.valueQuantity.code", "min": 1 }));
        }
        let huge = profile("p", "Observation", "Observation", &json!(differential));
        is_wrong(&[], &huge, &[("", "The snapshot is too large")]);
    }

    #[test]
    fn definitions_may_build_on_each_other_only_so_deep() {
        let path = |steps: usize| format!("Extension{}", ".extension".repeat(steps));
        let url = |at: usize| format!("{HERE}p{at}");
        let name = |at: usize| format!("p{at}");
        let of = |at: usize| json!([{ "code": "Extension", "profile": [url(at + 1)] }]);
        let deep = |at: usize| {
            let differential = json!([
                { "path": path(28), "type": of(at) },
                { "path": format!("{}.id", path(28)), "max": "0" },
            ]);
            profile(&name(at), "Extension", "Extension", &differential)
        };
        let chain: Vec<Value> = (1..40).map(deep).collect();
        let made = knowing(&chain).generate(&deep(0)).expect("a snapshot");
        assert!(!elements(&made.definition, "snapshot").is_empty());
        let simple = |at: usize| {
            profile(&name(at), &url(at + 1), "Patient", &json!([{ "path": "Patient" }]))
        };
        let chain: Vec<Value> = (1..40).map(simple).collect();
        is_wrong(&chain, &simple(0), &[("", "Definitions build on each other too deeply")]);
    }

    #[test]
    fn a_logical_model_adds_to_its_base() {
        let mut model = profile(
            "Visit",
            "Element",
            "Visit",
            &json!([
                { "path": "Visit", "min": 0, "max": "*", "short": "A visit" },
                { "path": "Visit.part", "min": 0, "max": "*", "type": [{ "code": "BackboneElement" }] },
                { "path": "Visit.part.name", "min": 1, "max": "1", "type": [{ "code": "string" }] },
            ]),
        );
        model["kind"] = json!("logical");
        model["derivation"] = json!("specialization");
        check(
            &[],
            &model,
            &[
                (
                    "Visit",
                    json!({ "short": "A visit", "base": { "path": "Visit", "min": 0, "max": "*" } }),
                ),
                ("Visit.id", json!({ "base": { "path": "Element.id", "min": 0, "max": "1" } })),
                ("Visit.part.modifierExtension", json!({ "isModifier": true })),
                ("Visit.part.name", json!({ "min": 1, "isModifier": false, "isSummary": false })),
            ],
        );
    }
}
