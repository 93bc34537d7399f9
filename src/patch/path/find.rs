//! What a path leads to in a resource.

use serde_json::Value;

use super::place::{ElementPlace, WayStep, place, shape_at, way};
use crate::definitions::shape::{Shape, Shapes};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::Environment;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::Dialect;
use crate::patch::document::Surroundings;
use crate::patch::fault::PatchFault;

/// The shape of the object at the end of a way.
pub(super) fn shape<'s>(
    shapes: &'s Shapes,
    root: &Value,
    way: &[WayStep],
) -> Result<&'s Shape, PatchFault> {
    shape_at(shapes, root, way).ok_or_else(|| {
        PatchFault::unfit(
            "phần tử này không chứa phần tử khác.",
            "nothing can be below this element.",
        )
    })
}

/// The only one that a path leads to.
pub(super) fn only<T>(path: &str, mut found: Vec<T>) -> Result<T, PatchFault> {
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(PatchFault::unfit(
            format!("'{path}' không dẫn tới phần tử nào của tài nguyên."),
            format!("'{path}' leads to no element of the resource."),
        )),
        (Some(_), more) => Err(PatchFault::unfit(
            format!("'{path}' dẫn tới {} phần tử; phải là một.", more + 1),
            format!("'{path}' leads to {} elements; it must be one.", more + 1),
        )),
    }
}

/// The elements that a path leads to, each made something of.
fn found<T>(
    surroundings: &Surroundings<'_>,
    root: &Value,
    path: &str,
    make: impl Fn(&Node<'_>) -> Option<T>,
) -> Result<Vec<T>, PatchFault> {
    let focus = Node::resource(root);
    let kinds = [focus.kind];
    let expression =
        Expression::compile(surroundings.shapes, Some(&kinds), Dialect::Normative, path);
    let expression = expression.map_err(|error| {
        PatchFault::malformed(
            format!("biểu thức FHIRPath sai ở byte {}: {}.", error.at, error.fault),
            format!("the FHIRPath expression is wrong at byte {}: {}.", error.at, error.fault),
        )
    })?;
    let focus = [Datum::Node(focus)];
    let mut environment = Environment::of(focus.first().cloned(), surroundings.now);
    environment.zone = surroundings.zone;
    let items = expression.evaluate(surroundings.shapes, &environment, &focus);
    let items = items.map_err(|error| {
        PatchFault::unfit(
            format!("biểu thức FHIRPath không có kết quả: {error}."),
            format!("the FHIRPath expression has no result: {error}."),
        )
    })?;
    let of_resource = |item: &Datum<'_>| match item {
        Datum::Node(node) => make(node),
        _ => None,
    };
    items.iter().map(|item| of_resource(item).ok_or_else(|| not_an_element(path))).collect()
}

fn not_an_element(path: &str) -> PatchFault {
    PatchFault::unfit(
        format!("'{path}' không dẫn tới phần tử bên trong tài nguyên này."),
        format!("'{path}' does not lead to an element inside this resource."),
    )
}

/// The places of the elements that a path leads to.
pub(super) fn places(
    surroundings: &Surroundings<'_>,
    root: &Value,
    path: &str,
) -> Result<Vec<ElementPlace>, PatchFault> {
    found(surroundings, root, path, |node| place(root, node))
}

/// The ways to the objects that elements are, or that what is below them is in.
pub(super) fn ways(
    surroundings: &Surroundings<'_>,
    root: &Value,
    path: &str,
) -> Result<Vec<Vec<WayStep>>, PatchFault> {
    found(surroundings, root, path, |node| match place(root, node) {
        Some(place) => Some(place.below()),
        None => way(root, node),
    })
}

/// The list that a path leads to, also one that is empty still.
pub(super) fn list(
    surroundings: &Surroundings<'_>,
    root: &Value,
    path: &str,
) -> Result<ElementPlace, PatchFault> {
    let shapes = surroundings.shapes;
    let places = places(surroundings, root, path)?;
    let list = match places.first() {
        Some(first) if places.iter().all(|place| place.is_beside(first)) => first.clone(),
        Some(_) => {
            return Err(PatchFault::unfit(
                format!("'{path}' dẫn tới nhiều danh sách; phải là một."),
                format!("'{path}' leads to several lists; it must be one."),
            ));
        }
        None => {
            let (above, key) = path.rsplit_once('.').ok_or_else(|| not_an_element(path))?;
            let object = only(above, ways(surroundings, root, above)?)?;
            ElementPlace { object, key: key.trim().to_owned(), index: None, is_primitive: false }
        }
    };
    let shape = shape(shapes, root, &list.object)?;
    match shape.element(&list.key).is_some_and(|element| element.repeats) {
        true => Ok(list),
        false => Err(PatchFault::unfit(
            format!("'{path}' không phải là danh sách."),
            format!("'{path}' is not a list."),
        )),
    }
}
