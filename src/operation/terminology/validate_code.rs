//! `$validate-code` on value sets and on code systems,
//! <https://hl7.org/fhir/R4/valueset-operation-validate-code.html> and
//! <https://hl7.org/fhir/R4/codesystem-operation-validate-code.html>.

use serde_json::{Value, json};

use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::terminology::finding::{self, CodePlace, Finding};
use crate::terminology::scope::Scope;
use crate::terminology::service::CodeRef;
use crate::terminology::validate::rules::Rules;
use crate::terminology::validate::{Verdict, in_system, in_value_set, infer_systems};
use crate::terminology::value_set::definition::ValueSet;

use super::code_request::{failed, languages, missing, scope, split, value_set};
use super::verdict::{Said, write};
use crate::operation::call::Call;

/// What a code is validated against.
pub(in crate::operation) enum Against<'a> {
    ValueSet(&'a ValueSet),
    /// Its own system.
    System,
}

/// Validates a code against a value set.
pub(in crate::operation) fn of_value_set(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    instance: Option<&Value>,
) -> Result<Value, Failure> {
    let parameters = call.parameters();
    let scope = scope(ctx, parameters)?;
    let value_set = value_set(&scope, call, instance)?
        .ok_or_else(|| missing("'url', 'valueSet' / 'url' or 'valueSet'"))?;
    answer(&scope, call, &Against::ValueSet(&value_set), parameters.text("system"))
}

/// Validates a code against a code system.
pub(in crate::operation) fn of_code_system(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    instance: Option<&Value>,
) -> Result<Value, Failure> {
    let parameters = call.parameters();
    let given = instance.or_else(|| parameters.resource("codeSystem"));
    let url = given.and_then(|system| system.get("url")).and_then(Value::as_str);
    let scope = scope(ctx, parameters)?;
    let system = url.or_else(|| parameters.text("url")).or_else(|| parameters.text("system"));
    answer(&scope, call, &Against::System, system)
}

/// Validates what a call asks about.
pub(super) fn answer(
    scope: &Scope<'_>,
    call: &Call<'_>,
    against: &Against<'_>,
    system: Option<&str>,
) -> Result<Value, Failure> {
    let parameters = call.parameters();
    let value_set = match against {
        Against::ValueSet(value_set) => Some(*value_set),
        Against::System => None,
    };
    let languages = languages(call, parameters, value_set)?;
    let rules = Rules {
        languages: languages.as_ref(),
        lenient_display: parameters.truth("lenient-display-validation").unwrap_or(false),
        allow_abstract: parameters.truth("abstract"),
        active_only: parameters.truth("activeOnly").unwrap_or(false),
    };
    let asking = Asking { scope, call, against, rules };
    if let Some(concept) = parameters.value("codeableConcept") {
        return asking.concept(concept);
    }
    match parameters.value("coding") {
        // In a query a Coding is `system|code`.
        Some(Value::String(text)) => {
            let (system, code) = text.rsplit_once('|').unwrap_or(("", text));
            return asking.coding(&json!({ "system": system, "code": code }));
        }
        Some(coding) => return asking.coding(coding),
        None => {}
    }
    let Some(code) = parameters.text("code") else {
        return Err(missing("'code', 'coding', 'codeableConcept'"));
    };
    asking.code(code, system)
}

/// A question, with how it is to be answered.
struct Asking<'a> {
    scope: &'a Scope<'a>,
    call: &'a Call<'a>,
    against: &'a Against<'a>,
    rules: Rules<'a>,
}

