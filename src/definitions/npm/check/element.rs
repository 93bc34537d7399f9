//! The elements of a structure with their ids, <https://hl7.org/fhir/R4/elementdefinition.html#id>.

use serde_json::Value;

/// An element with its id, which some differentials leave out.
#[derive(Debug)]
pub(super) struct Named<'v> {
    pub(super) id: String,
    pub(super) element: &'v Value,
}

/// Gives every element its id, <https://hl7.org/fhir/R4/elementdefinition.html#id>.
pub(super) fn named(elements: &[Value]) -> Vec<Named<'_>> {
    let text = |element: &'_ Value, key: &str| {
        element.get(key).and_then(Value::as_str).map(ToOwned::to_owned)
    };
    // The path and the id of each element that the next one may be below.
    let mut above: Vec<(String, String)> = Vec::new();
    let mut named = Vec::with_capacity(elements.len());
    for element in elements {
        let path = text(element, "path").unwrap_or_default();
        above.retain(|(other, _)| {
            path.strip_prefix(other.as_str()).is_some_and(|rest| rest.starts_with('.'))
        });
        let mut id = match above.last() {
            Some((other, id)) => format!("{id}{}", path.get(other.len()..).unwrap_or_default()),
            None => path.clone(),
        };
        if let Some(slice) = text(element, "sliceName") {
            id = format!("{id}:{slice}");
        }
        let id = text(element, "id").unwrap_or(id);
        above.push((path, id.clone()));
        named.push(Named { id, element });
    }
    named
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_made_from_paths_and_slice_names() {
        let element = |path: &str| json!({ "path": path });
        let slice = |path: &str, name: &str| json!({ "path": path, "sliceName": name });
        let elements = [
            element("Patient.identifier"),
            slice("Patient.identifier", "a"),
            element("Patient.identifier.system"),
            slice("Patient.identifier", "b"),
            element("Patient.identifier.type.coding"),
            slice("Patient.identifier.type.coding", "c"),
            element("Patient.name"),
            json!({ "path": "Patient.name", "sliceName": "d", "id": "Patient.name:e" }),
            element("Patient.name.given"),
        ];
        let named = named(&elements);
        let ids: Vec<_> = named.iter().map(|element| element.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "Patient.identifier",
                "Patient.identifier:a",
                "Patient.identifier:a.system",
                "Patient.identifier:b",
                "Patient.identifier:b.type.coding",
                "Patient.identifier:b.type.coding:c",
                "Patient.name",
                "Patient.name:e",
                "Patient.name:e.given",
            ]
        );
    }
}
