//! Random families, roles and requests, against an oracle that shares nothing with the server.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::oracle::{Granted, Oracle};
use super::world::{self, Dice};
use crate::harness::backend::Backend;
use crate::harness::server::Server;
use crate::harness::token::{self, ISSUER, guard};

const FAMILIES: usize = 9;

const KINDS: [&str; 8] = [
    "Patient",
    "Observation",
    "RelatedPerson",
    "Encounter",
    "EpisodeOfCare",
    "CareTeam",
    "ServiceRequest",
    "Consent",
];

/// Who asks, with what they were granted.
fn people(dice: &mut Dice) -> Vec<(String, Vec<Granted>)> {
    let mut all = Vec::new();
    let labels =
        |dice: &mut Dice| world::LABELS.into_iter().filter(|_| dice.once_in(3)).collect::<Vec<_>>();
    for number in 0..6 {
        let of = dice.roll(FAMILIES);
        let own = vec![format!("Patient/m{of}")];
        let mother =
            Granted { role: "mother", fhir_user: own, labels: labels(dice), ..Granted::default() };
        let own =
            vec![format!("RelatedPerson/f{}", dice.roll(FAMILIES)), format!("RelatedPerson/r{of}")];
        let caregiver = Granted {
            role: "caregiver",
            fhir_user: own,
            labels: labels(dice),
            ..Granted::default()
        };
        all.push((format!("mother{number}"), vec![mother]));
        all.push((format!("caregiver{number}"), vec![caregiver]));
    }
    for role in ["village-midwife", "commune-station", "hospital", "vendor", "registration"] {
        for number in 0..3 {
            let mut grant = Granted { role, labels: labels(dice), ..Granted::default() };
            let is_midwife = role == "village-midwife";
            if role != "hospital" {
                grant.communes = vec![dice.of(&world::COMMUNES)];
            }
            if is_midwife {
                grant.fhir_user = vec!["Practitioner/p".into()];
                if dice.once_in(2) {
                    grant.hamlets = vec![dice.of(&world::HAMLETS)];
                }
            }
            if role == "hospital" || (!is_midwife && dice.once_in(2)) {
                grant.organization = Some(dice.of(&["a", "b"]));
            }
            all.push((format!("{role}{number}"), vec![grant]));
        }
    }
    let both = vec![all[0].1[0].clone(), all[12].1[0].clone(), all[18].1[0].clone()];
    all.push(("several".into(), both));
    for role in ["administrator", "ministry"] {
        all.push((role.into(), vec![Granted { role, ..Granted::default() }]));
    }
    all.push(("nobody".into(), Vec::new()));
    all
}

/// The grants as a file has them.
fn file(people: &[(String, Vec<Granted>)]) -> String {
    let mut text = String::new();
    for (subject, grants) in people {
        for grant in grants {
            let quoted = |all: &[&str]| json!(all).to_string();
            let users: Vec<&str> = grant.fhir_user.iter().map(String::as_str).collect();
            text += &format!(
                "[[grant]]\nissuer = \"{ISSUER}\"\nsubject = \"{subject}\"\nrole = \"{}\"\n",
                grant.role
            );
            for (key, all) in [
                ("fhir_user", &users),
                ("communes", &grant.communes),
                ("hamlets", &grant.hamlets),
                ("labels", &grant.labels),
            ] {
                if !all.is_empty() {
                    text += &format!("{key} = {}\n", quoted(all));
                }
            }
            if let Some(id) = grant.organization {
                text += &format!("organization = \"Organization/{id}\"\n");
            }
        }
    }
    text
}

struct Probe<'p> {
    server: &'p Server,
    oracle: &'p Oracle,
    who: &'p str,
    grants: &'p [Granted],
    token: String,
    probes: usize,
}

