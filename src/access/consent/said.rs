//! What consents say to whoever asks.

use std::sync::Arc;

use crate::budget;
use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::token::{System, TokenValue};
use crate::definitions::search_parameter::ParamId;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::own;
use crate::index::provision::Asked;
use crate::interaction::engine::Engine;
use crate::interaction::failure::Failure;

use super::super::reach::Reach;
use super::circle::wider;
use super::known::{Known, Saying};

/// Consents that name resources, and are told apart for one person and type. What more of them say of one
/// resource hides all of the type, and opens nothing.
const MOST_NAMING: usize = 100;
/// Labels that consents open to one person.
const MOST_LABELS: usize = 4;

/// The consents that concern somebody, as staff and as a person.
#[derive(Debug)]
pub(in crate::access) struct Consents {
    sayings: Vec<Arc<Saying>>,
    actors: Vec<String>,
    now: i64,
    staff_purposes: Vec<String>,
    own_purposes: Vec<String>,
    /// How a consent refers to its patient.
    link: Option<(ResourceKind, ParamId)>,
    /// When it holds.
    holds: Criteria,
}

/// What is said of one thing: the hashes of what hides it, and of what opens it with which labels.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::access) struct Said {
    denying: Vec<String>,
    permitting: Vec<(String, Vec<String>)>,
}

/// What one consent says of the resources of a type that it names, and of the others.
#[derive(Debug, Default)]
pub(in crate::access) struct Apart {
    pub(in crate::access) hash: String,
    pub(in crate::access) named: Vec<ResourceId>,
    pub(in crate::access) denied: Vec<ResourceId>,
    pub(in crate::access) denies_others: bool,
    /// Those that are opened, each with these labels.
    pub(in crate::access) permitted: Vec<(ResourceId, Vec<String>)>,
    pub(in crate::access) permits_others: Option<Vec<String>>,
}

/// As whom somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::access) enum As {
    /// As staff, or as a system.
    Staff,
    /// As the person herself, or for somebody she represents.
    Person,
}

impl Consents {
    /// What concerns whoever is named by these addresses and asks for these purposes.
    pub(in crate::access) async fn of(
        (engine, known): (&Engine, &Known),
        reach: Reach<'_>,
        (mut actors, purposes): (Vec<String>, &[String]),
    ) -> Result<Self, Failure> {
        let all = known.all(engine).await?;
        budget::spend(all.len())?;
        let mut named = Vec::new();
        for saying in all.iter() {
            saying.provision.each_actor(&mut |actor| {
                if actor.starts_with("CareTeam/") || actor.starts_with("PractitionerRole/") {
                    named.push(actor.to_owned());
                }
            });
        }
        named.sort_unstable();
        named.dedup();
        if !named.is_empty() {
            let named: Vec<&str> = named.iter().map(String::as_str).collect();
            actors.extend(Box::pin(wider(engine, reach, (&actors, &named))).await?);
        }
        let stated = |other: &str| match purposes.is_empty() {
            true => vec![other.to_owned()],
            false => purposes.to_vec(),
        };
        let mut consents = Self {
            sayings: Vec::new(),
            actors,
            now: reach.now,
            staff_purposes: stated("TREAT"),
            own_purposes: stated("PATRQT"),
            link: reach.param("Consent", "patient"),
            holds: reach.consents_hold(),
        };
        let concerns = |saying: &&Arc<Saying>| {
            [As::Staff, As::Person]
                .into_iter()
                .any(|who| saying.provision.concerns(consents.asked(who, None, None)))
        };
        let sayings: Vec<Arc<Saying>> = all.iter().filter(concerns).cloned().collect();
        consents.sayings = sayings;
        Ok(consents)
    }

