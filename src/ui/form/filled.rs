//! Makes a response of what was typed, and of what the server knows itself: hidden questions and those
//! that are only read are never taken from a browser.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::fault::Fault;
use super::typed::read;
use crate::budget::{self, Spent};
use crate::fhir::issue::Text;
use crate::fhir::member::{members, text};
use crate::interaction::engine::Ctx;
use crate::operation::questionnaire::options::Options;
use crate::operation::questionnaire::sdc;
use crate::ui::form_token::FIELD;

/// How many times a group can be there.
pub(super) const MOST: usize = 20;

/// What a browser sent, by the names of fields.
#[derive(Debug, Default)]
pub(super) struct Sent {
    fields: FxHashMap<String, Vec<String>>,
}

impl Sent {
    pub(super) fn of(pairs: &[(String, String)]) -> Self {
        let mut fields: FxHashMap<String, Vec<String>> = FxHashMap::default();
        for (name, value) in pairs {
            fields.entry(name.clone()).or_default().push(value.clone());
        }
        Self { fields }
    }

    /// What was typed into the fields of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.get(name).into_iter().flatten().map(String::as_str)
    }

    pub(super) fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All that was typed, in one order whichever the browser's was.
    pub(super) fn typed(&self) -> String {
        let own = |name: &&String| !matches!(name.as_str(), FIELD | "was" | "key" | "lang");
        let mut names: Vec<&String> = self.fields.keys().filter(own).collect();
        names.sort();
        let pairs = names.iter().flat_map(|name| self.all(name).map(move |value| (*name, value)));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// How often a group is there: as often as the page said, and one more where that was asked for.
    pub(super) fn times(&self, name: &str) -> Option<usize> {
        let told = self.one(&format!("n.{name}")).parse::<usize>().ok()?;
        let more = usize::from(self.one("them") == name);
        Some((told + more).clamp(1, MOST))
    }
}

/// The name of the field of a question, within the repetitions of groups around it.
pub(super) fn field(link: &str, within: &str) -> String {
    format!("{link}{within}")
}

/// Whether a question is not asked: it is hidden, only read, or of a kind that no field has.
pub(super) fn is_known(item: &Value) -> bool {
    let kind = text(item, "type").unwrap_or_default();
    sdc::is_hidden(item)
        || item.get("readOnly") == Some(&Value::Bool(true))
        || matches!(kind, "reference" | "attachment" | "quantity")
}

/// Reads a form.
pub(super) struct Reading<'r> {
    pub(super) ctx: &'r Ctx<'r>,
    pub(super) questionnaire: &'r Value,
    pub(super) sent: &'r Sent,
    pub(super) faults: Vec<Fault>,
}

