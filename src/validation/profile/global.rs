//! Profiles that implementation guides make those of a whole type,
//! <https://hl7.org/fhir/R4/implementationguide-definitions.html#ImplementationGuide.global>.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::definitions::library::Library;
use crate::definitions::library::basis::Basis;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};

type ByType = FxHashMap<Box<str>, Vec<Box<str>>>;

/// What all known guides say, kept until one of them changes.
#[derive(Debug, Default)]
pub(super) struct Globals(RwLock<Option<(Arc<Basis>, Arc<ByType>)>>);

impl Globals {
    /// The canonicals of the profiles for a type.
    pub(super) fn of(&self, library: &Library, kind: ResourceKind) -> Vec<Box<str>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let by_type = match kept {
            Some((basis, by_type)) if library.holds(&basis) => by_type,
            _ => {
                let (read, basis) = library.watch(|| Arc::new(read(library)));
                let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
                *kept = Some((basis, Arc::clone(&read)));
                read
            }
        };
        by_type.get(kind.name()).cloned().unwrap_or_default()
    }
}

fn read(library: &Library) -> ByType {
    let mut by_type = ByType::default();
    let kind = ResourceKind::IMPLEMENTATION_GUIDE;
    // Of several versions of a guide the latest counts.
    let mut urls: Vec<Box<str>> = library.names(kind).into_iter().map(|name| name.url).collect();
    urls.sort_unstable();
    urls.dedup();
    for guide in urls.iter().filter_map(|url| library.find(kind, url)) {
        for global in members(&guide, "global") {
            let (Some(of), Some(profile)) = (text(global, "type"), text(global, "profile")) else {
                continue;
            };
            let profiles = by_type.entry(of.into()).or_default();
            if !profiles.iter().any(|other| **other == *profile) {
                profiles.push(profile.into());
            }
        }
    }
    by_type
}
