//! Whether items are in value sets, for `memberOf()`,
//! <https://hl7.org/fhir/R4/fhirpath.html#functions>.

use super::service::{CodeRef, Membership, Terminology};
use crate::definitions::shape::Content;
use crate::fhir::member::{members, text};
use crate::fhirpath::value::datum::Datum;
use crate::fhirpath::value::kind::Kind;

impl Terminology {
    /// Whether a `code`, `Coding` or `CodeableConcept` is in a value set; none when it cannot be
    /// said.
    pub fn member_of(&self, item: &Datum<'_>, value_set: &str) -> Option<bool> {
        let Datum::Node(node) = item else {
            return self.is_member(value_set, None, item.text()?);
        };
        if !matches!(node.kind, Kind::Element(Content::Complex(_))) {
            return self.is_member(value_set, None, item.text()?);
        }
        let codings = members(node.value, "coding");
        let codings = if codings.is_empty() { std::slice::from_ref(node.value) } else { codings };
        let mut is_unknown = false;
        for coding in codings {
            let (Some(system), Some(code)) = (text(coding, "system"), text(coding, "code")) else {
                continue;
            };
            match self.is_member(value_set, Some(system), code) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => is_unknown = true,
            }
        }
        (!is_unknown).then_some(false)
    }

    fn is_member(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        let code = CodeRef { system, version: None, code, display: None };
        match self.membership(value_set, code) {
            Membership::Member => Some(true),
            Membership::NotMember => Some(false),
            Membership::Unknown(_) => None,
        }
    }
}
