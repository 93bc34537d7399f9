//! Fills templates, <https://hl7.org/fhir/uv/sdc/extraction.html#template-based-extraction>:
//! `templateExtractContext` says how often an element is there and what is below it about,
//! `templateExtractValue` what is in it. What gets no value is left out.

use serde_json::{Map, Value, json};

use super::entry::{Entry, new_url, request};
use crate::budget;
use crate::fhir::member::{members, text};
use crate::operation::questionnaire::evaluation::{Evaluation, Fault, Variables};
use crate::operation::questionnaire::held::Held;
use crate::operation::questionnaire::sdc;

/// What templates are filled with.
pub(super) struct Template<'t, 'c> {
    pub(super) evaluation: &'t Evaluation<'t, 'c>,
    pub(super) variables: &'t Variables,
}

impl Template<'_, '_> {
    /// The resources of a template, without the id by which it is contained.
    pub(super) fn resources(&self, template: &Value, focus: &[Held]) -> Result<Vec<Entry>, Fault> {
        let mut made = self.filled(template, focus)?;
        for (resource, _) in &mut made {
            // An id of its own is one that the template worked out.
            let is_local = text(resource, "id") == text(template, "id");
            if let (true, Some(object)) = (is_local, resource.as_object_mut()) {
                object.shift_remove("id");
            }
        }
        Ok(made)
    }

    /// The entries of a template that is a Bundle.
    pub(super) fn entries(&self, bundle: &Value, focus: &[Held]) -> Result<Vec<Entry>, Fault> {
        let mut entries = Vec::new();
        for template in members(bundle, "entry") {
            for (mut entry, link) in self.filled(template, focus)? {
                let Some(object) = entry.as_object_mut() else { continue };
                if !object.contains_key("request")
                    && let Some(asked) = object.get("resource").map(request)
                {
                    object.insert("request".into(), asked);
                }
                if !object.contains_key("fullUrl") {
                    object.insert("fullUrl".into(), json!(new_url()));
                }
                entries.push((entry, link));
            }
        }
        Ok(entries)
    }

    /// An element as often as its context is there, each with the item that its context is.
    fn filled(&self, template: &Value, focus: &[Held]) -> Result<Vec<Entry>, Fault> {
        budget::spend(1)?;
        let Some(object) = template.as_object() else {
            return Ok(vec![(template.clone(), None)]);
        };
        let Some(context) = formula(template, "templateExtractContext") else {
            return Ok(self.object(object, focus)?.map(|made| (made, None)).into_iter().collect());
        };
        let mut all = Vec::new();
        for found in self.evaluation.evaluate(context, focus, self.variables)? {
            let link = text(&found.value, "linkId").map(Into::into);
            let made = self.object(object, std::slice::from_ref(&found))?;
            all.extend(made.map(|made| (made, link)));
        }
        Ok(all)
    }

    /// An object, once; none where nothing is left of it.
    fn object(
        &self,
        template: &Map<String, Value>,
        focus: &[Held],
    ) -> Result<Option<Value>, Fault> {
        let mut made = Map::new();
        let extensions = template.get("extension").and_then(Value::as_array);
        let value = extensions.into_iter().flatten().find_map(value_formula);
        if let Some(expression) = value {
            let found = self.evaluation.evaluate(expression, focus, self.variables)?;
            match found.into_iter().next().map(|held| held.value) {
                Some(Value::Object(object)) => made = object,
                Some(_) | None => return Ok(None),
            }
        }
        for (key, part) in template {
            match key.strip_prefix('_') {
                Some(name) => self.primitive(&mut made, template, (name, part), focus)?,
                None if key == "extension" => self.extensions(&mut made, part, focus)?,
                // It stands beside what says how it is made.
                None if template.get(&format!("_{key}")).is_some_and(is_made) => {}
                None => self.member(&mut made, (key, part), focus)?,
            }
        }
        Ok((!made.is_empty()).then_some(Value::Object(made)))
    }

