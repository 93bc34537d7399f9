//! Answers against their questions: a `QuestionnaireResponse` and its `Questionnaire`,
//! <https://hl7.org/fhir/R4/questionnaireresponse.html#notes>.

mod answer;
mod check;
mod constraint;
mod enable;
pub(super) mod find;
mod items;
mod limit;
mod option;
mod quantity;
mod reference;
mod wording;
