//! What is made of a query once all of it was read: what comes first, and the place of the page.

use crate::criteria::tree::Criteria;
use crate::fhir::issue::Issue;
use crate::search::cursor::fingerprint;
use crate::search::fault::Fault;
use crate::search::query::Parameter;
use crate::search::resolved::Resolved;
use crate::store::find::search::Turn;

use super::{Draft, names, words};

impl Draft<'_> {
    /// Notes what comes first among what a parameter finds.
    pub(super) fn prefer(&mut self, parameter: &Parameter) {
        let is_of_text = words::is_of_text(&parameter.name);
        let preferred = match is_of_text {
            true => words::preferred(parameter, self.ctx),
            false => names::preferred(parameter, self.ctx),
        };
        self.has_score |= is_of_text || preferred.is_some();
        self.preferred.extend(preferred);
    }

    pub(super) fn finish(mut self) -> Result<Resolved, Vec<Issue>> {
        if self.by_score && !self.has_score {
            self.faults.push(Fault::NoScore.issue().at("http._sort"));
        }
        let is_ordered = !self.resolved.search.sort.is_empty();
        // Of several types there is one order, that in which they were stored.
        if !is_ordered && self.ctx.place.kinds.len() == 1 && !self.preferred.is_empty() {
            let preferred = std::mem::take(&mut self.preferred);
            self.resolved.search.prefer = Some(Criteria::All(preferred));
        }
        if let Some(text) = &self.cursor {
            let fingerprint = fingerprint(self.ctx.place.path, &self.resolved.used);
            let cursor = self.ctx.key.open(text, fingerprint);
            let keys = match &self.resolved.search.prefer {
                Some(_) => 1,
                None => self.resolved.search.sort.len(),
            };
            let fits = |turn: &Turn| turn.cursor().is_none_or(|cursor| cursor.keys.len() == keys);
            match cursor.filter(fits) {
                Some(turn) => self.resolved.search.turn = turn,
                None => self.faults.push(Fault::Cursor.issue().at("http._cursor")),
            }
        }
        self.resolved.told.extend(self.course.told());
        if self.faults.is_empty() { Ok(self.resolved) } else { Err(self.faults) }
    }
}