    /// A member that is no primitive, or a fixed one.
    fn member(
        &self,
        made: &mut Map<String, Value>,
        (key, part): (&str, &Value),
        focus: &[Held],
    ) -> Result<(), Fault> {
        let value = match part {
            Value::Array(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in parts {
                    all.extend(self.filled(part, focus)?.into_iter().map(|(value, _)| value));
                }
                Some(Value::Array(all))
                    .filter(|all| all.as_array().is_some_and(|it| !it.is_empty()))
            }
            part => self.filled(part, focus)?.into_iter().next().map(|(value, _)| value),
        };
        if let Some(value) = value {
            made.entry(key).or_insert(value);
        }
        Ok(())
    }

    /// The extensions of an element, but for those that make it.
    fn extensions(
        &self,
        made: &mut Map<String, Value>,
        part: &Value,
        focus: &[Held],
    ) -> Result<(), Fault> {
        let kept: Vec<Value> = part.as_array().into_iter().flatten().cloned().collect();
        let kept: Vec<Value> = kept.into_iter().filter(|one| !sdc::is_of_template(one)).collect();
        if kept.is_empty() {
            return Ok(());
        }
        let before = made.len();
        self.member(made, ("extension", &Value::Array(kept)), focus)?;
        // An extension of which only the name is left says nothing.
        if let (true, Some(Value::Array(all))) = (made.len() > before, made.get_mut("extension")) {
            all.retain(|one| one.as_object().is_none_or(|one| one.len() > 1));
            if all.is_empty() {
                made.shift_remove("extension");
            }
        }
        Ok(())
    }

    /// A primitive that is made, `_birthDate`, or what stands beside one.
    fn primitive(
        &self,
        made: &mut Map<String, Value>,
        template: &Map<String, Value>,
        (name, part): (&str, &Value),
        focus: &[Held],
    ) -> Result<(), Fault> {
        if let Value::Array(parts) = part {
            let mut all = Vec::new();
            for one in parts {
                all.extend(self.values(one, focus)?);
            }
            if !all.is_empty() {
                made.insert(name.to_owned(), Value::Array(all));
            }
            return Ok(());
        }
        if is_made(part)
            && let Some(value) = self.values(part, focus)?.into_iter().next()
        {
            made.insert(name.to_owned(), value);
        }
        let kept = members(part, "extension").iter().filter(|one| !sdc::is_of_template(one));
        let kept: Vec<Value> = kept.cloned().collect();
        if !kept.is_empty() {
            let mut beside = Map::new();
            self.extensions(&mut beside, &Value::Array(kept), focus)?;
            if !beside.is_empty() && (made.contains_key(name) || !template.contains_key(name)) {
                made.insert(format!("_{name}"), Value::Object(beside));
            }
        }
        Ok(())
    }

    /// The values of a primitive.
    fn values(&self, part: &Value, focus: &[Held]) -> Result<Vec<Value>, Fault> {
        let mut contexts = vec![focus.to_vec()];
        if let Some(context) = formula(part, "templateExtractContext") {
            let found = self.evaluation.evaluate(context, focus, self.variables)?;
            contexts = found.into_iter().map(|one| vec![one]).collect();
        }
        let mut all = Vec::new();
        for focus in contexts {
            if let Some(value) = members(part, "extension").iter().find_map(value_formula) {
                let found = self.evaluation.evaluate(value, &focus, self.variables)?;
                all.extend(found.into_iter().map(|held| held.value));
            }
        }
        all.retain(|value| !value.is_object() && !value.is_null());
        Ok(all)
    }
}

fn formula<'v>(element: &'v Value, name: &'v str) -> Option<&'v str> {
    sdc::one(element, name).and_then(sdc::formula).map(|formula| formula.text)
}

fn value_formula(extension: &Value) -> Option<&str> {
    let is_value = text(extension, "url").is_some_and(|url| url.ends_with("templateExtractValue"));
    (is_value && sdc::is_of_template(extension))
        .then(|| sdc::formula(extension))?
        .map(|one| one.text)
}

/// Whether the value of a primitive is made.
fn is_made(beside: &Value) -> bool {
    members(beside, "extension").iter().any(|one| value_formula(one).is_some())
        || beside.as_array().is_some_and(|all| all.iter().any(is_made))
}
