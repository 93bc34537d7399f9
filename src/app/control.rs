//! Control of access: made at the start, and its grants read again on SIGHUP.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal as listen};

use crate::access::control::Control;
use crate::access::fault::AccessError;
use crate::access::grant::Holder;
use crate::authorization::kept::Kept;
use crate::authorization::oauth::desk::OAuth;
use crate::authorization::oauth::home::Own;
use crate::authorization::server::Server;
use crate::config::control::Control as Setting;
use crate::config::settings::Settings;
use crate::criteria::access::Reason;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Engine;
use crate::store::error::{StoreError, causes};
use crate::store::row::Op;

use super::follow::Following;

/// Between two looks at what others changed.
const PAUSE: Duration = Duration::from_millis(300);

/// What controls access; none where nothing does, which is said aloud.
pub(super) fn of(settings: &Settings) -> Result<Option<Arc<Control>>, AccessError> {
    match settings.access {
        Setting::On => Control::new(settings).map(Arc::new).map(Some),
        Setting::Off if settings.authorization_server => Err(AccessError::Open),
        Setting::Off => {
            tracing::warn!(
                "access = \"off\": nothing controls who reads and writes; not for records of people"
            );
            Ok(None)
        }
    }
}

/// The authorization server that is built in, whose tokens are taken from then on; none where the
/// settings have none.
pub(super) async fn oauth(
    settings: &Settings,
    engine: &Engine,
    control: Option<&Control>,
) -> Result<Option<Arc<OAuth>>, StoreError> {
    let (Some(oauth), Some(control)) = (OAuth::of(settings), control) else { return Ok(None) };
    let kept = Kept::of(engine).await?;
    control.settle(Arc::new(Own::new(oauth.issuer.clone(), &engine.base, kept)));
    Ok(Some(Arc::new(oauth)))
}

/// Tells of grants that lead nowhere yet: by their line, not by whom they are about.
pub(super) async fn warn(
    engine: &Engine,
    control: Option<&Control>,
    has_accounts: bool,
) -> Result<(), StoreError> {
    let Some(control) = control else { return Ok(()) };
    let grants = control.grants();
    if grants.is_empty() {
        tracing::warn!("there are no grants: nobody may do anything");
    }
    for grant in grants.iter() {
        if let Holder::Subject { issuer, .. } = &grant.holder
            && !control.trusts(issuer)
        {
            tracing::warn!(line = grant.line, "grant: its issuer is none of [[issuer]]");
        }
        if matches!(grant.holder, Holder::User(_)) && !has_accounts {
            tracing::warn!(
                line = grant.line,
                "grant: authorization_server is false, so nobody has this account"
            );
        }
        for (kind, id) in &grant.fhir_user {
            if !is_there(engine, kind.name(), id).await? {
                tracing::warn!(line = grant.line, key = "fhir_user", "grant: not stored yet");
            }
        }
        if let Some(id) = &grant.organization
            && !is_there(engine, "Organization", id).await?
        {
            tracing::warn!(line = grant.line, key = "organization", "grant: not stored yet");
        }
    }
    Ok(())
}

async fn is_there(engine: &Engine, kind: &str, id: &ResourceId) -> Result<bool, StoreError> {
    let Some(kind) = ResourceKind::parse(kind) else { return Ok(false) };
    let found = engine.rows.for_server(Reason::Rights).current(kind, id).await?;
    Ok(found.is_some_and(|stored| stored.op != Op::Deleted))
}

/// What is kept of accounts, clients and keys; none where nothing controls access.
pub(super) async fn authorization(
    settings: &Settings,
    engine: &Engine,
    control: Option<&Arc<Control>>,
) -> Result<Option<Arc<Server>>, StoreError> {
    match control {
        Some(control) => Ok(Some(Arc::new(Server::new(settings, engine, control).await?))),
        None => Ok(None),
    }
}

/// Learns what commands and other servers change of accounts, clients and keys, until this is dropped.
pub(super) fn learn(server: Arc<Server>) -> Following {
    Following::new(actix_web::rt::spawn(async move {
        let mut is_well = true;
        loop {
            tokio::time::sleep(PAUSE).await;
            let done = server.refresh().await;
            if let Err(error) = &done
                && is_well
            {
                tracing::warn!(error = causes(error), "accounts stay as they were for now");
            }
            is_well = done.is_ok();
        }
    }))
}

/// Reads the grants again whenever SIGHUP says so, until this is dropped.
pub(super) fn follow(
    control: Arc<Control>,
    server: Option<Arc<Server>>,
) -> std::io::Result<Following> {
    let mut told = listen(SignalKind::hangup())?;
    Ok(Following::new(actix_web::rt::spawn(async move {
        while told.recv().await.is_some() {
            match control.reload() {
                Ok(count) => tracing::info!(count, "grants were read again"),
                Err(error) => tracing::error!(%error, "grants of before stay"),
            }
            if let Some(server) = &server
                && let Err(error) = server.reload().await
            {
                tracing::error!(error = causes(&error), "grants that are rows stay");
            }
        }
    })))
}
