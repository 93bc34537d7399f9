//! Records that are put together by the definitions of items,
//! <https://hl7.org/fhir/uv/sdc/extraction.html#definition-based-extraction>.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::entry::entry;
use super::fixed;
use super::place::{Given, Placing, steps};
use super::walk::{Here, Walk};
use crate::budget;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::operation::questionnaire::answer::{unit, with_unit};
use crate::operation::questionnaire::evaluation::Fault;
use crate::operation::questionnaire::held::Held;
use crate::operation::questionnaire::sdc;

/// A record that is being put together.
#[derive(Debug)]
pub(super) struct Building {
    resource: Value,
    kind: ResourceKind,
    /// What definitions of its elements begin with; none: whatever is of its type.
    base: Option<Box<str>>,
    profile: Option<Arc<Value>>,
    link: Option<Box<str>>,
    /// Elements of groups that are open: their paths, and where they stand.
    open: Vec<(Box<str>, String)>,
    slices: FxHashMap<String, usize>,
}

impl<'w> Walk<'w, '_> {
    /// Begins a record where an element asks for one.
    pub(super) fn begin(&mut self, element: &Value, link: Option<Box<str>>) -> Result<bool, Fault> {
        let engine = self.evaluation.ctx.engine;
        let asked = sdc::one(element, "definitionExtract");
        let (kind, base) = if let Some(asks) = asked {
            let base = sdc::part(asks, "definition").and_then(sdc::text_of).unwrap_or_default();
            let library = &engine.registry.library;
            let found = library.find(ResourceKind::STRUCTURE_DEFINITION, base);
            let kind = found.as_deref().and_then(|one| ResourceKind::parse(text(one, "type")?));
            (kind.ok_or_else(|| unknown(base))?, Some(base))
        } else if let Some(asks) = sdc::one(element, "itemExtractionContext") {
            let told = sdc::formula(asks).map(|formula| formula.text).unwrap_or_default();
            let name = told.split(['?', '/']).next().unwrap_or_default();
            (ResourceKind::parse(name).ok_or_else(|| unknown(told))?, None)
        } else {
            return Ok(false);
        };
        let profile = base.and_then(|base| engine.snapshots.definition(base));
        let is_profile =
            profile.as_deref().is_some_and(|one| text(one, "derivation") == Some("constraint"));
        let mut resource = json!({ "resourceType": kind.name() });
        if let (true, Some(base), Some(object)) = (is_profile, base, resource.as_object_mut()) {
            object.insert("meta".into(), json!({ "profile": [base] }));
        }
        self.building.push(Building {
            resource,
            kind,
            base: base.map(Into::into),
            profile: profile.filter(|_| is_profile),
            link,
            open: Vec::new(),
            slices: FxHashMap::default(),
        });
        Ok(true)
    }

    /// Puts the answers of an item; whether it is a group whose element is open now.
    pub(super) fn answers(&mut self, item: &Value, one: &Value) -> Result<bool, Fault> {
        let Some(path) = text(item, "definition").and_then(|told| self.path(told)) else {
            return Ok(false);
        };
        if text(item, "type") == Some("group") {
            let is_root = !path.contains('.');
            if is_root {
                return Ok(false);
            }
            let pointer = self.put(path, None);
            let entered = pointer.is_some();
            if let (Some(pointer), Some(building)) = (pointer, self.building.last_mut()) {
                building.open.push((path.into(), pointer));
            }
            return Ok(entered);
        }
        for answer in members(one, "answer") {
            budget::spend(1)?;
            let found = answer.as_object().into_iter().flatten();
            let Some((key, value)) = found.into_iter().find(|(key, _)| key.starts_with("value"))
            else {
                continue;
            };
            let number = value.as_number().zip(unit(item));
            let quantity = number.map(|(number, unit)| with_unit(number, unit));
            let given = Given { key: key.clone(), value: value.clone(), quantity };
            self.put(path, Some(&given)).ok_or_else(|| misplaced(path))?;
        }
        Ok(false)
    }

    /// Ends what [`Self::answers`] opened.
    pub(super) fn leave(&mut self, entered: bool) {
        if let (true, Some(building)) = (entered, self.building.last_mut()) {
            building.open.pop();
        }
    }

    /// Puts the values that an element gives without anybody answering: `definitionExtractValue`.
    pub(super) fn values(
        &mut self,
        element: &Value,
        focus: &[Held],
        here: &Here<'_>,
    ) -> Result<(), Fault> {
        for extension in sdc::all(element, "definitionExtractValue") {
            let told = sdc::part(extension, "definition").and_then(sdc::text_of);
            let Some(path) = told.and_then(|told| self.path(told)) else { continue };
            let expression = sdc::part(extension, "expression").and_then(sdc::formula);
            let mut given = Vec::new();
            if let Some(formula) = expression {
                let shapes = &self.evaluation.ctx.engine.registry.shapes;
                let found = self.evaluation.evaluate(formula.text, focus, &here.variables)?;
                given.extend(found.into_iter().map(|held| Given {
                    key: format!("value{}", capital(&held.type_name(shapes))),
                    value: held.value,
                    quantity: None,
                }));
            }
            let fixed = sdc::part(extension, "fixed-value").and_then(Value::as_object);
            let fixed = fixed.into_iter().flatten().filter(|(key, _)| key.starts_with("value"));
            given.extend(fixed.map(|(key, value)| Given {
                key: key.clone(),
                value: value.clone(),
                quantity: None,
            }));
            for given in given {
                budget::spend(1)?;
                self.put(path, Some(&given)).ok_or_else(|| misplaced(path))?;
            }
        }
        Ok(())
    }

    /// Ends a record, with what its profile says of it.
    pub(super) fn finish(
        &mut self,
        element: &Value,
        focus: &[Held],
        here: &Here<'_>,
    ) -> Result<(), Fault> {
        let Some(mut building) = self.building.pop() else { return Ok(()) };
        if let Some(profile) = &building.profile {
            let shapes = &self.evaluation.ctx.engine.registry.shapes;
            fixed::fill(shapes, profile, &mut building.resource)?;
        }
        let nothing = json!({});
        let asks = sdc::one(element, "definitionExtract").unwrap_or(&nothing);
        let asked = (asks, focus, &here.variables);
        let made = entry(&self.evaluation, building.resource, asked)?;
        self.entries.push((made, building.link));
        Ok(())
    }

    /// The path that a definition has within the record that is put together.
    fn path<'d>(&self, definition: &'d str) -> Option<&'d str> {
        let building = self.building.last()?;
        let (base, path) = definition.split_once('#')?;
        let of_type = path.split('.').next() == Some(building.kind.name());
        let is_ours = building.base.as_deref().is_none_or(|own| own == base);
        (of_type && is_ours).then_some(path)
    }

    fn put(&mut self, path: &str, given: Option<&Given>) -> Option<String> {
        let shapes = &self.evaluation.ctx.engine.registry.shapes;
        let building = self.building.last_mut()?;
        let profile = building.profile.clone();
        let url = |trail: &str| profile.as_deref().and_then(|profile| fixed::url(profile, trail));
        let kind = building.kind.name();
        // Within the innermost group that the path leads through.
        let open =
            building.open.iter().rev().find(|(open, _)| {
                path.strip_prefix(&**open).is_some_and(|rest| rest.starts_with('.'))
            });
        let (trail, before, rest) = match open {
            Some((open, pointer)) => {
                (open.to_string(), pointer.clone(), path.strip_prefix(&**open)?)
            }
            None => (kind.to_owned(), String::new(), path.strip_prefix(kind)?),
        };
        let mut shape = shapes.named(kind)?;
        for key in before.split('/').filter(|key| key.parse::<usize>().is_err() && !key.is_empty())
        {
            let crate::definitions::shape::Content::Complex(id) = shape.element(key)?.content
            else {
                return None;
            };
            shape = shapes.shape(id)?;
        }
        let object = building.resource.pointer_mut(&before)?.as_object_mut()?;
        let mut placing = Placing { shapes, slices: &mut building.slices, url: &url };
        let below = placing.put(object, shape, (trail, &steps(&format!("x{rest}"))), given)?;
        Some(format!("{before}{below}"))
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn unknown(name: &str) -> Fault {
    Fault::Wrong(Text::new(
        format!("Không biết định nghĩa '{name}' của bản ghi cần trích."),
        format!("The definition '{name}' of what is to be extracted is not known."),
    ))
}

fn misplaced(path: &str) -> Fault {
    Fault::Wrong(Text::new(
        format!(
            "Không đặt được câu trả lời vào {path}: không có phần tử này, hoặc nó mang kiểu khác."
        ),
        format!(
            "An answer cannot be put at {path}: there is no such element, or it is of another type."
        ),
    ))
}
