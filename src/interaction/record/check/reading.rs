//! Reads the records that others need, all that are wanted at once by one question to the database.
//!
//! What points at a person is read whole and sifted here: to ask the index which of her Observations
//! have one of ten codes takes ten looks for each of them, and reading one takes one. Only of whom
//! there is very much the index is asked.

use std::collections::HashSet;

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::criteria::access::Reason;
use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::criteria::value::token::{System, TokenValue};
use crate::definitions::base::as_today;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::row::{indexed_part, system_hash};
use crate::interaction::engine::{Ctx, Engine};
use crate::interaction::scoped::Scoped;
use crate::mch::record::about::{About, Hints};
use crate::mch::record::dose::narrow;
use crate::mch::record::need::Need;
use crate::store::error::StoreError;
use crate::store::lookup::{Codes, Found, Lookup};
use crate::store::row::Stored;
use crate::store::write::Premise;

/// Records of one type that point at a person and are read whole.
const WHOLE: usize = 200;
/// Records that are read for one need; more than anybody has of one kind.
const MOST: u32 = 500;

/// What was read.
pub(super) struct Reading<'a> {
    engine: &'a Engine,
    rows: Scoped<'a>,
    /// What whoever asks may see.
    shown: Scoped<'a>,
    since: i64,
    /// Addresses that are known: what is to be stored, and what was read.
    known: HashSet<String>,
    /// What points at a person, by the lookup that found it; none when it is too much.
    whole: FxHashMap<Pointing, Option<Vec<(Hints, Stored)>>>,
    /// Records by their addresses.
    pub(super) stored: Vec<(String, Value)>,
    /// The addresses of those that whoever asks may not read.
    pub(super) hidden: HashSet<String>,
    pub(super) premises: Vec<Premise>,
}

/// A parameter, and what it points at.
type Pointing = (ParamId, ResourceKind, ResourceId);

/// How a need is met.
struct Way {
    /// The type of what is found.
    kind: ResourceKind,
    lookup: Lookup,
    /// Only these of what is found.
    about: Option<(ParamId, About)>,
}

impl<'a> Reading<'a> {
    /// Begins; `written` are the addresses of what is to be stored.
    pub(super) fn new(ctx: &Ctx<'a>, written: &[String]) -> Self {
        let engine = ctx.engine;
        let rows = engine.rows.for_server(Reason::Rules);
        Self {
            engine,
            rows,
            shown: ctx.rows(),
            since: rows.seen(),
            known: written.iter().cloned().collect(),
            whole: FxHashMap::default(),
            stored: Vec::new(),
            hidden: HashSet::new(),
            premises: Vec::new(),
        }
    }

    /// Reads what is needed; nothing for what is not on this server.
    pub(super) async fn read(&mut self, needs: &[Need]) -> Result<(), StoreError> {
        let ways: Vec<Way> = needs.iter().filter_map(|need| self.way(need)).collect();
        self.premises.extend(ways.iter().map(|way| premise(way, self.since)));
        self.look_up(&ways).await?;
        let mut much = Vec::new();
        for way in &ways {
            let (Some((param, about)), Some(place)) = (way.about, place(&way.lookup)) else {
                continue;
            };
            match self.whole.get(&place) {
                Some(Some(found)) => {
                    let meant = found.iter().filter(|(hints, _)| hints.has(about));
                    let meant: Vec<Stored> = meant.map(|(_, stored)| stored.clone()).collect();
                    for one in meant {
                        self.take(one, Some(about)).await?;
                    }
                }
                _ => much.push((coded(place, param, about), about)),
            }
        }
        let lookups = much.iter().map(|(lookup, _)| lookup.clone()).collect();
        for Found { lookup, hit } in self.rows.look_up(lookups, MOST).await? {
            let about = much.get(lookup).map(|(_, about)| *about);
            self.take(hit.stored, about).await?;
        }
        Ok(())
    }

    /// Reads what was not read before; what is to be sifted is put aside.
    async fn look_up(&mut self, ways: &[Way]) -> Result<(), StoreError> {
        let (mut lookups, mut places) = (Vec::new(), Vec::new());
        for way in ways {
            let sifted = way.about.and_then(|_| place(&way.lookup));
            if let Some(place) = &sifted {
                if self.whole.contains_key(place) {
                    continue;
                }
                self.whole.insert(place.clone(), Some(Vec::new()));
            }
            lookups.push(way.lookup.clone());
            places.push(sifted);
        }
        for Found { lookup, hit } in self.rows.look_up(lookups, MOST).await? {
            match places.get(lookup) {
                Some(Some(place)) => self.put_aside(place, hit.stored),
                _ => self.take(hit.stored, None).await?,
            }
        }
        Ok(())
    }

