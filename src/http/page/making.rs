//! How a page of people's records comes about: it is found out who reads, then the page is made in the
//! lane that it needs.

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::booklet::failed;
use super::noted::Visit;
use super::{sign_in, unmade};
use crate::budget::{Budget, Spent};
use crate::criteria::access::Access;
use crate::http::house::House;
use crate::http::lanes::Lane;
use crate::interaction::audit::trail::Trail;
use crate::interaction::engine::Engine;

/// Whoever reads, and the name of her account where she is signed in; the reply where she may not.
pub(super) async fn admitted(
    request: &HttpRequest,
    engine: &web::Data<Engine>,
    house: &House,
) -> Result<(Visit, Option<String>), HttpResponse> {
    let mut visit = Visit::begin(request, engine);
    match permit(request, (engine, house), visit.trail.as_deref()).await {
        Ok(permitted) => {
            let (access, person) = permitted.unzip();
            visit.access = access.map(Arc::new);
            Ok((visit, person.flatten()))
        }
        Err(refused) => {
            let path = house.address.page(request.path());
            let settled = visit.settle(path, refused.status().as_u16()).await;
            Err(settled.map_or_else(|failure| failed(&failure, house), |()| refused))
        }
    }
}

/// Has a page made, and made again in a longer lane where a shorter one does not do; the reply where it
/// was not.
pub(super) async fn made<T, F, W>(
    house: &House,
    visit: &Visit,
    mut lane: Lane,
    work: impl Fn(&Arc<Budget>) -> F,
) -> Result<T, HttpResponse>
where
    T: Send + 'static,
    W: Future<Output = T> + 'static,
    F: FnOnce() -> W + Send + 'static,
{
    let start = Instant::now();
    loop {
        let budget = house.budget(lane, start);
        let done = house.lanes.run(lane, work(&budget)).await;
        let is_lost = budget.spent() == Some(Spent::Steps) && !budget.is_kept();
        let Some(next) = lane.next().filter(|_| is_lost) else { return done.map_err(unmade) };
        visit.forget();
        lane = next;
    }
}

/// What may be seen by whoever is signed in, and the name of her account; none where there is nobody to
/// sign in at this server. Whoever is not signed in is asked to, and comes back.
async fn permit(
    request: &HttpRequest,
    (engine, house): (&Engine, &House),
    trail: Option<&Trail>,
) -> Result<Option<(Access, Option<String>)>, HttpResponse> {
    let Some(control) = &house.control else { return Ok(None) };
    let nowhere = Trail::default();
    let trail = trail.unwrap_or(&nowhere);
    let failed = |failure| failed(&failure, house);
    // An app shows a page with the token that it has.
    let sent: Vec<&[u8]> =
        request.headers().get_all(AUTHORIZATION).map(HeaderValue::as_bytes).collect();
    if !sent.is_empty() {
        let admitted = Box::pin(control.admit(engine, &sent, (None, trail))).await;
        return admitted.map(|admitted| Some((admitted.access, None))).map_err(failed);
    }
    if house.authorization.is_none() {
        return Ok(None);
    }
    // A search that was posted is typed again: what was typed stands in no address.
    let path = house.address.page(request.path());
    let back = (*request.method() == Method::POST).then_some(path);
    let account = sign_in::visitor(request, house, back).await?.account.name;
    let access = Box::pin(control.of_account(engine, &account, trail)).await;
    access.map(|access| Some((access, Some(account)))).map_err(failed)
}
