//! The concept maps of the library, read when they are asked for.

use std::sync::{Arc, Mutex, PoisonError};

use moka::sync::Cache;

use super::concept_map::ConceptMap;
use crate::definitions::library::basis::Basis;
use crate::definitions::library::name::Name;
use crate::definitions::registry::Registry;
use crate::fhir::kind::ResourceKind;

/// The maps that are kept, in bytes.
const KEPT_BYTES: u64 = 32 << 20;

/// Finds maps.
#[derive(Debug, Clone)]
pub struct ConceptMaps {
    registry: Arc<Registry>,
    read: Cache<Box<str>, (Arc<Basis>, Arc<ConceptMap>)>,
    /// What each map is between.
    heads: Arc<Mutex<Option<Heads>>>,
}

/// What each map is between, and which maps these are.
#[derive(Debug)]
struct Heads {
    basis: Arc<Basis>,
    all: Arc<[Head]>,
}

/// A map, without its mappings.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Head {
    canonical: Box<str>,
    /// The systems of each group.
    systems: Box<[Between]>,
}

/// The systems of a group: source and target.
type Between = (Option<Box<str>>, Option<Box<str>>);

impl ConceptMaps {
    /// Takes the maps of these definitions.
    pub fn new(registry: Arc<Registry>) -> Self {
        let read = Cache::builder()
            .max_capacity(KEPT_BYTES)
            .weigher(|_, (_, map): &(Arc<Basis>, Arc<ConceptMap>)| {
                u32::try_from(map.size()).unwrap_or(u32::MAX)
            })
            .build();
        Self { registry, read, heads: Arc::default() }
    }

    /// The map a canonical names.
    pub fn find(&self, canonical: &str) -> Option<Arc<ConceptMap>> {
        let kind = ResourceKind::CONCEPT_MAP;
        let library = &self.registry.library;
        if let Some((basis, map)) = self.read.get(canonical)
            && library.holds(&basis)
        {
            return Some(map);
        }
        let (resource, basis) = library.watch(|| library.find(kind, canonical));
        let map = Arc::new(ConceptMap::read(&*resource?));
        self.read.insert(canonical.into(), (basis, Arc::clone(&map)));
        Some(map)
    }

    /// Every map with a group between two systems, as far as these are given.
    pub fn between(&self, source: Option<&str>, target: Option<&str>) -> Vec<Arc<ConceptMap>> {
        let fits = |asked: Option<&str>, group: &Option<Box<str>>| {
            asked.is_none_or(|asked| group.as_deref().is_none_or(|group| group == asked))
        };
        let heads = self.heads();
        let heads = heads.iter().filter(|head| {
            head.systems.iter().any(|(from, to)| fits(source, from) && fits(target, to))
        });
        heads.filter_map(|head| self.find(&head.canonical)).collect()
    }

    fn heads(&self) -> Arc<[Head]> {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        let library = &self.registry.library;
        if let Some(heads) = heads.as_ref().filter(|heads| library.holds(&heads.basis)) {
            return Arc::clone(&heads.all);
        }
        let (all, basis) = library.watch(|| self.read_heads());
        *heads = Some(Heads { basis, all: Arc::clone(&all) });
        all
    }

    fn read_heads(&self) -> Arc<[Head]> {
        let mut names = self.registry.library.names(ResourceKind::CONCEPT_MAP);
        names.sort_by(|a, b| (&a.url, &a.version).cmp(&(&b.url, &b.version)));
        names.dedup();
        let head = |Name { url, version }: Name| {
            let canonical = match version {
                Some(version) => format!("{url}|{version}"),
                None => url.into(),
            };
            let map = self.find(&canonical)?;
            let systems = map.groups.iter();
            let systems = systems.map(|group| (group.source.clone(), group.target.clone()));
            Some(Head { canonical: canonical.into(), systems: systems.collect() })
        };
        names.into_iter().filter_map(head).collect()
    }
}
