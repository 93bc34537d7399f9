//! Searches of somebody who may not see everything.

use std::borrow::Cow;

use super::Scoped;
use crate::criteria::access::Doing;
use crate::criteria::tree::Criteria;
use crate::store::find::search::Search;
use crate::store::find::sort::SortSource;

impl Scoped<'_> {
    /// The same search for whoever this is.
    pub fn narrowed<'s>(&self, search: &'s Search) -> Cow<'s, Search> {
        if self.access.narrowing(Doing::Search, search.kind).is_none() {
            return Cow::Borrowed(search);
        }
        let whole = Criteria::All(search.criteria.clone());
        let criteria = vec![whole.narrowed(search.kind, self.access)];
        let mut sort = search.sort.clone();
        sort.iter_mut().for_each(|key| self.narrow_key(&mut key.source));
        Cow::Owned(Search { criteria, sort, ..search.clone() })
    }

    /// Has a key of what is referred to count only what may be found.
    fn narrow_key(&self, source: &mut SortSource) {
        if let SortSource::Joined(joined) = source {
            joined.criteria = joined.criteria.narrowed(joined.kind, self.access);
            self.narrow_key(&mut joined.source);
        }
    }
}
