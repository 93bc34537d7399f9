//! Reads the entries of a batch or transaction, <https://hl7.org/fhir/R4/bundle.html#bundle>.

use serde_json::Value;

use crate::fhir::date::Zone;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::patch::document::Patch;

use super::batch::batch;
use super::link::identity::{From, Identities, Identity, Role};
use super::transaction::transaction;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::respond::Answer;
use crate::interaction::route::{self, Interaction, Method, Target};
use crate::interaction::single::patch::patch_of;
use crate::interaction::single::precondition::{Tags, Unless};
use crate::interaction::unused;

/// One entry, taken apart.
#[derive(Debug)]
pub(in crate::interaction) struct Entry {
    pub(in crate::interaction) full_url: Option<String>,
    pub(in crate::interaction) interaction: Interaction,
    pub(in crate::interaction) target: Target,
    pub(in crate::interaction) query: String,
    pub(in crate::interaction) resource: Option<Value>,
    pub(in crate::interaction) patch: Option<Patch>,
    pub(in crate::interaction) if_match: Option<Tags>,
    pub(in crate::interaction) if_none_exist: Option<String>,
    pub(in crate::interaction) unless: Unless,
}

/// What became of an entry, in the order of the request.
#[derive(Debug)]
pub struct Answered {
    pub kind: BundleKind,
    pub entries: Vec<Result<Answer, Failure>>,
    /// Warnings and notes about no entry that was stored.
    pub issues: Vec<Issue>,
}

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleKind {
    Batch,
    Transaction,
}

/// Runs a batch or a transaction.
pub async fn run(ctx: &Ctx<'_>, bundle: Value) -> Result<Answered, Failure> {
    let kind = kind(&bundle)?;
    let entries = match bundle.get("entry") {
        Some(Value::Array(entries)) => entries.len(),
        _ => 0,
    };
    if entries > ctx.engine.bundle_entries {
        let most = ctx.engine.bundle_entries;
        return Err(Kind::TooLarge.because(
            format!("Bundle có {entries} mục; nhiều nhất {most} (cài đặt bundle_entries)."),
            format!(
                "The Bundle has {entries} entries; {most} is the limit (setting bundle_entries)."
            ),
        ));
    }
    let (entries, issues) = match kind {
        BundleKind::Batch => (batch(ctx, bundle).await?, Vec::new()),
        BundleKind::Transaction => {
            let (answers, issues) = transaction(ctx, bundle).await?;
            (answers.into_iter().map(Ok).collect(), issues)
        }
    };
    Ok(Answered { kind, entries, issues })
}

impl Answered {
    /// Takes what is noted about the text of the Bundle, each to its entry.
    pub fn note(&mut self, notes: Vec<Issue>) {
        for note in notes {
            let entry = note.expression.as_deref().and_then(place);
            let entry = entry.and_then(|(number, _)| self.entries.get_mut(number));
            match entry {
                Some(Ok(Answer::Saved(saved))) => saved.issues.push(note),
                _ => self.issues.push(note),
            }
        }
    }
}

/// The entry of a Bundle that an expression is about, and its path below the entry.
pub(super) fn place(expression: &str) -> Option<(usize, &str)> {
    let (number, below) = expression.strip_prefix("Bundle.entry[")?.split_once(']')?;
    Some((number.parse().ok()?, below))
}

fn kind(bundle: &Value) -> Result<BundleKind, Failure> {
    let is_bundle = bundle.get("resourceType").and_then(Value::as_str) == Some("Bundle");
    match bundle.get("type").and_then(Value::as_str) {
        Some("transaction") if is_bundle => Ok(BundleKind::Transaction),
        Some("batch") if is_bundle => Ok(BundleKind::Batch),
        _ => {
            let text = Text::new(
                "Ở URL gốc chỉ nhận Bundle có type là 'transaction' hoặc 'batch'. Bundle khác hãy gửi tới /Bundle.",
                "The base URL takes a Bundle whose type is 'transaction' or 'batch'. Post others to /Bundle.",
            );
            let issue = Issue::error(IssueCode::Value, text).at("Bundle.type");
            Err(Kind::Malformed.with(vec![issue]))
        }
    }
}

impl BundleKind {
    /// The type of the answer's Bundle.
    pub fn response(self) -> &'static str {
        match self {
            Self::Batch => "batch-response",
            Self::Transaction => "transaction-response",
        }
    }
}

