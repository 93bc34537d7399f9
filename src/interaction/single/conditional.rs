//! Searches that decide about a write,
//! <https://hl7.org/fhir/R4/http.html#ccreate>.

use crate::criteria::tree::Criteria;
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::search::query::{Parameter, Query};
use crate::search::resolve::{Context, Place, resolve};
use crate::search::resolved::Resolved;
use crate::store::find::search::Search;
use crate::store::row::Stored;
use crate::store::write::Premise;

use crate::interaction::bundle::link::identity::is_bundled_urn;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// Parameters that say how results are shown: they select nothing.
const CONTROL: [&str; 10] = [
    "_count",
    "_sort",
    "_total",
    "_summary",
    "_cursor",
    "_format",
    "_pretty",
    "_elements",
    "_include",
    "_revinclude",
];

/// Reads a search of one type.
pub(super) fn resolved(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    query: Query,
) -> Result<Resolved, Failure> {
    let kinds = std::slice::from_ref(&kind);
    resolved_at(ctx, Place { path: kind.name(), kinds, is_of_types: false }, kind, query)
}

/// What the parameters of a query select; one that does not select is a fault.
pub(in crate::interaction) fn selected(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    query: Query,
) -> Result<Vec<Criteria>, Failure> {
    let is_shown = |one: &Parameter| CONTROL.contains(&one.name.as_str());
    if query.parameters.is_empty() || query.parameters.iter().any(is_shown) {
        return Err(Kind::Malformed.because("Không chọn gì.", "It selects nothing."));
    }
    Ok(resolved(ctx, kind, query)?.search.criteria)
}

/// Reads what a search means for one of the types that it looks at.
pub(in crate::interaction) fn resolved_at(
    ctx: &Ctx<'_>,
    place: Place<'_>,
    kind: ResourceKind,
    query: Query,
) -> Result<Resolved, Failure> {
    let engine = ctx.engine;
    let indexer = engine.indexer();
    let context = Context {
        registry: &engine.registry,
        indexer: &indexer,
        live: &engine.live,
        terminology: &engine.terminology,
        kind,
        place,
        zone: engine.zone,
        base: &engine.base,
        now: ctx.now,
        page: engine.page,
        size: engine.size,
        lenient: ctx.prefer.lenient,
        key: &engine.cursor_key,
    };
    resolve(query, &context).map_err(|issues| Kind::Malformed.with(issues))
}

/// The query of criteria: `identifier=…`, `?identifier=…` or `Patient?identifier=…`.
pub(in crate::interaction) fn query_of(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    criteria: &str,
) -> Result<Query, Failure> {
    let Some((before, query)) = criteria.split_once('?') else {
        return Ok(Query::parse([criteria]));
    };
    let path = before.strip_prefix(ctx.engine.base.as_str()).unwrap_or(before);
    let path = path.trim_start_matches('/');
    // Without a path, the question mark may be part of a value: `name=what?`.
    if before.contains('=') {
        return Ok(Query::parse([criteria]));
    }
    if path.is_empty() || path == kind.name() {
        return Ok(Query::parse([query]));
    }
    Err(Kind::Malformed.because(
        format!("Điều kiện phải tìm {kind}, nhưng lại là '{before}'."),
        format!("The criteria must search for {kind}, but say '{before}'."),
    ))
}

/// Reads criteria: a search that selects something, and nothing in it is left out.
pub(in crate::interaction) fn criteria(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    query: Query,
) -> Result<Search, Failure> {
    let faults: Vec<Issue> =
        query.parameters.iter().filter_map(|parameter| fault(ctx, kind, parameter)).collect();
    if !faults.is_empty() {
        return Err(Kind::Malformed.with(faults));
    }
    // A criterion that is left out would match more than was meant: never lenient.
    let mut strict = *ctx;
    strict.prefer.lenient = false;
    let search = resolved(&strict, kind, query)?.search;
    if search.criteria.is_empty() {
        return Err(Kind::PreconditionFailed.because(
            "Điều kiện tìm kiếm không chọn lọc tài nguyên nào.",
            "The criteria select nothing in particular.",
        ));
    }
    Ok(search)
}

/// What is wrong with a parameter as a criterion.
fn fault(ctx: &Ctx<'_>, kind: ResourceKind, parameter: &Parameter) -> Option<Issue> {
    let name = parameter.name.as_str();
    let place = format!("http.{}", parameter.key());
    if CONTROL.contains(&name) {
        let text = Text::new(
            format!("'{name}' không phải là điều kiện: nó chỉ nói cách trả kết quả. Hãy bỏ đi."),
            format!("'{name}' is no criterion: it says how results are shown. Leave it out."),
        );
        return Some(Issue::error(IssueCode::Invalid, text).at(place));
    }
    links(ctx, kind, parameter)?;
    let urn = parameter.values().ok()?.into_iter().find(|value| is_bundled_urn(value))?;
    let text = Text::new(
        format!(
            "'{urn}' trong điều kiện không dẫn đến đâu: chỉ trong một transaction mới tham chiếu được bằng URN, đến mục có fullUrl này."
        ),
        format!(
            "'{urn}' in the criteria leads nowhere: a URN refers to the entry with this fullUrl, in a transaction only."
        ),
    );
    Some(Issue::error(IssueCode::NotFound, text).at(place))
}

/// The definition of a parameter whose values are links to resources.
pub(in crate::interaction) fn links(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    parameter: &Parameter,
) -> Option<SearchParameter> {
    let indexer = ctx.engine.indexer();
    let found = indexer.search().find(kind, &parameter.name)?;
    let is_link = found.kind == ParamType::Reference && !indexer.is_of_canonicals(found);
    is_link.then(|| found.clone())
}

/// What criteria find, up to `most` resources, and the premise that it is so.
pub(in crate::interaction) async fn found(
    ctx: &Ctx<'_>,
    search: &Search,
    most: u32,
) -> Result<(Vec<Stored>, Premise), Failure> {
    let (hits, premise) = ctx.rows().matches(search, most).await?;
    Ok((hits.into_iter().map(|hit| hit.stored).collect(), premise))
}

/// The only match of criteria, if there is one, and the premise that it is so; several are a
/// failure.
pub(super) async fn only(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    query: Query,
) -> Result<(Option<Stored>, Premise), Failure> {
    let search = criteria(ctx, kind, query)?;
    let (mut hits, premise) = found(ctx, &search, 2).await?;
    if hits.len() > 1 {
        return Err(several(kind));
    }
    Ok((hits.pop(), premise))
}

/// Criteria match more than one resource.
pub(in crate::interaction) fn several(kind: ResourceKind) -> Failure {
    Kind::PreconditionFailed.because(
        format!("Điều kiện khớp với nhiều {kind}; cần khớp nhiều nhất một."),
        format!("The criteria match several {kind} resources; one at most may match."),
    )
}

/// Others kept changing what the search finds.
pub(in crate::interaction) fn contended() -> Failure {
    Kind::Conflict.because(
        "Dữ liệu mà điều kiện dựa vào thay đổi liên tục. Không có gì được lưu; hãy thử lại.",
        "What the criteria rest on kept changing. Nothing was stored; try again.",
    )
}
