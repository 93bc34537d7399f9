//! `$reindex`: makes the index rows of search parameters anew, in the background. Ours: R4 has no
//! such operation. Searches answer as before until the new rows are complete.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::call::Call;
use crate::definitions::search_parameter::{ParamId, SearchParameter};
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// Begins a job; its number.
pub(super) async fn reindex(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<i64, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let numbers = match call.instance(ctx).await? {
        Some(definition) => of_definition(ctx, &definition),
        None => of_names(ctx, call)?,
    };
    let begun = match numbers.is_empty() {
        true => None,
        false => ctx.engine.rows.reindex(|known| numbers.contains(&known.number)).await?,
    };
    begun.ok_or_else(|| {
        Kind::Unprocessable.because(
            "Không có tham số tìm kiếm nào như vậy có chỉ mục, hoặc chỉ mục đang được lập. Tham số phải đang dùng được: xem /metadata.",
            "No such search parameter has an index, or it is being made already. Those can be named that /metadata lists.",
        )
    })
}

/// The numbers under which the parameter of a definition has its rows.
fn of_definition(ctx: &Ctx<'_>, definition: &Value) -> FxHashSet<ParamId> {
    let url = definition.get("url").and_then(Value::as_str).unwrap_or_default();
    numbers(ctx, None, &|one| *one.url == *url)
}

/// The same of the parameters that the call names: some of some types, or all.
fn of_names(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<FxHashSet<ParamId>, Failure> {
    let parameters = call.parameters();
    let mut kinds = Vec::new();
    for name in parameters.texts("type") {
        kinds.push(ResourceKind::parse(name).ok_or_else(|| no_type(name))?);
    }
    let codes: Vec<&str> = parameters.texts("parameter").collect();
    let is_meant =
        |one: &SearchParameter| codes.is_empty() || codes.iter().any(|code| *one.code == **code);
    Ok(numbers(ctx, (!kinds.is_empty()).then_some(&*kinds), &is_meant))
}

fn numbers(
    ctx: &Ctx<'_>,
    kinds: Option<&[ResourceKind]>,
    is_meant: &dyn Fn(&SearchParameter) -> bool,
) -> FxHashSet<ParamId> {
    let indexer = ctx.engine.indexer();
    let kinds = ResourceKind::all().filter(|kind| kinds.is_none_or(|some| some.contains(kind)));
    let all = kinds.flat_map(|kind| indexer.search().of(kind));
    all.filter(|one| is_meant(one)).map(SearchParameter::indexed_as).collect()
}

fn no_type(name: &str) -> Failure {
    Kind::Malformed.because(
        format!("'type' là '{name}', không phải loại tài nguyên của R4."),
        format!("'type' is '{name}', which is no resource type of R4."),
    )
}
