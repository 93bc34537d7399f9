//! What is searched: a type, all of them, <https://hl7.org/fhir/R4/http.html#search>, or a
//! compartment, <https://hl7.org/fhir/R4/http.html#vsearch>.

use crate::criteria::tree::{Belonging, Criteria, Form, Indexed, Patients, Values};
use crate::criteria::value::date::DateValue;
use crate::criteria::value::prefix::Prefix;
use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::definitions::compartment::Compartment;
use crate::definitions::search_parameter::ParamType;
use crate::fhir::date::DateRange;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::search::query::Query;

/// Where a search looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Type(ResourceKind),
    /// Every type.
    System,
    /// What is in the compartment of a resource: of one type, or of all.
    Compartment {
        of: ResourceKind,
        id: ResourceId,
        kind: Option<ResourceKind>,
    },
    /// The same for `$everything`: of all types.
    Everything {
        of: ResourceKind,
        id: ResourceId,
        care: Care,
    },
}

/// What `$everything` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Care {
    /// Patients whose records are added.
    pub others: Vec<ResourceId>,
    /// When the care was given.
    pub from: Option<DateRange>,
    pub until: Option<DateRange>,
    /// The query that says so, for the links of pages.
    pub asked: String,
}

impl Scope {
    /// Its path below the base URL.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Type(kind) => kind.name().to_owned(),
            Self::System => String::new(),
            Self::Compartment { of, id, kind } => {
                format!("{of}/{id}/{}", kind.map_or("*", |kind| kind.name()))
            }
            Self::Everything { of, id, care } if care.asked.is_empty() => {
                format!("{of}/{id}/$everything")
            }
            Self::Everything { of, id, care } => format!("{of}/{id}/$everything?{}", care.asked),
        }
    }

    /// Whether `_type` may say which types are searched.
    pub(super) fn is_of_types(&self) -> bool {
        matches!(
            self,
            Self::System | Self::Compartment { kind: None, .. } | Self::Everything { .. }
        )
    }

    /// The types that are searched.
    pub(super) fn kinds(&self, ctx: &Ctx<'_>, query: &Query) -> Result<Vec<ResourceKind>, Failure> {
        let all: Vec<ResourceKind> = match self {
            Self::Type(kind) => return Ok(vec![*kind]),
            Self::System => ResourceKind::all().collect(),
            Self::Compartment { of, .. } | Self::Everything { of, .. } => {
                let compartment = compartment(ctx, *of)?;
                let is_in =
                    |kind: &ResourceKind| kind == of || !compartment.links(*kind).is_empty();
                match self {
                    Self::Compartment { kind: Some(kind), .. } => return Ok(vec![*kind]),
                    _ => ResourceKind::all().filter(is_in).collect(),
                }
            }
        };
        Ok(match named(query)? {
            Some(named) => all.into_iter().filter(|kind| named.contains(kind)).collect(),
            None => all,
        })
    }

    /// What resources of a type must be to be in it; none: anything.
    pub(super) fn criteria(&self, ctx: &Ctx<'_>, kind: ResourceKind) -> Option<Criteria> {
        let (of, id, care) = match self {
            Self::Compartment { of, id, .. } => (of, id, None),
            Self::Everything { of, id, care } => (of, id, Some(care)),
            Self::Type(_) | Self::System => return None,
        };
        let own = belongs(ctx, (*of, id), kind, care.map(|care| care.others.as_slice()));
        let when = care.and_then(|care| care.when(ctx, kind));
        Some(match when {
            Some(when) => Criteria::All(vec![own, when]),
            None => own,
        })
    }
}

impl Care {
    /// When it was given, where a type tells that; what does not is always there.
    fn when(&self, ctx: &Ctx<'_>, kind: ResourceKind) -> Option<Criteria> {
        let indexer = ctx.engine.indexer();
        let date = indexer.search().find(kind, "date");
        let param = date.filter(|one| one.kind == ParamType::Date)?.indexed_as();
        let value =
            |prefix, range: Option<DateRange>| Some(vec![DateValue { prefix, range: range? }]);
        let from = value(Prefix::GreaterOrEqual, self.from);
        let until = value(Prefix::LessOrEqual, self.until);
        let dates: Vec<Vec<DateValue>> = from.into_iter().chain(until).collect();
        let missing = Indexed { param, also: None, form: Form::Date, target: None };
        (!dates.is_empty()).then(|| {
            let within = Criteria::Parameter(param, Values::Dates(dates));
            Criteria::Any(vec![within, Criteria::Missing(missing, true)])
        })
    }
}

/// What resources of a type must be to be in the compartment of one, or of others beside it.
fn belongs(
    ctx: &Ctx<'_>,
    (of, id): (ResourceKind, &ResourceId),
    kind: ResourceKind,
    others: Option<&[ResourceId]>,
) -> Criteria {
    if of == ResourceKind::PATIENT {
        let indexer = ctx.engine.indexer();
        let all = std::iter::once(id).chain(others.unwrap_or_default());
        let patients = Patients::Named(all.map(|one| indexer.patient(one.as_str())).collect());
        return Criteria::Compartment { which: Belonging::In, patients };
    }
    let Ok(compartment) = compartment(ctx, of) else { return Criteria::False };
    let indexer = ctx.engine.indexer();
    let links = compartment.links(kind).iter();
    let links = links.filter_map(|code| indexer.search().find(kind, code));
    let links = links.filter(|found| found.kind == ParamType::Reference);
    let value = || ReferenceValue::new(id.as_str(), TargetType::OneOf(vec![of]));
    let refers = links
        .map(|found| Criteria::Parameter(found.indexed_as(), Values::References(vec![value()])));
    // A compartment has the resource that it is named after in it.
    let itself = (kind == of).then(|| Criteria::Ids(vec![id.clone()]));
    let mut ways: Vec<Criteria> = refers.chain(itself).collect();
    ways.dedup();
    match ways.len() {
        1 => ways.swap_remove(0),
        _ => Criteria::Any(ways),
    }
}

/// The types that `_type` names; none when it is not there.
pub(in crate::interaction) fn named(query: &Query) -> Result<Option<Vec<ResourceKind>>, Failure> {
    let mut named: Option<Vec<ResourceKind>> = None;
    for parameter in query.parameters.iter().filter(|parameter| parameter.name == "_type") {
        let mut kinds = Vec::new();
        for name in parameter.text.split(',') {
            kinds.push(ResourceKind::parse(name).ok_or_else(|| unknown(name))?);
        }
        // Given again, it narrows.
        named = Some(match named {
            Some(named) => named.into_iter().filter(|kind| kinds.contains(kind)).collect(),
            None => kinds,
        });
    }
    Ok(named)
}

fn unknown(name: &str) -> Failure {
    let text = Text::new(
        format!("FHIR R4 không có loại tài nguyên '{name}'."),
        format!("FHIR R4 has no resource type '{name}'."),
    );
    let issue = Issue::error(IssueCode::Value, text).at("http._type");
    Kind::Malformed.with(vec![issue])
}

fn compartment<'a>(ctx: &Ctx<'a>, of: ResourceKind) -> Result<&'a Compartment, Failure> {
    let all = &ctx.engine.registry.compartments;
    all.of(of).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|one| one.kind.name()).collect();
        let known = known.join(", ");
        Kind::NotFound.because(
            format!("{of} không có compartment. Những loại có: {known}."),
            format!("{of} has no compartment. These have: {known}."),
        )
    })
}
