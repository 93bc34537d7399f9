//! `/oauth/manage`: a person's apps.

use crate::authorization::kept;
use crate::authorization::oauth::desk::Desk;
use crate::authorization::oauth::fault::Fault;
use crate::authorization::oauth::kept::Family;
use crate::authorization::record::{Client, Session};
use crate::fhir::time::Instant;
use crate::http::house::House;
use crate::http::request::form::Form;
use crate::store::error::StoreError;
use crate::ui::apps::{Hidden, manage};
use crate::ui::say::Say;

use super::Asked;
use super::answered::Answered;
use super::authorize::{here, stale};

/// Answers.
pub(super) async fn answer(desk: &Desk<'_>, house: &House, asked: &Asked) -> Answered {
    let say = Say::new(asked.is_english);
    let Some(session) = &asked.session else {
        return super::sign_in(asked, "/oauth/manage");
    };
    let purpose = format!("manage {}", session.id);
    let form = Form { fields: asked.form.clone() };
    if asked.is_post {
        if !asked.browser.sent(house, &purpose, &form) {
            return here(say, &stale());
        }
        return match take(desk, session, form.one("app").unwrap_or_default()).await {
            Ok(()) => {
                let lang = if asked.is_english { "?lang=en" } else { "" };
                Answered::sent_here(format!("/oauth/manage{lang}"))
            }
            Err(error) => here(say, &Fault::from(error)),
        };
    }
    let token = asked.browser.token(house, &purpose);
    match shown(desk, session).await {
        Ok(apps) => {
            let hidden = Hidden { token: &token, request: "" };
            let page = manage::page(say, hidden, &apps, desk.oauth.refresh_days);
            Answered::page(200, page).keeping(asked.browser.kept(house))
        }
        Err(error) => here(say, &Fault::from(error)),
    }
}

/// Takes away what an app of hers was allowed.
async fn take(desk: &Desk<'_>, session: &Session, id: &str) -> Result<(), StoreError> {
    let found = desk.kept.get::<Family>(id).await?;
    if found.is_some_and(|found| found.record.account == session.account) {
        desk.kept.change(vec![kept::remove::<Family>(id)]).await?;
        desk.control.forget();
    }
    Ok(())
}

async fn shown(desk: &Desk<'_>, session: &Session) -> Result<Vec<manage::Shown>, StoreError> {
    let mut all = Vec::new();
    let time = |micros: i64| Instant::from_micros(micros).format(desk.engine.zone);
    for family in desk.kept.of_parent::<Family>(&session.account).await? {
        let client = desk.kept.get::<Client>(&family.allowed.client_id).await?;
        let name = client.and_then(|client| client.record.name);
        all.push(manage::Shown {
            app: name.unwrap_or_else(|| family.allowed.client_id.clone()),
            patient: family.allowed.patient.map(|id| format!("Patient/{id}")),
            scope: family.allowed.scope,
            made: time(family.made),
            used: time(family.used),
            until: time(family.until),
            id: family.id,
        });
    }
    all.sort_by(|one, other| other.used.cmp(&one.used));
    Ok(all)
}
