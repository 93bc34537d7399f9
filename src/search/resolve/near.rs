//! What a name may mean that nothing can be searched by.

use super::Context;
use crate::search::fault::Fault;

/// Names of parameters of the type that resemble one, the most alike first.
pub(super) fn near(ctx: &Context<'_>, name: &str) -> Vec<String> {
    let known = ctx.indexer.search().of(ctx.kind).iter().map(|parameter| &*parameter.code);
    let mut scored: Vec<(f64, &str)> = known
        .map(|code| (strsim::jaro_winkler(&name.to_lowercase(), &code.to_lowercase()), code))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, code)| code.to_owned()).collect()
}

/// What is wrong with a parameter that is known but whose rows are still being made.
pub(super) fn growing(ctx: &Context<'_>, name: &str) -> Option<Fault> {
    let found = ctx.indexer.search().growing(ctx.kind).find(|one| *one.code == *name)?;
    let (done, of) = ctx.live.progress(found.id).unwrap_or_default();
    Some(Fault::Growing { kind: ctx.kind, name: name.into(), done, of })
}
