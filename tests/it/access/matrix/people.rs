//! Random people who ask, with what they were granted.

use serde_json::json;

use super::world::{self, Dice};
use crate::harness::token::ISSUER;

/// A grant, as the rules speak of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Granted {
    pub(super) role: &'static str,
    pub(super) fhir_user: Vec<String>,
    pub(super) organization: Option<&'static str>,
    pub(super) communes: Vec<&'static str>,
    pub(super) hamlets: Vec<&'static str>,
    pub(super) labels: Vec<&'static str>,
}

/// Somebody who asks.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) grants: Vec<Granted>,
    /// What the token is for, if it says so.
    pub(super) purpose: Option<&'static str>,
}

impl Person {
    /// Whether all roles are among these.
    pub(super) fn is_only(&self, roles: &[&str]) -> bool {
        self.grants.iter().all(|grant| roles.contains(&grant.role))
    }
}

fn labels(dice: &mut Dice) -> Vec<&'static str> {
    world::LABELS.into_iter().filter(|_| dice.once_in(3)).collect()
}

/// Everybody.
pub(super) fn people(dice: &mut Dice, families: usize) -> Vec<Person> {
    let mut all = Vec::new();
    let purpose = |dice: &mut Dice| match dice.roll(5) {
        0 => Some("HRESCH"),
        1 => Some("TREAT"),
        _ => None,
    };
    for number in 0..4 {
        let of = dice.roll(families);
        let own = vec![format!("Patient/m{of}")];
        let mother =
            Granted { role: "mother", fhir_user: own, labels: labels(dice), ..Granted::default() };
        let own =
            vec![format!("RelatedPerson/f{}", dice.roll(families)), format!("RelatedPerson/r{of}")];
        let caregiver = Granted {
            role: "caregiver",
            fhir_user: own,
            labels: labels(dice),
            ..Granted::default()
        };
        for (role, grant) in [("mother", mother), ("caregiver", caregiver)] {
            let name = format!("{role}{number}");
            all.push(Person { name, grants: vec![grant], purpose: purpose(dice) });
        }
    }
    for role in ["village-midwife", "commune-station", "hospital", "vendor", "registration"] {
        for number in 0..3 {
            let grants = vec![staff(dice, role)];
            all.push(Person { name: format!("{role}{number}"), grants, purpose: purpose(dice) });
        }
    }
    let several = [0, 9, 12].map(|at| all[at].grants[0].clone()).to_vec();
    all.push(Person { name: "several".into(), grants: several, purpose: None });
    let double = [10, 14].map(|at| all[at].grants[0].clone()).to_vec();
    all.push(Person { name: "double".into(), grants: double, purpose: None });
    for role in ["administrator", "ministry", "provincial-cdc"] {
        let grants = vec![Granted { role, ..Granted::default() }];
        all.push(Person { name: role.into(), grants, purpose: None });
    }
    all.push(Person { name: "nobody".into(), grants: Vec::new(), purpose: None });
    all
}

fn staff(dice: &mut Dice, role: &'static str) -> Granted {
    let mut grant = Granted { role, labels: labels(dice), ..Granted::default() };
    let is_midwife = role == "village-midwife";
    if role != "hospital" {
        grant.communes = vec![dice.of(&world::COMMUNES)];
    }
    if is_midwife || dice.once_in(3) {
        grant.fhir_user = vec!["Practitioner/p".into()];
    }
    if is_midwife && dice.once_in(2) {
        grant.hamlets = vec![dice.of(&world::HAMLETS)];
    }
    if role == "hospital" || (!is_midwife && dice.once_in(2)) {
        grant.organization = Some(dice.of(&["a", "b"]));
    }
    grant
}

/// The grants as a file has them.
pub(super) fn file(people: &[Person]) -> String {
    let mut text = String::new();
    for Person { name, grants, .. } in people {
        for grant in grants {
            let quoted = |all: &[&str]| json!(all).to_string();
            let users: Vec<&str> = grant.fhir_user.iter().map(String::as_str).collect();
            text += &format!(
                "[[grant]]\nissuer = \"{ISSUER}\"\nsubject = \"{name}\"\nrole = \"{}\"\n",
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