impl Reading<'_> {
    /// The items of a response; `known` is the same part of what the server filled.
    pub(super) fn items(
        &mut self,
        items: &[Value],
        known: &Value,
        within: &str,
    ) -> Result<Vec<Value>, Spent> {
        let mut made = Vec::new();
        for item in items {
            budget::spend(1)?;
            let link = text(item, "linkId").unwrap_or_default();
            let filled =
                || members(known, "item").iter().filter(|one| text(one, "linkId") == Some(link));
            match text(item, "type").unwrap_or_default() {
                "display" => {}
                "group" => self.group(item, &filled().collect::<Vec<_>>(), within, &mut made)?,
                _ if is_known(item) => {
                    self.missing(item, filled().next(), within);
                    made.extend(filled().filter(|one| one.get("answer").is_some()).cloned());
                }
                _ => made.extend(self.question(item, filled().next(), within)?),
            }
        }
        Ok(made)
    }

    fn group(
        &mut self,
        item: &Value,
        filled: &[&Value],
        within: &str,
        made: &mut Vec<Value>,
    ) -> Result<(), Spent> {
        let link = text(item, "linkId").unwrap_or_default();
        let repeats = item.get("repeats") == Some(&Value::Bool(true));
        let times = match repeats {
            true => self.sent.times(&field(link, within)).unwrap_or(1).max(filled.len()),
            false => 1,
        };
        for at in 0..times {
            let inside = if repeats { format!("{within}~{at}") } else { within.to_owned() };
            let faults = self.faults.len();
            let known = filled.get(at).copied().unwrap_or(&Value::Null);
            let below = self.items(members(item, "item"), known, &inside)?;
            let questions = members(item, "item");
            let is_asked = |one: &Value| {
                let of = questions.iter().find(|it| text(it, "linkId") == text(one, "linkId"));
                of.is_some_and(|of| !is_known(of))
            };
            // A group in which nothing was typed is not there, whatever it requires.
            if !below.iter().any(is_asked) {
                let is_typed = |fault: &Fault| !fault.is_missing || !repeats;
                let rest = self.faults.split_off(faults);
                self.faults.extend(rest.into_iter().filter(is_typed));
                if repeats {
                    continue;
                }
            }
            if below.is_empty() {
                continue;
            }
            let mut group = head(item);
            group.insert("item".into(), Value::Array(below));
            made.push(Value::Object(group));
        }
        Ok(())
    }

    fn question(
        &mut self,
        item: &Value,
        filled: Option<&Value>,
        within: &str,
    ) -> Result<Option<Value>, Spent> {
        let name = field(text(item, "linkId").unwrap_or_default(), within);
        let options = Options::of(self.ctx, self.questionnaire, item);
        let mut answers = Vec::new();
        let typed: Vec<&str> =
            self.sent.all(&name).filter(|typed| !typed.trim().is_empty()).collect();
        for typed in typed.into_iter().take(MOST) {
            budget::spend(1 + typed.len() / 16)?;
            match read(item, typed, &options, self.ctx.engine.zone) {
                Ok(answer) => answers.push(answer),
                Err(text) => self.faults.push(Fault::of(&name, text)),
            }
        }
        if answers.is_empty() {
            let is_wrong = self.faults.iter().any(|fault| fault.field.as_deref() == Some(&*name));
            if item.get("required") == Some(&Value::Bool(true)) && !is_wrong {
                self.faults.push(Fault { is_missing: true, ..Fault::of(&name, unanswered()) });
            }
            return Ok(None);
        }
        let below = members(item, "item");
        if !below.is_empty() {
            let known = filled.map(|one| members(one, "answer")).and_then(<[Value]>::first);
            let inside = self.items(below, known.unwrap_or(&Value::Null), within)?;
            if let (Some(Value::Object(answer)), false) = (answers.first_mut(), inside.is_empty()) {
                answer.insert("item".into(), Value::Array(inside));
            }
        }
        let mut question = head(item);
        question.insert("answer".into(), Value::Array(answers));
        Ok(Some(Value::Object(question)))
    }

    /// Tells when something that the server should know is not known.
    fn missing(&mut self, item: &Value, filled: Option<&Value>, within: &str) {
        let is_there = filled.is_some_and(|one| one.get("answer").is_some());
        if item.get("required") != Some(&Value::Bool(true)) || is_there {
            return;
        }
        let name = field(text(item, "linkId").unwrap_or_default(), within);
        self.faults.push(Fault { field: None, ..Fault::of(&name, unknown(item)) });
    }
}

/// What a form needs and the server does not know.
pub(super) fn needed(questionnaire: &Value, known: &Value) -> Vec<Text> {
    let is_there = |item: &Value| {
        let all = members(known, "item").iter();
        let mut same = all.filter(|one| text(one, "linkId") == text(item, "linkId"));
        same.any(|one| one.get("answer").is_some())
    };
    let items = members(questionnaire, "item").iter();
    let needed = items.filter(|item| item.get("required") == Some(&Value::Bool(true)));
    needed.filter(|item| is_known(item) && !is_there(item)).map(unknown).collect()
}

fn unknown(item: &Value) -> Text {
    let asked = text(item, "text").unwrap_or_default();
    Text::new(
        format!("Sổ chưa có: {asked}. Hãy ghi phiếu đăng ký thai trước."),
        format!("The booklet has no such record yet ({asked}). Fill in the booking first."),
    )
}

fn head(item: &Value) -> Map<String, Value> {
    let mut head = Map::new();
    for key in ["linkId", "definition", "text"] {
        head.extend(item.get(key).map(|value| (key.to_owned(), json!(value))));
    }
    head
}

fn unanswered() -> Text {
    Text::new("Mục này cần được điền.", "This has to be answered.")
}
