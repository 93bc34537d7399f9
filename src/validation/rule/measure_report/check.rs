//! A report, its groups, their populations and stratifiers.

use serde_json::Value;

use super::matching::{Name, is_usable, same};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{shown, warning, when_strict};
use crate::validation::rule::known::{self, Known};
use crate::validation::walk::Walk;

const GROUP: Name = ("nhóm (group)", "group");
const POPULATION: Name = ("quần thể (population)", "population");
const STRATIFIER: Name = ("phân tầng (stratifier)", "stratifier");
const SCORING: &str = "http://terminology.hl7.org/CodeSystem/measure-scoring";

/// A report beside its measure.
pub(super) struct Report<'w, 'a> {
    walk: &'w mut Walk<'a>,
    /// `MeasureReport.type`
    kind: &'a str,
    /// How the measure is scored: `proportion`, `ratio`, `continuous-variable`, `cohort`.
    pub(super) scoring: String,
}

/// Checks a report.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let report = walk.resource;
    let Some(canonical) = text(report, "measure") else { return };
    let known = known::find(walk, "Measure", canonical);
    let Some(measure) = known.as_ref().map(Known::resource) else {
        let canonical = shown(canonical);
        let issue = warning(
            IssueCode::NotFound,
            format!("Không biết chỉ số “{canonical}”, nên báo cáo chưa được đối chiếu với chỉ số."),
            format!(
                "The measure “{canonical}” is not known, so the report was not held against it."
            ),
        );
        return walk.report(&path.child("measure"), issue);
    };
    let scoring = members(member(measure, "scoring").unwrap_or(&Value::Null), "coding").iter();
    let mut scoring = scoring.filter(|coding| text(coding, "system") == Some(SCORING));
    let scoring = scoring.find_map(|coding| text(coding, "code")).unwrap_or_default().to_owned();
    let kind = text(report, "type").unwrap_or_default();
    Report { walk, kind, scoring }.groups(report, measure, path);
}

impl<'a> Report<'_, 'a> {
    fn groups(&mut self, report: &'a Value, measure: &Value, path: &Path<'_>) {
        let (found, defined) = (members(report, "group"), members(measure, "group"));
        match (found, defined) {
            (_, []) => {}
            // A group that is alone needs no code.
            ([one], [definition]) => {
                let path = path.item("group", 0);
                let codes = member(one, "code").zip(member(definition, "code"));
                if let Some((code, other)) = codes {
                    let path = path.child("code");
                    if !is_usable(code) {
                        self.wrong(
                            &path,
                            "Mã của nhóm không nói gì.".to_owned(),
                            "The code of the group says nothing.".to_owned(),
                        );
                    } else if !same(code, other) {
                        self.wrong(
                            &path,
                            "Mã của nhóm không phải là mã mà chỉ số quy định.".to_owned(),
                            "The code of the group is not the one that the measure has.".to_owned(),
                        );
                    }
                }
                self.group(one, definition, &path);
            }
            _ => {
                // One that collects data has no groups, by R4's own constraint.
                let is_collection = self.kind == "data-collection";
                let pairs =
                    self.matched(("group", GROUP), (report, measure), |_| is_collection, path);
                for (at, group, definition) in pairs {
                    self.group(group, definition, &path.item("group", at));
                }
            }
        }
    }

    fn group(&mut self, group: &'a Value, definition: &Value, path: &Path<'_>) {
        let is_observed = |population: &Value| {
            let codings = members(member(population, "code").unwrap_or(&Value::Null), "coding");
            codings.iter().any(|coding| text(coding, "code") == Some("measure-observation"))
        };
        let pairs =
            self.matched(("population", POPULATION), (group, definition), is_observed, path);
        for (at, population, _) in pairs {
            self.population(population, &path.item("population", at));
        }
        self.score(group, definition, path);
        self.matched(("stratifier", STRATIFIER), (group, definition), |_| false, path);
    }

    fn population(&mut self, population: &Value, path: &Path<'_>) {
        let has_subjects = member(population, "subjectResults").is_some();
        if self.kind != "subject-list" && has_subjects {
            self.wrong(
                &path.child("subjectResults"),
                "Chỉ báo cáo danh sách (subject-list) mới có subjectResults.".to_owned(),
                "Only a report that lists subjects (subject-list) has subjectResults.".to_owned(),
            );
        }
        if self.kind != "subject-list" && member(population, "count").is_none() {
            let issue = warning(
                IssueCode::BusinessRule,
                "Nên có count: báo cáo này không liệt kê đối tượng.",
                "There should be a count: this report does not list its subjects.",
            );
            self.report(path, issue);
        }
    }

    /// Reports a finding: an error for who asks, a warning for who has to store the report.
    pub(super) fn report(&mut self, path: &Path<'_>, issue: Issue) {
        let issue = when_strict(self.walk, issue);
        self.walk.report(path, issue);
    }
}
