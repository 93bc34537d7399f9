//! A server with an authorization server, with people, apps and systems.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use mebe::access::grant::row::Areas;
use mebe::authorization::account::{self, Rules};
use mebe::authorization::client::{self, Asked};
use mebe::authorization::grant::Wanted;
use mebe::authorization::kept::Kept;
use mebe::authorization::record::{ClientKind, Spoken};
use mebe::fhir::date::Zone;
use mebe::store::database::Location;

use crate::harness::backend::Backend;
use crate::harness::server::Server;
use crate::harness::token::{jwk, rsa};

use super::browser::{Browser, Page};

pub(crate) const PASSWORD: &str = "mot mat khau that dai";
pub(crate) const REDIRECT: &str = "https://app.example/cb";
pub(crate) const SECRET: &str = "bi mat cua ung dung nay";

/// What the apps may ask for.
const SCOPE: &str = "launch launch/patient launch/encounter openid fhirUser profile online_access \
     offline_access patient/*.rs user/*.rs user/Observation.cruds";

/// What every server here is set to, besides what a test wants.
fn settings<'s>(more: &[(&'s str, &'s str)]) -> Vec<(&'s str, &'s str)> {
    let common =
        [("access", "on"), ("authorization_server", "true"), ("second_factor", "optional")];
    common.into_iter().chain(more.iter().copied()).collect()
}

/// A patient who lives in a commune.
pub(crate) fn woman(id: &str, name: &str, commune: &str) -> Value {
    let ward = "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward";
    let system = "https://mebe.example/fhir/CodeSystem/vn-commune";
    json!({
        "resourceType": "Patient", "id": id, "birthDate": "1995-01-01", "gender": "female",
        "name": [{ "text": name, "family": name }],
        "address": [{ "use": "home", "extension": [{
            "url": ward, "valueCoding": { "system": system, "code": commune },
        }] }],
    })
}

/// A server with ann, her daughter bê, eve who lives elsewhere, and hoa, the midwife of ann's commune.
pub(crate) async fn server(more: &[(&str, &str)]) -> Server {
    server_on(Backend::Sqlite, more).await.expect("SQLite is always here")
}

pub(crate) async fn server_on(backend: Backend, more: &[(&str, &str)]) -> Option<Server> {
    let mut server = Server::start(backend).await?;
    let visit = |id: &str, of: &str| {
        let class =
            json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" });
        json!({
            "resourceType": "Encounter", "id": id, "status": "finished", "class": class,
            "subject": { "reference": format!("Patient/{of}") },
        })
    };
    for resource in [
        woman("ann", "Nguyễn Thị Ánh", "00004"),
        woman("binh", "Lê Thị Bình", "00004"),
        woman("eve", "Trần Thị Em", "00008"),
        json!({ "resourceType": "Organization", "id": "tram", "name": "Trạm y tế" }),
        json!({ "resourceType": "Practitioner", "id": "hoa", "name": [{ "text": "Hoa" }] }),
        visit("kham", "ann"),
        visit("khac", "eve"),
    ] {
        let (kind, id) =
            (resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        server.put(&format!("/{kind}/{id}"), &resource).await.is(201);
    }
    server.stop().await;
    people(&server).await;
    server.start_again(&settings(more)).await;
    Some(server)
}

/// Adds people and apps, as commands do.
async fn people(server: &Server) {
    let kept = kept(server).await;
    let ann = Wanted { fhir_user: vec!["Patient/ann".into()], ..wanted("mother") };
    add_user(&kept, "ann", ann).await;
    let hoa = Wanted {
        fhir_user: vec!["Practitioner/hoa".into()],
        organization: Some("Organization/tram".into()),
        ..of_commune("commune-station")
    };
    add_user(&kept, "hoa", hoa).await;
    let app = |id: &str, kind| Asked { redirect_uris: vec![REDIRECT.into()], ..client(id, kind) };
    let mut public = app("app", ClientKind::Public);
    public.name = Some("Sổ của mẹ".into());
    public.redirect_uris.push("http://127.0.0.1/cb".into());
    let secretive =
        Asked { secret: Some(SECRET.into()), ..app("secretive", ClientKind::Confidential) };
    let keyed = Asked { jwks: Some(jwks()), ..app("keyed", ClientKind::Confidential) };
    let his = Asked { jwks: Some(jwks()), ..system("his") };
    for client in [public, app("other", ClientKind::Public), secretive, keyed, his] {
        add_client(&kept, &client).await;
    }
    kept.close().await.unwrap();
}

/// What the server keeps, seen from another process.
pub(crate) async fn kept(server: &Server) -> Kept {
    Kept::open(&Location::parse(&server.database.url).unwrap()).await.unwrap()
}

fn rules() -> Rules {
    Rules { least: 8, areas: Areas::default(), zone: Zone::default() }
}

fn wanted(role: &str) -> Wanted {
    Wanted { role: role.into(), ..Wanted::default() }
}

pub(crate) fn of_commune(role: &str) -> Wanted {
    Wanted { communes: vec!["00004".into()], ..wanted(role) }
}

pub(crate) async fn add_user(kept: &Kept, name: &str, grant: Wanted) {
    let asked = account::Asked {
        name: name.into(),
        password: PASSWORD.into(),
        language: Spoken::Vi,
        has_second_factor: false,
        grant,
    };
    account::add(kept, &rules(), &asked).await.unwrap();
}

pub(crate) async fn add_client(kept: &Kept, asked: &Asked) {
    client::add(kept, &rules(), asked).await.unwrap();
}

pub(crate) fn client(id: &str, kind: ClientKind) -> Asked {
    Asked {
        client_id: id.into(),
        kind,
        name: None,
        redirect_uris: Vec::new(),
        scope: SCOPE.into(),
        jwks: None,
        jwks_url: None,
        secret: None,
        launch_uri: None,
        grant: None,
    }
}

pub(crate) fn system(id: &str) -> Asked {
    let grant = Some(of_commune("vendor"));
    Asked { scope: "system/*.rs".into(), grant, ..client(id, ClientKind::System) }
}

/// The public keys of systems.
pub(crate) fn jwks() -> Value {
    json!({ "keys": [jwk(&rsa(), Algorithm::RS384, "k")] })
}

/// Signs somebody in on the page that a browser shows.
pub(crate) async fn sign_in(browser: &mut Browser, page: &Page, name: &str) -> Page {
    let form = page.form("password");
    browser.send(&form, &[("username", name), ("password", PASSWORD)]).await
}

/// The claims of a token.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// Signs out whoever is signed in.
pub(crate) async fn sign_out(browser: &mut Browser) {
    let page = browser.get("/sign-out").await;
    if let Some(form) = page.find("form_token") {
        browser.send(&form, &[]).await;
    }
}