    fn put_aside(&mut self, place: &Pointing, stored: Stored) {
        let Some(found) = self.whole.get_mut(place) else { return };
        if let Some(all) = found {
            all.push((Hints::of(&stored.body), stored));
            if all.len() > WHOLE {
                *found = None;
            }
        }
    }

    /// Takes a record that is not known yet.
    async fn take(&mut self, stored: Stored, about: Option<About>) -> Result<(), StoreError> {
        let address = format!("{}/{}", stored.kind, stored.id);
        if self.known.contains(&address) {
            return Ok(());
        }
        let Some(resource) = parsed(&stored.body, about) else { return Ok(()) };
        if about.is_none_or(|about| about.is(&resource)) {
            if !self.shown.shows(&stored).await? {
                self.hidden.insert(address.clone());
            }
            self.known.insert(address.clone());
            self.stored.push((address, resource));
        }
        Ok(())
    }

    fn way(&self, need: &Need) -> Option<Way> {
        match need {
            Need::One(address) => {
                let (kind, id) = local(address)?;
                Some(Way { kind, lookup: Lookup::Address { kind, id }, about: None })
            }
            Need::Pointing { kind, by, address, about } => {
                let (target, id) = local(address)?;
                let (kind, param) = self.param(kind, by)?;
                let about = match about {
                    Some(about) => Some((self.param(kind.name(), about.parameter())?.1, *about)),
                    None => None,
                };
                let lookup = Lookup::Pointing { param, kind: target, id, coded: None };
                Some(Way { kind, lookup, about })
            }
            Need::Identified { system, value } => {
                let (kind, param) = self.param("Patient", "identifier")?;
                let (code, system) = (indexed_part(value).to_owned(), system_hash(system));
                Some(Way { kind, lookup: Lookup::Coded { param, code, system }, about: None })
            }
        }
    }

    fn param(&self, kind: &str, code: &str) -> Option<(ResourceKind, ParamId)> {
        let kind = ResourceKind::parse(kind)?;
        Some((kind, self.engine.indexer().search().find(kind, code)?.indexed_as()))
    }
}

/// A record as it is read for a question: of a dose what doses are held against each other by, which
/// takes a third of what the whole does.
fn parsed(body: &str, about: Option<About>) -> Option<Value> {
    let resource = match about {
        Some(About::Doses(_)) => narrow(body)?,
        _ => serde_json::from_str::<Value>(body).ok()?,
    };
    Some(as_today(resource))
}

fn local(address: &str) -> Option<(ResourceKind, ResourceId)> {
    let (kind, id) = address.split_once('/')?;
    Some((ResourceKind::parse(kind)?, ResourceId::parse(id)?))
}

fn place(lookup: &Lookup) -> Option<Pointing> {
    match lookup {
        Lookup::Pointing { param, kind, id, .. } => Some((*param, *kind, id.clone())),
        Lookup::Address { .. } | Lookup::Coded { .. } => None,
    }
}

fn coded((param, kind, id): Pointing, of: ParamId, about: About) -> Lookup {
    let codes = about.codes().map(str::to_owned).collect();
    Lookup::Pointing { param, kind, id, coded: Some(Codes { param: of, codes }) }
}

/// Nothing that a need asks for may come, go or change.
fn premise(way: &Way, since: i64) -> Premise {
    let found_by = match &way.lookup {
        Lookup::Address { id, .. } => Criteria::Ids(vec![id.clone()]),
        Lookup::Pointing { param, kind, id, .. } => {
            let target = ReferenceValue::new(id.as_str(), TargetType::OneOf(vec![*kind]));
            Criteria::Parameter(*param, Values::References(vec![target]))
        }
        Lookup::Coded { param, code, .. } => coded_as(*param, [code.as_str()]),
    };
    let mut criteria = vec![found_by];
    criteria.extend(way.about.map(|(param, about)| coded_as(param, about.codes())));
    Premise::untouched(since, way.kind, criteria)
}

/// It has one of these codes, in whatever system.
fn coded_as<'c>(param: ParamId, codes: impl IntoIterator<Item = &'c str>) -> Criteria {
    let value = |code| TokenValue::new(System::Any, Some(code));
    Criteria::Parameter(param, Values::Tokens(codes.into_iter().map(value).collect()))
}
