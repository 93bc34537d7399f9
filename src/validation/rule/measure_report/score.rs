//! The score of a group, by how its measure is scored,
//! <https://hl7.org/fhir/R4/valueset-measure-scoring.html>.

use serde_json::Value;

use super::check::Report;
use crate::fhir::member::{member, text};
use crate::validation::element::path::Path;
use crate::validation::rule::known::extension;

/// The unit that a measure asks for, in the US guide for data exchange of quality measures.
const SCORING_UNIT: &str =
    "http://hl7.org/fhir/us/cqfmeasures/StructureDefinition/cqfm-scoringUnit";

impl Report<'_, '_> {
    pub(super) fn score(&mut self, group: &Value, definition: &Value, path: &Path<'_>) {
        let score = member(group, "measureScore");
        let path = &path.child("measureScore");
        let scoring = self.scoring.clone();
        match (&*scoring, score) {
            ("cohort", Some(_)) => self.wrong(
                path,
                "Chỉ số loại cohort không có điểm.".to_owned(),
                "A measure of the type cohort has no score.".to_owned(),
            ),
            ("proportion" | "ratio" | "continuous-variable", None) => self.wrong(
                path,
                format!("Chỉ số loại {scoring} cần có điểm."),
                format!("A measure of the type {scoring} needs a score."),
            ),
            ("proportion" | "ratio" | "continuous-variable", Some(score)) => {
                self.value(&scoring, score, definition, path);
            }
            _ => {}
        }
    }

    fn value(&mut self, scoring: &str, score: &Value, definition: &Value, path: &Path<'_>) {
        let Some(value) = member(score, "value") else {
            // A score that is no number is an extension of the guide for quality measures.
            if member(score, "extension").is_none() {
                self.wrong(
                    path,
                    format!("Điểm của chỉ số loại {scoring} cần có giá trị (value)."),
                    format!("The score of a measure of the type {scoring} needs a value."),
                );
            }
            return;
        };
        if scoring == "proportion" {
            let has_unit =
                ["unit", "system", "code"].iter().any(|key| member(score, key).is_some());
            if has_unit {
                self.wrong(
                    path,
                    "Điểm của chỉ số loại proportion không có đơn vị.".to_owned(),
                    "The score of a measure of the type proportion has no unit.".to_owned(),
                );
            }
            if value.as_f64().is_some_and(|number| !(0.0..=1.0).contains(&number)) {
                self.wrong(
                    &path.child("value"),
                    "Điểm của chỉ số loại proportion từ 0 đến 1.".to_owned(),
                    "The score of a measure of the type proportion is from 0 to 1.".to_owned(),
                );
            }
            return;
        }
        let asked = extension(definition, SCORING_UNIT);
        let Some(asked) = asked.and_then(|found| member(found, "valueCoding")) else { return };
        if ["system", "code"].iter().any(|key| text(score, key) != text(asked, key)) {
            let unit = text(asked, "code").unwrap_or_default();
            self.wrong(
                path,
                format!("Điểm phải có đơn vị {unit} như chỉ số quy định."),
                format!("The score needs the unit {unit} of the measure."),
            );
        }
    }
}
