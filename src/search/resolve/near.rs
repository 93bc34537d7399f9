//! Names that a mistyped one may have meant.

use super::Context;

/// Names of parameters of the type that resemble one, the most alike first.
pub(super) fn near(ctx: &Context<'_>, name: &str) -> Vec<String> {
    let known = ctx.registry.search.of(ctx.kind).iter().map(|parameter| &*parameter.code);
    let mut scored: Vec<(f64, &str)> = known
        .map(|code| (strsim::jaro_winkler(&name.to_lowercase(), &code.to_lowercase()), code))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, code)| code.to_owned()).collect()
}
