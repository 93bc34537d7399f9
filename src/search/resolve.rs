//! Looks the names of a query up and reads its values; every fault is reported, not only the first.

use crate::criteria::tree::{Criteria, Form, Values};
use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::SearchParameter;
use crate::fhir::date::Zone;
use crate::fhir::issue::{Issue, Text};
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::index::live::Live;
use crate::store::find::search::{Cursor, Search, Total};
use crate::store::find::sort::{KEYS, SortKey, SortSource};

use super::cursor::{CursorKey, fingerprint};
use super::fault::Fault;
use super::joined::Step;
use super::query::{Parameter, Query, split};
use super::resolved::Resolved;
use super::view::{Names, View};

mod filter;
mod join;
mod near;
mod path;

/// What names and values are read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub registry: &'a Registry,
    pub indexer: &'a Indexer,
    /// How far parameters are whose rows are being made.
    pub live: &'a Live,
    pub kind: ResourceKind,
    pub zone: Zone,
    /// The server's own base URL: references below it are local.
    pub base: &'a str,
    /// Microseconds since 1970.
    pub now: i64,
    pub page: PageSize,
    pub size: SearchSize,
    /// `Prefer: handling=lenient`
    pub lenient: bool,
    pub key: &'a CursorKey,
}

/// How many resources a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize {
    /// Without `_count`.
    pub usual: u64,
    /// A larger `_count` is cut down to it.
    pub most: u64,
}

/// How large one search may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchSize {
    /// Parameters that select resources. `PostgreSQL` plans longer than it searches when they are
    /// hundreds.
    pub parameters: usize,
    /// Values, all parameters together. `SQLite` takes no expression of a thousand parts.
    pub values: usize,
    /// Ways to other resources: a chain or `_has`, one for each type that it may lead to.
    pub joins: usize,
    /// Steps to other resources one behind the other. Each is a query within a query.
    pub depth: usize,
}

impl SearchSize {
    fn check_depth(self, key: &str) -> Result<(), Fault> {
        match Step::count(key) > self.depth {
            true => Err(Fault::TooMany { most: self.depth, setting: "search_depth" }),
            false => Ok(()),
        }
    }

    fn check(self, parameters: usize, values: usize) -> Result<(), Fault> {
        if parameters > self.parameters {
            return Err(Fault::TooMany { most: self.parameters, setting: "search_parameters" });
        }
        if values > self.values {
            return Err(Fault::TooMany { most: self.values, setting: "search_values" });
        }
        Ok(())
    }
}

/// Parameters that say how to show results; the reply's format is not the search's business.
const FORMAT: [&str; 2] = ["_format", "_pretty"];

/// Looks everything up.
pub fn resolve(query: Query, ctx: &Context<'_>) -> Result<Resolved, Vec<Issue>> {
    let mut draft = Draft::new(ctx);
    for parameter in query.parameters {
        if FORMAT.contains(&parameter.name.as_str()) {
            continue;
        }
        match draft.take(&parameter) {
            Ok(()) if parameter.name != "_cursor" => draft.resolved.used.push(parameter),
            Ok(()) => {}
            Err(fault) if ctx.lenient && fault.may_be_ignored() => {
                draft.resolved.ignored.push(fault.issue().warning());
            }
            Err(fault) => draft.faults.push(fault.issue().at(parameter_path(&parameter))),
        }
    }
    draft.finish()
}

/// `http.name:exact`: how the official servers point at a parameter of the request.
fn parameter_path(parameter: &Parameter) -> String {
    format!("http.{}", parameter.key())
}

struct Draft<'a> {
    ctx: &'a Context<'a>,
    resolved: Resolved,
    cursor: Option<String>,
    faults: Vec<Issue>,
    seen: Vec<&'static str>,
    joins: join::Joins,
    parameters: usize,
    values: usize,
}

impl<'a> Draft<'a> {
    fn new(ctx: &'a Context<'a>) -> Self {
        let search = Search {
            kind: ctx.kind,
            criteria: Vec::new(),
            sort: Vec::new(),
            count: ctx.page.usual,
            total: Total::None,
            count_only: false,
            after: None,
        };
        let view = View::Whole;
        let resolved = Resolved { search, view, used: Vec::new(), ignored: Vec::new() };
        Self {
            ctx,
            resolved,
            cursor: None,
            faults: Vec::new(),
            seen: Vec::new(),
            joins: join::Joins::new(ctx.size.joins),
            parameters: 0,
            values: 0,
        }
    }

