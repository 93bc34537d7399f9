//! The authorization endpoint: from what an app asks to the code that it gets, by way of the person who
//! is asked ([RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1)).
//!
//! Nothing is kept between the pages: each sends the request of the app along, which is checked anew.

use crate::authorization::kept;
use crate::authorization::record::{Client, Session};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Prefer;
use crate::interaction::search::scope::Scope;
use crate::interaction::search::search;
use crate::interaction::single::read::read;
use crate::search::query::{Parameter, Query};

use super::allowed::Allowed;
use super::desk::{Desk, SECOND};
use super::fault::{Code as Reason, Fault};
use super::kept::{Code, Launch};
use super::request::authorize::{Asked, check, destination};
use super::request::parameter::Parameters;
use super::request::redirect::with;
use super::request::scope::{has, needs_patient};
use super::secret::{hash, random};

/// Seconds in which a person must be done with the pages of a launch that came in time.
const OPENED: u64 = 900;

/// A request of an app that may be put to a person.
#[derive(Debug, Clone)]
pub struct Asking {
    pub client: Client,
    pub asked: Asked,
    pub launch: Option<Launch>,
}

/// Why a request is not put to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Nobody knows where to send an answer.
    Here(Fault),
    /// The app is told, by way of the browser.
    Sent(String),
}

/// For whom an app is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Nobody,
    One(ResourceId),
    /// The person is to be asked; whom she named is none that she reaches when this is so.
    Asked {
        is_unseen: bool,
    },
}

