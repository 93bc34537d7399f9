//! `/health/live`: the process answers. `/health/ready`: the database can be read
//! and written.

use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::interaction::engine::Engine;

/// The process answers.
pub(super) async fn live() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().json(json!({ "status": "live" }))).await
}

/// The database answers, to reads and to writes.
pub(super) async fn ready(engine: web::Data<Engine>) -> HttpResponse {
    if engine.rows.is_ready().await {
        return HttpResponse::Ok().json(json!({ "status": "ready" }));
    }
    HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, "1"))
        .json(json!({ "status": "database unavailable" }))
}