impl Probe<'_> {
    async fn get(&mut self, path: &str) -> (u16, Value) {
        self.probes += 1;
        let reply =
            self.server.get(path).header("Authorization", &format!("Bearer {}", self.token)).await;
        (reply.status, serde_json::from_str(&reply.text).unwrap_or_default())
    }

    fn sees(&self, resource: &Value) -> bool {
        self.oracle.sees(self.grants, resource)
    }

    /// The names of what is seen of a type and is so.
    fn expected(&self, kind: &str, is_so: impl Fn(&Value) -> bool) -> BTreeSet<String> {
        let all = self.oracle.all.iter().filter(|one| one["resourceType"] == kind);
        all.filter(|one| self.sees(one) && is_so(one)).map(name).collect()
    }

    /// All pages of a search: names of matches, names of what came along, and the total.
    async fn pages(&mut self, path: &str) -> (BTreeSet<String>, BTreeSet<String>, Option<u64>) {
        let (mut matches, mut others, mut total) = (BTreeSet::new(), BTreeSet::new(), None);
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let (status, bundle) = self.get(&path).await;
            assert_eq!(status, 200, "{} {path}: {bundle}", self.who);
            total = bundle["total"].as_u64();
            let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
            for entry in &entries {
                let is_match = entry["search"]["mode"] == "match";
                let set = if is_match { &mut matches } else { &mut others };
                set.insert(name(&entry["resource"]));
            }
            let links = bundle["link"].as_array().cloned().unwrap_or_default();
            next = links
                .iter()
                .find(|link| link["relation"] == "next")
                .map(|link| link["url"].as_str().unwrap().to_owned());
            let found = entries.iter().filter(|entry| entry["search"]["mode"] == "match").count();
            assert!(next.is_none() || found > 0, "{} {path}: an empty page goes on", self.who);
        }
        (matches, others, total)
    }

    /// A search finds what is seen and so, and counts it.
    async fn finds(&mut self, query: &str, is_so: impl Fn(&Value) -> bool) {
        let kind = query.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
        let expected = self.expected(&kind, is_so);
        let join = if query.contains('?') { '&' } else { '?' };
        let path = format!("/{query}{join}_count=4&_total=accurate");
        let (found, _, total) = self.pages(&path).await;
        assert_eq!(found, expected, "{} {query}", self.who);
        assert_eq!(total, u64::try_from(expected.len()).ok(), "{} {query}", self.who);
    }
}

fn name(resource: &Value) -> String {
    format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap())
}

fn refers(resource: &Value, at: &str, to: &str) -> bool {
    resource.pointer(at).and_then(Value::as_str) == Some(to)
}

async fn reads(probe: &mut Probe<'_>) {
    let oracle = probe.oracle;
    for resource in &oracle.all {
        let (path, is_seen) = (format!("/{}", name(resource)), probe.sees(resource));
        let status = probe.get(&path).await.0;
        assert_eq!(status == 200, is_seen, "{} {path}: {status}", probe.who);
        if !is_seen && status != 403 {
            assert_eq!(status, 404, "{} {path}", probe.who);
        }
        if probe.probes.is_multiple_of(3) {
            for path in [format!("{path}/_history"), format!("{path}/_history/1")] {
                let status = probe.get(&path).await.0;
                assert_eq!(status == 200, is_seen, "{} {path}: {status}", probe.who);
            }
        }
    }
}

async fn searches(probe: &mut Probe<'_>, dice: &mut Dice) {
    for kind in KINDS {
        probe.finds(kind, |_| true).await;
    }
    for family in 0..3 {
        let number = dice.roll(FAMILIES);
        let patient = format!("Patient/{}{number}", if family == 0 { "c" } else { "m" });
        probe
            .finds(&format!("Observation?subject={patient}"), |one| {
                refers(one, "/subject/reference", &patient)
            })
            .await;
        probe
            .finds(&format!("Observation?subject:missing=false&performer={patient}"), |one| {
                refers(one, "/performer/0/reference", &patient)
            })
            .await;
        probe
            .finds(&format!("{patient}/Observation"), |one| {
                refers(one, "/subject/reference", &patient)
                    || refers(one, "/performer/0/reference", &patient)
            })
            .await;
    }
    probe
        .finds("Observation?code=x&_sort=_id", |one| refers(one, "/code/coding/0/code", "x"))
        .await;
    let labelled = "Observation?_security=http://terminology.hl7.org/CodeSystem/v3-ActCode|HIV";
    probe.finds(labelled, |one| one["meta"]["security"].to_string().contains("\"HIV\"")).await;
    // What is hidden is no reason to find anything.
    let is_of = |one: &Value, seen: &BTreeSet<String>| {
        seen.contains(one.pointer("/subject/reference").and_then(Value::as_str).unwrap_or_default())
    };
    let named = probe.expected("Patient", |one| refers(one, "/name/0/family", "Me1"));
    probe.finds("Observation?subject:Patient.family=Me1", |one| is_of(one, &named)).await;
    let observed: BTreeSet<String> = probe
        .oracle
        .all
        .iter()
        .filter(|one| {
            one["resourceType"] == "Observation"
                && refers(one, "/status", "amended")
                && probe.sees(one)
        })
        .filter_map(|one| Some(one.pointer("/subject/reference")?.as_str()?.to_owned()))
        .collect();
    probe
        .finds("Patient?_has:Observation:subject:status=amended", |one| {
            observed.contains(&name(one))
        })
        .await;
}

