//! Answers of operations as names and values, so that a case says in a word what it expects.

use serde_json::{Value, json};

use super::{Told, value};

/// An answer in a form.
pub(super) fn told(form: &str, answer: &Value) -> Told {
    match form {
        "gest" => gestation(answer),
        "fc" => forecast(answer),
        "due" => due(answer),
        "growth" => growth(answer),
        "risk" => risk(answer),
        other => panic!("no form '{other}'"),
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The first code of a concept.
fn code(concept: &Value) -> String {
    text(&concept["coding"][0]["code"])
}

/// The first value of each name.
fn flat(parameters: &[Value]) -> Told {
    let mut told = Told::new();
    for one in parameters {
        told.entry(text(&one["name"])).or_insert_with(|| value(one));
    }
    told
}

fn named<'p>(parameters: &'p [Value], name: &str) -> Vec<&'p Value> {
    parameters.iter().filter(|one| one["name"] == name).collect()
}

fn gestation(answer: &Value) -> Told {
    let parameters = list(&answer["parameter"]);
    let mut told = flat(&parameters);
    let candidates = named(&parameters, "candidate");
    told.insert("n".into(), candidates.len().into());
    let methods = candidates.iter().map(|one| flat(&list(&one["part"]))["method"].clone());
    told.insert("methods".into(), methods.collect());
    told
}

fn forecast(answer: &Value) -> Told {
    let mut told = Told::new();
    let mut evaluated = Vec::new();
    for one in list(&answer["parameter"]) {
        let resource = &one["resource"];
        if one["name"] == "evaluation" {
            let dose = text(&resource["immunizationEvent"]["reference"]);
            let mut words = vec![
                dose.rsplit('/').next().unwrap_or_default().to_owned(),
                code(&resource["targetDisease"]),
                code(&resource["doseStatus"]),
            ];
            words.extend(list(&resource["doseStatusReason"]).iter().map(code));
            evaluated.push(Value::from(words.join(" ")));
            continue;
        }
        list(&resource["recommendation"]).iter().for_each(|next| recommended(next, &mut told));
    }
    told.insert("eval".into(), evaluated.into());
    told
}

fn recommended(next: &Value, told: &mut Told) {
    let vaccine = code(&next["vaccineCode"][0]);
    let mut add = |name: &str, value: Value| told.insert(format!("{vaccine}.{name}"), value);
    let codes = list(&next["forecastStatus"]["coding"]);
    add("status", codes[0]["code"].clone());
    add("hl7", codes.iter().skip(1).map(|one| one["code"].clone()).collect());
    add("dose", next["doseNumberPositiveInt"].clone());
    add("support", list(&next["supportingImmunization"]).len().into());
    let reasons = list(&next["forecastReason"]);
    add("reasons", reasons.iter().map(|one| Value::from(code(one))).collect());
    for date in list(&next["dateCriterion"]) {
        let name = match code(&date["code"]).as_str() {
            "30981-5" => "earliest",
            "30980-7" => "due",
            "59778-1" => "overdue",
            "59777-3" => "latest",
            other => panic!("{other}"),
        };
        add(name, date["value"].clone());
    }
}

fn due(bundle: &Value) -> Told {
    let mut told = Told::new();
    told.insert("total".into(), bundle["total"].clone());
    let mut all = Vec::new();
    for entry in list(&bundle["entry"]) {
        let task = &entry["resource"];
        let (row, status) = (code(&task["code"]), code(&task["businessStatus"]));
        all.push(Value::from(format!("{row} {status}")));
        let period = &task["restriction"]["period"];
        for (name, value) in [
            (row.clone(), json!(status)),
            (format!("{row}.start"), period["start"].clone()),
            (format!("{row}.end"), period["end"].clone()),
            (format!("{row}.owner"), task["owner"]["reference"].clone()),
        ] {
            told.entry(name).or_insert(value);
        }
        let every = told.entry(format!("{row} all")).or_insert_with(|| json!([]));
        every.as_array_mut().unwrap().push(status.into());
    }
    told.insert("list".into(), all.into());
    told
}

fn growth(answer: &Value) -> Told {
    let mut told = Told::new();
    for one in named(&list(&answer["parameter"]), "measurement") {
        let parts = list(&one["part"]);
        let first = flat(&parts);
        let id = text(first.get("id").or(first.get("date")).unwrap());
        let of = |name: &str| first.get(name).cloned().unwrap_or_default();
        told.insert(format!("{id}.age"), of("ageDays"));
        told.insert(format!("{id}.corrected"), of("correctedAgeDays"));
        told.insert(format!("{id}.outcome"), (!named(&parts, "outcome").is_empty()).into());
        for score in named(&parts, "score") {
            let score = flat(&list(&score["part"]));
            let mark = if score["basis"] == "corrected" { "*" } else { "" };
            let key = format!("{id}.{}{mark}", text(&score["indicator"]));
            for (name, from) in [
                ("", "z"),
                (".class", "class"),
                (".colour", "colour"),
                (".flag", "flag"),
                (".p", "percentile"),
            ] {
                let value = score.get(from).cloned().unwrap_or_default();
                told.insert(format!("{key}{name}"), value);
            }
        }
    }
    told
}

fn risk(answer: &Value) -> Told {
    let parameters = list(&answer["parameter"]);
    let mut told = flat(&parameters);
    let finding = |one: &&Value| {
        let parts = flat(&list(&one["part"]));
        Value::from(format!("{} {}", text(&parts["item"]), text(&parts["colour"])))
    };
    told.insert("found".into(), named(&parameters, "finding").iter().map(finding).collect());
    told.insert("assessment".into(), (!named(&parameters, "assessment").is_empty()).into());
    told
}
