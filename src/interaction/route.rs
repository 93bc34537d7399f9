//! The table of routes below the base URL. Requests, the entries of bundles and the capability
//! statement are all read from it.

use std::borrow::Cow;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::percent;

use super::failure::Failure;

mod fault;

use fault::{no_id, no_route, no_type, wrong_method};

/// A verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// An interaction of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interaction {
    Capabilities,
    /// The same for tools that know no FHIR: `OpenAPI`.
    OpenApi,
    /// Batch and transaction: the Bundle's type says which.
    Bundle,
    Read,
    VRead,
    /// Of an id, or of what criteria find; the same with patches and deletions.
    Update,
    Patch,
    Delete,
    HistoryInstance,
    HistoryType,
    HistorySystem,
    Create,
    /// Of a type, or of a compartment.
    SearchType,
    SearchSystem,
    /// How work in the background stands.
    JobStatus,
    /// That it is to end.
    JobCancel,
    /// Of any name; the room of the operations has the table.
    Operation,
}

/// A part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    Type,
    Id,
    Version,
    /// A type of resources in a compartment, or `*` for all.
    Members,
    /// `$name`
    Operation,
    Literal(&'static str),
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub method: Method,
    pub path: &'static [Segment],
    pub interaction: Interaction,
}

use Segment::{Id, Literal, Type, Version};

/// What is asked for of a compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    All,
    Of(ResourceKind),
}

const fn route(method: Method, path: &'static [Segment], interaction: Interaction) -> Route {
    Route { method, path, interaction }
}

/// Where work in the background is told of, below the base URL.
pub const STATUS: &str = "_status";

/// Where `OpenAPI` is, below the base URL.
const OPEN_API: &str = "openapi.json";

/// Every route.
pub const ROUTES: [Route; 29] = [
    route(Method::Get, &[Type, Id], Interaction::Read),
    route(Method::Get, &[Type], Interaction::SearchType),
    route(Method::Post, &[Type], Interaction::Create),
    route(Method::Put, &[Type, Id], Interaction::Update),
    route(Method::Post, &[], Interaction::Bundle),
    route(Method::Get, &[Literal("metadata")], Interaction::Capabilities),
    route(Method::Get, &[Literal(OPEN_API)], Interaction::OpenApi),
    route(Method::Post, &[Type, Literal("_search")], Interaction::SearchType),
    route(Method::Get, &[], Interaction::SearchSystem),
    route(Method::Post, &[Literal("_search")], Interaction::SearchSystem),
    route(Method::Get, &[Type, Id, Segment::Members], Interaction::SearchType),
    route(Method::Post, &[Type, Id, Segment::Members, Literal("_search")], Interaction::SearchType),
    route(Method::Get, &[Type, Id, Literal("_history")], Interaction::HistoryInstance),
    route(Method::Get, &[Type, Literal("_history")], Interaction::HistoryType),
    route(Method::Get, &[Literal("_history")], Interaction::HistorySystem),
    route(Method::Get, &[Type, Id, Literal("_history"), Version], Interaction::VRead),
    route(Method::Delete, &[Type, Id], Interaction::Delete),
    route(Method::Patch, &[Type, Id], Interaction::Patch),
    route(Method::Put, &[Type], Interaction::Update),
    route(Method::Patch, &[Type], Interaction::Patch),
    route(Method::Delete, &[Type], Interaction::Delete),
    route(Method::Get, &[Literal(STATUS), Id], Interaction::JobStatus),
    route(Method::Delete, &[Literal(STATUS), Id], Interaction::JobCancel),
    route(Method::Get, &[Segment::Operation], Interaction::Operation),
    route(Method::Post, &[Segment::Operation], Interaction::Operation),
    route(Method::Get, &[Type, Segment::Operation], Interaction::Operation),
    route(Method::Post, &[Type, Segment::Operation], Interaction::Operation),
    route(Method::Get, &[Type, Id, Segment::Operation], Interaction::Operation),
    route(Method::Post, &[Type, Id, Segment::Operation], Interaction::Operation),
];

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    pub kind: Option<ResourceKind>,
    pub id: Option<ResourceId>,
    pub version: Option<String>,
    pub members: Option<Members>,
    /// Without the `$`.
    pub operation: Option<String>,
}