impl Entry {
    /// Takes an entry apart; its resource moves here.
    pub(in crate::interaction) fn read(
        entry: &mut Value,
        base: &str,
        zone: Zone,
    ) -> Result<Self, Failure> {
        let text = |value: &Value, key: &str| {
            value.get(key).and_then(Value::as_str).map(ToOwned::to_owned)
        };
        let request = entry.get("request").ok_or_else(|| {
            missing("request", "Mỗi mục phải có request.", "Every entry needs a request.")
        })?;
        let method = text(request, "method").and_then(|method| parse_method(&method));
        let method = method.ok_or_else(|| {
            let vi = "request.method phải là GET, POST, PUT, PATCH hoặc DELETE.";
            missing("request.method", vi, "request.method must be GET, POST, PUT, PATCH or DELETE.")
        })?;
        let url = text(request, "url").ok_or_else(|| {
            missing("request.url", "Mục này thiếu request.url.", "The entry lacks request.url.")
        })?;
        let below = url.strip_prefix(base).unwrap_or(&url);
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        let path = route::decoded(path).ok_or_else(|| {
            let text = Text::new(
                "request.url có byte không phải UTF-8 hoặc dấu % sai.",
                "request.url has bytes that are not UTF-8, or a stray %.",
            );
            about("url", IssueCode::Value, text)
        })?;
        let (interaction, target) = route::find(method, &path)?;
        for name in ["ifMatch", "ifNoneMatch", "ifModifiedSince", "ifNoneExist"] {
            if request.get(name).is_some() && !unused::takes(interaction, name) {
                return Err(about(name, IssueCode::NotSupported, unused::useless(name)));
            }
        }
        let if_match = text(request, "ifMatch").as_deref().map(Tags::of_if_match).transpose();
        let if_match = if_match.map_err(|failure| failure.of_request("ifMatch"))?;
        let (tags, since) = (text(request, "ifNoneMatch"), text(request, "ifModifiedSince"));
        let unless = Unless::of_entry(tags.as_deref(), since.as_deref(), zone);
        let unless = unless.map_err(|failure| {
            failure.of_request(if tags.is_some() { "ifNoneMatch" } else { "ifModifiedSince" })
        })?;
        if interaction == Interaction::Update {
            unless.is_new().map_err(|failure| failure.of_request("ifNoneMatch"))?;
        }
        let if_none_exist = text(request, "ifNoneExist");
        let full_url = text(entry, "fullUrl");
        let query = query.to_owned();
        let mut resource = entry.get_mut("resource").map(Value::take);
        let patch = match interaction {
            Interaction::Patch => Some(patch_of(resource.take())?),
            _ => None,
        };
        Ok(Self {
            full_url,
            interaction,
            target,
            query,
            resource,
            patch,
            if_match,
            if_none_exist,
            unless,
        })
    }

    /// How the links of other entries know it.
    pub(in crate::interaction) fn identity(&self) -> Identity<'_> {
        let sent = || {
            let id = self.resource.as_ref()?.get("id")?.as_str()?;
            Some(format!("{}/{id}", self.target.kind?))
        };
        let named = || match (&self.target.id, self.interaction) {
            (Some(id), _) => Some(format!("{}/{id}", self.target.kind?)),
            (None, Interaction::Update) => sent(),
            (None, _) => None,
        };
        let role = self.role();
        let own = if role == Role::Created { sent() } else { named() };
        Identity { full_url: self.full_url.as_deref(), own, role }
    }

    /// Where its own links stand.
    pub(in crate::interaction) fn from(&self, identities: &Identities) -> From {
        identities.from(self.full_url.as_deref(), self.role())
    }

    fn role(&self) -> Role {
        let has_id = || self.resource.as_ref().is_some_and(|sent| sent.get("id").is_some());
        match self.interaction {
            Interaction::Create => Role::Created,
            // It gets the id of what is found, or a new one.
            Interaction::Update if self.target.id.is_none() && !has_id() => Role::Created,
            // Nobody knows of what it is, or whether there is any.
            Interaction::Delete if self.target.id.is_none() => Role::None,
            Interaction::Update | Interaction::Patch | Interaction::Delete => Role::Named,
            _ => Role::None,
        }
    }

    /// The criteria that decide about it, and the element of its request that has them.
    pub(super) fn criteria(&self) -> Option<(&str, &'static str)> {
        match self.interaction {
            Interaction::Create => Some((self.if_none_exist.as_deref()?, "ifNoneExist")),
            Interaction::Update | Interaction::Patch | Interaction::Delete
                if self.target.id.is_none() =>
            {
                Some((&self.query, "url"))
            }
            _ => None,
        }
    }

    /// Where it comes in the order of processing: deletes, creates, updates, reads.
    pub(super) fn phase(&self) -> u8 {
        match self.interaction {
            Interaction::Delete => 0,
            Interaction::Create => 1,
            Interaction::Update | Interaction::Patch => 2,
            Interaction::Capabilities
            | Interaction::OpenApi
            | Interaction::Bundle
            | Interaction::Read
            | Interaction::VRead
            | Interaction::HistoryInstance
            | Interaction::HistoryType
            | Interaction::HistorySystem
            | Interaction::JobStatus
            | Interaction::JobCancel
            | Interaction::Operation
            | Interaction::SearchType
            | Interaction::SearchSystem => 3,
        }
    }
}

fn parse_method(text: &str) -> Option<Method> {
    match text {
        "GET" | "HEAD" => Some(Method::Get),
        "POST" => Some(Method::Post),
        "PUT" => Some(Method::Put),
        "PATCH" => Some(Method::Patch),
        "DELETE" => Some(Method::Delete),
        _ => None,
    }
}

fn missing(element: &str, vi: &str, en: &str) -> Failure {
    let issue = Issue::error(IssueCode::Required, Text::new(vi, en));
    Kind::Malformed.with(vec![issue.at(format!("Bundle.entry.{element}"))])
}

fn about(element: &str, code: IssueCode, text: Text) -> Failure {
    Kind::Malformed.with(vec![Issue::error(code, text)]).of_request(element)
}
