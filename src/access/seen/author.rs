//! Who wrote a resource: what is about nobody is its author's.

use std::sync::Arc;

use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;

/// The parameters by which resources say who wrote them.
const CODES: [&str; 7] =
    ["performer", "author", "source", "asserter", "sender", "informant", "recorder"];

/// Somebody as an author.
#[derive(Debug)]
pub(in crate::access) struct Authored {
    indexer: Arc<Indexer>,
    own: Vec<ReferenceValue>,
}

impl Authored {
    /// By whoever has these addresses.
    pub(in crate::access) fn new(indexer: Arc<Indexer>, addresses: &[String]) -> Self {
        let value = |address: &String| {
            let (kind, id) = address.split_once('/')?;
            Some(ReferenceValue::new(id, TargetType::OneOf(vec![ResourceKind::parse(kind)?])))
        };
        let own = addresses.iter().filter(|one| !one.starts_with("Organization/"));
        Self { indexer, own: own.filter_map(value).collect() }
    }

    /// Resources of a type that say so.
    pub(in crate::access) fn by(&self, kind: ResourceKind) -> Criteria {
        if self.own.is_empty() {
            return Criteria::False;
        }
        let params = CODES.iter().filter_map(|code| self.indexer.search().find(kind, code));
        let each = params.map(|param| {
            Criteria::Parameter(param.indexed_as(), Values::References(self.own.clone()))
        });
        Criteria::one_of(each.collect())
    }
}
