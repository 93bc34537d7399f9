//! What is below an element that the base only names the type of, or refers to another for,
//! <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.contentReference>.

use serde_json::Value;

use super::fault::SnapshotFault;
use super::tree::element::{code, text, types};
use super::tree::node::SnapshotNode;
use super::work::Work;
use crate::snapshot::tree::element::{canonical, only_profile};

/// Gives a node the children that its content reference or type has.
pub(super) fn unfold(work: &mut Work<'_>, node: &mut SnapshotNode) -> Result<(), SnapshotFault> {
    if let Some(reference) = text(&node.element, "contentReference") {
        let target = referred(work, reference)?;
        node.element.shift_remove("contentReference");
        if let Some(types) = target.element.get("type") {
            node.element.insert("type".into(), types.clone());
        }
        node.children = target.children;
    }
    if node.children.is_empty() {
        node.children = of_type(work, types(&node.element))?;
    }
    work.grown(node.children.iter().map(SnapshotNode::size).sum());
    Ok(())
}

/// The element that `#Observation.referenceRange` names: of the base, or of another type.
pub(super) fn referred(work: &Work<'_>, reference: &str) -> Result<SnapshotNode, SnapshotFault> {
    let (_, path) = reference.split_once('#').ok_or(SnapshotFault::UnknownPath)?;
    let (kind, rest) = path.split_once('.').unwrap_or((path, ""));
    let found = match &work.base {
        Some(base) if &*base.step.name == kind => base.below(rest).map(SnapshotNode::unsliced),
        _ => work.tree(&type_url(kind)?)?.below(rest).map(SnapshotNode::unsliced),
    };
    found.ok_or(SnapshotFault::UnknownPath)
}

fn type_url(code: &str) -> Result<String, SnapshotFault> {
    canonical(code).ok_or_else(|| SnapshotFault::UnknownType(code.into()))
}

fn of_type(work: &Work<'_>, types: &[Value]) -> Result<Vec<SnapshotNode>, SnapshotFault> {
    let mut codes: Vec<&str> = types.iter().map(code).collect();
    codes.dedup();
    let tree = match (codes.as_slice(), types) {
        // The top of a new type has nothing but what is added to it.
        ([], _) if work.is_specialization => return Ok(Vec::new()),
        ([], _) => return Err(SnapshotFault::UnknownPath),
        ([only], [type_of]) => match only_profile(type_of) {
            // A profile that is being made, or is not known, has at least what its type has.
            Some(profile) => work.tree(profile).or_else(|_| work.tree(&type_url(only)?))?,
            None => work.tree(&type_url(only)?)?,
        },
        ([only], _) => work.tree(&type_url(only)?)?,
        // All that any of them has for sure.
        _ => work.tree(&type_url("Element")?)?,
    };
    Ok(tree.children)
}

impl SnapshotNode {
    /// The element below it at a path without slices.
    fn below(&self, path: &str) -> Option<&Self> {
        match path.split_once('.') {
            Some((name, rest)) => self.child(name)?.below(rest),
            None if path.is_empty() => Some(self),
            None => self.child(path),
        }
    }
}
