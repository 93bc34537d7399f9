//! What comes along with a page: `_include` and `_revinclude`,
//! <https://hl7.org/fhir/R4/search.html#include>.
//!
//! A round looks at the matches, each further one at what the last one found; only includes that
//! iterate have further ones. A round is a question to the database for each direction, however many
//! includes and resources there are, and one for each type of definitions that are referred to by URL.

use rustc_hash::FxHashSet;

use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::search::resolve::SearchSize;
use crate::search::resolved::Include;
use crate::store::find::beside::{Beside, Link, Way};
use crate::store::find::page::Page;
use crate::store::row::Hit;

use super::canonical;

/// What was found, each resource once and none of the matches.
#[derive(Debug)]
pub(super) struct Included {
    rounds: Vec<Vec<Hit>>,
    /// Whether there is more.
    is_cut: bool,
}

/// A round of an include.
struct Round<'a> {
    active: Vec<&'a Include>,
    /// The resources it looks at.
    from: &'a [Hit],
    /// What is on the page already.
    known: FxHashSet<i64>,
    found: Vec<Hit>,
    /// How many more may be found.
    left: usize,
}

/// Finds it.
pub(super) async fn include(
    ctx: &Ctx<'_>,
    includes: &[Include],
    page: &Page,
) -> Result<Included, Failure> {
    let size = ctx.engine.size;
    let mut included = Included { rounds: Vec::new(), is_cut: false };
    let mut known: FxHashSet<i64> = page.hits.iter().map(|hit| hit.rid).collect();
    let mut left = size.includes;
    while !included.is_cut {
        let rounds = &included.rounds;
        let active = includes.iter().filter(|one| rounds.is_empty() || one.iterates);
        let from = rounds.last().unwrap_or(&page.hits);
        // The last round only looks whether there is more.
        left = if rounds.len() >= size.depth { 0 } else { left };
        let mut round = Round { active: active.collect(), from, known, found: Vec::new(), left };
        if round.active.is_empty() || from.is_empty() {
            break;
        }
        included.is_cut = round.run(ctx).await?;
        let found = round.found;
        (known, left) = (round.known, round.left);
        included.rounds.push(found);
    }
    Ok(included)
}

impl Included {
    /// All of it, in the order of the rounds.
    pub(super) fn hits(self) -> Vec<Hit> {
        self.rounds.into_iter().flatten().collect()
    }

    /// That there is more than may be.
    pub(super) fn note(&self, size: SearchSize) -> Option<Issue> {
        let (most, depth) = (size.includes, size.depth);
        let text = || {
            Text::new(
                format!(
                    "Trang này còn tài nguyên kèm theo chưa đưa vào: nhiều nhất {most} (search_includes), đi tiếp nhiều nhất {depth} bước (search_depth), và vừa bộ nhớ của một yêu cầu. Hãy giảm _count, hoặc tìm riêng chúng."
                ),
                format!(
                    "Not all that comes along is on this page: at most {most} resources do (search_includes), at most {depth} steps on (search_depth), and as many as one request has room for. Ask for a smaller _count, or search for them on their own."
                ),
            )
        };
        self.is_cut.then(|| Issue::error(IssueCode::TooCostly, text()).warning())
    }
}

impl Round<'_> {
    /// Finds what the includes lead to; whether there is more.
    async fn run(&mut self, ctx: &Ctx<'_>) -> Result<bool, Failure> {
        for way in [Way::Forth, Way::Back] {
            let links = self.links(way);
            let (from, links) = (rids(self.from), links.as_deref());
            let most = u64::try_from(self.left).unwrap_or(u64::MAX);
            let known: Vec<i64> = self.known.iter().copied().collect();
            let beside = Beside { way, links, from: &from, known: &known, most };
            let (found, has_more) = ctx.rows().beside(&beside).await?;
            if self.add(found) || has_more {
                return Ok(true);
            }
        }
        for include in self.active.clone() {
            for canonical in &include.canonicals {
                let way = (include.way, canonical);
                for wanted in canonical::searches(ctx, way, self.from)? {
                    let most = self.known.len() + self.left;
                    let (found, has_more) = wanted.find(ctx, most).await?;
                    if self.add(found) || has_more {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// The parameters of one direction; none: whatever there is.
    fn links(&self, way: Way) -> Option<Vec<Link>> {
        let mut all = Vec::new();
        for include in self.active.iter().filter(|include| include.way == way) {
            all.extend(include.links.as_ref()?.iter().cloned());
        }
        Some(all)
    }

    /// Takes what is new; whether something had to be left out.
    fn add(&mut self, found: Vec<Hit>) -> bool {
        for hit in found {
            if self.known.contains(&hit.rid) {
                continue;
            }
            if self.left == 0 {
                return true;
            }
            self.left -= 1;
            self.known.insert(hit.rid);
            self.found.push(hit);
        }
        false
    }
}

fn rids(hits: &[Hit]) -> Vec<i64> {
    hits.iter().map(|hit| hit.rid).collect()
}
