//! What is searched for among `AuditEvent`s: R4's parameters that say something of what is recorded, and
//! `purpose`, which is ours.

use crate::fhir::date::{DateRange, Zone};
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::failure::{Failure, Kind};
use crate::search::query::{Parameter, Query};
use crate::store::audit::event::What;
use crate::store::audit::search::{Filter, Range};

use super::named::patient;
use super::told::{form, type_of};

/// Records on a page without `_count`, and at the most.
pub(super) const USUAL: usize = 20;
const MOST: usize = 1_000;

const KNOWN: [&str; 17] = [
    "_count",
    "_id",
    "_lastUpdated",
    "_since",
    "_sort",
    "action",
    "address",
    "agent",
    "agent-name",
    "agent-role",
    "date",
    "entity",
    "outcome",
    "patient",
    "purpose",
    "subtype",
    "type",
];

/// What is asked for, and how it is shown.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) filter: Filter,
    pub(super) range: Range,
    /// What the links of pages say again.
    pub(super) kept: Vec<(String, String)>,
}

/// Reads a query.
pub(super) fn read(query: &Query, base: &str, zone: Zone) -> Result<Asked, Failure> {
    let range = Range { is_newest_first: true, beyond: None, most: USUAL };
    let mut asked = Asked { filter: Filter::default(), range, kept: Vec::new() };
    for parameter in &query.parameters {
        let (name, text) = (parameter.name.as_str(), parameter.text.as_str());
        if matches!(name, "_format" | "_pretty") {
            continue;
        }
        if name == "_cursor" {
            asked.range.beyond = Some(text.parse().map_err(|_no_number| wrong(name, text))?);
            continue;
        }
        one(&mut asked, parameter, (base, zone))?;
        asked.kept.push((parameter.key(), text.to_owned()));
    }
    Ok(asked)
}

fn one(asked: &mut Asked, parameter: &Parameter, at: (&str, Zone)) -> Result<(), Failure> {
    let (base, zone) = at;
    let (name, text) = (parameter.name.as_str(), parameter.text.as_str());
    if parameter.modifier.as_deref().is_some_and(|modifier| modifier != "Patient") {
        return Err(wrong(&parameter.key(), text));
    }
    if text.is_empty() || text.contains(['\0', '\u{fffd}']) {
        return Err(wrong(name, text));
    }
    let filter = &mut asked.filter;
    match name {
        "_count" => {
            let count: usize = text.parse().map_err(|_no_number| wrong(name, text))?;
            asked.range.most = count.clamp(1, MOST);
        }
        "_sort" => match text {
            "-date" | "-_lastUpdated" => asked.range.is_newest_first = true,
            "date" | "_lastUpdated" => asked.range.is_newest_first = false,
            _ => return Err(wrong(name, text)),
        },
        "date" | "_lastUpdated" | "_since" => date(filter, name, text, zone)?,
        // What is no number is nobody's id.
        "_id" => filter.seq = Some(text.parse().unwrap_or(-1)),
        "patient" => {
            let id = patient(text, base).unwrap_or(text);
            filter.patient = Some(id.to_owned());
        }
        "entity" => match (patient(text, base), local(text, base).split_once('/')) {
            (Some(id), _) => filter.patient = Some(id.to_owned()),
            (None, Some((kind, id))) => {
                filter.kind = Some(ResourceKind::parse(kind).ok_or_else(|| wrong(name, text))?);
                filter.id = Some(id.split('/').next().unwrap_or(id).to_owned());
            }
            (None, None) => return Err(wrong(name, text)),
        },
        "agent" => filter.agent.reference = Some(local(text, base).to_owned()),
        "agent-name" => filter.agent.name = Some(text.to_owned()),
        "agent-role" => filter.agent.role = Some(code(text).to_owned()),
        "purpose" => filter.purpose = Some(code(text).to_owned()),
        "address" => filter.address = Some(text.to_owned()),
        "type" => only(filter, text, |code, what| type_of(what) == code),
        "subtype" => only(filter, text, |code, what| form(what).subtypes.contains(&code)),
        "action" => only(filter, text, |code, what| form(what).action == code),
        "outcome" => {
            let ranges = text.split(',').filter_map(|one| match code(one) {
                "0" => Some((0, 400)),
                "4" => Some((400, 500)),
                "8" => Some((500, 1_000)),
                _ => None,
            });
            filter.status = Some(ranges.collect());
        }
        _ => return Err(unknown(name)),
    }
    Ok(())
}

