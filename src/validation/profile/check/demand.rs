//! What a slice or a pattern demands, as one would say it to somebody who has to send it: a code with
//! the name of its system, a category, an identifier of a system.

use serde_json::Value;

use crate::fhir::issue::Text;
use crate::fhir::member::{members, text};
use crate::terminology::service::Terminology;
use crate::validation::message::value::shown;
use crate::validation::profile::tree::slicing::{SliceStep, Test, Tests, Wanted};
use crate::validation::walk::Walk;

/// Systems that everybody knows by name.
const KNOWN: [(&str, &str); 6] = [
    ("http://loinc.org", "LOINC"),
    ("http://snomed.info/sct", "SNOMED CT"),
    ("http://unitsofmeasure.org", "UCUM"),
    ("http://hl7.org/fhir/sid/icd-10", "ICD-10"),
    ("http://hl7.org/fhir/sid/cvx", "CVX"),
    ("urn:ietf:rfc:3986", "URI"),
];

/// Demands of one list that are told; more would not be read.
const MOST: usize = 8;

/// What is demanded of one place of an item.
#[derive(Debug, Default)]
struct Coded<'t> {
    /// The names of the elements that lead there.
    at: Vec<&'t str>,
    system: Option<&'t str>,
    code: Option<&'t str>,
}

impl Walk<'_> {
    /// What the items of a slice have, in words; `name` is the element's, `slice` the slice's.
    pub(super) fn demanded(&self, name: &str, slice: Option<&str>, tests: Option<&Tests>) -> Text {
        let known = match tests {
            Some(Tests::All(tests)) => self.of_tests(name, tests),
            _ => None,
        };
        known.unwrap_or_else(|| match slice {
            Some(slice) => Text::new(format!("{name} “{slice}”"), format!("{name} “{slice}”")),
            None => Text::new(name, name),
        })
    }

    /// The codes that a fixed value or a pattern asks for, in words.
    pub(super) fn demanded_codes(&self, name: &str, value: &Value) -> Option<Text> {
        let mut found = Vec::new();
        gather(&[], value, &mut found);
        found.retain(|one| one.code.is_some());
        let words: Vec<Text> = found.iter().filter_map(|one| self.worded(name, one)).collect();
        joined(name, &words)
    }

    fn of_tests(&self, name: &str, tests: &[Test]) -> Option<Text> {
        let mut found = Vec::new();
        let mut words = Vec::new();
        for Test { steps, wanted } in tests {
            let path: Vec<&str> = steps.iter().map(step).collect();
            match wanted {
                Wanted::Fixed(value) | Wanted::Pattern(value) => gather(&path, value, &mut found),
                wanted => words.extend(other(name, &path, wanted)),
            }
        }
        let coded = found.iter().filter_map(|one| self.worded(name, one));
        let words: Vec<Text> = coded.chain(words).take(MOST).collect();
        joined(name, &words)
    }

    fn worded(&self, name: &str, one: &Coded<'_>) -> Option<Text> {
        let is_whole = matches!(one.at[..], [] | ["coding"]);
        let (system, code) = (one.system.map(shown), one.code.map(shown));
        Some(match (code, system) {
            (Some(code), system) => {
                let known = KNOWN.iter().find(|(url, _)| one.system == Some(url));
                let called = self.called(one);
                let full = |display: Option<&str>| match (known, &system, display) {
                    (Some((_, known)), _, None) => format!("{known} {code}"),
                    (Some((_, known)), _, Some(display)) => format!("{known} {code} ({display})"),
                    (None, None, _) => code.clone(),
                    (None, Some(system), None) => format!("{code} ({system})"),
                    (None, Some(system), Some(display)) => format!("{code} ({display}; {system})"),
                };
                let (vi, en) = (full(called.0.as_deref()), full(called.1.as_deref()));
                match name {
                    "code" | "coding" if is_whole => {
                        Text::new(format!("mã {vi}"), format!("code {en}"))
                    }
                    name if is_whole => Text::new(format!("{name} {vi}"), format!("{name} {en}")),
                    name => Text::new(
                        format!("{name} có mã {vi}"),
                        format!("{name} with the code {en}"),
                    ),
                }
            }
            (None, Some(system)) if one.at.last() == Some(&"url") => {
                Text::new(format!("{name} {system}"), format!("{name} {system}"))
            }
            (None, Some(system)) => Text::new(
                format!("{name} có system {system}"),
                format!("{name} with the system {system}"),
            ),
            (None, None) => return None,
        })
    }

    /// What a code is called in Vietnamese and in English.
    fn called(&self, one: &Coded<'_>) -> (Option<String>, Option<String>) {
        let terminology: &Terminology = &self.engine.terminology;
        let in_language = |language: &str| {
            let display = terminology.display(one.system?, one.code?, language)?;
            Some(shown(&display)).filter(|display| Some(&**display) != one.code)
        };
        (in_language("vi"), in_language("en"))
    }
}

