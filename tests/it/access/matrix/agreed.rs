//! What patients hide and open by their consents, told as the rules are written.

use serde_json::Value;

use super::oracle::{Oracle, each, holds, text};
use super::people::{Granted, Person};

/// What a consent says to somebody who asks for something.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    Deny,
    /// With these labels.
    Permit(Vec<String>),
}

impl Oracle {
    /// What the consents of a patient that hold now say to the holder of a grant.
    pub(super) fn agreed(
        &self,
        person: &Person,
        grant: &Granted,
        (patient, resource): (&str, &Value),
    ) -> Vec<Decision> {
        let is_personal = ["mother", "caregiver"].contains(&grant.role);
        let usual = if is_personal { "PATRQT" } else { "TREAT" };
        let purpose = person.purpose.unwrap_or(usual);
        let names = self.names(person);
        let of_her = self.of_type("Consent").filter(|one| {
            text(one, "/patient/reference") == patient
                && text(one, "/status") == "active"
                && holds(&one["provision"]["period"])
        });
        let decide = |one: &Value| {
            decide(&one["provision"], &Asked { names: &names, is_personal, purpose, resource })
        };
        of_her.filter_map(decide).collect()
    }

    /// As whom a consent may name somebody.
    fn names(&self, person: &Person) -> Vec<String> {
        let mut own = Vec::new();
        for grant in &person.grants {
            for name in &grant.fhir_user {
                let counts = self.counts(name);
                own.extend(counts.then(|| name.clone()));
            }
            own.extend(grant.organization.map(|id| format!("Organization/{id}")));
        }
        let roles = self.of_type("PractitionerRole").filter(|one| {
            own.iter().any(|name| text(one, "/practitioner/reference") == name)
                && one["active"] != false
                && holds(&one["period"])
        });
        let roles: Vec<String> = roles.map(super::name).collect();
        own.extend(roles);
        let teams = self.of_type("CareTeam").filter(|one| {
            let mut members =
                each(one, "participant").map(|member| text(member, "/member/reference"));
            members.any(|member| own.iter().any(|name| name == member))
                && text(one, "/status") == "active"
                && holds(&one["period"])
        });
        let teams: Vec<String> = teams.map(super::name).collect();
        own.extend(teams);
        own
    }
}

struct Asked<'a> {
    names: &'a [String],
    is_personal: bool,
    purpose: &'a str,
    resource: &'a Value,
}

fn applies(provision: &Value, asked: &Asked<'_>) -> bool {
    let actors: Vec<&str> =
        each(provision, "actor").map(|one| text(one, "/reference/reference")).collect();
    let purposes: Vec<&str> = each(provision, "purpose").map(|one| text(one, "/code")).collect();
    let classes: Vec<&str> = each(provision, "class").map(|one| text(one, "/code")).collect();
    let data: Vec<&str> =
        each(provision, "data").map(|one| text(one, "/reference/reference")).collect();
    let itself = super::name(asked.resource);
    let is_actor = match actors.is_empty() {
        true => !asked.is_personal,
        false => actors.iter().any(|actor| asked.names.iter().any(|name| name == actor)),
    };
    is_actor
        && holds(&provision["period"])
        && (purposes.is_empty() || purposes.contains(&asked.purpose))
        && (classes.is_empty() || classes.contains(&text(asked.resource, "/resourceType")))
        && (data.is_empty() || data.contains(&itself.as_str()))
}

fn decide(provision: &Value, asked: &Asked<'_>) -> Option<Decision> {
    if !applies(provision, asked) {
        return None;
    }
    let exceptions: Vec<Decision> =
        each(provision, "provision").filter_map(|one| decide(one, asked)).collect();
    if exceptions.contains(&Decision::Deny) {
        return Some(Decision::Deny);
    }
    if !exceptions.is_empty() {
        let labels = exceptions.into_iter().flat_map(|one| match one {
            Decision::Permit(labels) => labels,
            Decision::Deny => Vec::new(),
        });
        return Some(Decision::Permit(labels.collect()));
    }
    match text(provision, "/type") {
        "deny" => Some(Decision::Deny),
        "permit" => {
            let labels = each(provision, "securityLabel").map(|one| text(one, "/code").to_owned());
            Some(Decision::Permit(labels.collect()))
        }
        _ => None,
    }
}
