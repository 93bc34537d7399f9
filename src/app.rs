//! Builds a server from its settings, runs it and stops it.

use std::net::{IpAddr, TcpListener, ToSocketAddrs};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use actix_web::web;
use thiserror::Error;

use crate::access::control::origin;
use crate::access::fault::AccessError;
use crate::authorization::oauth::metadata::security;
use crate::config::control::Control;
use crate::config::load::SettingsError;
use crate::config::rest::Rest;
use crate::config::settings::Settings;
use crate::definitions::library::Library;
use crate::definitions::npm::packages::Packages;
use crate::definitions::package::DefinitionError;
use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::http::house::Limits;
use crate::http::lanes::Lanes;
use crate::http::server::{self, Listen};
use crate::http::transport::keys::KeysError;
use crate::http::transport::patience::Patience;
use crate::index::indexer::Indexer;
use crate::index::live::Live;
use crate::index::patient::PatientKey;
use crate::interaction::capabilities::Statement;
use crate::interaction::engine::Engine;
use crate::interaction::provided::Served;
use crate::interaction::record::care::Care;
use crate::interaction::record::due_kept::DueKept;
use crate::interaction::record::due_windows::Windows;
use crate::interaction::scoped::Guarded;
use crate::interaction::turns::Turns;
use crate::mch::catalogue;
use crate::operation::table as operation;
use crate::search::cursor::CursorKey;
use crate::search::resolve::{PageSize, SearchSize};
use crate::snapshot::service::Snapshots;
use crate::store::database::{Location, Options};
use crate::store::error::StoreError;
use crate::store::terminology::source::sources;
use crate::store::write::IfSame;
use crate::store::{revision, stored_definitions};
use crate::terminology::map::concept_maps::ConceptMaps;
use crate::terminology::service::Terminology;
use crate::terminology::system::source::Sources;
use crate::validation::validator::Validator;
use crate::{demo, interaction};

mod control;
mod due;
mod follow;
mod keys;
mod levels;
pub mod packages;
mod retain;
mod stop;
mod tend;

