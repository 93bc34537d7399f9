//! The control that a question is answered with: an input, a list, a text.

use maud::{Markup, html};
use serde_json::Value;

use super::typed::{key, label};
use crate::fhir::member::text;
use crate::operation::questionnaire::answer::unit;
use crate::operation::questionnaire::options::Options;
use crate::ui::say::Say;

/// A question with what is in it.
pub(super) struct Control<'c> {
    pub(super) item: &'c Value,
    /// The name of its field, and the id of its element.
    pub(super) name: &'c str,
    pub(super) id: &'c str,
    /// What is in it: as it was typed, or as it is known.
    pub(super) value: &'c str,
    pub(super) is_wrong: bool,
    /// What it is called, where no label is for it.
    pub(super) label: Option<&'c str>,
    pub(super) say: Say,
}

impl Control<'_> {
    /// The control.
    pub(super) fn markup(&self, options: &Options<'_>) -> Markup {
        let Self { item, .. } = self;
        match text(item, "type").unwrap_or_default() {
            "boolean" => self.yes_or_no(),
            "choice" => match options.all() {
                Some(all) => self.list(all),
                None => self.input("text", None),
            },
            "open-choice" => self.suggested(options.all().unwrap_or_default()),
            "text" => html! {
                textarea #(self.id) name=(self.name) rows="2" aria-invalid=[self.wrong()] aria-describedby=[self.told()] { (self.value) }
            },
            "decimal" => self.input("text", Some("decimal")),
            "integer" => self.input("text", Some("numeric")),
            // What is no date stays as it was typed.
            "date" if !self.is_wrong => self.input("date", None),
            "dateTime" if !self.is_wrong && is_hour(item) => self.input("datetime-local", None),
            "date" | "dateTime" => self.input("text", None),
            "time" if !self.is_wrong => self.input("time", None),
            "url" => self.input("url", None),
            _ => self.input("text", None),
        }
    }

    fn wrong(&self) -> Option<&'static str> {
        self.is_wrong.then_some("true")
    }

    fn told(&self) -> Option<String> {
        self.is_wrong.then(|| format!("e-{}", self.id))
    }

    fn required(&self) -> bool {
        self.item.get("required") == Some(&Value::Bool(true))
    }

    fn input(&self, kind: &str, mode: Option<&str>) -> Markup {
        let say = self.say;
        let is_date = matches!(text(self.item, "type"), Some("date" | "dateTime"));
        let hint =
            (kind == "text" && is_date).then(|| say.pick("ngày/tháng/năm", "day/month/year"));
        let unit =
            unit(self.item).and_then(|unit| text(unit, "display").or_else(|| text(unit, "code")));
        html! {
            input #(self.id) type=(kind) name=(self.name) value=(self.value) inputmode=[mode] placeholder=[hint]
                aria-invalid=[self.wrong()] aria-describedby=[self.told()] aria-label=[self.label]
                aria-required=[self.required().then_some("true")] autocomplete="off";
            @if let Some(unit) = unit.filter(|unit| *unit != "1") { " " span .dim { (shown(unit)) } }
        }
    }

    fn yes_or_no(&self) -> Markup {
        let say = self.say;
        html! {
            select #(self.id) name=(self.name) aria-invalid=[self.wrong()] aria-describedby=[self.told()] {
                option value="" { "–" }
                option value="true" selected[self.value == "true"] { (say.pick("Có", "Yes")) }
                option value="false" selected[self.value == "false"] { (say.pick("Không", "No")) }
            }
        }
    }

    fn list(&self, all: &[Value]) -> Markup {
        html! {
            select #(self.id) name=(self.name) aria-invalid=[self.wrong()] aria-describedby=[self.told()]
                aria-required=[self.required().then_some("true")] {
                option value="" { "–" }
                @for answer in all {
                    @let key = key(answer);
                    option value=(key) selected[key == self.value] { (label(answer)) }
                }
            }
        }
    }

    /// Words, with those that have a code suggested.
    fn suggested(&self, all: &[Value]) -> Markup {
        let list = format!("l-{}", self.id);
        let known = all.iter().find(|answer| key(answer) == self.value).map(label);
        html! {
            input #(self.id) type="text" name=(self.name) value=(known.as_deref().unwrap_or(self.value)) list=(list)
                aria-invalid=[self.wrong()] aria-describedby=[self.told()] autocomplete="off";
            datalist #(list) { @for answer in all { option value=(label(answer)) {} } }
        }
    }
}

/// Whether the hour is asked: of a visit, not of what is told of the past.
fn is_hour(item: &Value) -> bool {
    !text(item, "definition").unwrap_or_default().ends_with("#Observation.value[x]")
}

/// A unit as people write it.
fn shown(unit: &str) -> &str {
    match unit {
        "mm[Hg]" => "mmHg",
        "Cel" => "°C",
        "wk" => "tuần",
        "/min" => "lần/phút",
        "d" => "ngày",
        "h" => "giờ",
        "a" => "năm",
        "{Zscore}" => "SD",
        other => other,
    }
}
