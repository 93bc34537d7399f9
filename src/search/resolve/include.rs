//! Reads `_include` and `_revinclude`, <https://hl7.org/fhir/R4/search.html#include>.
//!
//! ```text
//! value = "*" / type ":" ( parameter / "*" ) [ ":" target type ]
//! ```

use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::fault::include::IncludeFault;
use crate::search::query::Parameter;
use crate::search::resolved::{Canonical, Include};
use crate::store::find::beside::{Link, Way};

use super::{Context, read};

/// Reads one.
pub(super) fn include(parameter: &Parameter, ctx: &Context<'_>) -> Result<Include, Fault> {
    let way = if parameter.name == "_revinclude" { Way::Back } else { Way::Forth };
    let iterates = match parameter.modifier.as_deref() {
        None => false,
        Some("iterate" | "recurse") => true,
        Some(_) => return Err(read::unknown_modifier(parameter, ":iterate")),
    };
    let mut parts = parameter.text.splitn(3, ':');
    let (kind, name) = (parts.next().unwrap_or_default(), parts.next());
    let target = parts.next().filter(|target| !target.is_empty()).map(parse).transpose()?;
    if kind == "*" && matches!(name, None | Some("*")) && target.is_none() && way == Way::Forth {
        return Ok(everything(ctx, iterates));
    }
    let incomplete = || IncludeFault::Incomplete { text: parameter.text.clone() };
    let name = name.filter(|name| !name.is_empty()).ok_or_else(|| Fault::Include(incomplete()))?;
    let kind = parse(kind)?;
    if way == Way::Forth && !iterates && !ctx.place.kinds.contains(&kind) {
        return Err(Fault::Include(IncludeFault::NotSearched { kind }));
    }
    // What refers to the resources that are searched, unless it goes on from others.
    let targets = match (way, target) {
        (_, Some(target)) => vec![target],
        (Way::Back, None) if !iterates => ctx.place.kinds.to_vec(),
        (_, None) => Vec::new(),
    };
    let mut made = Include { way, iterates, links: Some(Vec::new()), canonicals: Vec::new() };
    let of_kind = references(ctx, kind);
    if name == "*" {
        for found in of_kind {
            let kinds = common(found.leads_to(), &targets);
            kinds.into_iter().for_each(|kinds| add(&mut made, (ctx, kind), found, kinds));
        }
        return Ok(made);
    }
    let Some(found) = of_kind.iter().find(|found| *found.code == *name) else {
        let known = of_kind.iter().map(|found| found.code.to_string()).collect();
        let name = name.to_owned();
        return Err(Fault::Include(IncludeFault::NoParameter { kind, name, known }));
    };
    let Some(kinds) = common(found.leads_to(), &targets) else {
        let target = targets.first().map_or("", |target| target.name()).to_owned();
        return Err(Fault::NoTarget { name: format!("{kind}:{name}"), kind: target });
    };
    add(&mut made, (ctx, kind), found, kinds);
    Ok(made)
}

/// Whatever the matches refer to.
fn everything(ctx: &Context<'_>, iterates: bool) -> Include {
    let mut made = Include { way: Way::Forth, iterates, links: None, canonicals: Vec::new() };
    for kind in ctx.place.kinds {
        let all = references(ctx, *kind).into_iter();
        for found in all.filter(|found| ctx.indexer.is_of_canonicals(found)) {
            add(&mut made, (ctx, *kind), found, found.leads_to().to_vec());
        }
    }
    made
}

fn add(
    made: &mut Include,
    (ctx, of): (&Context<'_>, ResourceKind),
    found: &SearchParameter,
    kinds: Vec<ResourceKind>,
) {
    let param = found.indexed_as();
    if ctx.indexer.is_of_canonicals(found) {
        made.canonicals.push(Canonical { of, param, kinds: kinds.clone() });
    }
    // Where a canonical is the URL of a resource of this server, it refers as others do.
    if let Some(links) = &mut made.links {
        links.push(Link { param, kinds });
    }
}

/// The parameters by which a type refers to resources.
fn references<'a>(ctx: &Context<'a>, kind: ResourceKind) -> Vec<&'a SearchParameter> {
    let all = ctx.indexer.search().of(kind).iter();
    let is_reference =
        |found: &&SearchParameter| found.kind == ParamType::Reference && ctx.indexer.answers(found);
    all.filter(is_reference).collect()
}

/// The types that are in both lists, where an empty one has all; none when there are none.
fn common(all: &[ResourceKind], wanted: &[ResourceKind]) -> Option<Vec<ResourceKind>> {
    if all.is_empty() || wanted.is_empty() {
        return Some(if all.is_empty() { wanted } else { all }.to_vec());
    }
    let both: Vec<_> = all.iter().filter(|kind| wanted.contains(kind)).copied().collect();
    (!both.is_empty()).then_some(both)
}

fn parse(name: &str) -> Result<ResourceKind, Fault> {
    ResourceKind::parse(name).ok_or_else(|| Fault::UnknownType { name: name.into() })
}
