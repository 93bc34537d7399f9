//! Items of a response: known, at their place, in order, not too many, not missing, enabled.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::check::Check;
use super::enable::Level;
use super::{answer, constraint, wording};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, warning, when_strict};

/// An item of the response and its position in the list it is in.
type Placed<'r> = (usize, &'r Value);

impl Check<'_, '_, '_> {
    /// Checks every item.
    pub(super) fn whole(mut self, path: &Path<'_>) {
        let response = self.walk.resource;
        let level = Level { parent: None, node: response };
        self.items(self.questionnaire.resource, response, &level, path);
        if self.search.is_over() {
            let issue = warning(
                IssueCode::TooCostly,
                "Bộ câu hỏi có quá nhiều điều kiện enableWhen so với số câu trả lời; một số điều kiện chưa được kiểm tra.",
                "There are too many enableWhen conditions for this many answers; some were not checked.",
            );
            self.walk.report(path, issue);
        }
    }

    /// Checks the items below a node of the response against those below a node of the questionnaire.
    fn items(&mut self, questions: &Value, parent: &Value, level: &Level<'_>, path: &Path<'_>) {
        let questions = members(questions, "item");
        let numbers: FxHashMap<&str, usize> = questions
            .iter()
            .enumerate()
            .filter_map(|(number, question)| Some((text(question, "linkId")?, number)))
            .collect();
        let mut found: Vec<Vec<Placed<'_>>> = vec![Vec::new(); questions.len()];
        let mut last = 0;
        for (index, item) in members(parent, "item").iter().enumerate() {
            let Some(link) = text(item, "linkId") else { continue };
            let place = path.item("item", index);
            let Some(number) = numbers.get(link).copied() else {
                self.misplaced(item, level, path, &place);
                continue;
            };
            if number < last {
                self.walk.report(&place, out_of_order(link));
            }
            last = last.max(number);
            if let Some(found) = found.get_mut(number) {
                found.push((index, item));
            }
            let question = questions.get(number);
            if let Some(issue) = question.and_then(|question| wording::check(question, item)) {
                self.walk.report(&place, when_strict(self.walk, issue));
            }
        }
        for (question, found) in questions.iter().zip(&found) {
            if !self.walk.is_full() {
                self.question(question, found, level, path);
            }
        }
    }

    fn misplaced(&mut self, item: &Value, level: &Level<'_>, path: &Path<'_>, place: &Path<'_>) {
        let link = text(item, "linkId").unwrap_or_default();
        let question = self.questionnaire.items.get(link).copied();
        let link = shown(link);
        match question {
            None => self.walk.report(
                path,
                error(
                    IssueCode::NotFound,
                    format!("linkId “{link}” không có trong bộ câu hỏi."),
                    format!("The linkId “{link}” is not in the questionnaire."),
                ),
            ),
            Some(question) => {
                let issue = error(
                    IssueCode::Structure,
                    format!("Mục “{link}” nằm sai chỗ so với bộ câu hỏi."),
                    format!("The item “{link}” is not where the questionnaire has it."),
                );
                self.walk.report(place, issue);
                self.item(question, item, level, place);
            }
        }
    }

    fn question(
        &mut self,
        question: &Value,
        found: &[Placed<'_>],
        level: &Level<'_>,
        path: &Path<'_>,
    ) {
        let is_enabled =
            self.search.is_enabled(question, level) && constraint::is_enabled(self, question, path);
        let link = shown(text(question, "linkId").unwrap_or_default());
        let has_something = |item: &Value| !is_empty(item);
        if !is_enabled {
            for (index, _) in found.iter().filter(|(_, item)| has_something(item)) {
                let issue = error(
                    IssueCode::Invalid,
                    format!(
                        "Mục “{link}” có câu trả lời dù điều kiện enableWhen không bật mục này."
                    ),
                    format!(
                        "The item “{link}” is answered although its enableWhen does not enable it."
                    ),
                );
                self.walk.report(&path.item("item", *index), issue);
            }
        }
        if let (Some((index, _)), false) = (found.get(1), flag(question, "repeats")) {
            let issue = error(
                IssueCode::Invalid,
                format!("Chỉ được có một mục “{link}”, vì mục này không lặp lại."),
                format!("Only one item “{link}” is allowed: it does not repeat."),
            );
            self.walk.report(&path.item("item", *index), issue);
        }
        if found.is_empty() && is_enabled && flag(question, "required") {
            self.missing(path, &link);
        }
        for (index, item) in found {
            let place = path.item("item", *index);
            if is_enabled {
                self.count(question, item, &place);
            }
            self.item(question, item, level, &place);
        }
    }

    /// Whether an item has the answers it must have.
    fn count(&mut self, question: &Value, item: &Value, path: &Path<'_>) {
        let link = shown(text(question, "linkId").unwrap_or_default());
        let is_required = flag(question, "required");
        let answers = members(item, "answer").len();
        match text(question, "type") {
            Some("group") => {
                let is_filled = !members(item, "item").is_empty();
                if is_required && !is_filled {
                    let issue = error(
                        IssueCode::Invariant,
                        format!("Nhóm bắt buộc “{link}” không có mục con nào."),
                        format!("The required group “{link}” has no items."),
                    );
                    self.required(path, issue);
                }
            }
            Some("display") => {}
            _ if is_required && answers == 0 => self.missing(path, &link),
            _ => {}
        }
        constraint::occurrences(self, question, answers, path);
    }

    fn missing(&mut self, path: &Path<'_>, link: &str) {
        let issue = error(
            IssueCode::Required,
            format!("Thiếu câu trả lời cho mục bắt buộc “{link}”."),
            format!("The required item “{link}” has no answer."),
        );
        self.required(path, issue);
    }

    /// Reports what only a finished response must have.
    pub(super) fn required(&mut self, path: &Path<'_>, issue: Issue) {
        let issue = if self.is_unfinished { issue.warning() } else { issue };
        self.walk.report(path, issue);
    }

    /// Checks an item against its question.
    fn item(&mut self, question: &Value, item: &Value, level: &Level<'_>, path: &Path<'_>) {
        self.text(question, item, path);
        let answers = members(item, "answer");
        let inner = members(item, "item");
        let kind = text(question, "type").unwrap_or_default();
        let link = shown(text(question, "linkId").unwrap_or_default());
        if !answers.is_empty() && matches!(kind, "group" | "display" | "question") {
            let issue = error(
                IssueCode::Structure,
                format!("Mục “{link}” thuộc loại {kind} nên không được có câu trả lời."),
                format!("The item “{link}” is of type {kind}, so it may not have answers."),
            );
            self.walk.report(path, issue);
        } else if answers.len() > 1 && !flag(question, "repeats") {
            let issue = error(
                IssueCode::Invalid,
                format!("Mục “{link}” chỉ được có một câu trả lời."),
                format!("The item “{link}” may have one answer only."),
            );
            self.walk.report(path, issue);
        }
        if !inner.is_empty() && kind != "group" {
            let issue = error(
                IssueCode::Structure,
                format!(
                    "Mục con của câu hỏi “{link}” phải nằm trong answer, không nằm trực tiếp trong item."
                ),
                format!(
                    "Items below the question “{link}” belong into its answer, not into the item."
                ),
            );
            self.walk.report(path, issue);
        }
        let level = Level { parent: Some(level), node: item };
        constraint::invariants(self, question, item, path);
        if kind == "group" {
            return self.items(question, item, &level, path);
        }
        answer::exclusive(self, question, answers, path);
        for (index, answer) in answers.iter().enumerate() {
            let path = path.item("answer", index);
            answer::check(self, question, answer, &path);
            let level = Level { parent: Some(&level), node: answer };
            self.items(question, answer, &level, &path);
        }
    }

    fn text(&mut self, question: &Value, item: &Value, path: &Path<'_>) {
        let (Some(found), Some(wanted)) = (text(item, "text"), text(question, "text")) else {
            return;
        };
        // A translated text is another one, too.
        if found != wanted && member(question, "_text").is_none() {
            let wanted = shown(wanted);
            let issue = error(
                IssueCode::Invalid,
                format!("“text” khác với bộ câu hỏi, nơi ghi “{wanted}”."),
                format!("The “text” differs from that of the questionnaire, which is “{wanted}”."),
            );
            self.walk.report(&path.child("text"), issue);
        }
    }
}

fn out_of_order(link: &str) -> Issue {
    let link = shown(link);
    error(
        IssueCode::Structure,
        format!("Mục “{link}” không theo thứ tự của bộ câu hỏi."),
        format!("The item “{link}” is not in the order of the questionnaire."),
    )
}

fn is_empty(item: &Value) -> bool {
    members(item, "answer").is_empty() && members(item, "item").is_empty()
}

/// Whether a boolean of a question is true.
pub(super) fn flag(question: &Value, key: &str) -> bool {
    member(question, key).and_then(Value::as_bool) == Some(true)
}
