//! Looks the names of a query up and reads its values; every fault is reported, not only the first.

use crate::criteria::tree::{Criteria, Values};
use crate::definitions::registry::Registry;
use crate::fhir::date::Zone;
use crate::fhir::issue::{Issue, Text};
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::index::live::Live;
use crate::store::find::search::{Search, Total, Turn};
use crate::terminology::service::Terminology;

use super::cursor::CursorKey;
use super::fault::Fault;
use super::query::{Parameter, Query, split};
use super::resolved::Resolved;
use super::view::{Names, View};

mod codes;
mod course;
pub(super) mod filter;
mod filtered;
mod finish;
mod include;
mod join;
mod list;
mod names;
mod near;
mod order;
mod path;
mod read;
mod size;
mod words;

use course::Course;

/// What names and values are read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub registry: &'a Registry,
    pub indexer: &'a Indexer,
    /// How far parameters are whose rows are being made.
    pub live: &'a Live,
    pub terminology: &'a Terminology,
    pub kind: ResourceKind,
    pub place: Place<'a>,
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

/// Where a search looks.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The path below the base URL; a page link belongs there.
    pub path: &'a str,
    /// The types that are searched.
    pub kinds: &'a [ResourceKind],
    /// Whether `_type` may say which, and has.
    pub is_of_types: bool,
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
    /// Steps to other resources one behind the other. Each is a query within a query; for what
    /// comes along, a query after another.
    pub depth: usize,
    /// Resources that come along with a page.
    pub includes: usize,
    /// Codes and URIs that its modifiers may stand for.
    pub codes: usize,
}

/// Parameters that say how to write the reply down; the reply's format is not the search's business.
const FORMAT: [&str; 2] = ["_format", "_pretty"];

/// Looks everything up.
pub fn resolve(query: Query, ctx: &Context<'_>) -> Result<Resolved, Vec<Issue>> {
    let mut draft = Draft::new(ctx);
    for parameter in query.parameters {
        if FORMAT.contains(&parameter.name.as_str()) {
            continue;
        }
        match draft.take(&parameter) {
            Ok(()) => draft.uses(parameter),
            Err(fault) if ctx.lenient && fault.may_be_ignored() => {
                draft.resolved.told.push(fault.issue().warning());
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
    course: Course,
    /// What those matches are that come first.
    preferred: Vec<Criteria>,
    /// Whether the order is that of how well they match, which is asked for.
    by_score: bool,
    /// Whether something makes one match better than another.
    has_score: bool,
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
            turn: Turn::First,
            prefer: None,
        };
        let (includes, used, told) = (Vec::new(), Vec::new(), Vec::new());
        let resolved = Resolved { search, includes, view: View::Whole, used, told, explain: false };
        Self {
            ctx,
            resolved,
            cursor: None,
            faults: Vec::new(),
            seen: Vec::new(),
            course: Course::new(ctx.size),
            preferred: Vec::new(),
            by_score: false,
            has_score: false,
            parameters: 0,
            values: 0,
        }
    }

    fn take(&mut self, parameter: &Parameter) -> Result<(), Fault> {
        parameter.check_text()?;
        match parameter.name.as_str() {
            "_count" => self.once("_count").and_then(|()| self.count(parameter)),
            "_sort" => {
                self.once("_sort")?;
                self.by_score = order::is_score(parameter);
                if !self.by_score {
                    let keys = order::keys(parameter, (self.ctx, &self.course))?;
                    self.resolved.search.sort = keys;
                }
                Ok(())
            }
            "_include" | "_revinclude" => {
                self.parameters += 1;
                self.ctx.size.check(self.parameters, self.values)?;
                self.resolved.includes.push(include::include(parameter, self.ctx)?);
                Ok(())
            }
            // Clients made for Aidbox call it so.
            "_total" | "_totalMethod" => self.once("_total").and_then(|()| self.total(parameter)),
            "_summary" => self.once("_summary").and_then(|()| self.view(parameter)),
            "_elements" => self.once("_elements").and_then(|()| self.view(parameter)),
            "_explain" => {
                self.once("_explain")?;
                self.resolved.explain = read::truth(parameter)?;
                Ok(())
            }
            "_type" if self.ctx.place.is_of_types => Ok(()),
            // What is contained is not found by itself.
            "_contained" if parameter.text == "false" => self.once("_contained"),
            "_cursor" => self.once("_cursor").map(|()| self.cursor = Some(parameter.text.clone())),
            _ => {
                self.values += split(&parameter.text, b',').len();
                self.parameters += 1;
                self.ctx.size.check(self.parameters, self.values)?;
                self.ctx.size.check_depth(&parameter.key())?;
                let criteria = join::criteria(parameter, self.ctx, &self.course)?;
                self.prefer(parameter);
                self.add(criteria);
                Ok(())
            }
        }
    }

    /// Notes a parameter for links, as it was used: a size that was cut down is told.
    fn uses(&mut self, parameter: Parameter) {
        let used = &mut self.resolved.used;
        match parameter.name.as_str() {
            "_cursor" => {}
            "_count" if !self.resolved.search.count_only => {
                used.push(Parameter { text: self.resolved.search.count.to_string(), ..parameter });
            }
            _ => used.push(parameter),
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
            "accurate" | "estimate" | "count" => Total::Accurate,
            _ => {
                let expected = "none, estimate, accurate";
                return Err(value(parameter, Text::new(expected, expected)));
            }
        };
        Ok(())
    }

    fn view(&mut self, parameter: &Parameter) -> Result<(), Fault> {
        let (shapes, lenient) = (&self.ctx.registry.shapes, self.ctx.lenient);
        // What only some of several types have is left out of these.
        let kind = (!self.ctx.place.is_of_types).then_some(self.ctx.kind);
        let names = Names { shapes, kind, lenient };
        self.resolved.view.take(parameter, names)?;
        self.resolved.search.count_only |= self.resolved.view == View::Count;
        Ok(())
    }
}

fn value(parameter: &Parameter, expected: Text) -> Fault {
    Fault::Value { name: parameter.key(), text: parameter.text.clone(), expected }
}
