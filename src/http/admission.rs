//! Who is let in, before anything of a request is read.

use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderValue};

use crate::access::control::Admitted;
use crate::criteria::access::Access;
use crate::interaction::audit::trail::Trail;
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::{Interaction, Target};

use super::house::House;
use super::request::followed;
use super::request::head::Head;

/// What may be done by whoever asks, before anything of the request is read. What the server is able to
/// do is told to everybody.
pub(super) async fn permit(
    head: Head<'_>,
    (engine, (house, is_vouched_for)): (&Engine, (&House, bool)),
    routed: &Result<(Interaction, Target), Failure>,
    trail: Option<&Trail>,
) -> Result<(Option<Arc<Access>>, Option<i64>), Failure> {
    let Some(control) = &house.control else { return Ok((None, None)) };
    let routed = routed.as_ref().ok();
    if routed.is_some_and(|(interaction, _)| *interaction == Interaction::Capabilities) {
        return Ok((None, None));
    }
    let sent = tokens(head);
    let glass = followed::glass(head, routed.map(|(_, target)| target), engine);
    let nowhere = Trail::default();
    let noted = (glass, trail.unwrap_or(&nowhere));
    let Admitted { access, until } = Box::pin(control.admit(engine, &sent, noted)).await?;
    admitted(&access, house, is_vouched_for)?;
    Ok((Some(Arc::new(access)), until))
}

/// Refuses who asks too often, and a system that showed no certificate where systems need one.
pub(super) fn admitted(
    access: &Access,
    house: &House,
    is_vouched_for: bool,
) -> Result<(), Failure> {
    if house.limits.demands_certificates && access.is_of_system() && !is_vouched_for {
        return Err(Kind::Forbidden.because(
            "Hệ thống phải kết nối bằng TLS có chứng chỉ của mình (cài đặt tls_client_ca).",
            "A system has to connect by TLS with a certificate of its own (setting tls_client_ca).",
        ));
    }
    access.holder().map_or(Ok(()), |holder| house.rate.of_client(holder))
}

/// What was sent as `Authorization`.
pub(super) fn tokens<'h>(head: Head<'h>) -> Vec<&'h [u8]> {
    head.headers.get_all(AUTHORIZATION).map(HeaderValue::as_bytes).collect()
}
