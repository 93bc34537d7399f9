//! `/oauth/authorize`: an app asks, the person says for whom and what, the browser is sent back.

use crate::authorization::oauth::authorize::{Asking, Choice, Refused, denied};
use crate::authorization::oauth::desk::Desk;
use crate::authorization::oauth::fault::{Code, Fault};
use crate::authorization::oauth::request::parameter::Parameters;
use crate::authorization::oauth::request::redirect::source;
use crate::authorization::oauth::secret::hash;
use crate::authorization::record::Session;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::http::house::House;
use crate::interaction::engine::Prefer;
use crate::interaction::single::read::read;
use crate::ui::apps::{Hidden, consent, patient, refused};
use crate::ui::booklet::choice::called;
use crate::ui::say::Say;

use super::Asked;
use super::answered::Answered;

/// What the pages of one request share.
struct Pages<'p> {
    desk: &'p Desk<'p>,
    house: &'p House,
    asked: &'p Asked,
    say: Say,
    /// What the app asked for, as the text of a query.
    request: String,
    form: Parameters,
}

/// Answers.
pub(super) async fn answer(desk: &Desk<'_>, house: &House, asked: &Asked) -> Answered {
    let say = Say::new(asked.is_english);
    let told = |fault: &Fault| here(say, fault);
    let form = match Parameters::new(asked.form.clone(), &["scope"]) {
        Ok(form) => form,
        Err(fault) => return told(&fault),
    };
    // A form of ours has what the app asked for as one field; else the app asks, by GET or by POST.
    let (is_ours, parameters) = match (asked.is_post, form.get("request")) {
        (true, Some(request)) => (true, Parameters::parse(request)),
        (true, None) => (false, Parameters::new(asked.form.clone(), &[])),
        (false, _) => (false, Parameters::parse(&asked.query)),
    };
    let parameters = match parameters {
        Ok(parameters) => parameters.without(&["lang"]),
        Err(fault) => return told(&fault),
    };
    let asking = match Box::pin(desk.asking(&parameters)).await {
        Ok(asking) => asking,
        Err(Refused::Here(fault)) => return told(&fault),
        Err(Refused::Sent(url)) => return Answered::sent(url),
    };
    let request = parameters.text();
    let pages = Pages { desk, house, asked, say, request, form };
    let is_anew = asking.asked.is_anew && !is_ours;
    let Some(session) = asked.session.as_ref().filter(|_| !is_anew) else {
        return pages.signed_out(&asking, &parameters);
    };
    if asking.asked.is_silent {
        let fault =
            Code::ConsentRequired.because("Cần hỏi người dùng.", "The person has to be asked.");
        return Answered::sent(desk.no(&asking, &fault));
    }
    if is_ours && !asked.browser.sent(house, &pages.purpose(session), &pages.form_fields()) {
        return told(&stale());
    }
    match Box::pin(pages.next(&asking, session, is_ours)).await {
        Ok(answered) => answered,
        Err(fault) => Answered::sent(desk.no(&asking, &fault)),
    }
}