/// What is demanded of something that is no code.
fn other(name: &str, path: &[&str], wanted: &Wanted) -> Option<Text> {
    let at = path.join(".");
    let (vi, en) = match at.is_empty() {
        true => (name.to_owned(), name.to_owned()),
        false => (format!("{name} có {at}"), format!("{name} with {at}")),
    };
    let list = |names: &[Box<str>]| names.join(", ");
    Some(match wanted {
        Wanted::Member(set) => Text::new(
            format!("{vi} thuộc bộ giá trị {set}"),
            format!("{en} of the value set {set}"),
        ),
        Wanted::Present if !at.is_empty() => Text::new(vi, en),
        Wanted::Absent if !at.is_empty() => {
            Text::new(format!("{name} không có {at}"), format!("{name} without {at}"))
        }
        Wanted::Types(names) => {
            let names = list(names);
            Text::new(format!("{vi} kiểu {names}"), format!("{en} of type {names}"))
        }
        Wanted::Profiles(names) => {
            let names = list(names);
            Text::new(
                format!("{vi} theo khuôn dữ liệu {names}"),
                format!("{en} of profile {names}"),
            )
        }
        _ => return None,
    })
}

fn step(step: &SliceStep) -> &str {
    match step {
        SliceStep::Element(name) | SliceStep::OfType(name) => name,
        SliceStep::Extension(_) => "extension",
        SliceStep::Resolve => "resolve()",
    }
}

/// Adds the codes and systems that a value has, below the place it is asked for at.
fn gather<'t>(path: &[&'t str], value: &'t Value, found: &mut Vec<Coded<'t>>) {
    match value {
        Value::String(value) => {
            let Some((last, before)) = path.split_last() else { return };
            let is_url = *last == "url";
            let at = if is_url { path } else { before };
            if !matches!(*last, "code" | "system" | "url" | "value") {
                return;
            }
            let place = match found.iter().position(|one| one.at == at) {
                Some(place) => place,
                None => {
                    found.push(Coded { at: at.to_vec(), ..Coded::default() });
                    found.len() - 1
                }
            };
            let Some(one) = found.get_mut(place) else { return };
            match *last {
                "system" | "url" => one.system = Some(value),
                _ => one.code = Some(value),
            }
        }
        Value::Object(_) if !members(value, "coding").is_empty() => {
            let at: Vec<&str> = path.iter().copied().chain(["coding"]).collect();
            for coding in members(value, "coding") {
                let (system, code) = (text(coding, "system"), text(coding, "code"));
                found.push(Coded { at: at.clone(), system, code });
            }
        }
        Value::Object(_) => {
            let code = text(value, "code").or_else(|| text(value, "value"));
            found.push(Coded { at: path.to_vec(), system: text(value, "system"), code });
        }
        Value::Array(values) => values.iter().for_each(|value| gather(path, value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// All that is demanded of one item; its name is said once.
fn joined(name: &str, words: &[Text]) -> Option<Text> {
    let join = |of: fn(&Text) -> &str, with: &str| {
        let (first, others) = words.split_first()?;
        let others = others.iter().map(of).map(|text| {
            text.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')).unwrap_or(text)
        });
        Some(std::iter::once(of(first)).chain(others).collect::<Vec<_>>().join(with))
    };
    Some(Text::new(join(|text| &text.vi, " và ")?, join(|text| &text.en, " and ")?))
}

/// Demands as a list.
pub(super) fn listed(demands: &[Text]) -> Option<Text> {
    let join =
        |of: fn(&Text) -> &str| demands.iter().take(MOST).map(of).collect::<Vec<_>>().join("; ");
    (!demands.is_empty()).then(|| Text::new(join(|text| &text.vi), join(|text| &text.en)))
}
