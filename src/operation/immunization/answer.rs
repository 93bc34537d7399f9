//! Writes evaluations and recommendations, <https://hl7.org/fhir/R4/immunizationevaluation.html> and
//! <https://hl7.org/fhir/R4/immunizationrecommendation.html>.

use serde_json::{Map, Value, json};

use crate::definitions::base::BASE;
use crate::fhir::date::calendar::date_of;
use crate::fhir::issue::{Language, Text};
use crate::mch::immunization::chart::Chart;
use crate::mch::immunization::evaluation::{History, Judged};
use crate::mch::immunization::forecast::{Recommended, Status};
use crate::mch::immunization::programme::{Antigen, Product};

/// The kinds of dates, by LOINC.
const EARLIEST: (&str, &str) = ("30981-5", "Earliest date to give");
const DUE: (&str, &str) = ("30980-7", "Date vaccine due");
const OVERDUE: (&str, &str) = ("59778-1", "Date when overdue for immunization");
const LATEST: (&str, &str) = ("59777-3", "Latest date to give immunization");

const ICD10: &str = "http://hl7.org/fhir/sid/icd-10";
const CVX: &str = "http://hl7.org/fhir/sid/cvx";
const DOSE_STATUS: &str =
    "http://terminology.hl7.org/CodeSystem/immunization-evaluation-dose-status";
const FORECAST_STATUS: &str =
    "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status";

/// The recommendation alone, of the programme.
pub(in crate::operation) fn recommendation(
    chart: &Chart<'_>,
    patient: &str,
    language: Language,
) -> Value {
    let writer = Writer { chart, patient, language };
    writer.recommendation(&chart.forecast(&chart.evaluate(), false))
}

/// `Parameters` with all that was found of somebody.
pub(super) fn answer(chart: &Chart<'_>, patient: &str, is_all: bool, language: Language) -> Value {
    let writer = Writer { chart, patient, language };
    let history = chart.evaluate();
    let mut parameters: Vec<Value> = writer
        .merged(&history)
        .map(|judged| json!({ "name": "evaluation", "resource": writer.evaluation(judged) }))
        .collect();
    let recommended = chart.forecast(&history, is_all);
    let recommendation = writer.recommendation(&recommended);
    parameters.push(json!({ "name": "recommendation", "resource": recommendation }));
    json!({
        "resourceType": "Parameters",
        "meta": { "tag": [writer.tag()] },
        "parameter": parameters,
    })
}

/// An ISO date.
pub(in crate::operation) fn iso(day: i64) -> String {
    let (year, month, day) = date_of(day);
    format!("{year:04}-{month:02}-{day:02}")
}

struct Writer<'c, 'a> {
    chart: &'c Chart<'a>,
    patient: &'c str,
    language: Language,
}

impl Writer<'_, '_> {
    fn said(&self, text: Text) -> String {
        if self.language == Language::English { text.en } else { text.vi }
    }

    /// That it was computed and nobody recorded it, and by which schedule.
    fn tag(&self) -> Value {
        json!({
            "system": format!("{BASE}/CodeSystem/mch-tag"),
            "version": self.chart.programme.version,
            "code": "computed",
        })
    }