    fn take(&mut self, parameter: &Parameter) -> Result<(), Fault> {
        parameter.check_text()?;
        match parameter.name.as_str() {
            "_count" => self.once("_count").and_then(|()| self.count(parameter)),
            "_sort" => self.once("_sort").and_then(|()| self.sort(parameter)),
            "_total" => self.once("_total").and_then(|()| self.total(parameter)),
            "_summary" => self.once("_summary").and_then(|()| self.view(parameter)),
            "_elements" => self.once("_elements").and_then(|()| self.view(parameter)),
            "_cursor" => self.once("_cursor").map(|()| self.cursor = Some(parameter.text.clone())),
            _ => {
                self.values += split(&parameter.text, b',').len();
                self.parameters += 1;
                self.ctx.size.check(self.parameters, self.values)?;
                self.ctx.size.check_depth(&parameter.key())?;
                let criteria = join::criteria(parameter, self.ctx, &self.joins)?;
                self.add(criteria);
                Ok(())
            }
        }
    }

    fn once(&mut self, name: &'static str) -> Result<(), Fault> {
        if self.seen.contains(&name) {
            return Err(Fault::Repeated { name });
        }
        self.seen.push(name);
        Ok(())
    }

    /// Adds criteria. Dates of a parameter that has one value a resource are asked for together: both
    /// then hold for the same row, and bound the same scan from both ends.
    fn add(&mut self, criteria: Criteria) {
        let all = &mut self.resolved.search.criteria;
        if let Criteria::Parameter(param, Values::Dates(lists)) = &criteria
            && path::is_singular(self.ctx, *param)
        {
            for other in all.iter_mut() {
                if let Criteria::Parameter(same, Values::Dates(others)) = other
                    && same == param
                {
                    others.extend(lists.iter().cloned());
                    return;
                }
            }
        }
        all.push(criteria);
    }

    fn count(&mut self, parameter: &Parameter) -> Result<(), Fault> {
        let count: u64 = parameter.text.parse().map_err(|_not_a_number| {
            value(parameter, Text::new("một số nguyên không âm", "a whole number from 0 on"))
        })?;
        self.resolved.search.count_only |= count == 0;
        self.resolved.search.count = count.clamp(1, self.ctx.page.most);
        Ok(())
    }

    fn total(&mut self, parameter: &Parameter) -> Result<(), Fault> {
        self.resolved.search.total = match parameter.text.as_str() {
            "none" => Total::None,
            "accurate" | "estimate" => Total::Accurate,
            _ => {
                let expected = "none, estimate, accurate";
                return Err(value(parameter, Text::new(expected, expected)));
            }
        };
        Ok(())
    }

    fn view(&mut self, parameter: &Parameter) -> Result<(), Fault> {
        let (shapes, lenient) = (&self.ctx.registry.shapes, self.ctx.lenient);
        let names = Names { shapes, kind: Some(self.ctx.kind), lenient };
        self.resolved.view.take(parameter, names)?;
        self.resolved.search.count_only |= self.resolved.view == View::Count;
        Ok(())
    }

    fn sort(&mut self, parameter: &Parameter) -> Result<(), Fault> {
        for text in parameter.values()? {
            let (name, descending) = match text.strip_prefix('-') {
                Some(name) => (name, true),
                None => (text, false),
            };
            if self.resolved.search.sort.len() == KEYS.len() {
                return Err(value(parameter, Text::new("nhiều nhất 8 khóa", "at most 8 keys")));
            }
            let source = self.sort_source(name)?;
            self.resolved.search.sort.push(SortKey { source, descending });
        }
        Ok(())
    }

    fn sort_source(&self, name: &str) -> Result<SortSource, Fault> {
        match name {
            "_id" => return Ok(SortSource::Id),
            "_lastUpdated" => return Ok(SortSource::Updated),
            _ => {}
        }
        let Some(found) = self.ctx.indexer.search().find(self.ctx.kind, name) else {
            let near = near::near(self.ctx, name);
            let unknown = Fault::UnknownSort { name: name.into(), near };
            return Err(near::growing(self.ctx, name).unwrap_or(unknown));
        };
        if !self.ctx.indexer.answers(found) {
            return Err(Fault::Unsupported { name: name.into() });
        }
        sort_column(found).ok_or_else(|| Fault::UnsortableKind { name: name.into() })
    }

    fn finish(mut self) -> Result<Resolved, Vec<Issue>> {
        if let Some(text) = &self.cursor {
            let fingerprint = fingerprint(self.ctx.kind.name(), &self.resolved.used);
            let cursor = self.ctx.key.open(text, fingerprint);
            let fits = |cursor: &Cursor| cursor.keys.len() == self.resolved.search.sort.len();
            match cursor.filter(fits) {
                Some(cursor) => self.resolved.search.after = Some(cursor),
                None => self.faults.push(Fault::Cursor.issue().at("http._cursor")),
            }
        }
        if self.faults.is_empty() { Ok(self.resolved) } else { Err(self.faults) }
    }
}

fn sort_column(parameter: &SearchParameter) -> Option<SortSource> {
    let form = filter::form(parameter)?;
    let has_order = matches!(form, Form::Date | Form::Text | Form::Number | Form::Quantity);
    has_order.then_some(SortSource::Indexed { form, param: parameter.indexed_as() })
}

fn value(parameter: &Parameter, expected: Text) -> Fault {
    Fault::Value { name: parameter.key(), text: parameter.text.clone(), expected }
}