/// Narrows to what has one of some codes.
fn only(filter: &mut Filter, text: &str, has: impl Fn(&str, What) -> bool) {
    let is_one = |what: &What| text.split(',').any(|one| has(code(one), *what));
    let before = filter.what.take();
    let is_known = |what: &What| before.as_ref().is_none_or(|before| before.contains(what));
    filter.what = Some(What::all().filter(is_one).filter(is_known).collect());
}

/// The code of `system|code`.
fn code(text: &str) -> &str {
    text.rsplit_once('|').map_or(text, |(_, code)| code)
}

/// A reference without the base URL.
fn local<'t>(text: &'t str, base: &str) -> &'t str {
    text.strip_prefix(base).map_or(text, |rest| rest.trim_start_matches('/'))
}

fn date(filter: &mut Filter, name: &str, text: &str, zone: Zone) -> Result<(), Failure> {
    let is_digit = |c: char| c.is_ascii_digit();
    let start = text.find(is_digit).ok_or_else(|| wrong(name, text))?;
    let (prefix, day) = text.split_at(start);
    let range = DateRange::parse(day, zone).ok_or_else(|| wrong(name, text))?;
    let prefix = if name == "_since" && prefix.is_empty() { "ge" } else { prefix };
    let (from, until) = match prefix {
        "" | "eq" => (Some(range.low), Some(range.high)),
        "ge" => (Some(range.low), None),
        "gt" | "sa" => (Some(range.high), None),
        "le" => (None, Some(range.high)),
        "lt" | "eb" => (None, Some(range.low)),
        _ => return Err(wrong(name, text)),
    };
    if let Some(from) = from {
        filter.from = Some(filter.from.map_or(from, |before| before.max(from)));
    }
    if let Some(until) = until {
        filter.until = Some(filter.until.map_or(until, |before| before.min(until)));
    }
    Ok(())
}

fn wrong(name: &str, text: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("AuditEvent: tham số '{name}' không hiểu giá trị '{text}'."),
            format!("AuditEvent: the parameter '{name}' does not take the value '{text}'."),
        )
        .of(&format!("http.{name}"))
}

fn unknown(name: &str) -> Failure {
    let list = KNOWN.join(", ");
    let (vi, en) = match nearest(name, KNOWN.into_iter()) {
        Some(meant) => (format!("Ý bạn là '{meant}'?"), format!("Did you mean '{meant}'?")),
        None => (format!("Có: {list}."), format!("There are: {list}.")),
    };
    Kind::Malformed
        .because(
            format!("AuditEvent không tìm được theo '{name}'. {vi}"),
            format!("AuditEvent cannot be searched by '{name}'. {en}"),
        )
        .of(&format!("http.{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Result<Asked, u16> {
        let read = read(&Query::parse([query]), "https://me/fhir", Zone::default());
        read.map_err(|failure| failure.status())
    }

    #[test]
    fn a_query_says_which_records() {
        let asked = of("patient=Patient/a&date=ge2026-12-01&date=lt2026-12-02&_sort=date&_count=5");
        let asked = asked.expect("a query");
        assert_eq!(asked.filter.patient.as_deref(), Some("a"));
        let day = 86_400_000_000;
        assert_eq!(asked.filter.until.zip(asked.filter.from).map(|(b, a)| b - a), Some(day));
        assert!(!asked.range.is_newest_first && asked.range.most == 5 && asked.kept.len() == 5);
        let asked = of("subtype=search&action=E,R&outcome=4").expect("a query");
        assert_eq!(asked.filter.what, Some(vec![What::SearchType, What::SearchSystem]));
        assert_eq!(asked.filter.status, Some(vec![(400, 500)]));
        let asked = of("entity=https://me/fhir/Observation/o&agent=Practitioner/p");
        let asked = asked.expect("a query");
        assert_eq!(asked.filter.id.as_deref(), Some("o"));
        assert_eq!(asked.filter.agent.reference.as_deref(), Some("Practitioner/p"));
        let glass = of("purpose=http://terminology.hl7.org/CodeSystem/v3-ActReason|BTG");
        assert_eq!(glass.expect("a query").filter.purpose.as_deref(), Some("BTG"));
        for bad in ["pacient=a", "date=soon", "_sort=agent", "patient:missing=true", "entity=x"] {
            assert_eq!(of(bad).map(|_| ()), Err(400), "{bad}");
        }
    }
}
