//! Runs a document on what is known.

use serde_json::Value;

use super::collect::{Field, Sets, collect};
use super::directive::Form;
use super::document::Document;
use super::fault::Fault;
use super::filter::slices;
use super::focus::{Focus, Part};
use super::known::Known;
use super::output::{Output, Standing};
use crate::budget;
use crate::definitions::shape::Shapes;
use crate::fhir::date::Zone;
use crate::fhir::time::Instant;

/// What documents are run in.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'r> {
    pub shapes: &'r Shapes,
    /// The base URL.
    pub base: &'r str,
    pub now: Instant,
    pub zone: Zone,
    /// How many fields may lie below each other.
    pub depth: usize,
}

/// One run.
pub(super) struct Runner<'r> {
    pub(super) document: &'r Document,
    pub(super) around: Surroundings<'r>,
    pub(super) known: &'r Known,
}

/// Where the fields of something are answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Within {
    /// What stands behind names.
    suffix: String,
    /// Whether they take the place of what has them, which may be a list.
    is_flat: bool,
    depth: usize,
}

/// Answers a document about a resource, or about all there is. What has to be read first is told by
/// `known`; while there is any, the answer is not whole.
pub fn run(
    document: &Document,
    around: Surroundings<'_>,
    known: &Known,
    resource: Option<&Value>,
) -> Result<Value, Fault> {
    let runner = Runner { document, around, known };
    let focus = match resource {
        None => Focus::System,
        Some(value) => Focus::Part(Part::resource(around.shapes, value).ok_or_else(|| {
            Fault::unfit("Tài nguyên không có kiểu.", "The resource has no type.")
        })?),
    };
    let root = document.root();
    let mut output = Output::default();
    runner
        .select(focus, &vec![&root.node], (&mut output, &Within::default()))
        .map_err(|fault| fault.at(root.pos))?;
    output.end()
}

/// Steps of a field.
const FIELD: usize = 8;
/// Bytes of a value in the answer, besides its text.
const VALUE: usize = 64;

impl<'r> Runner<'r> {
    /// Answers what is selected of something.
    fn select(
        &self,
        focus: Focus<'r>,
        sets: &Sets<'r>,
        (output, within): (&mut Output, &Within),
    ) -> Result<(), Fault> {
        if within.depth >= self.around.depth {
            return Err(too_deep(self.around.depth));
        }
        let is_of = |name: &str| focus.is_of(self.around.shapes, name);
        for field in collect(self.document, sets, &is_of)? {
            budget::spend(FIELD)?;
            let pos = field.pos;
            self.field(focus, &field, (output, within)).map_err(|fault| fault.at(pos))?;
        }
        Ok(())
    }

    fn field(
        &self,
        focus: Focus<'r>,
        field: &Field<'r>,
        into: (&mut Output, &Within),
    ) -> Result<(), Fault> {
        if field.name == "__typename" {
            let name = Value::String(focus.type_name());
            return self.leaves((vec![name], false), field, into);
        }
        match focus {
            Focus::System => self.of_system(field, into),
            Focus::Part(part) => self.of_part(part, field, into),
            Focus::Page(kind, page) => self.of_page((kind, page), field, into),
            Focus::Edge(_, edge) => self.of_edge(edge, field, into),
        }
    }

    /// Answers a field with values that have no fields.
    pub(super) fn leaves(
        &self,
        (mut values, is_list): (Vec<Value>, bool),
        field: &Field<'r>,
        (output, within): (&mut Output, &Within),
    ) -> Result<(), Fault> {
        if field.has_below() {
            return Err(no_fields(field.name));
        }
        if field.form.slice.is_some() {
            return Err(flat_only());
        }
        if field.form.is_first {
            values.truncate(1);
        }
        for value in &values {
            budget::take(VALUE + value.as_str().map_or(0, str::len))?;
        }
        let key = format!("{}{}", field.key, within.suffix);
        output.add(key, values, (standing(&field.form, is_list, within), field.pos));
        Ok(())
    }

    /// Answers a field with things that have fields.
    pub(super) fn objects(
        &self,
        (mut things, is_list): (Vec<Focus<'r>>, bool),
        field: &Field<'r>,
        (output, within): (&mut Output, &Within),
    ) -> Result<(), Fault> {
        if !field.has_below() {
            return Err(fields_wanted(field.name));
        }
        if field.form.is_first {
            things.truncate(1);
        }
        let depth = within.depth + 1;
        if field.form.is_flat {
            let slices = self.sliced(field, &things)?;
            for (thing, slice) in things.into_iter().zip(slices) {
                let slice = slice.map(|slice| format!(".{slice}")).unwrap_or_default();
                let suffix = format!("{}{slice}", within.suffix);
                let inner = Within { suffix, is_flat: true, depth };
                self.select(thing, &field.below, (output, &inner))?;
            }
            return Ok(());
        }
        if field.form.slice.is_some() {
            return Err(flat_only());
        }
        let inner = Within { depth, ..Within::default() };
        let mut values = Vec::with_capacity(things.len());
        for thing in things {
            budget::take(VALUE)?;
            let mut object = Output::default();
            self.select(thing, &field.below, (&mut object, &inner))?;
            values.push(object.end()?);
        }
        let key = format!("{}{}", field.key, within.suffix);
        output.add(key, values, (standing(&field.form, is_list, within), field.pos));
        Ok(())
    }

    /// What `@slice` puts behind the names below each thing.
    fn sliced(
        &self,
        field: &Field<'_>,
        things: &[Focus<'r>],
    ) -> Result<Vec<Option<String>>, Fault> {
        let Some(path) = &field.form.slice else { return Ok(vec![None; things.len()]) };
        let parts: Vec<Part<'r>> = things
            .iter()
            .filter_map(|thing| match thing {
                Focus::Part(part) => Some(*part),
                _ => None,
            })
            .collect();
        match parts.len() == things.len() {
            true => slices(self, path, &parts),
            false => Err(flat_only()),
        }
    }
}

fn standing(form: &Form, is_list: bool, within: &Within) -> Standing {
    match form.is_single {
        true => Standing::Single,
        false if is_list || within.is_flat => Standing::Listed,
        false => Standing::Alone,
    }
}

/// That a field with no fields has some selected below it.
fn no_fields(name: &str) -> Fault {
    Fault::malformed(
        format!("'{name}' là giá trị đơn, không có trường con để chọn."),
        format!("'{name}' is a value without parts: nothing can be selected below it."),
    )
}

fn fields_wanted(name: &str) -> Fault {
    Fault::malformed(
        format!("Hãy chọn các trường bên trong '{name}': {name} {{ … }}."),
        format!("Select fields below '{name}': {name} {{ … }}."),
    )
}

fn flat_only() -> Fault {
    Fault::malformed(
        "@slice chỉ đi cùng @flatten, ở một phần tử có trường con.",
        "@slice goes with @flatten, on an element that has fields.",
    )
}

fn too_deep(most: usize) -> Fault {
    Fault::malformed(
        format!("Các trường lồng nhau hơn {most} mức (cài đặt graphql_depth)."),
        format!("Fields lie more than {most} levels below each other (setting graphql_depth)."),
    )
}