/// Why a server does not start, or stopped badly.
#[derive(Debug, Error)]
pub enum AppError {
    #[error(
        "máy khác tới được {0} mà không có gì kiểm soát ai được đọc, ghi. Hãy nghe ở 127.0.0.1, đặt sau \
         một proxy có kiểm soát truy cập, hoặc thêm --allow-unprotected / {0} can be reached from other \
         machines, and nothing controls who may read and write there. Bind to 127.0.0.1, put a proxy \
         with access control in front, or say --allow-unprotected"
    )]
    Unprotected(String),
    #[error("không nghe được ở {0} / cannot listen on {0}")]
    Listen(String, #[source] std::io::Error),
    #[error("không đọc được các định nghĩa của R4 / the definitions of R4 cannot be read")]
    Definitions(#[from] DefinitionError),
    #[error("không đọc được gói {0} / the package {0} cannot be read")]
    Package(String, #[source] std::io::Error),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("tls_certificate, tls_key, tls_client_ca: {0}")]
    Keys(#[from] KeysError),
    #[error("không dùng được cơ sở dữ liệu / the database cannot be used")]
    Database(#[from] StoreError),
    #[error("không nạp được các gia đình mẫu / the sample families cannot be loaded: {0}")]
    Demo(String),
    #[error("máy chủ dừng không đúng cách / the server stopped badly")]
    Server(#[source] std::io::Error),
}

/// Everything a server is made of, before it listens.
#[derive(Debug)]
pub struct Made {
    pub engine: Engine,
    pub packages: Packages,
    /// The position of the log up to which the library has what clients stored.
    pub position: i64,
}

/// Makes a server.
pub async fn engine(settings: &Settings) -> Result<Made, AppError> {
    let loaded = packages::load(&settings.packages, settings.package_examples)?;
    let registry = Arc::new(loaded.registry);
    let (base, zone, full_text) = (settings.base(), settings.zone(), settings.full_text);
    let location = Location::parse(&settings.database)?;
    if location.migrate().await? {
        tracing::info!("the database's schema was brought up to date");
    }
    let secret = revision::secret(&location).await?;
    let patients = &PatientKey::new(&secret);
    let indexer = Indexer::new(&registry, zone, &base, patients.clone()).with_words(full_text);
    let live = Arc::new(Live::new(Arc::clone(&registry), indexer));
    let wanted = revision::Wanted { registry: &registry, zone, base: &base, patients, full_text };
    revision::prepare(&location, &wanted, &live).await?;
    let kinds = ResourceKind::all().filter(|kind| Library::keeps(*kind));
    let known = |kind, id: &ResourceId, version, body: &str| {
        registry.library.store(kind, id, version, Some(body));
    };
    let position = stored_definitions::each(&location, kinds, known).await?;
    levels::known(&settings.profile_levels, &registry.library)?;
    let rows = Guarded::open(&location, &options(settings), Arc::clone(&live)).await?;
    let terminology = Terminology::with_sources(Arc::clone(&registry), imported(settings)?);
    let snapshots = Snapshots::new(Arc::clone(&registry));
    let served = Served::new(Arc::clone(&registry), snapshots.clone(), Arc::clone(&live), zone);
    let engine = Engine {
        rows,
        is_open: settings.access == Control::Off,
        is_recording: settings.access == Control::On || settings.audit_always,
        turns: Turns::default(),
        if_same: IfSame::skips(settings.skip_unchanged_updates),
        capabilities: statement(settings, &registry),
        validator: Validator::with(Arc::clone(&registry), terminology.clone(), snapshots.clone()),
        terminology,
        concept_maps: ConceptMaps::new(Arc::clone(&registry)),
        served: Arc::new(served),
        snapshots,
        registry,
        live,
        cursor_key: CursorKey::new(secret),
        zone,
        base,
        page: page_size(settings),
        size: search_size(settings),
        expansion_codes: settings.expansion_codes,
        silenced_constraints: settings.silenced_constraints.clone(),
        profile_levels: levels::of(settings),
        same_identifier: settings.same_identifier,
        definition_expressions: settings.definition_expressions,
        bundle_entries: settings.bundle_entries,
        conditional_deletes: settings.conditional_deletes,
        care: care(settings),
        rest: Rest::of(settings),
        due_kept: DueKept::new(settings.due_people),
        windows: Windows::default(),
    };
    Ok(Made { engine, packages: loaded.packages, position })
}

fn care(settings: &Settings) -> Care {
    let Settings { corrected_age_months, faltering_hundredths, referral_days, .. } = *settings;
    let Settings { person_records, due_people, open_corrections, .. } = *settings;
    let unsourced = [corrected_age_months, faltering_hundredths, referral_days];
    let care = Care::new(unsourced, (person_records, due_people, open_corrections));
    Care { restricted_documents: settings.restricted_documents, ..care }
}

/// What the server can do, from now on.
fn statement(settings: &Settings, registry: &Registry) -> Statement {
    let (base, date) = (settings.base(), time::now().format(settings.zone()));
    let most = settings.conditional_deletes;
    let issuer = settings.authorization_server.then(|| origin(&base));
    let is_guarded = settings.access == Control::On;
    let security = is_guarded.then(|| security(issuer.as_deref()));
    Statement::new((&base, date, security), operation::declared, &registry.compartments, most)
}

fn page_size(settings: &Settings) -> PageSize {
    PageSize { usual: settings.page_size, most: settings.page_size_most }
}

fn search_size(settings: &Settings) -> SearchSize {
    SearchSize {
        parameters: settings.search_parameters,
        values: settings.search_values,
        joins: settings.search_joins,
        depth: settings.search_depth,
        includes: settings.search_includes,
        codes: settings.search_codes,
    }
}

fn options(settings: &Settings) -> Options {
    Options {
        connections: settings.database_connections,
        query_limit: Duration::from_secs(settings.query_seconds),
        write_queue: settings.write_queue,
        audit_delay: Duration::from_millis(settings.audit_delay_ms),
        zone: settings.zone(),
    }
}

/// The code systems that were imported.
fn imported(settings: &Settings) -> Result<Sources, StoreError> {
    let sources = Sources::new(sources(Path::new(&settings.terminology_database))?);
    for about in sources.iter().map(|source| source.about()) {
        let version = about.version.as_deref().unwrap_or_default();
        tracing::info!(url = &*about.url, version, "imported code system");
    }
    Ok(sources)
}

/// Serves until a signal says stop, then ends what is in flight and closes the database.
pub async fn serve(settings: &Settings) -> Result<(), AppError> {
    let control = control::of(settings)?;
    let keys = keys::of(settings)?;
    protect(settings)?;
    let listener = TcpListener::bind(&settings.bind)
        .map_err(|error| AppError::Listen(settings.bind.clone(), error))?;
    let Made { engine, mut packages, position } = engine(settings).await?;
    if settings.demo {
        let loaded = demo::load(&engine).await.map_err(|failure| demo_failed(&failure))?;
        tracing::info!(loaded, "the sample families are there");
    }
    packages::store_examples(&engine, std::mem::take(&mut packages.examples)).await;
    let (registry, validator) = (Arc::clone(&engine.registry), engine.validator.clone());
    std::thread::spawn(move || {
        validator.warm();
        registry.warm();
        packages::report(&registry, &packages);
        let started = Instant::now();
        validator.prepare(catalogue::catalogue().canonicals());
        tracing::debug!(duration_ms = started.elapsed().as_millis(), "profiles are compiled");
    });
    let authorization = control::authorization(settings, &engine, control.as_ref()).await?;
    let signing_in = authorization.clone().filter(|_| settings.authorization_server);
    let oauth = control::oauth(settings, &engine, control.as_deref()).await?;
    let access = (control.clone(), signing_in, oauth);
    let lanes = Lanes::start(settings.work_threads).map_err(AppError::Server)?;
    let house = web::Data::new(server::house(&engine, Limits::of(settings), lanes, access));
    let engine = web::Data::new(engine);
    control::warn(&engine, control.as_deref(), settings.authorization_server).await?;
    let _renewing = keys.clone().map(keys::follow).transpose().map_err(AppError::Server)?;
    let _learning = authorization.clone().map(control::learn);
    let reloading = control.map(|control| control::follow(control, authorization));
    let _reloading = reloading.transpose().map_err(AppError::Server)?;
    let following = [
        follow::definitions(engine.clone().into_inner(), position),
        tend::jobs(engine.clone().into_inner()),
        retain::audit(engine.clone().into_inner(), settings.audit_days),
        due::windows(engine.clone().into_inner()),
    ];
    let listen = Listen {
        listener,
        workers: settings.workers,
        // The rest is for the database.
        stop_seconds: settings.stop_seconds.saturating_sub(1),
        patience: Patience::of(settings),
        allowed_hosts: settings.allowed_hosts.clone(),
        allowed_origins: settings.allowed_origins.clone(),
        keys,
    };
    let told = Arc::new(OnceLock::new());
    let signal = stop::signal(Arc::clone(&told)).map_err(AppError::Server)?;
    let server = server::start(engine.clone(), house.clone(), listen, signal);
    let server = server.map_err(AppError::Server)?;
    tracing::info!(base = %engine.base, "serving");
    server.await.map_err(AppError::Server)?;
    drop(following);
    let end = *told.get_or_init(Instant::now) + Duration::from_secs(settings.stop_seconds);
    stop::close(&engine.rows, house, end).await
}

/// Refuses to be open to others.
fn protect(settings: &Settings) -> Result<(), AppError> {
    let mut addresses = settings
        .bind
        .to_socket_addrs()
        .map_err(|error| AppError::Listen(settings.bind.clone(), error))?;
    let local = addresses.all(|address| match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback(),
    });
    if local || settings.allow_unprotected || settings.access == Control::On {
        return Ok(());
    }
    Err(AppError::Unprotected(settings.bind.clone()))
}

fn demo_failed(failure: &interaction::failure::Failure) -> AppError {
    let first = failure.issues.first();
    AppError::Demo(first.map_or_else(String::new, |issue| {
        format!("{} ({})", issue.text.en, issue.expression.as_deref().unwrap_or("-"))
    }))
}
