//! What a page asks the server for: operations, searches, the records of a person. Rights are those of
//! the API.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::Markup;
use serde_json::Value;

use crate::budget;
use crate::definitions::base::today_in;
use crate::fhir::date::calendar::DAY;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::search::scope::Scope;
use crate::interaction::search::search;
use crate::interaction::single::read::read;
use crate::operation::call::{Call, query_as_parameters};
use crate::operation::document::restricted::is_restricted;
use crate::operation::table::{Called, call};
use crate::search::query::Query;
use crate::ui::frame::{self, Frame, whole_for};
use crate::ui::say::Say;

/// Which page is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `/so/…`, decoded.
    pub path: String,
    /// The pairs of the query, and those of a form.
    pub query: Vec<(String, String)>,
    /// The account of who is signed in.
    pub person: Option<String>,
    /// Whether a form was sent.
    pub is_posted: bool,
    /// The token for the form of the page.
    pub token: String,
    /// Whether a form came without the token of its page, or with one that is too old.
    pub is_unproven: bool,
    /// What is wrong with what was sent, before anything of it is looked at.
    pub fault: Option<Text>,
    pub photo: Option<Photo>,
}

impl Asked {
    /// The status of a page that says what is wrong with what was sent.
    pub(super) fn fault_status(&self) -> u16 {
        if self.is_unproven { 403 } else { 422 }
    }
}

/// A photograph of a page on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    pub media: &'static str,
    pub bytes: Arc<[u8]>,
}

impl Photo {
    /// Its bytes as FHIR has them.
    pub(super) fn base64(&self) -> String {
        STANDARD.encode(&self.bytes)
    }
}

/// A page, before it stands in the frame.
pub(super) struct Made {
    pub(super) title: String,
    pub(super) body: Markup,
}

/// What is answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub media: &'static str,
    pub body: String,
    /// The name under which a file is kept.
    pub file: Option<&'static str>,
    /// Where a browser goes on, below what is a proxy's own.
    pub location: Option<String>,
}

/// Somebody who reads a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'r, 'a> {
    pub(super) ctx: &'r Ctx<'a>,
    pub(super) say: Say,
    pub(super) asked: &'r Asked,
}

impl<'r> Reader<'r, '_> {
    /// What the query says of something; nothing where it is empty.
    pub(super) fn told(&self, name: &str) -> Option<&'r str> {
        frame::asked(&self.asked.query, name).filter(|value| !value.is_empty())
    }

    /// The day of today, where the server is.
    pub(super) fn today(&self) -> i64 {
        self.ctx.now.saturating_add(self.ctx.engine.zone.micros()).div_euclid(DAY)
    }

    /// The whole address of a page.
    pub(super) fn address(&self, path: &str) -> String {
        let base = self.ctx.engine.base.as_str();
        format!("{}{path}", base.strip_suffix("/fhir").unwrap_or(base))
    }

    /// The time, as FHIR writes it.
    pub(super) fn moment(&self) -> String {
        Instant::from_micros(self.ctx.now).format(self.ctx.engine.zone)
    }

    /// What an operation answers, of a patient or of nobody.
    pub(super) async fn call(
        &self,
        name: &str,
        id: Option<&ResourceId>,
        query: &[(&str, &str)],
    ) -> Result<Value, Failure> {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let parameters = query_as_parameters(&text);
        let asked = Call {
            name,
            kind: id.map(|_| ResourceKind::PATIENT),
            id,
            query: &parameters,
            raw_query: &text,
            posted: None,
            is_get: true,
            language: self.say.language,
            accept_language: None,
            content_type: None,
        };
        match Box::pin(call(self.ctx, &asked)).await? {
            Called::Made(made) => Ok(made),
            Called::Begun(_) | Called::Plain(_) | Called::Found(_) => Err(nothing(name)),
        }
    }

    /// The first matches of a search that may be shown, and whether there are more.
    pub(super) async fn find(
        &self,
        kind: ResourceKind,
        query: Query,
    ) -> Result<(Vec<Value>, bool), Failure> {
        let found = Box::pin(search(self.ctx, Scope::Type(kind), query)).await?;
        let is_more = found.page.next.is_some();
        let mut all = Vec::new();
        for hit in &found.page.hits {
            all.extend(shown(&hit.stored.body)?);
        }
        Ok((all, is_more))
    }

    /// A resource that may be shown.
    pub(super) async fn read(&self, address: &str) -> Result<Option<Value>, Failure> {
        let named = address.split_once('/');
        let named =
            named.and_then(|(kind, id)| Some((ResourceKind::parse(kind)?, ResourceId::parse(id)?)));
        let Some((kind, id)) = named else { return Ok(None) };
        match read(self.ctx, kind, &id).await {
            Ok(stored) => shown(&stored.body),
            Err(failure) if matches!(failure.status(), 404 | 410) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

fn shown(body: &str) -> Result<Option<Value>, Failure> {
    budget::spend(1 + body.len() / 64)?;
    let resource = serde_json::from_str::<Value>(body).ok();
    let resource = resource.map(|resource| today_in(&resource).into_owned());
    Ok(resource.filter(|resource| !is_restricted(resource)))
}

fn nothing(name: &str) -> Failure {
    Kind::NotFound.because(
        format!("${name} không trả về tài nguyên."),
        format!("${name} answers with no resource."),
    )
}

pub(super) fn nowhere() -> Failure {
    Kind::NotFound.because("Không có trang này.", "There is no such page.")
}

/// Whether a field holds what somebody typed, which stands in no address and in no log.
pub fn is_typed(name: &str) -> bool {
    matches!(name, "q" | "dung" | "nguoi" | "ly-do" | "tra-loi" | "viec" | "da-bao")
}

/// A page in the frame of all.
pub(super) fn framed((say, asked): (Say, &Asked), status: u16, made: Made) -> Reply {
    let Asked { path, query, person, .. } = asked;
    // What was typed stands in no link.
    let kept = query.iter().filter(|(name, _)| !is_typed(name));
    let query: Vec<(String, String)> = kept.cloned().collect();
    let title = made.title.as_str();
    let frame = Frame { say, title, path, query: &query, body: made.body };
    let body = whole_for(&frame, person.as_deref());
    Reply { status, media: "text/html; charset=utf-8", body, ..Reply::default() }
}

/// Where a browser goes on after a form was taken, so that going back sends nothing twice.
pub(super) fn moved(location: String) -> Reply {
    let location = Some(location);
    Reply { status: 303, media: "text/plain; charset=utf-8", location, ..Reply::default() }
}

/// The values of a parameter of an answer.
pub(super) fn parameters<'v>(
    answer: &'v Value,
    name: &'v str,
) -> impl Iterator<Item = &'v Value> + 'v {
    let all = answer.get("parameter").or_else(|| answer.get("part")).and_then(Value::as_array);
    all.into_iter().flatten().filter(move |one| one.get("name").is_some_and(|is| is == name))
}

/// The resources of a Bundle.
pub(super) fn resources(bundle: &Value) -> impl Iterator<Item = &Value> {
    let entries = bundle.get("entry").and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.get("resource"))
}

/// A text at a place of a resource.
pub(super) fn text<'v>(resource: &'v Value, pointer: &str) -> &'v str {
    resource.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
