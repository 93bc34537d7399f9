//! Starts actix: what is at which path, and how connections behave.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::Compress;
use actix_web::{App, HttpServer, web};

use crate::interaction::engine::Engine;

use super::health;
use super::service::{Limits, handle};

/// How the server listens.
#[derive(Debug)]
pub struct Listen {
    pub listener: TcpListener,
    /// Threads; 0 is one a core.
    pub workers: usize,
    /// Bytes of a body.
    pub body: usize,
    /// Time that requests in flight have to end.
    pub stop_seconds: u64,
}

/// Starts the server; it runs when awaited, until a signal ends it.
pub fn start(engine: web::Data<Engine>, listen: Listen) -> std::io::Result<Server> {
    let root = path_of(&engine.base).into();
    let limits = web::Data::new(Limits { root, body: listen.body });
    let build = move || {
        App::new()
            .app_data(engine.clone())
            .app_data(limits.clone())
            .wrap(Compress::default())
            .route("/", web::get().to(crate::ui::start::page))
            .route("/health/live", web::get().to(health::live))
            .route("/health/ready", web::get().to(health::ready))
            // A path of its own would be matched by a slow regular expression for each request.
            .default_service(web::to(handle))
    };
    let mut server = HttpServer::new(build)
        .tcp_nodelay(true)
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(listen.stop_seconds);
    if listen.workers > 0 {
        server = server.workers(listen.workers);
    }
    Ok(server.listen(listen.listener)?.run())
}

/// The path of a URL: `/fhir` of `http://127.0.0.1:8080/fhir`.
fn path_of(base: &str) -> &str {
    let below = base.split_once("://").map_or(base, |(_, rest)| rest);
    below.find('/').and_then(|at| below.get(at..)).unwrap_or_default()
}
