//! The profiles that one walk met, which live as long as the walk does.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::tree::node::Profile;
use crate::fhir::issue::Issue;

/// Why a value does not conform to a profile; none when it does.
pub(in crate::validation) type Cause = Option<Arc<Issue>>;

/// The profiles of one walk, and what was found of values and profiles.
#[derive(Debug, Default)]
pub(in crate::validation) struct Held {
    first: OnceCell<Box<Link>>,
    conforming: RefCell<FxHashMap<(*const Value, *const Profile), Cause>>,
}

/// A list that only grows, so that what is in it can be borrowed.
#[derive(Debug)]
struct Link {
    asked: Box<str>,
    profile: Arc<Profile>,
    next: OnceCell<Box<Link>>,
}

impl Held {
    /// The profile that was asked for by this canonical before, or the one that is found now.
    pub(in crate::validation) fn profile(
        &self,
        canonical: &str,
        find: impl FnOnce() -> Option<Arc<Profile>>,
    ) -> Option<&Profile> {
        let mut end = &self.first;
        while let Some(link) = end.get() {
            if *link.asked == *canonical {
                return Some(&link.profile);
            }
            end = &link.next;
        }
        let profile = find()?;
        let link = || Box::new(Link { asked: canonical.into(), profile, next: OnceCell::new() });
        Some(&end.get_or_init(link).profile)
    }

    /// Why a value does not conform to a profile, when that was asked before. While the answer is
    /// being found it does, so that resources which point at each other come to an end.
    pub(in crate::validation) fn unlike(&self, value: &Value, profile: &Profile) -> Option<Cause> {
        let pair = (std::ptr::from_ref(value), std::ptr::from_ref(profile));
        self.conforming.borrow().get(&pair).cloned()
    }

    /// Keeps an answer.
    pub(in crate::validation) fn keep(&self, value: &Value, profile: &Profile, cause: Cause) {
        let pair = (std::ptr::from_ref(value), std::ptr::from_ref(profile));
        self.conforming.borrow_mut().insert(pair, cause);
    }
}

impl Drop for Held {
    /// Takes the list apart from its start: the default way is recursive.
    fn drop(&mut self) {
        let mut link = self.first.take();
        while let Some(mut this) = link {
            link = this.next.take();
        }
    }
}
