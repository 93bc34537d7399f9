//! `$batch-validate-code`: many codes at once, each with parameters of its own besides the common
//! ones.
//!
//! What the common parameters say (definitions that come with the call, versions, the value set) is
//! read once, so that a code more costs the same whether it is the tenth or the fifty thousandth.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::fhir::issue::operation_outcome;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::terminology::scope::Scope;
use crate::terminology::value_set::definition::ValueSet;

use super::code_request::{missing, scope, value_set};
use super::validate_code::{Against, answer};
use crate::operation::call::Call;
use crate::operation::parameters::Parameters;

/// Parameters that say which definitions are seen, and in which versions.
const OF_SCOPE: [&str; 8] = [
    "check-system-version",
    "codeSystem",
    "default-valueset-version",
    "exclude-system",
    "force-system-version",
    "system-version",
    "tx-resource",
    "useSupplement",
];

/// Parameters that say which value set it is.
const OF_VALUE_SET: [&str; 3] = ["url", "valueSet", "valueSetVersion"];

/// Validates many codes.
pub(in crate::operation) fn run(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    _instance: Option<&Value>,
) -> Result<Value, Failure> {
    let parameters = call.parameters();
    let all: Vec<&Value> = parameters.all("validation").collect();
    let common: Vec<(&str, &Value)> =
        parameters.iter().filter(|(name, _)| *name != "validation").collect();
    let mut batch = Batch { ctx, call, common, shared: None };
    let one = |asked: &Value| {
        let answer = batch.answer_one(asked);
        let answer =
            answer.unwrap_or_else(|failure| operation_outcome(&failure.issues, call.language));
        json!({ "name": "validation", "resource": answer })
    };
    let answers: Vec<Value> = all.iter().filter_map(|part| part.get("resource")).map(one).collect();
    Ok(json!({ "resourceType": "Parameters", "parameter": answers }))
}

struct Batch<'a, 'c> {
    ctx: &'a Ctx<'c>,
    call: &'a Call<'a>,
    /// Every parameter but the questions.
    common: Vec<(&'a str, &'a Value)>,
    shared: Option<Shared<'c>>,
}

/// What the questions share that say nothing else.
struct Shared<'c> {
    scope: Scope<'c>,
    /// Of the common parameters; none when these name none.
    value_set: Option<Arc<ValueSet>>,
}

impl<'c> Batch<'_, 'c> {
    fn answer_one(&mut self, asked: &Value) -> Result<Value, Failure> {
        let own = Parameters::new(asked);
        let has = |names: &[&str]| own.iter().any(|(name, _)| names.contains(&name));
        if has(&OF_SCOPE) {
            let body = self.body(asked, |_| true);
            let one = Call { query: &body, posted: None, ..*self.call };
            let scope = scope(self.ctx, one.parameters())?;
            let set = self.value_set(&scope, &one)?;
            return self.answer(&scope, set.as_deref(), &one);
        }
        let is_own_set = self.is_of_value_sets() && has(&OF_VALUE_SET);
        // What is shared is left out: it may be large.
        let body = self
            .body(asked, |name| !OF_SCOPE.contains(&name) && (is_own_set || name != "valueSet"));
        let one = Call { query: &body, posted: None, ..*self.call };
        let mut shared = match self.shared.take() {
            Some(shared) => shared,
            None => Shared { scope: self.scope()?, value_set: None },
        };
        shared.scope.renew();
        let set = match is_own_set {
            true => self.value_set(&shared.scope, &one)?,
            false => self.common_set(&mut shared)?,
        };
        let answer = self.answer(&shared.scope, set.as_deref(), &one);
        // Supplements of one value set say nothing to the next question.
        let has_supplements = set.is_some_and(|set| set.supplements().next().is_some());
        if !(is_own_set && has_supplements) {
            self.shared = Some(shared);
        }
        answer
    }

    fn is_of_value_sets(&self) -> bool {
        self.call.kind != Some(ResourceKind::CODE_SYSTEM)
    }

    fn scope(&self) -> Result<Scope<'c>, Failure> {
        let common = self.body(&Value::Null, |_| true);
        scope(self.ctx, Parameters::new(&common))
    }

    /// The value set that the common parameters name, read once.
    fn common_set(&self, shared: &mut Shared<'c>) -> Result<Option<Arc<ValueSet>>, Failure> {
        if shared.value_set.is_none() {
            let common = self.body(&Value::Null, |_| true);
            let call = Call { query: &common, posted: None, ..*self.call };
            shared.value_set = self.value_set(&shared.scope, &call)?;
        }
        Ok(shared.value_set.clone())
    }

    fn value_set(
        &self,
        scope: &Scope<'_>,
        one: &Call<'_>,
    ) -> Result<Option<Arc<ValueSet>>, Failure> {
        if self.is_of_value_sets() { value_set(scope, one, None) } else { Ok(None) }
    }

    fn answer(
        &self,
        scope: &Scope<'_>,
        set: Option<&ValueSet>,
        one: &Call<'_>,
    ) -> Result<Value, Failure> {
        let parameters = one.parameters();
        if !self.is_of_value_sets() {
            let common = self.common.iter().filter(|(name, _)| *name == "codeSystem");
            let common = common.filter_map(|(_, part)| part.get("resource")).next();
            let given = parameters.resource("codeSystem").or(common);
            let url = given.and_then(|system| system.get("url")).and_then(Value::as_str);
            let system =
                url.or_else(|| parameters.text("url")).or_else(|| parameters.text("system"));
            return answer(scope, one, &Against::System, system);
        }
        let set = set.ok_or_else(|| missing("'url', 'valueSet' / 'url' or 'valueSet'"))?;
        answer(scope, one, &Against::ValueSet(set), parameters.text("system"))
    }

    /// The common parameters that are wanted and that a question does not have itself, and its own.
    fn body(&self, asked: &Value, wanted: impl Fn(&str) -> bool) -> Value {
        let own = Parameters::new(asked);
        let is_own = |name: &str| own.iter().any(|(other, _)| other == name);
        let common = self.common.iter().filter(|(name, _)| wanted(name) && !is_own(name));
        let all: Vec<&Value> =
            common.map(|(_, part)| *part).chain(own.iter().map(|(_, part)| part)).collect();
        json!({ "resourceType": "Parameters", "parameter": all })
    }
}
