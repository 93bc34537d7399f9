//! Codes against the value sets they are bound to, <https://hl7.org/fhir/R4/terminologies.html>.
//!
//! Languages and media types, whose sets have no end, are checked by their form.

use serde_json::Value;

use super::form::{is_language, is_media_type};
use crate::definitions::shape::{Binding, Content, Element, ShapeId, Strength};
use crate::fhir::issue::{Issue, Rule, Severity};
use crate::fhir::member::{members, of, text};
use crate::terminology::service::{CodeRef, Membership, Unknown};
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::message::code as message;
use crate::validation::profile::tree::bound::Bound;
use crate::validation::profile::tree::node::Applied;
use crate::validation::walk::Walk;

const LANGUAGES: [&str; 2] =
    ["http://hl7.org/fhir/ValueSet/languages", "http://hl7.org/fhir/ValueSet/all-languages"];
const MEDIA_TYPES: &str = "http://hl7.org/fhir/ValueSet/mimetypes";

/// Codes of one concept that are looked at for what was meant.
const MOST_MEANT: usize = 8;

/// A binding, and the profile it is of.
#[derive(Clone, Copy)]
struct ProfiledBinding<'b> {
    strength: Strength,
    value_set: &'b str,
    node: Option<Applied<'b>>,
}

impl ProfiledBinding<'_> {
    /// A finding, as the profile of the binding weighs.
    fn weigh(self, issue: Issue) -> Issue {
        match self.node {
            Some(node) => node.weight.of(issue),
            None => issue,
        }
    }
}

/// What is to be said of a coded value.
enum Verdict {
    Member,
    Not,
    /// There is no code.
    Nothing,
    Unknown(Unknown),
}

impl<'a> Walk<'a> {
    /// Checks a `code`, `string` or `uri` that the base definition binds.
    pub(in crate::validation) fn base_code(
        &mut self,
        code: &str,
        binding: &Binding,
        path: &Path<'_>,
    ) {
        let asked = ProfiledBinding {
            strength: binding.strength,
            value_set: &binding.value_set,
            node: None,
        };
        self.code(code, asked, path);
    }

    /// Checks a coded object that the base definition binds.
    pub(in crate::validation) fn base_bound(
        &mut self,
        value: &'a Value,
        shape: ShapeId,
        binding: &Binding,
        path: &Path<'_>,
    ) {
        let asked = ProfiledBinding {
            strength: binding.strength,
            value_set: &binding.value_set,
            node: None,
        };
        self.coded(value, Some(shape), asked, path);
    }

