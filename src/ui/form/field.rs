//! The fields of a form, made of the items of its Questionnaire.

use maud::{Markup, html};
use serde_json::Value;

use super::control::Control;
use super::fault::{self, Fault};
use super::filled::{Sent, field, is_known};
use super::typed::{key, label};
use crate::fhir::member::{members, text};
use crate::interaction::engine::Ctx;
use crate::operation::questionnaire::options::Options;
use crate::operation::questionnaire::sdc;
use crate::ui::say::Say;

/// What the fields are made with.
pub(super) struct Fields<'f> {
    pub(super) ctx: &'f Ctx<'f>,
    pub(super) questionnaire: &'f Value,
    pub(super) say: Say,
    /// What was typed, where the form was sent before.
    pub(super) sent: Option<&'f Sent>,
    pub(super) faults: &'f [Fault],
}

impl Fields<'_> {
    /// The fields of items; `known` is the same part of what the server filled.
    pub(super) fn items(
        &self,
        items: &[Value],
        known: &Value,
        within: &str,
        depth: usize,
    ) -> Markup {
        html! { @for item in items { (self.item(item, known, within, depth)) } }
    }

    fn item(&self, item: &Value, known: &Value, within: &str, depth: usize) -> Markup {
        let link = text(item, "linkId").unwrap_or_default();
        let filled: Vec<&Value> =
            members(known, "item").iter().filter(|one| text(one, "linkId") == Some(link)).collect();
        match text(item, "type").unwrap_or_default() {
            _ if sdc::is_hidden(item) => html! {},
            "display" => html! { p .dim { (self.words(item)) } },
            "group" => self.group(item, &filled, within, depth),
            _ if is_known(item) => self.shown(item, filled.first().copied()),
            _ => self.question(item, filled.first().copied(), within, depth),
        }
    }

    fn group(&self, item: &Value, filled: &[&Value], within: &str, depth: usize) -> Markup {
        let link = text(item, "linkId").unwrap_or_default();
        let name = field(link, within);
        let say = self.say;
        let repeats = item.get("repeats") == Some(&Value::Bool(true));
        let told = self.sent.and_then(|sent| sent.times(&name));
        let times = if repeats { told.unwrap_or(1).max(filled.len()) } else { 1 };
        html! {
            @for at in 0..times {
                @let inside = if repeats { format!("{within}~{at}") } else { within.to_owned() };
                fieldset #(id(&format!("{link}{inside}"))) class=[(depth > 0).then_some("inner")] {
                    legend { (self.words(item)) @if repeats && times > 1 { " " (at + 1) } }
                    (self.condition(item))
                    (self.items(members(item, "item"), filled.get(at).copied().unwrap_or(&Value::Null), &inside, depth + 1))
                }
            }
            @if repeats {
                input type="hidden" name={ "n." (name) } value=(times);
                button type="submit" name="them" value=(name) formnovalidate .more {
                    (say.pick("Thêm", "Add")) ": " (self.words(item))
                }
            }
        }
    }

    /// What is known and not asked.
    fn shown(&self, item: &Value, filled: Option<&Value>) -> Markup {
        let answers = filled.map(|one| members(one, "answer")).unwrap_or_default();
        let told: Vec<String> = answers.iter().map(|answer| self.told(answer)).collect();
        html! {
            @if !told.is_empty() {
                p .known { span .dim { (self.words(item)) ": " } b { (told.join(", ")) } }
            }
        }
    }

    fn question(&self, item: &Value, filled: Option<&Value>, within: &str, depth: usize) -> Markup {
        let link = text(item, "linkId").unwrap_or_default();
        let name = field(link, within);
        let faults = fault::at(self.faults, &name, self.say);
        let options = Options::of(self.ctx, self.questionnaire, item);
        let repeats = item.get("repeats") == Some(&Value::Bool(true));
        let answers = filled.map(|one| members(one, "answer")).unwrap_or_default();
        let mut values: Vec<String> = match self.sent {
            Some(sent) => sent.all(&name).map(str::to_owned).collect(),
            None => answers.iter().map(|answer| written(answer, item, self.say)).collect(),
        };
        if repeats {
            values.retain(|value| !value.trim().is_empty());
            values.push(String::new());
        }
        if values.is_empty() {
            values.push(String::new());
        }
        let inside = members(item, "item");
        let is_required = item.get("required") == Some(&Value::Bool(true));
        html! {
            div .q {
                label for=(id(&name)) { (self.words(item)) @if is_required { " " span .must title=(self.say.pick("cần điền", "required")) { "*" } } }
                (self.condition(item))
                @for (at, value) in values.iter().enumerate() {
                    @let id = if at == 0 { id(&name) } else { format!("{}-{at}", id(&name)) };
                    (Control { item, name: &name, id: &id, value, is_wrong: !faults.is_empty(), label: (at > 0).then(|| self.words(item)), say: self.say }.markup(&options))
                }
                @if !faults.is_empty() {
                    p .wrong #{ "e-" (id(&name)) } { @for fault in &faults { (fault) " " } }
                }
            }
            @if !inside.is_empty() {
                (self.items(inside, answers.first().unwrap_or(&Value::Null), within, depth + 1))
            }
        }
    }

    /// When something is to be answered at all.
    fn condition(&self, item: &Value) -> Markup {
        let say = self.say;
        let all = members(item, "enableWhen");
        let any = text(item, "enableBehavior") == Some("any");
        let told: Vec<String> = all.iter().map(|one| self.when(one)).collect();
        let joined = told.join(
            say.pick(if any { " hoặc " } else { " và " }, if any { " or " } else { " and " }),
        );
        html! { @if !joined.is_empty() { p .dim { (say.pick("Chỉ điền khi ", "Only when ")) (joined) } } }
    }

    fn when(&self, condition: &Value) -> String {
        let link = text(condition, "question").unwrap_or_default();
        let asked = named(self.questionnaire, link).map(|item| self.words(item).to_owned());
        let asked = asked.unwrap_or_else(|| link.to_owned());
        let operator = text(condition, "operator").unwrap_or_default();
        let answer = condition.as_object().into_iter().flatten();
        let answer = answer.into_iter().find(|(key, _)| key.starts_with("answer"));
        let told = answer.map(|(_, value)| self.told(&serde_json::json!({ "value": value })));
        let told = told.unwrap_or_default();
        let is_no = answer.is_some_and(|(_, value)| *value == Value::Bool(false));
        match (operator, is_no) {
            ("exists", true) => {
                self.say.pick(format!("“{asked}” để trống"), format!("“{asked}” is empty"))
            }
            ("exists", false) => {
                self.say.pick(format!("“{asked}” đã điền"), format!("“{asked}” is answered"))
            }
            ("!=", _) => {
                self.say.pick(format!("“{asked}” khác {told}"), format!("“{asked}” is not {told}"))
            }
            ("=", _) => {
                self.say.pick(format!("“{asked}” là {told}"), format!("“{asked}” is {told}"))
            }
            (other, _) => format!("“{asked}” {other} {told}"),
        }
    }

    /// The words of an item in the language of the reader.
    fn words<'i>(&self, item: &'i Value) -> &'i str {
        words(item, self.say)
    }

    /// An answer as it is read.
    fn told(&self, answer: &Value) -> String {
        let say = self.say;
        let value = answer
            .as_object()
            .and_then(|answer| answer.iter().find(|(key, _)| key.starts_with("value")));
        match value {
            Some((_, Value::Bool(truth))) => say
                .pick(if *truth { "có" } else { "không" }, if *truth { "yes" } else { "no" })
                .to_owned(),
            Some((key, Value::String(date))) if key.starts_with("valueDate") => say.date(date),
            Some((_, Value::Number(number))) => say.number(&number.to_string()),
            Some(_) => label(answer),
            None => String::new(),
        }
    }
}