async fn included(probe: &mut Probe<'_>) {
    let (found, others, _) =
        probe.pages("/Observation?_count=5&_include=Observation:subject").await;
    let all = &probe.oracle.all;
    let of = |names: &BTreeSet<String>| -> BTreeSet<String> {
        let such = all.iter().filter(|one| names.contains(&name(one)));
        such.filter_map(|one| Some(one.pointer("/subject/reference")?.as_str()?.to_owned()))
            .collect()
    };
    let patients = probe.expected("Patient", |_| true);
    let expected: BTreeSet<String> = of(&found).intersection(&patients).cloned().collect();
    assert_eq!(others, expected, "{} _include", probe.who);
    let (found, others, _) = probe.pages("/Patient?_count=5&_revinclude=Observation:subject").await;
    let expected = probe.expected("Observation", |one| {
        found
            .contains(one.pointer("/subject/reference").and_then(Value::as_str).unwrap_or_default())
    });
    assert_eq!(others, expected, "{} _revinclude", probe.who);
    let (all_types, _, _) = probe.pages("/?_type=Patient,Observation,Encounter&_count=7").await;
    let expected: BTreeSet<String> = ["Patient", "Observation", "Encounter"]
        .into_iter()
        .flat_map(|kind| probe.expected(kind, |_| true))
        .collect();
    assert_eq!(all_types, expected, "{} _type", probe.who);
}

async fn histories(probe: &mut Probe<'_>) {
    let (status, bundle) = probe.get("/Observation/_history?_count=500").await;
    assert_eq!(status, 200, "{}", probe.who);
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let found: BTreeSet<String> = entries.iter().map(|entry| name(&entry["resource"])).collect();
    assert_eq!(found, probe.expected("Observation", |_| true), "{} _history", probe.who);
}

/// Roles that do nothing with records of persons.
fn has_no_records(grants: &[Granted]) -> bool {
    grants.iter().all(|grant| ["administrator", "ministry", "registration"].contains(&grant.role))
}

async fn check(backend: Backend, seed: u64) {
    let dice = &mut Dice::new(seed);
    let all = world::resources(seed, FAMILIES);
    let Some(mut server) = Server::start(backend).await else { return };
    let entry =
        |one: &Value| json!({ "resource": one, "request": { "method": "PUT", "url": name(one) } });
    let entries: Vec<Value> = all.iter().map(entry).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    server.post("", &bundle).await.is(200);
    server.stop().await;
    let people = people(dice);
    guard(&mut server, &file(&people), "").await;
    let oracle = Oracle { all };
    let mut probes = 0;
    for (who, grants) in &people {
        let token = token::token(who, "user/*.cruds");
        let mut probe = Probe { server: &server, oracle: &oracle, who, grants, token, probes: 0 };
        reads(&mut probe).await;
        if !has_no_records(grants) {
            searches(&mut probe, dice).await;
            included(&mut probe).await;
            histories(&mut probe).await;
        }
        probes += probe.probes;
    }
    assert!(probes > 2_000, "{probes} probes");
    server.assert_sound();
}

#[tokio::test]
async fn sqlite() {
    check(Backend::Sqlite, 14).await;
}

#[tokio::test]
async fn postgres() {
    check(Backend::Postgres, 15).await;
}
