//! Who should see what, told as the rules are written, resource by resource. It shares nothing with
//! what the server does: no criteria, no index.

use serde_json::Value;

use super::agreed::Decision;
use super::people::{Granted, Person};
use super::world::day;

/// Everything there is.
pub(super) struct Oracle {
    pub(super) all: Vec<Value>,
    /// First versions of some of these.
    pub(super) before: Vec<Value>,
    /// What was deleted, as it was at last.
    pub(super) gone: Vec<Value>,
}

const OPEN: [&str; 3] = ["Organization", "Practitioner", "PractitionerRole"];

pub(super) fn text<'v>(value: &'v Value, at: &str) -> &'v str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn each<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value[name].as_array().into_iter().flatten()
}

/// Days are whole: one that a period begins or ends with is in it.
pub(super) fn holds(period: &Value) -> bool {
    let (start, end, today) = (text(period, "/start"), text(period, "/end"), day(0));
    (start.is_empty() || start <= today.as_str()) && (end.is_empty() || today.as_str() <= end)
}

/// Begun, and not ended more than thirty days ago.
fn in_care(period: &Value) -> bool {
    let (start, end) = (text(period, "/start"), text(period, "/end"));
    if start.is_empty() && end.is_empty() {
        return false;
    }
    (start.is_empty() || *start <= *day(0)) && (end.is_empty() || *end >= *day(-30))
}