/// The words of an item, in a language.
pub(super) fn words(item: &Value, say: Say) -> &str {
    let vietnamese = text(item, "text").unwrap_or_default();
    let translations = item.pointer("/_text/extension").and_then(Value::as_array);
    let english = translations.into_iter().flatten().find_map(|one| {
        let parts = members(one, "extension");
        let is_english = parts.iter().any(|part| text(part, "valueCode") == Some("en"));
        is_english.then(|| parts.iter().find_map(|part| text(part, "valueString")))?
    });
    say.pick(vietnamese, english.unwrap_or(vietnamese))
}

/// The item of a linkId.
pub(super) fn named<'q>(parent: &'q Value, link: &str) -> Option<&'q Value> {
    members(parent, "item").iter().find_map(|item| match text(item, "linkId") == Some(link) {
        true => Some(item),
        false => named(item, link),
    })
}

/// The id of a field's element: names have characters that selectors would take for others.
pub(super) fn id(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    format!("f-{}", name.chars().map(plain).collect::<String>())
}

/// An answer as its field has it.
fn written(answer: &Value, item: &Value, say: Say) -> String {
    let value = answer
        .as_object()
        .and_then(|answer| answer.iter().find(|(key, _)| key.starts_with("value")));
    match value {
        Some((_, Value::Bool(truth))) => truth.to_string(),
        Some((_, Value::Number(number))) => say.number(&number.to_string()),
        Some((key, Value::String(moment))) if key == "valueDateTime" => {
            let is_observed =
                text(item, "definition").unwrap_or_default().ends_with("#Observation.value[x]");
            match is_observed {
                true => say.date(moment),
                false => local(moment),
            }
        }
        Some((name, _)) if name == "valueCoding" => key(answer),
        Some(_) => label(answer),
        None => String::new(),
    }
}

/// `2026-02-03T08:30:12.1+07:00` as the field of an hour takes it.
fn local(moment: &str) -> String {
    moment.get(..16).unwrap_or(moment).to_owned()
}
