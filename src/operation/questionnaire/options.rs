//! What a question can be answered with: its options, or the codes of its value set.

use std::cell::OnceCell;

use serde_json::{Value, json};

use crate::budget;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::interaction::engine::Ctx;
use crate::terminology::language::Languages;
use crate::terminology::scope::Scope;
use crate::terminology::value_set::definition::ValueSet;
use crate::terminology::value_set::expand::{ExpandRequest, expand};
use crate::terminology::value_set::present::{Shown, contains};

/// Codes that a list may have; of longer ones a code is only checked, never looked for.
pub(crate) const MOST: usize = 400;

/// The answers that a question knows, worked out when they are asked for.
pub(crate) struct Options<'o> {
    ctx: &'o Ctx<'o>,
    questionnaire: &'o Value,
    item: &'o Value,
    known: OnceCell<Option<Vec<Value>>>,
}

impl<'o> Options<'o> {
    pub(crate) fn of(ctx: &'o Ctx<'o>, questionnaire: &'o Value, item: &'o Value) -> Self {
        Self { ctx, questionnaire, item, known: OnceCell::new() }
    }

    /// All of them as answers (`{"valueCoding": …}`); none where they are not known or too many.
    pub(crate) fn all(&self) -> Option<&[Value]> {
        self.known.get_or_init(|| self.listed().or_else(|| self.expanded())).as_deref()
    }

    /// Whether what is answered may be none of a list: there is none, or it is not known.
    pub(super) fn is_open_list(&self) -> bool {
        self.all().is_none()
    }

    /// The answer with the value or the code that something is.
    pub(super) fn of_value(&self, value: &Value) -> Option<Value> {
        let all = self.all()?;
        let codings = members(value, "coding");
        let is_it = |answer: &&Value| match answer.get("valueCoding") {
            Some(coding) => match value {
                Value::String(code) => text(coding, "code") == Some(code),
                value if codings.is_empty() => is_same(coding, value),
                _ => codings.iter().any(|one| is_same(coding, one)),
            },
            None => answer.as_object().is_some_and(|it| it.values().any(|one| one == value)),
        };
        all.iter().find(is_it).cloned()
    }

    fn listed(&self) -> Option<Vec<Value>> {
        let listed = members(self.item, "answerOption");
        let value = |option: &Value| {
            let object = option.as_object()?;
            let (key, value) = object.iter().find(|(key, _)| key.starts_with("value"))?;
            Some(json!({ key.as_str(): value }))
        };
        (!listed.is_empty()).then(|| listed.iter().filter_map(value).collect())
    }

    fn expanded(&self) -> Option<Vec<Value>> {
        let canonical = text(self.item, "answerValueSet")?;
        let scope = Scope::new(&self.ctx.engine.terminology);
        let value_set = match canonical.strip_prefix('#') {
            Some(id) => {
                let all = members(self.questionnaire, "contained");
                let is_it = |one: &&Value| {
                    text(one, "id") == Some(id)
                        && text(one, "resourceType") == Some(ResourceKind::VALUE_SET.name())
                };
                let contained = all.iter().find(is_it)?.clone();
                std::sync::Arc::new(ValueSet::new(std::sync::Arc::new(contained)).ok()?)
            }
            None => scope.value_set(canonical).ok()?,
        };
        let request = ExpandRequest {
            filter: "",
            offset: 0,
            count: None,
            limit: MOST,
            active_only: true,
            without_abstract: true,
            flat: true,
        };
        let expansion = expand(&scope, &value_set, &request).ok()?;
        budget::spend(expansion.total).ok()?;
        let languages = text(self.questionnaire, "language").and_then(Languages::parse);
        let shown = Shown {
            languages: languages.as_ref(),
            with_designations: false,
            designations: Vec::new(),
            properties: Vec::new(),
        };
        let coding = |found: &Value| {
            let (system, code) = (text(found, "system")?, text(found, "code")?);
            let mut coding = json!({ "system": system, "code": code });
            if let (Some(display), Some(object)) = (text(found, "display"), coding.as_object_mut())
            {
                object.insert("display".into(), json!(display));
            }
            Some(json!({ "valueCoding": coding }))
        };
        Some(contains(&expansion, &shown).iter().filter_map(coding).collect())
    }
}

fn is_same(coding: &Value, other: &Value) -> bool {
    text(coding, "code") == text(other, "code")
        && (text(coding, "system") == text(other, "system") || text(other, "system").is_none())
        && text(other, "code").is_some()
}