    fn asked<'a>(&'a self, who: As, class: Option<&'a str>, address: Option<&'a str>) -> Asked<'a> {
        Asked {
            now: self.now,
            actors: &self.actors,
            is_staff: who == As::Staff,
            purposes: match who {
                As::Staff => &self.staff_purposes,
                As::Person => &self.own_purposes,
            },
            class,
            address,
        }
    }

    /// What is said of all resources of a type; of no type: of whatever there is.
    pub(in crate::access) fn said(&self, who: As, kind: Option<ResourceKind>) -> Said {
        let asked = self.asked(who, kind.map(ResourceKind::name), None);
        let mut said = Said::default();
        let named = kind.map(|kind| self.naming(kind)).unwrap_or_default();
        let apart = named.iter().take(MOST_NAMING);
        let apart: Vec<&str> = apart.map(|(saying, _)| saying.hash.as_str()).collect();
        for saying in self.sayings.iter().filter(|one| !apart.contains(&one.hash.as_str())) {
            if saying.provision.denies(asked) {
                said.denying.push(saying.hash.clone());
            } else if let Some(labels) = saying.provision.permits(asked) {
                let labels = owned(&labels);
                said.permitting.push((saying.hash.clone(), labels));
            }
        }
        let more = kind.into_iter().flat_map(|kind| named.iter().map(move |one| (kind, one)));
        for (kind, (saying, ids)) in more.skip(MOST_NAMING) {
            if !self.of_each(who, kind, (saying, ids)).denied.is_empty() {
                said.permitting.retain(|(hash, _)| *hash != saying.hash);
                said.denying.push(saying.hash.clone());
            }
        }
        said
    }

    /// What is said of some resources of a type otherwise than of the others, consent by consent.
    pub(in crate::access) fn apart(&self, who: As, kind: ResourceKind) -> Vec<Apart> {
        let named = self.naming(kind);
        let all = named.iter().take(MOST_NAMING);
        all.map(|(saying, ids)| self.of_each(who, kind, (saying, ids))).collect()
    }

    /// The consents that name resources of a type, and which.
    fn naming(&self, kind: ResourceKind) -> Vec<(&Saying, Vec<ResourceId>)> {
        let ids = |saying: &Saying| {
            let mut ids = Vec::new();
            saying.provision.each_instance(&mut |address| {
                let of = address.split_once('/').filter(|(of, _)| *of == kind.name());
                ids.extend(of.and_then(|(_, id)| ResourceId::parse(id)));
            });
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let naming = self.sayings.iter().filter(|saying| saying.is_of_instances);
        let each = naming.map(|saying| (&**saying, ids(saying)));
        each.filter(|(_, ids)| !ids.is_empty()).collect()
    }

    /// Whether some resource of a type is named by a consent.
    pub(in crate::access) fn names(&self, kind: ResourceKind) -> bool {
        !self.naming(kind).is_empty()
    }

    fn of_each(
        &self,
        who: As,
        kind: ResourceKind,
        (saying, ids): (&Saying, &[ResourceId]),
    ) -> Apart {
        let named = ids.to_vec();
        let mut apart = Apart { hash: saying.hash.clone(), named, ..Apart::default() };
        let class = Some(kind.name());
        for id in ids {
            let address = format!("{kind}/{id}");
            let asked = self.asked(who, class, Some(&address));
            if saying.provision.denies(asked) {
                apart.denied.push(id.clone());
            } else if let Some(labels) = saying.provision.permits(asked) {
                apart.permitted.push((id.clone(), owned(&labels)));
            }
        }
        let others = self.asked(who, class, None);
        apart.denies_others = saying.provision.denies(others);
        if !apart.denies_others {
            apart.permits_others = saying.provision.permits(others).map(|all| owned(&all));
        }
        apart
    }

    /// Patients one of whose consents has one of these hashes, and holds now.
    pub(in crate::access) fn has(&self, hashes: &[&str]) -> Criteria {
        let Some((kind, param)) = self.link.filter(|_| !hashes.is_empty()) else {
            return Criteria::False;
        };
        let codes = hashes.iter().map(|hash| TokenValue::new(System::None, Some(hash)));
        let is_said = Criteria::Parameter(own::rule(kind), Values::Tokens(codes.collect()));
        let criteria = Box::new(Criteria::All(vec![is_said, self.holds.clone()]));
        Criteria::Has { kind, param, criteria }
    }

    /// Patients of whom this is hidden.
    pub(in crate::access) fn hidden(&self, said: &Said) -> Criteria {
        self.has(&said.denying.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Patients of whom this is opened.
    pub(in crate::access) fn opened(&self, said: &Said) -> Criteria {
        self.has(&said.permitting.iter().map(|(hash, _)| hash.as_str()).collect::<Vec<_>>())
    }

    /// Patients of whom this is opened with a label.
    pub(in crate::access) fn opened_with(&self, said: &Said, label: &str) -> Criteria {
        let with = said.permitting.iter().filter(|(_, all)| all.iter().any(|one| one == label));
        self.has(&with.map(|(hash, _)| hash.as_str()).collect::<Vec<_>>())
    }
}

impl Said {
    /// The labels that are opened to somebody.
    pub(in crate::access) fn labels<'a>(all: impl IntoIterator<Item = &'a Self>) -> Vec<String> {
        let opened = all.into_iter().flat_map(|said| said.permitting.iter());
        let mut labels: Vec<String> =
            opened.flat_map(|(_, labels)| labels.iter().cloned()).collect();
        labels.sort_unstable();
        labels.dedup();
        labels.truncate(MOST_LABELS);
        labels
    }
}

fn owned(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|label| (*label).to_owned()).collect()
}