impl Asking<'_> {
    fn verdict(&self, code: CodeRef<'_>, place: CodePlace) -> Result<Verdict, Failure> {
        let verdict = match self.against {
            Against::ValueSet(set) => in_value_set(self.scope, set, code, place, &self.rules),
            Against::System => in_system(self.scope, code, place, &self.rules),
        };
        verdict.map_err(failed)
    }

    /// `code` with `system`, or with `inferSystem`.
    fn code(&self, code: &str, system: Option<&str>) -> Result<Value, Failure> {
        let parameters = self.call.parameters();
        let mut inferred = None;
        if let (None, Against::ValueSet(set)) = (system, self.against) {
            if parameters.truth("inferSystem") != Some(true) {
                return Err(no_system());
            }
            let systems = infer_systems(self.scope, set, code).map_err(failed)?;
            match &*systems {
                [system] => inferred = Some(system.clone()),
                several => return Ok(self.not_inferred(set, code, several)),
            }
        }
        let (system, in_system) = system.map_or((None, None), |system| {
            let (system, version) = split(system);
            (Some(system), version)
        });
        let version = match self.against {
            Against::ValueSet(_) => {
                parameters.text("systemVersion").or_else(|| parameters.text("version"))
            }
            Against::System => parameters.text("version"),
        };
        let version = version.or(in_system);
        let system = system.or(inferred.as_deref());
        let code = CodeRef { system, version, code, display: parameters.text("display") };
        self.check_code(code, CodePlace::Code)
    }

    fn not_inferred(&self, set: &ValueSet, code: &str, systems: &[Box<str>]) -> Value {
        let name = set.canonical();
        let findings = [
            finding::not_in_set(CodePlace::Code, &format!("#{code}"), &name),
            finding::cannot_infer(code, &name, systems),
        ];
        let said = Said {
            result: false,
            code: Some(code),
            system: None,
            answered: None,
            concept: None,
            findings: &findings,
            unknown_systems: Vec::new(),
        };
        write(&said, self.call.language)
    }

    fn coding(&self, coding: &Value) -> Result<Value, Failure> {
        self.check_code(code_of(coding), CodePlace::Coding)
    }

    fn check_code(&self, code: CodeRef<'_>, place: CodePlace) -> Result<Value, Failure> {
        let verdict = self.verdict(code, place)?;
        let said = Said {
            result: verdict.holds(),
            code: Some(code.code),
            system: code.system,
            answered: verdict.answered.as_ref(),
            concept: None,
            findings: &verdict.findings,
            unknown_systems: verdict.unknown_systems.iter().map(|system| &**system).collect(),
        };
        Ok(write(&said, self.call.language))
    }

    /// A concept is right when one of its codings is in the set and none is wrong in itself.
    fn concept(&self, concept: &Value) -> Result<Value, Failure> {
        let codings = concept.get("coding").and_then(Value::as_array);
        let codings = codings.map(Vec::as_slice).unwrap_or_default();
        let mut verdicts = Vec::with_capacity(codings.len());
        for (at, coding) in codings.iter().enumerate() {
            verdicts.push(self.verdict(code_of(coding), CodePlace::Concept(at))?);
        }
        let is_in = verdicts.iter().any(|verdict| verdict.is_in);
        let is_unsure = verdicts.iter().any(|verdict| verdict.is_unsure());
        let mut findings: Vec<Finding> = Vec::new();
        if let (false, false, Against::ValueSet(set)) = (is_in, is_unsure, self.against) {
            findings.push(finding::none_in_set(&set.canonical()));
        }
        for verdict in &mut verdicts {
            let is_in_set = verdict.is_in;
            for finding in verdict.findings.drain(..) {
                findings.push(match finding.detail {
                    "not-in-vs" => finding.note("this-code-not-in-vs"),
                    // What another coding makes up for need not be known.
                    "not-found" if is_in && !is_in_set => finding.warning(),
                    _ => finding,
                });
            }
        }
        finding::drop_repeated(&mut findings);
        let chosen = verdicts.iter().position(|verdict| verdict.is_in);
        let chosen = chosen.and_then(|at| Some((verdicts.get(at)?, code_of(codings.get(at)?))));
        let unknown_systems = verdicts.iter().flat_map(|one| &one.unknown_systems);
        let unknown_systems = unknown_systems.map(|system| &**system);
        let said = Said {
            result: is_in && !findings.iter().any(|one| one.issue.severity.refuses()),
            code: chosen.map(|(_, code)| code.code),
            system: chosen.and_then(|(_, code)| code.system),
            answered: chosen.and_then(|(verdict, _)| verdict.answered.as_ref()),
            concept: Some(concept),
            findings: &findings,
            unknown_systems: unknown_systems.collect(),
        };
        Ok(write(&said, self.call.language))
    }
}

fn code_of(coding: &Value) -> CodeRef<'_> {
    let part = |key: &str| coding.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    CodeRef {
        system: part("system"),
        version: part("version"),
        code: part("code").unwrap_or_default(),
        display: part("display"),
    }
}

fn no_system() -> Failure {
    Kind::Malformed.because(
        "Hãy gửi 'system' cùng với 'code', hoặc inferSystem=true để suy ra từ bộ giá trị.",
        "Send 'system' with 'code', or inferSystem=true to have it told from the value set.",
    )
}