impl Members {
    /// The type, unless it is all.
    pub fn kind(self) -> Option<ResourceKind> {
        match self {
            Self::All => None,
            Self::Of(kind) => Some(kind),
        }
    }
}

impl Target {
    /// The only type that is searched.
    pub fn searched(&self) -> Option<ResourceKind> {
        match self.members {
            Some(members) => members.kind(),
            None => self.kind,
        }
    }
}

impl Method {
    /// As requests have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl Interaction {
    /// The code in a capability statement: `TypeRestfulInteraction`, or `SystemRestfulInteraction`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Capabilities => "capabilities",
            Self::OpenApi => "openapi",
            Self::Bundle => "transaction",
            Self::Read => "read",
            Self::VRead => "vread",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::HistoryInstance => "history-instance",
            Self::HistoryType => "history-type",
            Self::HistorySystem => "history-system",
            Self::Create => "create",
            Self::SearchType => "search-type",
            Self::SearchSystem => "search-system",
            Self::JobStatus => "job-status",
            Self::JobCancel => "job-cancel",
            Self::Operation => "operation",
        }
    }
}

/// A path with what is percent-encoded in it decoded; a slash that was encoded stays so, since it
/// parts nothing. None when that gives no text.
pub fn decoded(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('%') {
        return Some(Cow::Borrowed(path));
    }
    percent::decoded(path, b"/").map(Cow::Owned)
}

/// The verbs that a path takes; none where there is nothing.
pub fn methods(path: &str) -> Vec<Method> {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut methods = Vec::new();
    for route in ROUTES.iter().filter(|route| shape_fits(route.path, &segments)) {
        if !methods.contains(&route.method) && target(route.path, &segments).is_ok() {
            methods.push(route.method);
        }
    }
    methods
}

/// Finds the interaction for a verb and a path below the base, decoded and without its query.
pub fn find(method: Method, path: &str) -> Result<(Interaction, Target), Failure> {
    let mut segments: [&str; 4] = [""; 4];
    let mut count = 0;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let Some(slot) = segments.get_mut(count) else { return Err(no_route(path)) };
        *slot = part;
        count += 1;
    }
    let segments = segments.get(..count).unwrap_or_default();
    let mut other_method = false;
    let mut fault = None;
    for route in ROUTES.iter().filter(|route| shape_fits(route.path, segments)) {
        if route.method != method {
            other_method = true;
            continue;
        }
        match target(route.path, segments) {
            Ok(target) => return Ok((route.interaction, target)),
            Err(failure) => fault = Some(failure),
        }
    }
    Err(fault.unwrap_or_else(|| if other_method { wrong_method(path) } else { no_route(path) }))
}

fn shape_fits(path: &[Segment], segments: &[&str]) -> bool {
    let fits = |(segment, text): (&Segment, &&str)| match segment {
        Literal(literal) => literal == text,
        Type => !text.starts_with(['_', '$']) && !["metadata", OPEN_API].contains(text),
        Segment::Members => !text.starts_with(['_', '$']),
        Segment::Operation => text.starts_with('$'),
        Id | Version => !text.starts_with(['_', '$']),
    };
    path.len() == segments.len() && path.iter().zip(segments).all(fits)
}

