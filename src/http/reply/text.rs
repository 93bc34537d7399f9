//! The JSON of Bundles that the server makes, written around stored bodies: those are not parsed.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::fhir::date::Zone;
use crate::fhir::issue::{Issue, Language, Severity, operation_outcome};
use crate::fhir::time::Instant;
use crate::interaction::bundle::entries::Answered;
use crate::interaction::engine::{Engine, Return};
use crate::interaction::failure::Failure;
use crate::interaction::respond::Answer;
use crate::interaction::search::Results;
use crate::interaction::single::history::History;
use crate::store::row::{Hit, Op, Stored};

use super::link::{links, url};

/// A Bundle in the making.
struct Bundle {
    text: String,
    entries: usize,
}

impl Bundle {
    fn new(kind: &str, capacity: usize) -> Self {
        let mut text = String::with_capacity(capacity);
        text.push_str("{\"resourceType\":\"Bundle\",\"type\":\"");
        text.push_str(kind);
        text.push('"');
        Self { text, entries: 0 }
    }

    fn total(&mut self, total: u64) {
        self.push(&format!(",\"total\":{total}"));
    }

    fn links(&mut self, links: &[(&str, String)]) {
        let links: Vec<Value> = links
            .iter()
            .map(|(relation, url)| json!({ "relation": relation, "url": url }))
            .collect();
        self.push(",\"link\":");
        self.push(&Value::Array(links).to_string());
    }

    /// Begins an entry; `{` is open behind it.
    fn entry(&mut self) {
        self.push(if self.entries == 0 { ",\"entry\":[{" } else { "},{" });
        self.entries += 1;
    }

