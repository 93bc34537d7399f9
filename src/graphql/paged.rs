//! Resources that are found, not referred to: by id, in lists and in connections, of the server and of a
//! resource (what refers to it), <https://hl7.org/fhir/R4/graphql.html#searching>.

use serde_json::{Value, json};

use super::argument::{Argument, arguments};
use super::collect::Field;
use super::fault::Fault;
use super::focus::{Focus, Part, meant};
use super::known::{Edge, Matches, Page, Want};
use super::output::Output;
use super::run::{Runner, Within};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::suggestion::nearest;

/// How matches are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    List,
    Connection,
}

/// A search that a field asks for.
pub(super) struct Asked {
    show: Show,
    matches: Matches,
}

/// The parameter of R4 that leads to a page.
const CURSOR: &str = "_cursor";

impl<'r> Runner<'r> {
    pub(super) fn of_system(
        &self,
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        if let Some((kind, show)) = searched(field.name) {
            let arguments = arguments(self.document, field)?;
            let matches = self.matches(kind, show, field, parameters(arguments))?;
            return self.of_matches(Asked { show, matches }, field, into);
        }
        let kind = ResourceKind::parse(field.name).ok_or_else(|| no_root(field.name))?;
        let mut id = None;
        for argument in arguments(self.document, field)? {
            match argument.name.as_str() {
                "id" | "_id" => id = Some(argument.one()?.to_owned()),
                _ => return Err(argument.unknown("id")),
            }
        }
        let id = id.ok_or_else(|| no_id(kind))?;
        if ResourceId::parse(&id).is_none() {
            return Err(not_there(kind, &id));
        }
        let want = Want::Resource { kind, id: id.clone(), version: None };
        match self.known.resource(want) {
            None => Ok(()),
            Some(None) => Err(not_there(kind, &id)),
            Some(Some(resource)) => {
                let part = Part::resource(self.around.shapes, resource).map(Focus::Part);
                self.objects((part.into_iter().collect(), false), field, into)
            }
        }
    }

    /// What a field of a resource asks for that is named as lists are: what refers to it.
    pub(super) fn matches_of(
        &self,
        part: Part<'r>,
        field: &Field<'r>,
    ) -> Result<Option<Asked>, Fault> {
        let Some((kind, show)) = searched(field.name).filter(|_| part.shape.is_resource) else {
            return Ok(None);
        };
        let mut all = arguments(self.document, field)?;
        let by = all.iter().position(|one| one.name == "_reference").map(|at| all.remove(at));
        let by = by.ok_or_else(|| no_reference(field.name))?;
        let reference = part.reference().ok_or_else(|| not_referred_to().at(by.pos))?;
        let by = by.one()?.replace('_', "-");
        let mut parameters = parameters(all);
        parameters.push((by, reference));
        let matches = self.matches(kind, show, field, parameters)?;
        Ok(Some(Asked { show, matches }))
    }

    fn matches(
        &self,
        kind: ResourceKind,
        show: Show,
        field: &Field<'r>,
        parameters: Vec<(String, String)>,
    ) -> Result<Matches, Fault> {
        let is_counted = show == Show::Connection && self.selects(field, "count")?;
        Ok(Matches { kind, parameters, is_counted })
    }

    /// Whether a field may be selected below another one.
    fn selects(&self, field: &Field<'r>, name: &str) -> Result<bool, Fault> {
        // Whatever a fragment is on: counting what nobody asks for costs time, nothing else.
        let fields = super::collect::collect(self.document, &field.below, &|_| Ok(true))?;
        Ok(fields.iter().any(|field| field.name == name))
    }

    pub(super) fn of_matches(
        &self,
        Asked { show, matches }: Asked,
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        let kind = matches.kind;
        let Some(page) = self.known.page(Want::Matches(Box::new(matches))) else { return Ok(()) };
        if show == Show::Connection {
            return self.objects((vec![Focus::Page(kind, page)], false), field, into);
        }
        let matches = page.edges.iter().filter(|edge| edge.mode == "match");
        let parts = matches.filter_map(|edge| Part::resource(self.around.shapes, &edge.resource));
        self.objects((parts.map(Focus::Part).collect(), true), field, into)
    }

