//! What a finding about codes is, in the words that terminology servers share,
//! <https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/>: clients sort findings by them, because
//! texts differ between servers and languages.

use serde_json::{Value, json};

/// What a finding about codes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Topic {
    /// A code of [`Topic::SYSTEM`].
    pub kind: Option<&'static str>,
    /// What the validator of HL7 calls the sentence.
    pub sentence: Option<&'static str>,
}

impl Topic {
    /// The system of the kinds.
    pub const SYSTEM: &'static str = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type";
    /// The extension that names the sentence of a finding, whatever its language.
    pub const SENTENCE: &'static str =
        "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id";

    pub(super) fn coding(&self) -> Option<Value> {
        self.kind.map(|kind| json!({ "system": Self::SYSTEM, "code": kind }))
    }

    /// The extension that names a sentence.
    pub(super) fn named(sentence: &str) -> Value {
        json!({ "url": Self::SENTENCE, "valueString": sentence })
    }
}