    /// What became of each dose for each disease: two ways to count one are told as the better one.
    fn merged<'h>(
        &self,
        history: &'h History<'static>,
    ) -> impl Iterator<Item = &'h Judged<'static>> {
        let programme = self.chart.programme;
        let mut all: Vec<&Judged<'_>> = Vec::new();
        for one in &history.judged {
            let disease = programme.disease(one.antigen);
            let same = all.iter_mut().find(|other| {
                other.dose == one.dose && programme.disease(other.antigen) == disease
            });
            match same {
                Some(other) if !other.is_valid && one.is_valid => *other = one,
                Some(_) => {}
                None => all.push(one),
            }
        }
        let day = |one: &&Judged<'_>| {
            let dose = self.chart.doses.get(one.dose);
            dose.map(|dose| (dose.day.first, dose.day.last, dose.address))
        };
        all.sort_by(|a, b| day(a).cmp(&day(b)));
        all.into_iter()
    }

    fn evaluation(&self, judged: &Judged<'_>) -> Value {
        let dose = self.chart.doses.get(judged.dose);
        let antigen = self.chart.programme.antigens.get(judged.antigen);
        let status = if judged.is_valid { ("valid", "Valid") } else { ("notvalid", "Not valid") };
        let mut made = json!({
            "resourceType": "ImmunizationEvaluation",
            "meta": { "tag": [self.tag()] },
            "status": "completed",
            "patient": { "reference": self.patient },
            "date": iso(self.chart.day),
            "targetDisease": antigen.map(|antigen| self.disease(antigen)),
            "immunizationEvent": { "reference": dose.map(|dose| dose.address) },
            "doseStatus": { "coding": [{ "system": DOSE_STATUS, "code": status.0, "display": status.1 }] },
        });
        let Some(object) = made.as_object_mut() else { return made };
        let reasons = judged.reasons.iter().map(|reason| {
            let system = format!("{BASE}/CodeSystem/mch-dose-status-reason");
            let coding = json!({ "system": system, "code": reason.code() });
            json!({ "coding": [coding], "text": self.said(reason.text()) })
        });
        let reasons: Vec<Value> = reasons.collect();
        if !reasons.is_empty() {
            object.insert("doseStatusReason".into(), reasons.into());
        }
        if let Some(row) = judged.row {
            let vaccine = self.chart.programme.vaccine(&row.vaccine);
            let text = vaccine.map(|one| self.said(row.text(&name(one))));
            object.insert("description".into(), text.into());
        }
        let number = if judged.number == 0 { 1 } else { judged.number };
        object.insert("doseNumberPositiveInt".into(), number.into());
        made
    }

    fn disease(&self, antigen: &Antigen) -> Value {
        let coding = json!({ "system": ICD10, "code": antigen.icd10, "display": antigen.display });
        let text = Text::new(antigen.vi.as_str(), antigen.en.as_str());
        json!({ "coding": [coding], "text": self.said(text) })
    }

    fn recommendation(&self, all: &[Recommended<'_>]) -> Value {
        let each: Vec<Value> = all.iter().map(|one| self.recommended(one)).collect();
        json!({
            "resourceType": "ImmunizationRecommendation",
            "meta": {
                "profile": [format!("{BASE}/StructureDefinition/mch-immunization-recommendation")],
                "tag": [self.tag()],
            },
            "patient": { "reference": self.patient },
            "date": iso(self.chart.day),
            "recommendation": each,
        })
    }

    fn recommended(&self, one: &Recommended<'_>) -> Value {
        let mut made = Map::new();
        let vaccine = self.vaccine(one.vaccine);
        if one.status == Status::Contraindicated {
            made.insert("contraindicatedVaccineCode".into(), json!([vaccine.clone()]));
        }
        made.insert("vaccineCode".into(), json!([vaccine]));
        made.insert("forecastStatus".into(), self.status(one.status));
        made.insert("forecastReason".into(), self.reasons(one));
        let dates = self.dates(one);
        if !dates.is_empty() {
            made.insert("dateCriterion".into(), dates.into());
        }
        made.insert("series".into(), self.said(name(one.vaccine)).into());
        made.insert("doseNumberPositiveInt".into(), one.row.dose.into());
        made.insert("seriesDosesPositiveInt".into(), one.series.into());
        let doses = one.supporting.iter().filter_map(|place| self.chart.doses.get(*place));
        let doses: Vec<Value> = doses.map(|dose| json!({ "reference": dose.address })).collect();
        if !doses.is_empty() {
            made.insert("supportingImmunization".into(), doses.into());
        }
        Value::Object(made)
    }

    fn vaccine(&self, vaccine: &Product) -> Value {
        let system = format!("{BASE}/CodeSystem/mch-vaccine");
        let local = json!({ "system": system, "code": vaccine.code, "display": vaccine.vi });
        let cvx = vaccine.cvx.first().map(|code| json!({ "system": CVX, "code": code }));
        let codings: Vec<Value> = std::iter::once(local).chain(cvx).collect();
        json!({ "coding": codings, "text": self.said(name(vaccine)) })
    }

    fn status(&self, status: Status) -> Value {
        let system = format!("{BASE}/CodeSystem/mch-forecast-status");
        let own = json!({ "system": system, "code": status.code() });
        let hl7 = status.of_hl7().map(|code| json!({ "system": FORECAST_STATUS, "code": code }));
        let codings: Vec<Value> = std::iter::once(own).chain(hl7).collect();
        json!({ "coding": codings, "text": self.said(status.text()) })
    }

    /// The row and its sources, then what else is to be known.
    fn reasons(&self, one: &Recommended<'_>) -> Value {
        let system = format!("{BASE}/CodeSystem/mch-due");
        let row = json!({ "system": system, "version": one.row.version, "code": one.row.id });
        let text = self.said(one.row.text(&name(one.vaccine)));
        let row = json!({ "coding": [row], "text": text });
        let more = one.why.iter().map(|why| {
            let system = format!("{BASE}/CodeSystem/mch-forecast-reason");
            let coding = json!({ "system": system, "code": why.code() });
            json!({ "coding": [coding], "text": self.said(why.text(self.chart.programme)) })
        });
        std::iter::once(row).chain(more).collect()
    }

    fn dates(&self, one: &Recommended<'_>) -> Vec<Value> {
        let dates = one.dates;
        let all = [
            (EARLIEST, dates.earliest),
            (DUE, dates.due),
            (OVERDUE, dates.overdue),
            (LATEST, dates.latest),
        ];
        let is_told = match one.status {
            Status::Complete | Status::Contraindicated => |_: &str| false,
            Status::AgedOut => |code: &str| code == LATEST.0,
            _ => |_: &str| true,
        };
        let told = all.into_iter().filter(|((code, _), _)| is_told(code));
        let date = |((code, display), day): ((&str, &str), Option<i64>)| {
            let coding = json!({ "system": "http://loinc.org", "code": code, "display": display });
            Some(json!({ "code": { "coding": [coding] }, "value": iso(day?) }))
        };
        told.filter_map(date).collect()
    }
}

fn name(vaccine: &Product) -> Text {
    Text::new(vaccine.vi.as_str(), vaccine.en.as_str())
}
