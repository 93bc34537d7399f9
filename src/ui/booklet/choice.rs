//! People to choose one of: those whom somebody reaches, by name or the first of them.

use serde_json::Value;

use super::person::{line, name, place};
use super::reader::{Asked, Reader};
use super::search::find;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::search::query::{Parameter, Query};
use crate::ui::say::Say;

/// People that are shown before anybody is looked for.
const FIRST: &str = "20";

/// Those who may be chosen, and whether there are more.
pub async fn people(ctx: &Ctx<'_>, say: Say, asked: &str) -> Result<(Vec<Value>, bool), Failure> {
    let nothing = Asked::default();
    let reader = Reader { ctx, say, asked: &nothing };
    let found = match asked {
        "" => {
            let first = Query { parameters: vec![Parameter::new("_count", FIRST.to_owned())] };
            Box::pin(reader.find(ResourceKind::PATIENT, first)).await
        }
        asked => Box::pin(find(&reader, asked)).await,
    };
    match found {
        // A role that reaches nobody finds nobody.
        Err(failure) if failure.status() == 403 => Ok((Vec::new(), false)),
        found => found,
    }
}

/// What somebody is called, and what tells her from others of her name.
pub fn told(person: &Value, say: Say, today: i64) -> (String, String) {
    let parts = [line(person, say, today), place(person)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (name(person, say), parts.join(" · "))
}

/// What somebody is called.
pub fn called(person: &Value, say: Say) -> String {
    name(person, say)
}