/// Small letters without marks, in words.
fn words(text: &str) -> Vec<String> {
    let plain = |c: char| match c {
        'à' | 'ầ' | 'ả' | 'á' => 'a',
        'ớ' => 'o',
        other => other,
    };
    let lower: String = text.to_lowercase().chars().map(plain).collect();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn has_words(line: &str, wanted: &str) -> bool {
    let (line, wanted) = (words(line), words(wanted));
    line.windows(wanted.len()).any(|some| some == wanted.as_slice())
}

/// What a resource is seen with, if it is seen so.
fn parts(resource: &Value) -> Option<Vec<&str>> {
    let of = |list: &'static str, at: &'static str| {
        each(resource, list).map(|one| text(one, at)).collect::<Vec<_>>()
    };
    Some(match text(resource, "/resourceType") {
        "Provenance" => of("target", "/reference"),
        "Linkage" => of("item", "/resource/reference"),
        "List" => of("entry", "/item/reference"),
        "Composition" => {
            let sections = each(resource, "section").flat_map(|one| each(one, "entry"));
            sections.map(|one| text(one, "/reference")).collect()
        }
        "Binary" => vec![text(resource, "/securityContext/reference")],
        _ => return None,
    })
}

impl Oracle {
    pub(super) fn of_type<'o>(&'o self, kind: &'o str) -> impl Iterator<Item = &'o Value> {
        self.all.iter().filter(move |one| one["resourceType"] == kind)
    }

    pub(super) fn get(&self, reference: &str) -> Option<&Value> {
        let (kind, id) = reference.split_once('/')?;
        self.all.iter().find(|one| one["resourceType"] == kind && one["id"] == id)
    }

    /// What came before a resource.
    pub(super) fn before(&self, resource: &Value) -> Option<&Value> {
        self.before.iter().find(|one| super::name(one) == super::name(resource))
    }

    /// The child whom a `RelatedPerson` speaks for, if that counts now.
    fn child(&self, related: &str, must_be_mother: bool) -> Option<String> {
        let related = self.get(related)?;
        let is_mother = text(related, "/relationship/0/coding/0/code") == "MTH";
        let child = text(related, "/patient/reference");
        let born = text(self.get(child)?, "/birthDate");
        let (year, rest) = born.split_at(4);
        let birthday = format!("{}{rest}", year.parse::<u32>().unwrap() + 18);
        let counts = related["active"] == true
            && holds(&related["period"])
            && (is_mother || !must_be_mother)
            && day(0) < birthday;
        counts.then(|| child.to_owned())
    }

    fn is_home(&self, patient: &Value, grant: &Granted) -> bool {
        each(patient, "address").any(|address| {
            ["", "home"].contains(&text(address, "/use"))
                && holds(&address["period"])
                && grant.communes.contains(&text(address, "/extension/0/valueCoding/code"))
                && (grant.hamlets.is_empty()
                    || grant
                        .hamlets
                        .iter()
                        .any(|hamlet| has_words(text(address, "/line/0"), hamlet)))
        })
    }

    fn is_cared_for(&self, patient: &str, organization: &str) -> bool {
        let organization = format!("Organization/{organization}");
        let episode = self.of_type("EpisodeOfCare").any(|one| {
            text(one, "/patient/reference") == patient
                && text(one, "/managingOrganization/reference") == organization
                && ["active", "onhold", "finished"].contains(&text(one, "/status"))
                && in_care(&one["period"])
        });
        let encounter = self.of_type("Encounter").any(|one| {
            text(one, "/subject/reference") == patient
                && text(one, "/serviceProvider/reference") == organization
                && ["arrived", "triaged", "in-progress", "onleave", "finished"]
                    .contains(&text(one, "/status"))
                && in_care(&one["period"])
        });
        let request = self.of_type("ServiceRequest").any(|one| {
            text(one, "/subject/reference") == patient
                && text(one, "/performer/0/reference") == organization
                && text(one, "/status") == "active"
                && *text(one, "/authoredOn") >= *day(-30)
        });
        episode || encounter || request
    }

    /// Whether a grant reaches a patient.
    pub(super) fn reaches(&self, grant: &Granted, patient: &str) -> bool {
        let Some(record) = self.get(patient) else { return false };
        let in_team = || {
            self.of_type("CareTeam").any(|one| {
                text(one, "/subject/reference") == patient
                    && text(one, "/status") == "active"
                    && holds(&one["period"])
                    && grant
                        .fhir_user
                        .iter()
                        .any(|own| text(one, "/participant/0/member/reference") == own)
            })
        };
        let by_organization =
            || grant.organization.is_some_and(|id| self.is_cared_for(patient, id));
        match grant.role {
            "mother" => {
                let own = &grant.fhir_user[0];
                let herself = self.get(own);
                let links = herself.into_iter().flat_map(|herself| each(herself, "link"));
                let mut others = links.map(|link| text(link, "/other/reference"));
                own == patient
                    || others.any(|other| self.child(other, true).as_deref() == Some(patient))
            }
            "caregiver" => {
                grant.fhir_user.iter().any(|own| self.child(own, false).as_deref() == Some(patient))
            }
            "village-midwife" => self.is_home(record, grant) || in_team(),
            "commune-station" | "vendor" | "registration" => {
                self.is_home(record, grant) || by_organization()
            }
            "hospital" => by_organization(),
            _ => false,
        }
    }

    /// The labels of a resource that must all be opened.
    fn keys(resource: &Value) -> Vec<&str> {
        let all: Vec<&str> =
            each(&resource["meta"], "security").map(|one| text(one, "/code")).collect();
        let others: Vec<&str> = all.iter().copied().filter(|code| *code != "R").collect();
        if others.is_empty() { all } else { others }
    }

    /// Whether somebody sees a resource.
    pub(super) fn sees(&self, person: &Person, resource: &Value) -> bool {
        let kind = text(resource, "/resourceType");
        let keys = Self::keys(resource);
        let grants = &person.grants;
        let opens = |grant: &&Granted| keys.iter().all(|key| grant.labels.contains(key));
        if OPEN.contains(&kind) {
            return grants.iter().any(|grant| opens(&grant));
        }
        if kind == "Bundle" {
            let does = |grant: &&Granted| {
                !["registration", "administrator", "ministry", "provincial-cdc"]
                    .contains(&grant.role)
            };
            let mut held = each(resource, "entry").map(|entry| &entry["resource"]);
            return grants.iter().any(|grant| does(&grant))
                && held.all(|one| {
                    let is_of =
                        OPEN.contains(&text(one, "/resourceType")) || !Self::about(one).is_empty();
                    is_of && self.sees(person, one)
                });
        }
        let about = Self::about(resource);
        let does = |grant: &&Granted| match grant.role {
            "registration" => ["Patient", "RelatedPerson"].contains(&kind),
            "administrator" | "ministry" | "provincial-cdc" => false,
            _ => true,
        };
        if about.is_empty() {
            let carers = || grants.iter().filter(opens).filter(does);
            if let Some(parts) = parts(resource) {
                let sees = |part: &&str| self.get(part).is_some_and(|one| self.sees(person, one));
                return carers().next().is_some() && !parts.is_empty() && parts.iter().all(sees);
            }
            let held = ["DocumentReference"].contains(&kind);
            let wrote = |grant: &Granted| {
                let mut own = grant.fhir_user.iter().filter(|one| self.counts(one));
                own.any(|own| ["/sender/reference"].iter().any(|at| text(resource, at) == own))
            };
            return carers().next().is_some() && grants.iter().any(wrote)
                || (!held && grants.iter().filter(opens).any(|one| one.role == "administrator"));
        }
        about.iter().all(|patient| {
            grants.iter().filter(does).any(|grant| {
                self.get(patient).is_some() && self.opens(person, grant, (patient, resource), &keys)
            })
        })
    }

    /// Whether somebody is who a name says, now.
    pub(super) fn counts(&self, name: &str) -> bool {
        match self.get(name) {
            Some(related) if name.starts_with("RelatedPerson/") => {
                related["active"] == true && holds(&related["period"])
            }
            Some(_) => true,
            None => !name.starts_with("RelatedPerson/"),
        }
    }

    /// The patients whom a resource is about.
    fn about(resource: &Value) -> Vec<String> {
        let mut about = match text(resource, "/resourceType") {
            "Patient" => vec![super::name(resource)],
            "Provenance" | "Linkage" => Vec::new(),
            "Binary" => vec![text(resource, "/securityContext/reference").to_owned()],
            _ => vec![
                text(resource, "/subject/reference").to_owned(),
                text(resource, "/patient/reference").to_owned(),
            ],
        };
        about.extend(each(resource, "focus").map(|one| text(one, "/reference").to_owned()));
        about.retain(|one| one.starts_with("Patient/"));
        about
    }

    /// Whether somebody sees a resource of a patient through a grant.
    fn opens(
        &self,
        person: &Person,
        grant: &Granted,
        (patient, resource): (&str, &Value),
        keys: &[&str],
    ) -> bool {
        let agreed = self.agreed(person, grant, (patient, resource));
        if agreed.contains(&Decision::Deny) {
            return false;
        }
        let names = |key: &&str| {
            agreed.iter().any(|one| match one {
                Decision::Permit(labels) => labels.iter().any(|label| label == key),
                Decision::Deny => false,
            })
        };
        (self.reaches(grant, patient) || !agreed.is_empty())
            && keys.iter().all(|key| grant.labels.contains(key) || names(key))
    }
}
