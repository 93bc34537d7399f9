//! What `memberOf()`, `subsumes()` and `conformsTo()` ask, answered by terminology and validation,
//! <https://hl7.org/fhir/R4/fhirpath.html#functions>.

use serde_json::Value;

use crate::definitions::registry::Registry;
use crate::definitions::shape::Content;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::fhirpath::value::datum::Datum;
use crate::fhirpath::value::kind::Kind;
use crate::terminology::scope::Scope;
use crate::terminology::service::{CodeRef, Membership, Terminology};
use crate::terminology::system::subsume::{Subsumption, subsumption};
use crate::validation::request::Request;
use crate::validation::validator::Validator;

/// Answers what an expression asks beyond its resource.
pub struct Answers<'a> {
    pub registry: &'a Registry,
    pub terminology: &'a Terminology,
    pub validator: &'a Validator,
}

impl Answers<'_> {
    /// Whether a `code`, `Coding`, `CodeableConcept` or `Quantity` is in a value set; none when it
    /// cannot be said.
    pub fn is_member(&self, item: &Datum<'_>, value_set: &str) -> Option<bool> {
        let membership = |code| match self.terminology.membership(value_set, code) {
            Membership::Member => Some(true),
            Membership::NotMember => Some(false),
            Membership::Unknown(_) => None,
        };
        let Some(codings) = codings(item) else {
            let code = item.string()?;
            return membership(CodeRef { system: None, version: None, code, display: None });
        };
        let mut answer = Some(false);
        for coding in codings {
            match coded(coding).map_or(Some(false), membership) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }

    /// Whether a code of the first is one of the second or above it; none when it cannot be said.
    pub fn subsumes(&self, above: &Datum<'_>, below: &Datum<'_>) -> Option<bool> {
        let (above, below) = (codings(above)?, codings(below)?);
        let scope = Scope::new(self.terminology);
        let mut answer = Some(false);
        let pairs = above.iter().flat_map(|above| below.iter().map(move |below| (above, below)));
        for (above, below) in pairs {
            let Some((above, below)) = coded(above).zip(coded(below)) else { continue };
            if above.system != below.system {
                continue;
            }
            let codes = (above.code, below.code);
            let system = above.system.unwrap_or_default();
            match subsumption(&scope, system, above.version, codes) {
                Ok(Ok(Subsumption::Equivalent | Subsumption::Subsumes)) => return Some(true),
                Ok(_) => {}
                Err(_) => answer = None,
            }
        }
        answer
    }

    /// Whether a resource conforms to a profile; none when the profile is not known, or the item is
    /// no resource.
    pub fn conforms(&self, item: &Datum<'_>, profile: &str) -> Option<bool> {
        let Datum::Node(node) = item else { return None };
        let Kind::Resource(kind) = node.kind else { return None };
        let definition = self.registry.library.find(ResourceKind::STRUCTURE_DEFINITION, profile)?;
        let fits = match text(&definition, "type")? {
            "Resource" => true,
            "DomainResource" => kind.is_domain_resource(),
            of => of == kind.name(),
        };
        let is_right = || {
            let request = Request { profiles: &[profile], ..Request::default() };
            !self.validator.check(node.value, &request).iter().any(|issue| issue.severity.refuses())
        };
        Some(fits && is_right())
    }
}

/// The codings of a `CodeableConcept`, or the `Coding` or `Quantity` itself.
fn codings<'d>(item: &Datum<'d>) -> Option<&'d [Value]> {
    let node = match item {
        Datum::Node(node) if matches!(node.kind, Kind::Element(Content::Complex(_))) => node,
        _ => return None,
    };
    let codings = members(node.value, "coding");
    Some(if codings.is_empty() { std::slice::from_ref(node.value) } else { codings })
}

/// The code of a `Coding` or a `Quantity`.
fn coded(value: &Value) -> Option<CodeRef<'_>> {
    Some(CodeRef {
        system: Some(text(value, "system")?),
        version: text(value, "version"),
        code: text(value, "code")?,
        display: text(value, "display"),
    })
}
