//! What has to be done to the list of search parameters so that it is as it should be; pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::definitions::search_parameter::list::{Known, Wanted};
use crate::definitions::search_parameter::{ParamId, SearchParameter, SearchParameters};
use crate::fhir::kind::ResourceKind;

use super::listed::{Listed, State};

/// Changes of the list.
#[derive(Debug, Default)]
pub(in crate::store) struct Changes {
    /// What has to grow, without a job.
    pub(in crate::store) new: Vec<Listed>,
    /// Definitions that say something else of the same rows.
    pub(in crate::store) said: Vec<(i32, String)>,
    pub(in crate::store) leaving: Vec<i32>,
}

/// The list while it is changed.
struct List<'a> {
    core: &'a SearchParameters,
    rows: BTreeMap<(ResourceKind, Box<str>), Vec<&'a Listed>>,
    numbers: BTreeSet<ParamId>,
    changes: Changes,
}

impl Changes {
    /// From the list as it is to what should be searched by besides R4's parameters.
    pub(in crate::store) fn between(
        core: &SearchParameters,
        list: &[Listed],
        wanted: &[Wanted],
    ) -> Self {
        let mut list = List::new(core, list);
        for one in wanted {
            list.want(one);
        }
        let unwanted = std::mem::take(&mut list.rows).into_values().flatten();
        let unwanted = unwanted.filter(|row| row.known.definition.is_some());
        list.changes.leaving.extend(unwanted.map(|row| row.known.number.number()));
        list.changes
    }

    /// The same parameters of the list again, under other numbers.
    pub(in crate::store) fn again(
        core: &SearchParameters,
        list: &[Listed],
        is_meant: impl Fn(&Known) -> bool,
    ) -> Self {
        let mut again = List::new(core, list);
        for row in list.iter().filter(|row| row.state == State::Complete && is_meant(&row.known)) {
            let Some(parameter) = row.known.parameter(core) else { continue };
            // Rows that serve it are made anew when their own parameter is meant.
            let has_rows = core.serves(row.known.kind, &parameter).is_none();
            let is_growing = list.iter().any(|other| {
                let (one, other_one) = (&row.known, &other.known);
                other.state == State::Growing
                    && (one.kind, &one.code) == (other_one.kind, &other_one.code)
            });
            let is_of_resource = matches!(&*parameter.code, "_id" | "_lastUpdated");
            if has_rows && !is_growing && !is_of_resource && parameter.expression.is_some() {
                again.grow(row.known.clone(), row.text.clone());
            }
        }
        again.changes
    }

    pub(in crate::store) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.said.is_empty() && self.leaving.is_empty()
    }
}

impl<'a> List<'a> {
    fn new(core: &'a SearchParameters, list: &'a [Listed]) -> Self {
        let mut rows: BTreeMap<_, Vec<&Listed>> = BTreeMap::new();
        for row in list.iter().filter(|row| row.state != State::Leaving) {
            rows.entry((row.known.kind, row.known.code.clone())).or_default().push(row);
        }
        let numbers = list.iter().map(|row| row.known.number).collect();
        Self { core, rows, numbers, changes: Changes::default() }
    }

    fn want(&mut self, wanted: &Wanted) {
        let code = &*wanted.parameter.code;
        let text = serde_json::to_string(&*wanted.definition).unwrap_or_default();
        let mut there = self.rows.remove(&(wanted.kind, code.into())).unwrap_or_default();
        let gives_the_same = |row: &&Listed| {
            let known = row.known.parameter(self.core);
            known.is_some_and(|known| known.gives_the_rows_of(&wanted.parameter))
        };
        let at = there.iter().position(gives_the_same);
        let same = at.map(|at| there.swap_remove(at));
        match same {
            Some(same) => {
                if same.text != text {
                    self.changes.said.push((same.known.number.number(), text));
                }
            }
            None => {
                let known = Known {
                    number: ParamId::from_number(0),
                    kind: wanted.kind,
                    code: code.into(),
                    is_complete: false,
                    definition: Some(wanted.definition.clone()),
                };
                self.grow(known, text);
            }
        }
        // The old one answers until the new one is complete; what has not got so far goes.
        let is_ready = same.is_some_and(|same| same.state == State::Complete);
        let leaving = there.iter().filter(|row| is_ready || row.state == State::Growing);
        self.changes.leaving.extend(leaving.map(|row| row.known.number.number()));
    }

    fn grow(&mut self, known: Known, text: String) {
        let (kind, code) = (known.kind, known.code.clone());
        let others = (1..).map(|time| ParamId::another(kind, &code, time));
        let mut numbers = std::iter::once(ParamId::of(kind, &code)).chain(others);
        let Some(number) = numbers.find(|number| !self.is_taken(*number)) else { return };
        self.numbers.insert(number);
        let known = Known { number, is_complete: false, ..known };
        self.changes.new.push(Listed { known, state: State::Growing, text, job: 0 });
    }

    fn is_taken(&self, number: ParamId) -> bool {
        self.numbers.contains(&number)
    }
}

/// The parameters under which there are rows of one that is complete at once: it has none of its own.
pub(in crate::store) fn is_served(core: &SearchParameters, row: &Listed) -> bool {
    let parameter: Option<SearchParameter> = row.known.parameter(core);
    parameter.is_some_and(|parameter| core.serves(row.known.kind, &parameter).is_some())
}