impl Desk<'_> {
    /// The request of an app, checked.
    pub async fn asking(&self, parameters: &Parameters) -> Result<Asking, Refused> {
        let id = parameters.need("client_id").map_err(Refused::Here)?;
        let client = self.client(id).await.map_err(|error| Refused::Here(error.into()))?;
        let client = client.ok_or_else(|| {
            Refused::Here(Reason::InvalidRequest.because(
                "Không có ứng dụng này (client_id), hoặc nó đã bị khóa.",
                "There is no such app (client_id), or it is disabled.",
            ))
        })?;
        let to = destination(parameters, &client).map_err(Refused::Here)?;
        let state = parameters.get("state");
        let refuse = |fault: &Fault| Refused::Sent(self.refusal(to, state, fault));
        let asked =
            check(parameters, &client, &self.engine.base).map_err(|fault| refuse(&fault))?;
        let launch = match &asked.launch {
            None => None,
            Some(launch) => {
                let found = Box::pin(self.opened(launch, &client)).await;
                Some(found.map_err(|fault| refuse(&fault))?)
            }
        };
        Ok(Asking { client, asked, launch })
    }

    /// What an app was launched with. It must come in time; then there is time for the pages.
    async fn opened(&self, launch: &str, client: &Client) -> Result<Launch, Fault> {
        let found = self.kept.get::<Launch>(&hash("launch", launch)).await?;
        let found = found.filter(|found| found.record.client_id == client.client_id);
        let found = found.ok_or_else(no_launch)?;
        if found.record.is_opened {
            return Ok(found.record);
        }
        let until = self.after(OPENED);
        let opened = Launch { is_opened: true, until, ..found.record.clone() };
        // Whoever was faster has done the same.
        self.kept.change(vec![kept::replace(&opened, &found)?]).await?;
        Ok(opened)
    }

    /// The URL by which an app is told no.
    pub fn refusal(&self, to: &str, state: Option<&str>, fault: &Fault) -> String {
        let mut pairs =
            vec![("error", fault.code.name()), ("error_description", fault.en.as_str())];
        pairs.extend(state.map(|state| ("state", state)));
        pairs.push(("iss", &self.oauth.issuer));
        with(to, &pairs)
    }

    /// The URL by which the app of a request is told no.
    pub fn no(&self, asking: &Asking, fault: &Fault) -> String {
        self.refusal(&asking.asked.redirect_uri, Some(&asking.asked.state), fault)
    }

    /// For whom the app is opened: as it was launched, as the person says, or the only one there is.
    pub async fn choice(
        &self,
        asking: &Asking,
        session: &Session,
        named: Option<&str>,
    ) -> Result<Choice, Fault> {
        if let Some(launch) = &asking.launch {
            if launch.account != session.account {
                return Err(no_launch());
            }
            if let Some(patient) = &launch.patient {
                let patient = ResourceId::parse(patient).ok_or_else(no_launch)?;
                return match self.reaches(asking, session, &patient).await? {
                    true => Ok(Choice::One(patient)),
                    false => Err(no_launch()),
                };
            }
        }
        if !needs_patient(&asking.asked.scope) {
            return Ok(Choice::Nobody);
        }
        if let Some(named) = named {
            let patient = ResourceId::parse(named.strip_prefix("Patient/").unwrap_or(named));
            return Ok(match patient {
                Some(patient) if self.reaches(asking, session, &patient).await? => {
                    Choice::One(patient)
                }
                _ => Choice::Asked { is_unseen: true },
            });
        }
        Ok(match self.only(asking, session).await? {
            Some(patient) => Choice::One(patient),
            None => Choice::Asked { is_unseen: false },
        })
    }

    async fn reaches(
        &self,
        asking: &Asking,
        session: &Session,
        patient: &ResourceId,
    ) -> Result<bool, Fault> {
        let person = self.person(&session.account, &asking.client.client_id);
        let access = self.control.access(self.engine, &person).await?;
        let ctx = self.engine.begin_within(&access, Prefer::default());
        match read(&ctx, ResourceKind::PATIENT, patient).await {
            Ok(_) => Ok(true),
            Err(failure) if failure.is_ours() => Err(failure.into()),
            Err(_unseen) => Ok(false),
        }
    }

    /// The patient whom somebody reaches when there is but one.
    async fn only(&self, asking: &Asking, session: &Session) -> Result<Option<ResourceId>, Fault> {
        let person = self.person(&session.account, &asking.client.client_id);
        let access = self.control.access(self.engine, &person).await?;
        let ctx = self.engine.begin_within(&access, Prefer::default());
        let query = Query { parameters: vec![Parameter::new("_count", "2".to_owned())] };
        let found = Box::pin(search(&ctx, Scope::Type(ResourceKind::PATIENT), query)).await;
        let found = match found {
            Ok(found) => found,
            // A role that reaches nobody.
            Err(failure) if !failure.is_ours() => return Ok(None),
            Err(failure) => return Err(failure.into()),
        };
        match found.page.hits.as_slice() {
            [only] if found.page.next.is_none() => Ok(Some(only.stored.id.clone())),
            _ => Ok(None),
        }
    }

    /// Gives the app a code for what the person allows of what was asked; the URL that has it.
    pub async fn allow(
        &self,
        asking: &Asking,
        session: &Session,
        patient: Option<ResourceId>,
        chosen: &[&str],
    ) -> Result<String, Fault> {
        let Asking { client, asked, launch } = asking;
        // She would be taken for the app itself.
        if session.account == client.client_id {
            return Err(denied());
        }
        let allowed = self.allowed(asking, session, patient, chosen).ok_or_else(denied)?;
        let code = random();
        let ends = self.after(self.oauth.code_seconds);
        let record = Code {
            id: hash("code", &code),
            allowed,
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.challenge.clone(),
            family: None,
            ends,
            until: ends,
        };
        let launched = launch.as_ref().map(|launch| kept::take::<Launch>(&launch.id));
        let mut changes: Vec<_> = launched.into_iter().collect();
        changes.push(kept::add(&record)?);
        if !self.kept.change(changes).await? {
            return Err(no_launch());
        }
        let state = asked.state.as_str();
        let pairs = [("code", code.as_str()), ("state", state), ("iss", &self.oauth.issuer)];
        Ok(with(&asked.redirect_uri, &pairs))
    }

    /// What is allowed: of what was asked for, what the person chose, as far as there is such a thing.
    fn allowed(
        &self,
        asking: &Asking,
        session: &Session,
        patient: Option<ResourceId>,
        chosen: &[&str],
    ) -> Option<Allowed> {
        let Asking { client, asked, launch } = asking;
        let encounter = launch.as_ref().and_then(|launch| launch.encounter.clone());
        let mut allowed = Allowed {
            client_id: client.client_id.clone(),
            account: Some(session.account.clone()),
            patient: patient.map(|id| id.to_string()),
            needs_banner: true,
            session: Some(session.id.clone()),
            since: session.since.div_euclid(SECOND),
            methods: methods(session),
            nonce: asked.nonce.clone(),
            ..Allowed::default()
        };
        let is_nobody = self.herself(&allowed).is_none();
        let is_empty = |word: &str| match word {
            "fhirUser" => is_nobody,
            "launch/patient" => allowed.patient.is_none(),
            "launch/encounter" => encounter.is_none(),
            "launch" => launch.is_none(),
            _ => false,
        };
        let is_given = |word: &&String| chosen.contains(&word.as_str()) && !is_empty(word);
        allowed.scope = asked.scope.iter().filter(is_given).cloned().collect();
        let has_context = has(&allowed.scope, "launch") || has(&allowed.scope, "launch/encounter");
        allowed.encounter = encounter.filter(|_| has_context);
        allowed.purposes = match asked.purposes.as_slice() {
            [] => self.purposes(&allowed),
            asked => asked.to_vec(),
        };
        (!allowed.scope.is_empty()).then_some(allowed)
    }
}

/// How somebody signed in, as `amr` has it.
fn methods(session: &Session) -> Vec<String> {
    let named = |method| serde_json::to_value(method).ok();
    let texts = session.methods.iter().filter_map(named);
    texts.filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// The person said no, or allowed nothing.
pub fn denied() -> Fault {
    Reason::AccessDenied.because("Người dùng không cho phép.", "The person did not allow it.")
}

fn no_launch() -> Fault {
    Reason::InvalidRequest.because(
        "launch không dùng được: sai, đã hết hạn, đã dùng rồi, hoặc của ứng dụng hay người khác.",
        "launch cannot be used: it is wrong, has expired, was used, or is another client's or user's.",
    )
}