    pub(super) fn of_page(
        &self,
        (kind, page): (ResourceKind, &'r Page),
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        plain(self, field)?;
        let some = |value: Value| (vec![value], false);
        let none = (Vec::new(), false);
        match field.name {
            "count" => {
                self.leaves(page.total.map_or(none, |total| some(json!(total))), field, into)
            }
            "pagesize" => self.leaves(some(json!(page.size)), field, into),
            // Pages go on behind a resource, so where a further one begins nobody counts.
            "offset" if page.is_first => self.leaves(some(json!(0)), field, into),
            "next" => {
                self.leaves(page.next.as_ref().map_or(none, |next| some(json!(next))), field, into)
            }
            "offset" | "first" | "previous" | "last" => self.leaves(none, field, into),
            "edges" => {
                let edges = page.edges.iter().map(|edge| Focus::Edge(kind, edge));
                self.objects((edges.collect(), true), field, into)
            }
            name => Err(no_field(
                "Connection",
                name,
                "count, offset, pagesize, edges, first, previous, next, last",
            )),
        }
    }

    pub(super) fn of_edge(
        &self,
        edge: &'r Edge,
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        plain(self, field)?;
        match field.name {
            "mode" => self.leaves((vec![json!(edge.mode)], false), field, into),
            // Matches of this server are not rated.
            "score" => self.leaves((Vec::new(), false), field, into),
            "resource" => {
                let part = Part::resource(self.around.shapes, &edge.resource).map(Focus::Part);
                self.objects((part.into_iter().collect(), false), field, into)
            }
            name => Err(no_field("Edge", name, "mode, score, resource")),
        }
    }
}

/// The type that is searched, and how matches are shown, by the name of a field.
fn searched(name: &str) -> Option<(ResourceKind, Show)> {
    let list = name.strip_suffix("List").map(|kind| (kind, Show::List));
    let connection = || name.strip_suffix("Connection").map(|kind| (kind, Show::Connection));
    let (kind, show) = list.or_else(connection)?;
    Some((ResourceKind::parse(kind)?, show))
}

/// Arguments as parameters of a search. Names in `GraphQL` have no hyphen: `_` stands for it, but at the
/// front of a name. Each value of a list is a parameter of its own: all of them hold.
fn parameters(arguments: Vec<Argument>) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    for Argument { name, values, .. } in arguments {
        let front = name.len() - name.trim_start_matches('_').len();
        let (front, rest) = name.split_at_checked(front).unwrap_or(("", &name));
        let name = match name.as_str() {
            "cursor" => CURSOR.to_owned(),
            _ => format!("{front}{}", rest.replace('_', "-")),
        };
        parameters.extend(values.into_iter().map(|value| (name.clone(), value)));
    }
    parameters
}

/// Refuses arguments where there are none.
fn plain(runner: &Runner<'_>, field: &Field<'_>) -> Result<(), Fault> {
    match arguments(runner.document, field)?.first() {
        Some(argument) => Err(argument.unknown("–")),
        None => Ok(()),
    }
}

fn no_root(name: &str) -> Fault {
    if name.starts_with("__") {
        return Fault::malformed(
            "Máy chủ không trả lời __schema và __type: tên trường là tên phần tử trong JSON của FHIR R4, xem https://hl7.org/fhir/R4/graphql.html.",
            "This server does not answer __schema and __type: fields are named as elements are in the JSON of FHIR R4, see https://hl7.org/fhir/R4/graphql.html.",
        );
    }
    let (vi, en) = meant(nearest(name, ResourceKind::all().map(ResourceKind::name)));
    Fault::malformed(
        format!(
            "Không có trường '{name}' ở gốc: hãy bắt đầu bằng một loại tài nguyên, như Patient(id: …), PatientList(…) hay PatientConnection(…).{vi}"
        ),
        format!(
            "There is no field '{name}' at the root: begin with a type, such as Patient(id: …), PatientList(…) or PatientConnection(…).{en}"
        ),
    )
}

fn no_id(kind: ResourceKind) -> Fault {
    Fault::malformed(
        format!("{kind} cần tham số id: {kind}(id: \"…\"). Để tìm, dùng {kind}List(…)."),
        format!("{kind} needs the argument id: {kind}(id: \"…\"). To search, use {kind}List(…)."),
    )
}

fn not_there(kind: ResourceKind, id: &str) -> Fault {
    let id: String = id.chars().take(64).collect();
    Fault::missing(format!("Không tìm thấy {kind}/{id}."), format!("{kind}/{id} is not known."))
}

fn no_reference(name: &str) -> Fault {
    Fault::malformed(
        format!(
            "{name} trong một tài nguyên cần _reference: tên tham số tìm kiếm dẫn về tài nguyên ấy, như _reference: patient."
        ),
        format!(
            "{name} in a resource needs _reference: the search parameter that leads back to it, such as _reference: patient."
        ),
    )
}

fn not_referred_to() -> Fault {
    Fault::unfit(
        "Tài nguyên nằm trong tài nguyên khác, hay không có id, thì không có gì dẫn tới.",
        "Nothing refers to a resource that is contained in another one or has no id.",
    )
}

fn no_field(of: &str, name: &str, known: &str) -> Fault {
    Fault::malformed(
        format!("{of} không có trường '{name}'. Có: {known}."),
        format!("{of} has no field '{name}'. There are {known}."),
    )
}