    /// Checks a value that a profile binds.
    pub(in crate::validation) fn profile_bound(
        &mut self,
        bound: &'a Bound,
        node: Applied<'a>,
        (element, value): (&Element, &'a Value),
        path: &Path<'_>,
    ) {
        let is_measured = &*element.type_code == "Quantity" || element.choice.is_none();
        let strength = match bound.strength {
            // Units are of quantities. A choice that is bound to them is not asked for them when it
            // holds a code that says something else.
            Strength::Required if !is_measured && self.is_of_units(&bound.value_set) => {
                Strength::Extensible
            }
            strength => strength,
        };
        let asked = ProfiledBinding { strength, value_set: &bound.value_set, node: Some(node) };
        match (element.content, value) {
            (Content::Primitive(_), Value::String(code)) => self.code(code, asked, path),
            (Content::Complex(shape), _) => self.coded(value, Some(shape), asked, path),
            _ => {}
        }
    }

    fn code(&mut self, code: &str, asked: ProfiledBinding<'_>, path: &Path<'_>) {
        let url = asked.value_set.split_once('|').map_or(asked.value_set, |(url, _)| url);
        if LANGUAGES.contains(&url) {
            if !is_language(code) {
                self.report(path, asked.weigh(message::not_a_language(code)));
            }
            return;
        }
        if asked.strength == Strength::Example {
            return;
        }
        if url == MEDIA_TYPES {
            if asked.strength == Strength::Required && !is_media_type(code) {
                self.report(path, asked.weigh(message::not_a_media_type(code)));
            }
            return;
        }
        let code_ref = CodeRef { system: None, version: None, code, display: None };
        match self.engine.terminology.membership(asked.value_set, code_ref) {
            Membership::Member => {}
            Membership::NotMember => {
                let set = self.registry.value_set(url);
                self.say(asked, path, message::not_in_set(code, url, set));
            }
            Membership::Unknown(unknown) => self.unknown(&unknown, asked, path),
        }
    }

    fn coded(
        &mut self,
        value: &'a Value,
        shape: Option<ShapeId>,
        asked: ProfiledBinding<'_>,
        path: &Path<'_>,
    ) {
        if asked.strength == Strength::Example {
            return;
        }
        let is_concept = shape == self.known.codeable_concept;
        match self.verdict(value, asked.value_set) {
            Verdict::Member => {}
            Verdict::Unknown(unknown) => self.unknown(&unknown, asked, path),
            Verdict::Nothing => {
                // A concept with only an extension says why there is no code.
                let is_excused = value.get("extension").is_some();
                if asked.strength == Strength::Required && is_concept && !is_excused {
                    self.not_member(value, asked, path);
                }
            }
            Verdict::Not => self.not_member(value, asked, path),
        }
    }

    fn not_member(&mut self, value: &Value, asked: ProfiledBinding<'_>, path: &Path<'_>) {
        let url = asked.value_set.split_once('|').map_or(asked.value_set, |(url, _)| url);
        let set = self.registry.value_set(url);
        let meant = self.meant(value, asked.value_set);
        let issue = message::coding_not_in_set(url, set, meant.as_deref());
        self.say(asked, path, issue);
    }

    /// The code of a value set that one of the codes given is but for the case of its letters.
    fn meant(&self, value: &Value, value_set: &str) -> Option<String> {
        let codings = match members(value, "coding") {
            [] => std::slice::from_ref(value),
            codings => codings,
        };
        let mut codings = codings.iter().take(MOST_MEANT);
        codings.find_map(|coding| {
            let (system, code) = (text(coding, "system"), text(coding, "code")?);
            let given = CodeRef { system, version: None, code, display: None };
            let meant = self.engine.terminology.meant(given)?;
            let code = CodeRef { code: &meant, ..given };
            matches!(self.verdict_of(code, value_set), Verdict::Member).then(|| meant.clone())
        })
    }

    fn say(&mut self, asked: ProfiledBinding<'_>, path: &Path<'_>, issue: Issue) {
        let severity = match asked.strength {
            Strength::Required => Severity::Error,
            Strength::Extensible => Severity::Warning,
            Strength::Preferred | Strength::Example => Severity::Information,
        };
        let rule = asked.node.map(|node| Rule {
            profile: std::sync::Arc::clone(&node.profile.canonical),
            key: None,
        });
        let issue = asked.weigh(Issue { severity, rule, ..issue });
        let issue = match asked.node {
            Some(node) => self.of_code(node.profile, issue),
            None => issue,
        };
        self.report(path, issue);
    }

    fn unknown(&mut self, unknown: &Unknown, asked: ProfiledBinding<'_>, path: &Path<'_>) {
        if matches!(asked.strength, Strength::Preferred | Strength::Example) {
            return;
        }
        let issue = match unknown {
            Unknown::ValueSet => message::unknown_set(asked.value_set),
            // The coding itself says so.
            Unknown::System(_) => return,
        };
        let severity = match asked.strength {
            Strength::Required => Severity::Warning,
            _ => Severity::Information,
        };
        self.report(path, Issue { severity, ..issue });
    }

    /// Whether a coded value has a code of a value set; none when that is not known.
    pub(in crate::validation) fn membership_of(
        &self,
        value: &Value,
        value_set: &str,
    ) -> Option<bool> {
        match self.verdict(value, value_set) {
            Verdict::Member => Some(true),
            Verdict::Not | Verdict::Nothing => Some(false),
            Verdict::Unknown(_) => None,
        }
    }

    fn verdict(&self, value: &Value, value_set: &str) -> Verdict {
        let object = match value {
            Value::String(code) => {
                let code = CodeRef { system: None, version: None, code, display: None };
                return self.verdict_of(code, value_set);
            }
            Value::Object(object) => object,
            _ => return Verdict::Nothing,
        };
        let Some(codings) = of(object, "coding").and_then(Value::as_array) else {
            return code_ref(object)
                .map_or(Verdict::Nothing, |code| self.verdict_of(code, value_set));
        };
        let mut verdict = Verdict::Nothing;
        for coding in codings.iter().filter_map(Value::as_object) {
            let Some(code) = code_ref(coding) else { continue };
            match self.verdict_of(code, value_set) {
                Verdict::Member => return Verdict::Member,
                Verdict::Not if !matches!(verdict, Verdict::Unknown(_)) => verdict = Verdict::Not,
                Verdict::Unknown(unknown) => verdict = Verdict::Unknown(unknown),
                Verdict::Not | Verdict::Nothing => {}
            }
        }
        verdict
    }

    fn verdict_of(&self, code: CodeRef<'_>, value_set: &str) -> Verdict {
        // Outside of an element of type `code` nothing says which system is meant.
        match self.engine.terminology.membership(value_set, code) {
            Membership::Member => Verdict::Member,
            Membership::NotMember => Verdict::Not,
            Membership::Unknown(unknown) => Verdict::Unknown(unknown),
        }
    }
}

fn code_ref(coding: &Object) -> Option<CodeRef<'_>> {
    let text = |key: &str| of(coding, key).and_then(Value::as_str);
    // A code without its system is in no set.
    let system = Some(text("system").unwrap_or_default());
    Some(CodeRef { system, version: text("version"), code: text("code")?, display: None })
}
