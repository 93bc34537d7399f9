//! Starts actix: what is at which path, and how connections behave.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_server::Server;
use actix_service::{ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::{App, web};
use tokio_rustls::TlsAcceptor;

use crate::interaction::engine::Engine;

use super::connection::{Connection, VouchedFor};
use super::decision;
use super::health;
use super::house::{Access, House, Limits};
use super::lanes::Lanes;
use super::service::handle;
use super::shield::{Shield, guard};
use super::transport::keys::Keys;
use super::transport::patience::Patience;
use super::transport::stream::Stream;

/// How the server listens.
#[derive(Debug)]
pub struct Listen {
    pub listener: TcpListener,
    /// Threads that serve connections; 0 is one a core.
    pub workers: usize,
    /// Time that requests in flight have to end.
    pub stop_seconds: u64,
    pub patience: Patience,
    /// Names and sites, besides the server's own, that it may be asked under and by.
    pub allowed_hosts: Vec<String>,
    pub allowed_origins: Vec<String>,
    /// What TLS is spoken with; none: plain HTTP.
    pub keys: Option<Arc<Keys>>,
}

/// What all requests share.
pub fn house(engine: &Engine, limits: Limits, lanes: Lanes, access: Access) -> House {
    House::new(engine, limits, lanes, access)
}

/// Starts the server; it runs when awaited, until `stop` is.
pub fn start(
    engine: web::Data<Engine>,
    house: web::Data<House>,
    listen: Listen,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<Server> {
    let shield = Shield::new(
        (&engine.base, listen.keys.is_some()),
        &listen.allowed_hosts,
        &listen.allowed_origins,
    );
    let shield = web::Data::new(shield);
    let build = move || {
        App::new()
            .app_data(engine.clone())
            .app_data(house.clone())
            .app_data(shield.clone())
            .wrap(Compress::default())
            .wrap(from_fn(guard))
            .route("/health/live", web::get().to(health::live))
            .route("/health/ready", web::get().to(health::ready))
            .route("/cds-services", web::get().to(decision::services))
            .route("/cds-services/{service}", web::post().to(decision::ask))
            // A path of its own would be matched by a slow regular expression for each request.
            .default_service(web::to(handle))
    };
    let mut server = Server::build().shutdown_signal(stop).shutdown_timeout(listen.stop_seconds);
    if listen.workers > 0 {
        server = server.workers(listen.workers);
    }
    let patience = listen.patience;
    let (stopping, keys) = (server.graceful_shutdown_signal(), listen.keys);
    let serve = move || {
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(patience.idle)
            .client_request_timeout(patience.head)
            .client_disconnect_timeout(Duration::from_secs(1))
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.working());
                if connection.is_vouched_for() {
                    data.insert(VouchedFor);
                }
            })
            .h1(map_config(build(), |()| AppConfig::default()));
        let keys = keys.clone();
        fn_service(move |stream: TcpStream| {
            let acceptor = keys.as_ref().map(|keys| keys.acceptor());
            async move {
                let peer = stream.peer_addr().ok();
                // Without it answers wait for acknowledgements; a socket that refuses still works.
                let _slower = stream.set_nodelay(true);
                let stream =
                    carried(stream, acceptor, patience).await.map_err(DispatchError::Io)?;
                Ok((Connection::new(stream, patience), peer))
            }
        })
        .and_then(http)
    };
    Ok(server.listen("http", listen.listener, serve)?.run())
}

/// A stream to a client, in TLS where that is spoken: who does not begin it in time is not waited for.
async fn carried(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    patience: Patience,
) -> std::io::Result<Stream> {
    let Some(acceptor) = acceptor else { return Ok(Stream::Plain(stream)) };
    let begun = tokio::time::timeout(patience.head, acceptor.accept(stream)).await;
    let begun = begun.map_err(|_late| std::io::ErrorKind::TimedOut)?;
    begun.map(|stream| Stream::Tls(Box::new(stream)))
}
