//! How much of what was read is shown, and that nothing cut is stored,
//! <https://hl7.org/fhir/R4/search.html#summary>.

use crate::budget;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::json::parse_own;
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::query::{Parameter, Query};
use crate::search::view::cut::is_cut;
use crate::search::view::{Names, View};
use crate::store::row::Stored;

use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// Steps of reading 16 bytes and writing them anew.
const REWRITTEN: usize = 4;

/// Whether a parameter says how much of a resource is shown.
pub(in crate::interaction) fn is_view(parameter: &Parameter) -> bool {
    ["_summary", "_elements"].contains(&parameter.name.as_str())
}

/// Takes a parameter that says how much of resources of a type is shown.
pub(super) fn take(
    ctx: &Ctx<'_>,
    kind: Option<ResourceKind>,
    view: &mut View,
    parameter: &Parameter,
) -> Result<(), Fault> {
    let names = Names { shapes: &ctx.engine.registry.shapes, kind, lenient: ctx.prefer.lenient };
    view.take(parameter, names)?;
    if *view == View::Count {
        // What is counted are matches of a search.
        let expected = Text::new(
            "true, text, data hoặc false (count chỉ dùng khi tìm kiếm)",
            "true, text, data or false (count is for searches)",
        );
        return Err(Fault::Value { name: parameter.key(), text: "count".into(), expected });
    }
    Ok(())
}

/// How much of one resource is shown.
pub(in crate::interaction) fn view(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    query: &Query,
) -> Result<View, Failure> {
    let mut view = View::Whole;
    for parameter in query.parameters.iter().filter(|parameter| is_view(parameter)) {
        take(ctx, Some(kind), &mut view, parameter).map_err(|fault| {
            Kind::Malformed.with(vec![fault.issue().at(format!("http.{}", parameter.key()))])
        })?;
    }
    Ok(view)
}

/// Leaves out what is not shown. What is shown whole stays the text that is stored.
pub(in crate::interaction) fn show<'s>(
    ctx: &Ctx<'_>,
    view: &View,
    versions: impl IntoIterator<Item = &'s mut Stored>,
) -> Result<(), Failure> {
    if *view == View::Whole {
        return Ok(());
    }
    for stored in versions.into_iter().filter(|stored| !stored.body.is_empty()) {
        budget::spend(stored.body.len() / 16 * REWRITTEN)?;
        let read = parse_own(&stored.body);
        let mut resource = read.map_err(|issue| {
            tracing::error!(fault = issue.text.en, "what is stored is not JSON");
            Kind::Exception
                .because("Tài nguyên đã lưu không đọc được.", "A stored resource cannot be read.")
        })?;
        view.cut(&ctx.engine.registry.shapes, stored.kind, &mut resource);
        stored.body = resource.to_string();
    }
    Ok(())
}

/// Refuses to store a part of a resource in the place of the whole.
pub(in crate::interaction) fn whole(
    kind: ResourceKind,
    resource: &serde_json::Value,
) -> Result<(), Failure> {
    if !is_cut(resource) {
        return Ok(());
    }
    let text = Text::new(
        "Đây chỉ là một phần của tài nguyên (thẻ SUBSETTED trong meta.tag): lưu nó sẽ làm mất phần còn lại. Hãy đọc tài nguyên không kèm _summary hay _elements, sửa rồi gửi lại; nếu đây là toàn bộ thì bỏ thẻ ấy.",
        "This is only a part of a resource (tag SUBSETTED in meta.tag): storing it would lose the rest. Read the resource without _summary and _elements, change it and send it; if it is the whole, take the tag out.",
    );
    let issue = Issue::error(IssueCode::BusinessRule, text).at(format!("{kind}.meta.tag"));
    Err(Kind::Unprocessable.with(vec![issue]))
}
