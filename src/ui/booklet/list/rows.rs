//! The rows of the list: what `$due` answers, each thing with whom it is about.

use std::collections::HashMap;

use serde_json::Value;

use super::super::due::{Thing, things};
use super::super::reader::{Reader, text};
use super::PARAMETERS;
use super::hamlet::hamlet;
use crate::budget;
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::fold::fold;
use crate::interaction::failure::Failure;
use crate::search::query::{Parameter, Query};

/// A thing and whom it is about.
pub(super) struct Row {
    pub(super) thing: Thing,
    pub(super) id: String,
    pub(super) person: Value,
}

/// What `$due` answers, each with whom it is about; a page of it or, for a file, all pages.
pub(super) async fn rows(
    reader: &Reader<'_, '_>,
    most: usize,
    offset: usize,
) -> Result<(Vec<Row>, usize), Failure> {
    let (mut all, mut total) = (Vec::new(), 0);
    let mut people: HashMap<String, Option<Value>> = HashMap::new();
    let mut taken = 0;
    while taken < most {
        let (from, count) = ((offset + taken).to_string(), most.to_string());
        let mut query: Vec<(&str, &str)> =
            PARAMETERS.iter().filter_map(|name| Some((*name, reader.told(name)?))).collect();
        query.extend([("_offset", from.as_str()), ("_count", count.as_str())]);
        let bundle = reader.call("due", None, &query).await?;
        let total_now = bundle.get("total").and_then(Value::as_u64).unwrap_or_default();
        total = usize::try_from(total_now).unwrap_or(usize::MAX);
        let page = things(&bundle);
        let number = page.len();
        for thing in page {
            budget::spend(64)?;
            if !people.contains_key(&thing.person) {
                people.insert(thing.person.clone(), reachable(reader, &thing.person).await?);
            }
            // Whoever may not be shown is on no list.
            let Some(Some(person)) = people.get(&thing.person) else { continue };
            let (id, person) = (text(person, "/id").to_owned(), person.clone());
            all.push(Row { thing, id, person });
        }
        taken += number;
        if number == 0 || offset + taken >= total {
            break;
        }
    }
    Ok((all, total))
}

/// Somebody, with the telephone of a relative where there is none of their own: children have none.
async fn reachable(reader: &Reader<'_, '_>, address: &str) -> Result<Option<Value>, Failure> {
    let Some(mut person) = reader.read(address).await? else { return Ok(None) };
    if person.get("telecom").is_some() {
        return Ok(Some(person));
    }
    let Some(related) = ResourceKind::parse("RelatedPerson") else { return Ok(Some(person)) };
    let parameters = vec![Parameter::new("patient", address.to_owned())];
    let (relatives, _) = reader.find(related, Query { parameters }).await?;
    let telecom = relatives.iter().find_map(|one| one.get("telecom")).cloned();
    if let Some((person, telecom)) = person.as_object_mut().zip(telecom) {
        person.insert("telecom".into(), telecom);
    }
    Ok(Some(person))
}

/// The rows of each hamlet, in the order of their names; whoever's is not known last.
pub(super) fn by_hamlet(rows: Vec<Row>) -> Vec<(Option<String>, Vec<Row>)> {
    let mut groups: Vec<(Option<String>, Vec<Row>)> = Vec::new();
    let mut known: HashMap<Option<String>, usize> = HashMap::new();
    for row in rows {
        let name = hamlet(&row.person);
        let key = name.as_deref().map(fold);
        let at = *known.entry(key).or_insert_with(|| {
            groups.push((name, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, rows)) = groups.get_mut(at) {
            rows.push(row);
        }
    }
    groups.sort_by_key(|(name, _)| (name.is_none(), name.as_deref().map(natural)));
    // Whoever is visited is visited for everything; the most urgent first.
    for (_, rows) in &mut groups {
        let mut first: HashMap<String, usize> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            first.entry(row.id.clone()).or_insert(at);
        }
        rows.sort_by_key(|row| first.get(&row.id).copied());
    }
    groups
}

/// A name by which “thôn 2” stands before “thôn 10”.
fn natural(name: &str) -> String {
    let plain = fold(name);
    let words = plain.split_whitespace().map(|word| match word.parse::<u32>() {
        Ok(number) => format!("{number:06}"),
        Err(_not_a_number) => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}
