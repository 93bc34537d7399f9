//! `resource`: what a reference leads to, <https://hl7.org/fhir/R4/graphql.html#references>.

use serde_json::Value;

use super::argument::arguments;
use super::collect::Field;
use super::fault::Fault;
use super::focus::{Focus, Part};
use super::known::Want;
use super::output::Output;
use super::run::{Runner, Within};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::text;
use crate::fhir::reference::{self, Target};

/// What the arguments of `resource` say.
#[derive(Debug, Default)]
struct Asked {
    /// Whether it is no fault that it is not there.
    is_optional: bool,
    /// The only types that are meant.
    kinds: Option<Vec<ResourceKind>>,
}

/// What there is at the end of a reference.
enum End<'r> {
    There(&'r Value),
    NotThere,
    /// It has to be read first.
    Unread,
}

impl<'r> Runner<'r> {
    pub(super) fn of_reference(
        &self,
        part: Part<'r>,
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        let asked = self.asked(field)?;
        let Some(to) = text(part.value, "reference") else {
            return self.objects((Vec::new(), false), field, into);
        };
        let is_meant =
            |kind| asked.kinds.as_ref().is_none_or(|kinds: &Vec<_>| kinds.contains(&kind));
        if reference::kind(to).is_some_and(|kind| !is_meant(kind)) {
            return self.objects((Vec::new(), false), field, into);
        }
        let found = match self.end(&part, to) {
            End::Unread => return Ok(()),
            End::There(resource) => Part::resource(self.around.shapes, resource)
                .map(|found| Part { root: self.root_of(&part, found), ..found }),
            End::NotThere => None,
        };
        match found {
            Some(found) => {
                let kind = ResourceKind::parse(&found.shape.path);
                let things = kind.filter(|kind| is_meant(*kind)).map(|_| Focus::Part(found));
                self.objects((things.into_iter().collect(), false), field, into)
            }
            None if asked.is_optional => self.objects((Vec::new(), false), field, into),
            None => Err(not_there(to)),
        }
    }

    fn asked(&self, field: &Field<'r>) -> Result<Asked, Fault> {
        let mut asked = Asked::default();
        for argument in arguments(self.document, field)? {
            match argument.name.as_str() {
                "optional" => {
                    asked.is_optional = argument.one()?.parse().map_err(|_no_truth| {
                        Fault::malformed(
                            "'optional' nhận true hoặc false.",
                            "'optional' takes true or false.",
                        )
                        .at(argument.pos)
                    })?;
                }
                "type" => {
                    let kinds = argument.values.iter().map(|name| {
                        ResourceKind::parse(name).ok_or_else(|| no_type(name).at(argument.pos))
                    });
                    asked.kinds = Some(kinds.collect::<Result<_, _>>()?);
                }
                _ => return Err(argument.unknown("optional, type")),
            }
        }
        Ok(asked)
    }

    fn end(&self, part: &Part<'r>, to: &str) -> End<'r> {
        match Target::parse(to, self.around.base) {
            Target::Fragment("") => End::There(part.root),
            Target::Fragment(id) => {
                let contained = part.root.get("contained").and_then(Value::as_array);
                let mut contained = contained.into_iter().flatten();
                let found = contained.find(|one| text(one, "id") == Some(id));
                found.map_or(End::NotThere, End::There)
            }
            Target::Local { kind, id, version } => {
                let (id, version) = (id.to_owned(), version.map(str::to_owned));
                match self.known.resource(Want::Resource { kind, id, version }) {
                    None => End::Unread,
                    Some(found) => found.map_or(End::NotThere, End::There),
                }
            }
            Target::Absolute(_) | Target::Urn(_) | Target::Conditional { .. } | Target::Unknown => {
                End::NotThere
            }
        }
    }

    /// The resource that contains what was found: itself, unless it is contained.
    fn root_of(&self, from: &Part<'r>, found: Part<'r>) -> &'r Value {
        let contained = from.root.get("contained").and_then(Value::as_array);
        let is_contained =
            contained.into_iter().flatten().any(|one| std::ptr::eq(one, found.value));
        if is_contained { from.root } else { found.value }
    }
}

pub(super) fn no_type(name: &str) -> Fault {
    let name: String = name.chars().take(64).collect();
    Fault::malformed(
        format!("'{name}' không phải loại tài nguyên của R4."),
        format!("'{name}' is no resource type of R4."),
    )
}

fn not_there(to: &str) -> Fault {
    let to: String = to.chars().take(200).collect();
    Fault::missing(
        format!(
            "Tham chiếu '{to}' không dẫn đến tài nguyên nào ở đây. Nếu thiếu cũng được: resource(optional: true)."
        ),
        format!(
            "The reference '{to}' leads to no resource here. If it may be missing: resource(optional: true)."
        ),
    )
}