impl Pages<'_> {
    /// Nobody is signed in: the page to sign in comes first, and leads back here.
    fn signed_out(&self, asking: &Asking, parameters: &Parameters) -> Answered {
        if self.asked.is_post && self.asked.session.is_none() {
            // A browser sends no cookies along with a form of another site; it does when it comes by GET.
            return Answered::sent_here(format!("/oauth/authorize?{}", self.request));
        }
        if asking.asked.is_silent {
            let fault = Code::LoginRequired.because("Chưa đăng nhập.", "Nobody is signed in.");
            return Answered::sent(self.desk.no(asking, &fault));
        }
        let back = format!("/oauth/authorize?{}", parameters.without(&["prompt"]).text());
        super::sign_in(self.asked, &back)
    }

    /// What a form must have been made for.
    fn purpose(&self, session: &Session) -> String {
        format!("authorize {} {}", session.id, hash("request", &self.request))
    }

    fn form_fields(&self) -> crate::http::request::form::Form {
        crate::http::request::form::Form { fields: self.asked.form.clone() }
    }

    /// The next page, or the end of it.
    async fn next(
        &self,
        asking: &Asking,
        session: &Session,
        is_ours: bool,
    ) -> Result<Answered, Fault> {
        let decision = self.form.get("decision").filter(|_| is_ours);
        if decision == Some("deny") {
            return Err(denied());
        }
        let named = self.form.get("patient").filter(|_| is_ours);
        let patient = match Box::pin(self.desk.choice(asking, session, named)).await? {
            Choice::Nobody => None,
            Choice::One(patient) => Some(patient),
            Choice::Asked { is_unseen } => {
                return Box::pin(self.whom(asking, session, is_unseen)).await;
            }
        };
        if decision == Some("approve") {
            let chosen: Vec<&str> = self.form.all("scope").collect();
            let url = Box::pin(self.desk.allow(asking, session, patient, &chosen)).await?;
            return Ok(Answered::sent(url));
        }
        Box::pin(self.consent(asking, session, patient)).await
    }

    /// Asks for whom.
    async fn whom(
        &self,
        asking: &Asking,
        session: &Session,
        is_unseen: bool,
    ) -> Result<Answered, Fault> {
        let person = self.desk.person(&session.account, &asking.client.client_id);
        let access = self.desk.control.access(self.desk.engine, &person).await?;
        let ctx = self.desk.engine.begin_within(&access, Prefer::default());
        let token = self.asked.browser.token(self.house, &self.purpose(session));
        let name = self.form.get("q").unwrap_or_default();
        let asked = patient::Asked {
            app: app(asking),
            hidden: Hidden { token: &token, request: &self.request },
            name,
            is_unseen,
        };
        let page = Box::pin(patient::page(&ctx, self.say, &asked)).await?;
        let status = if is_unseen { 400 } else { 200 };
        Ok(Answered::page(status, page).keeping(self.asked.browser.kept(self.house)))
    }

    /// Asks whether the app may.
    async fn consent(
        &self,
        asking: &Asking,
        session: &Session,
        patient: Option<ResourceId>,
    ) -> Result<Answered, Fault> {
        let name = match &patient {
            Some(patient) => Some(self.named(asking, session, patient).await?),
            None => None,
        };
        let token = self.asked.browser.token(self.house, &self.purpose(session));
        let place = source(&asking.asked.redirect_uri);
        let page = consent::page(
            self.say,
            &consent::Asked {
                app: app(asking),
                place: &place,
                account: &session.account,
                hidden: Hidden { token: &token, request: &self.request },
                patient: patient.as_ref().map(|id| id.as_str()).zip(name.as_deref()),
                scope: &asking.asked.scope,
                days: self.desk.oauth.refresh_days,
            },
        );
        let answered = Answered::page(200, page).keeping(self.asked.browser.kept(self.house));
        Ok(answered.leading(place))
    }

    async fn named(
        &self,
        asking: &Asking,
        session: &Session,
        patient: &ResourceId,
    ) -> Result<String, Fault> {
        let person = self.desk.person(&session.account, &asking.client.client_id);
        let access = self.desk.control.access(self.desk.engine, &person).await?;
        let ctx = self.desk.engine.begin_within(&access, Prefer::default());
        let stored = read(&ctx, ResourceKind::PATIENT, patient).await?;
        Ok(called(&serde_json::from_str(&stored.body).unwrap_or_default(), self.say))
    }
}

/// What people are told that an app is called.
fn app(asking: &Asking) -> &str {
    asking.client.name.as_deref().unwrap_or(&asking.client.client_id)
}

/// A page for what cannot be told to the app.
pub(super) fn here(say: Say, fault: &Fault) -> Answered {
    let page = refused::page(say, fault.code.name(), (&fault.vi, &fault.en));
    Answered::page(fault.code.status(), page)
}

pub(super) fn stale() -> Fault {
    Code::AccessDenied.because(
        "Biểu mẫu này không phải do trang của bạn gửi, hoặc đã quá cũ. Hãy mở lại ứng dụng.",
        "This form was not sent by a page of yours, or is too old. Open the app again.",
    )
}
