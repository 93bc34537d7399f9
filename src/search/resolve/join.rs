//! Reads parameters of other resources: chains and `_has`.

use crate::criteria::tree::Criteria;
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::joined::Step;
use crate::search::query::Parameter;

use super::course::Course;
use super::{Context, filter, near};

/// Reads one parameter, of the type itself or of another that is joined to it.
pub(super) fn criteria(
    parameter: &Parameter,
    ctx: &Context<'_>,
    course: &Course,
) -> Result<Criteria, Fault> {
    let key = parameter.key();
    let rest = |rest: &str| Parameter::new(rest, parameter.text.clone());
    match Step::of(&key) {
        None => Err(Fault::Join { name: key }),
        Some(Step::Own) => filter::criteria(parameter, ctx, course),
        Some(Step::Chain { param, kind, rest: after }) => {
            let found = reference(ctx, param, &key)?;
            let rest = rest(after);
            chain(found, kind, &key, (ctx, course), &|there| criteria(&rest, there, course))
        }
        Some(Step::Has { kind, param, rest: after }) => {
            has((kind, param), (&key, &rest(after)), (ctx, course))
        }
    }
}

/// The parameter of the type by which it refers to others.
pub(super) fn reference<'a>(
    ctx: &Context<'a>,
    name: &str,
    key: &str,
) -> Result<&'a SearchParameter, Fault> {
    let Some(found) = ctx.indexer.search().find(ctx.kind, name) else {
        let near = near::near(ctx, name);
        let unknown = Fault::UnknownParameter { kind: ctx.kind, name: name.into(), near };
        return Err(near::growing(ctx, name).unwrap_or(unknown));
    };
    if found.kind != ParamType::Reference || ctx.indexer.is_of_canonicals(found) {
        return Err(Fault::NoReference { kind: ctx.kind, name: name.into() });
    }
    if !ctx.indexer.answers(found) {
        return Err(Fault::Unsupported { name: key.into() });
    }
    Ok(found)
}

/// What is said of the resources that a parameter leads to.
pub(super) fn chain(
    found: &SearchParameter,
    named: Option<&str>,
    key: &str,
    (ctx, course): (&Context<'_>, &Course),
    there: &dyn Fn(&Context<'_>) -> Result<Criteria, Fault>,
) -> Result<Criteria, Fault> {
    let kinds = kinds(found, named, key)?;
    let mut ways = Vec::new();
    let mut unknown = None;
    for kind in &kinds {
        course.join()?;
        match there(&Context { kind: *kind, ..*ctx }) {
            Ok(criteria) => ways.push(Criteria::Chain {
                param: found.indexed_as(),
                kind: *kind,
                criteria: Box::new(criteria),
            }),
            // Another type that it may lead to can have the parameter.
            Err(fault) if kinds.len() > 1 && fault.is_of_type() => {
                unknown.get_or_insert(fault);
            }
            Err(fault) => return Err(fault),
        }
    }
    match (ways.len(), unknown) {
        (0, Some(fault)) => Err(fault),
        (1, _) => Ok(ways.swap_remove(0)),
        _ => Ok(Criteria::Any(ways)),
    }
}

/// The types that a chain by a parameter leads to.
pub(super) fn kinds(
    found: &SearchParameter,
    named: Option<&str>,
    key: &str,
) -> Result<Vec<ResourceKind>, Fault> {
    let targets = found.leads_to();
    match named {
        Some(name) => {
            let kind = ResourceKind::parse(name);
            let kind = kind.filter(|kind| targets.is_empty() || targets.contains(kind));
            let wrong = || Fault::NoTarget { name: found.code.as_ref().into(), kind: name.into() };
            Ok(vec![kind.ok_or_else(wrong)?])
        }
        None if targets.is_empty() => Err(Fault::UntypedChain { name: key.into() }),
        None => Ok(targets.to_vec()),
    }
}

fn has(
    (kind, param): (&str, &str),
    (key, rest): (&str, &Parameter),
    (ctx, course): (&Context<'_>, &Course),
) -> Result<Criteria, Fault> {
    let kind = ResourceKind::parse(kind).ok_or_else(|| Fault::UnknownType { name: kind.into() })?;
    let of = Context { kind, ..*ctx };
    let found = reference(&of, param, key)?;
    let targets = found.leads_to();
    if !targets.is_empty() && !targets.contains(&ctx.kind) {
        let kind = ctx.kind.name().into();
        return Err(Fault::NoTarget { name: format!("{}.{param}", of.kind), kind });
    }
    course.join()?;
    let criteria = Box::new(criteria(rest, &of, course)?);
    Ok(Criteria::Has { kind, param: found.indexed_as(), criteria })
}
