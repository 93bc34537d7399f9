//! `/health/live`: the process answers. `/health/ready`: so does the database.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Engine;

/// The process answers.
pub(super) async fn live() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().json(json!({ "status": "live" }))).await
}

/// The database answers.
pub(super) async fn ready(engine: web::Data<Engine>) -> HttpResponse {
    let probe = ResourceKind::parse("Basic").zip(ResourceId::parse("health"));
    let answers = match probe {
        Some((kind, id)) => engine.store.current(kind, &id).await.is_ok(),
        None => false,
    };
    if answers {
        return HttpResponse::Ok().json(json!({ "status": "ready" }));
    }
    HttpResponse::ServiceUnavailable().json(json!({ "status": "database unavailable" }))
}