    /// An entry of a search.
    fn hit(&mut self, engine: &Engine, hit: &Hit, (mode, score): (&str, Option<&str>)) {
        self.entry();
        let (kind, id) = (hit.stored.kind.name(), hit.stored.id.as_str());
        self.push("\"fullUrl\":\"");
        for part in [&engine.base, "/", kind, "/", id, "\",\"resource\":", &hit.stored.body] {
            self.push(part);
        }
        for part in [",\"search\":{\"mode\":\"", mode, "\""] {
            self.push(part);
        }
        if let Some(score) = score {
            self.push(",\"score\":");
            self.push(score);
        }
        self.push("}");
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn end(mut self) -> String {
        self.push(if self.entries == 0 { "}" } else { "}]}" });
        self.text
    }
}

/// The Bundle of a search.
pub(super) fn found(engine: &Engine, found: &Results, language: Language) -> String {
    let hits = || found.page.hits.iter().chain(&found.included);
    let size: usize = hits().map(|hit| hit.stored.body.len() + 160).sum();
    let mut bundle = Bundle::new("searchset", size + 512);
    if let Some(total) = found.page.total {
        bundle.total(total);
    }
    bundle.links(&links(engine, found));
    let score = |hit: &Hit| found.is_scored().then(|| if hit.is_second() { "0.5" } else { "1" });
    found.page.hits.iter().for_each(|hit| bundle.hit(engine, hit, ("match", score(hit))));
    found.included.iter().for_each(|hit| bundle.hit(engine, hit, ("include", None)));
    if !found.notes.is_empty() {
        bundle.entry();
        bundle.push("\"resource\":");
        bundle.push(&operation_outcome(&found.notes, language).to_string());
        bundle.push(",\"search\":{\"mode\":\"outcome\"}");
    }
    bundle.end()
}

/// The Bundle of a history.
pub(super) fn versions(engine: &Engine, history: &History) -> String {
    let size: usize = history.versions.iter().map(|stored| stored.body.len() + 300).sum();
    let mut bundle = Bundle::new("history", size + 512);
    if let (true, Ok(total)) = (history.is_whole, u64::try_from(history.versions.len())) {
        bundle.total(total);
    }
    let base = format!("{}/{}", engine.base, history.path);
    let mut links = vec![("self", url(&base, &history.used, None))];
    if let Some((name, value)) = &history.next {
        links.push(("next", url(&base, &history.used, Some((name, value)))));
    }
    bundle.links(&links);
    for stored in &history.versions {
        bundle.entry();
        version(&mut bundle, engine, stored);
    }
    bundle.end()
}

fn version(bundle: &mut Bundle, engine: &Engine, stored: &Stored) {
    let (kind, id) = (stored.kind.name(), stored.id.as_str());
    let (method, url, status) = match stored.op {
        Op::Created => ("POST", kind.to_owned(), "201"),
        Op::CreatedByUpdate => ("PUT", format!("{kind}/{id}"), "201"),
        Op::Updated => ("PUT", format!("{kind}/{id}"), "200"),
        Op::Deleted => ("DELETE", format!("{kind}/{id}"), "204"),
    };
    let base = &engine.base;
    let _infallible = write!(bundle.text, "\"fullUrl\":\"{base}/{kind}/{id}\"");
    if !stored.body.is_empty() {
        let _infallible = write!(bundle.text, ",\"resource\":{}", stored.body);
    }
    let updated = instant(stored.updated, engine.zone);
    let _infallible = write!(
        bundle.text,
        ",\"request\":{{\"method\":\"{method}\",\"url\":\"{url}\"}},\
         \"response\":{{\"status\":\"{status}\",\"etag\":\"W/\\\"{}\\\"\",\"lastModified\":\"{updated}\"}}",
        stored.version
    );
}

/// The Bundle that answers a batch or transaction.
pub(super) fn answered(
    engine: &Engine,
    answered: &Answered,
    prefer: Option<Return>,
    language: Language,
) -> String {
    let mut bundle = Bundle::new(answered.kind.response(), answered.entries.len() * 256);
    for entry in &answered.entries {
        bundle.entry();
        match entry {
            Ok(answer) => result(&mut bundle, engine, answer, prefer, language),
            Err(failure) => failed(&mut bundle, failure, language),
        }
    }
    bundle.end()
}

fn result(
    bundle: &mut Bundle,
    engine: &Engine,
    answer: &Answer,
    prefer: Option<Return>,
    language: Language,
) {
    let plain = "\"response\":{\"status\":\"200 OK\"}";
    match answer {
        Answer::Saved(saved) => {
            let full = prefer == Some(Return::Representation);
            resource(bundle, engine, &saved.stored, full);
            // <https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response.outcome> is
            // where warnings go, asked for or not.
            let is_warned = saved.issues.iter().any(|issue| issue.severity == Severity::Warning);
            let is_told = match prefer {
                Some(Return::OperationOutcome) => !saved.issues.is_empty(),
                Some(Return::Minimal) => false,
                Some(Return::Representation) | None => is_warned,
            };
            let outcome = is_told.then(|| &*saved.issues);
            let status = if saved.created { "201 Created" } else { "200 OK" };
            response(bundle, engine, &saved.stored, status);
            if let Some(issues) = outcome {
                bundle.text.pop();
                bundle.push(",\"outcome\":");
                bundle.push(&operation_outcome(issues, language).to_string());
                bundle.push("}");
            }
        }
        Answer::Resource(stored) => {
            resource(bundle, engine, stored, true);
            response(bundle, engine, stored, "200 OK");
        }
        Answer::Unchanged(stored) => {
            resource(bundle, engine, stored, false);
            response(bundle, engine, stored, "304 Not Modified");
        }
        Answer::Deleted { version, issues } => {
            let is_told = prefer != Some(Return::Minimal);
            deleted(bundle, *version, (issues, language), is_told);
        }
        Answer::Found(results) => {
            bundle.push("\"resource\":");
            bundle.push(&found(engine, results, language));
            bundle.push(",");
            bundle.push(plain);
        }
        Answer::Versions(history) => {
            bundle.push("\"resource\":");
            bundle.push(&versions(engine, history));
            bundle.push(",");
            bundle.push(plain);
        }
        Answer::Failed(failure) => failed(bundle, failure, language),
        Answer::Capabilities
        | Answer::Bundle(_)
        | Answer::Made(_)
        | Answer::Plain(_)
        | Answer::Kept(_)
        | Answer::Begun(_)
        | Answer::Job(_) => bundle.push(plain),
    }
}

fn deleted(
    bundle: &mut Bundle,
    version: Option<i64>,
    (issues, language): (&[Issue], Language),
    is_told: bool,
) {
    let is_told = is_told && !issues.is_empty();
    let status = if is_told { "200 OK" } else { "204 No Content" };
    let _infallible = write!(bundle.text, "\"response\":{{\"status\":\"{status}\"");
    if is_told {
        bundle.push(",\"outcome\":");
        bundle.push(&operation_outcome(issues, language).to_string());
    }
    if let Some(version) = version {
        let _infallible = write!(bundle.text, ",\"etag\":\"W/\\\"{version}\\\"\"");
    }
    bundle.push("}");
}

fn resource(bundle: &mut Bundle, engine: &Engine, stored: &Stored, full: bool) {
    let (base, kind, id) = (&engine.base, stored.kind, &stored.id);
    let _infallible = write!(bundle.text, "\"fullUrl\":\"{base}/{kind}/{id}\",");
    if full {
        let _infallible = write!(bundle.text, "\"resource\":{},", stored.body);
    }
}

fn response(bundle: &mut Bundle, engine: &Engine, stored: &Stored, status: &str) {
    let (version, updated) = (stored.version, instant(stored.updated, engine.zone));
    let location = location(engine, stored);
    let _infallible = write!(
        bundle.text,
        "\"response\":{{\"status\":\"{status}\",\"location\":\"{location}\",\
         \"etag\":\"W/\\\"{version}\\\"\",\"lastModified\":\"{updated}\"}}"
    );
}

fn failed(bundle: &mut Bundle, failure: &Failure, language: Language) {
    let status = failure.status();
    let outcome = operation_outcome(&failure.issues, language);
    let _infallible =
        write!(bundle.text, "\"response\":{{\"status\":\"{status}\",\"outcome\":{outcome}}}");
}

/// Where to ask what is to be said of a resource.
pub(super) fn question(engine: &Engine, stored: &Stored) -> String {
    format!("{}/{}/{}/$validate", engine.base, stored.kind, stored.id)
}

/// Where a version is.
pub(super) fn location(engine: &Engine, stored: &Stored) -> String {
    let (base, kind, id, version) = (&engine.base, stored.kind, &stored.id, stored.version);
    format!("{base}/{kind}/{id}/_history/{version}")
}

fn instant(micros: i64, zone: Zone) -> String {
    Instant::from_micros(micros).format(zone)
}
