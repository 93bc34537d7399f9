//! What was prepared with the definitions as they were, and whether they are so still.

use std::sync::Arc;

use super::basis::Basis;
use crate::definitions::registry::Registry;

/// The definitions that something was prepared with.
#[derive(Debug, Clone)]
pub struct Prepared {
    registry: Arc<Registry>,
    /// How often definitions had changed before.
    generation: u64,
    /// What exactly was looked for; none: it was not watched, and any change counts.
    rests_on: Option<Vec<Arc<Basis>>>,
}

impl Prepared {
    /// Begins: any change from now on counts. This costs nothing.
    pub fn begin(registry: &Arc<Registry>) -> Self {
        let generation = registry.library.generation();
        Self { registry: Arc::clone(registry), generation, rests_on: None }
    }

    /// Begins: only changes of definitions count that are looked for within [`Self::make`].
    pub fn begin_watched(registry: &Arc<Registry>) -> Self {
        Self { rests_on: Some(Vec::new()), ..Self::begin(registry) }
    }

    /// Makes something of definitions.
    pub fn make<T>(&mut self, make: impl FnOnce() -> T) -> T {
        let Some(rests_on) = &mut self.rests_on else { return make() };
        let (made, basis) = self.registry.library.watch(make);
        rests_on.push(basis);
        made
    }

    /// Whether none of them has changed, as far as this server knows.
    pub fn holds(&self) -> bool {
        let library = &self.registry.library;
        library.generation() == self.generation
            || self.rests_on.as_ref().is_some_and(|all| all.iter().all(|one| library.holds(one)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::id::ResourceId;
    use crate::fhir::kind::ResourceKind;

    #[test]
    fn what_is_watched_rests_on_what_was_looked_for() {
        let registry = Arc::new(Registry::r4().expect("R4"));
        let kind = ResourceKind::VALUE_SET;
        let store = |name: &str, version| {
            let id = ResourceId::parse(name).expect("an id");
            let text = format!(r#"{{"resourceType":"ValueSet","url":"http://x.org/{name}"}}"#);
            registry.library.store(kind, &id, version, Some(&text));
        };
        let plain = Prepared::begin(&registry);
        let mut watched = Prepared::begin_watched(&registry);
        watched.make(|| registry.library.find(kind, "http://x.org/a"));
        assert!(plain.holds() && watched.holds());
        store("b", 1);
        assert!(!plain.holds() && watched.holds());
        store("a", 1);
        assert!(!watched.holds());
    }
}