fn target(path: &[Segment], segments: &[&str]) -> Result<Target, Failure> {
    let mut target = Target::default();
    for (segment, text) in path.iter().zip(segments) {
        match segment {
            Type => target.kind = Some(ResourceKind::parse(text).ok_or_else(|| no_type(text))?),
            Id => target.id = Some(ResourceId::parse(text).ok_or_else(|| no_id(text))?),
            Version => target.version = Some((*text).to_owned()),
            Segment::Operation => {
                target.operation = text.strip_prefix('$').map(str::to_owned);
            }
            Segment::Members if *text == "*" => target.members = Some(Members::All),
            Segment::Members => {
                let kind = ResourceKind::parse(text).ok_or_else(|| no_type(text))?;
                target.members = Some(Members::Of(kind));
            }
            Literal(_) => {}
        }
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: Method, path: &str, expected: Result<Interaction, u16>) {
        let found = find(method, path).map(|(interaction, _)| interaction);
        assert_eq!(found.map_err(|failure| failure.status()), expected);
    }

    #[test]
    fn paths_name_interactions() {
        check(Method::Get, "/Patient/1", Ok(Interaction::Read));
        check(Method::Get, "Patient/1/_history/2", Ok(Interaction::VRead));
        check(Method::Get, "/Patient/1/_history", Ok(Interaction::HistoryInstance));
        check(Method::Get, "/Patient/_history", Ok(Interaction::HistoryType));
        check(Method::Get, "/_history", Ok(Interaction::HistorySystem));
        check(Method::Get, "/Patient", Ok(Interaction::SearchType));
        check(Method::Post, "/Patient/_search", Ok(Interaction::SearchType));
        check(Method::Post, "/Patient", Ok(Interaction::Create));
        check(Method::Put, "/Patient", Ok(Interaction::Update));
        check(Method::Delete, "/Patient", Ok(Interaction::Delete));
        check(Method::Patch, "/Patient/1", Ok(Interaction::Patch));
        check(Method::Post, "/", Ok(Interaction::Bundle));
        check(Method::Get, "/", Ok(Interaction::SearchSystem));
        check(Method::Post, "/_search", Ok(Interaction::SearchSystem));
        check(Method::Get, "/Patient/1/Observation", Ok(Interaction::SearchType));
        check(Method::Get, "/Patient/1/*", Ok(Interaction::SearchType));
        check(Method::Post, "/Patient/1/*/_search", Ok(Interaction::SearchType));
        check(Method::Get, "/metadata", Ok(Interaction::Capabilities));
        check(Method::Get, "/openapi.json", Ok(Interaction::OpenApi));
        check(Method::Post, "/openapi.json", Err(405));
        check(Method::Post, "/$fhirpath", Ok(Interaction::Operation));
        check(Method::Get, "/ValueSet/$expand", Ok(Interaction::Operation));
        check(Method::Get, "/ValueSet/1/$expand", Ok(Interaction::Operation));
        check(Method::Get, "/_status/7", Ok(Interaction::JobStatus));
        check(Method::Delete, "/_status/7", Ok(Interaction::JobCancel));
        check(Method::Post, "/_status/7", Err(405));
    }

    #[test]
    fn percent_encoded_paths_are_decoded() {
        assert_eq!(decoded("/Patient/%731").as_deref(), Some("/Patient/s1"));
        assert_eq!(decoded("/ValueSet/%24expand").as_deref(), Some("/ValueSet/$expand"));
        assert_eq!(decoded("/Patient/%C3%81nh").as_deref(), Some("/Patient/Ánh"));
        assert_eq!(decoded("/Patient/a%2fb").as_deref(), Some("/Patient/a%2Fb"));
        for bad in ["/%", "/%4", "/%zz", "/%+1", "/%FF"] {
            assert_eq!(decoded(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_path_tells_its_verbs() {
        let names = |path| methods(path).into_iter().map(Method::name).collect::<Vec<_>>();
        assert_eq!(names("/Patient/1"), ["GET", "PUT", "DELETE", "PATCH"]);
        assert_eq!(names("/Patient"), ["GET", "POST", "PUT", "PATCH", "DELETE"]);
        assert_eq!(names("/metadata"), ["GET"]);
        assert!(names("/Patiant").is_empty() && names("/a/b/c/d/e").is_empty());
    }

    #[test]
    fn other_paths_say_why() {
        check(Method::Get, "/Patiant/1", Err(404));
        check(Method::Get, "/Patient/1/2/3/4", Err(404));
        check(Method::Get, "/Patient/1/Observations", Err(404));
        check(Method::Get, "/Patient/a_b", Err(400));
        check(Method::Post, "/Patient/1", Err(405));
        check(Method::Post, "/metadata", Err(405));
        check(Method::Put, "/Patient/$everything", Err(405));
    }
}
