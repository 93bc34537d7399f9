//! Who should see what, told as the rules are written, resource by resource. It shares nothing with
//! what the server does: no criteria, no index.

use serde_json::Value;

use super::world::day;

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

/// Everything there is.
pub(super) struct Oracle {
    pub(super) all: Vec<Value>,
}

const OPEN: [&str; 2] = ["Organization", "Practitioner"];

fn text<'v>(value: &'v Value, at: &str) -> &'v str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

fn each<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value[name].as_array().into_iter().flatten()
}

/// Days are whole: one that a period begins or ends with is in it.
fn holds(period: &Value) -> bool {
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

impl Oracle {
    fn of_type<'o>(&'o self, kind: &'o str) -> impl Iterator<Item = &'o Value> {
        self.all.iter().filter(move |one| one["resourceType"] == kind)
    }

    fn get(&self, reference: &str) -> Option<&Value> {
        let (kind, id) = reference.split_once('/')?;
        self.all.iter().find(|one| one["resourceType"] == kind && one["id"] == id)
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

    fn denies(&self, patient: &str) -> bool {
        self.of_type("Consent").any(|one| {
            text(one, "/patient/reference") == patient
                && text(one, "/status") == "active"
                && text(one, "/provision/provision/0/type") == "deny"
                && holds(&one["provision"]["period"])
        })
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
            _ if self.denies(patient) => false,
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

    /// Whether somebody with these grants sees a resource.
    pub(super) fn sees(&self, grants: &[Granted], resource: &Value) -> bool {
        let kind = text(resource, "/resourceType");
        if OPEN.contains(&kind) {
            return !grants.is_empty();
        }
        let itself = format!("{kind}/{}", text(resource, "/id"));
        let mut about: Vec<&str> = match kind {
            "Patient" => vec![&itself],
            _ => vec![text(resource, "/subject/reference"), text(resource, "/patient/reference")],
        };
        about.extend(each(resource, "focus").map(|one| text(one, "/reference")));
        about.retain(|one| !one.is_empty());
        let keys = Self::keys(resource);
        let through: Vec<&Granted> = grants
            .iter()
            .filter(|grant| keys.iter().all(|key| grant.labels.contains(key)))
            .filter(|grant| {
                grant.role != "registration" || ["Patient", "RelatedPerson"].contains(&kind)
            })
            .collect();
        if about.is_empty() {
            return through.iter().any(|grant| grant.role == "administrator");
        }
        about.iter().all(|one| through.iter().any(|grant| self.reaches(grant, one)))
    }
}
