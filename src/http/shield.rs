//! What browsers are told and asked, so that pages of other sites can neither write nor read.
//!
//! A page anywhere may send requests to a server on the same machine as the browser. So a request that
//! names another site as its `Origin` is refused, and so is one under a `Host` that is not this
//! server's: a name of somebody else's that leads to this machine would make it the same site. An
//! address in numbers cannot be lent so, and is never refused. Proxies and sites that may ask are named
//! in `allowed_hosts` and `allowed_origins`.

use std::net::{Ipv4Addr, Ipv6Addr};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::store::error::causes;

use super::house::House;
use super::oauth::{self, Reach};
use super::reply::answer;
use super::request::head::Head;
use super::request::header::text;

/// Stands for every host, or every site, in the settings.
const ANY: &str = "*";

/// Who may ask.
#[derive(Debug)]
pub(super) struct Shield {
    /// The site of the base URL, such as `https://host.example`.
    own: String,
    hosts: Vec<String>,
    origins: Vec<String>,
    /// Whether clients come by https alone.
    is_secure: bool,
}

/// What a request's `Origin` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Site {
    /// No page asks, or one of this server.
    Own,
    /// A page asks that may.
    Allowed,
    Foreign,
}

impl Shield {
    /// `is_tls`: the server itself speaks TLS; a base URL with https says that somebody in front does.
    pub(super) fn new((base, is_tls): (&str, bool), hosts: &[String], origins: &[String]) -> Self {
        let own = origin_of(base);
        let lower = |text: &String| text.to_ascii_lowercase();
        let mut hosts: Vec<String> = hosts.iter().map(lower).collect();
        hosts.push(name(authority(&own)).to_owned());
        let is_secure = is_tls || own.starts_with("https://");
        Self { own, hosts, origins: origins.iter().map(lower).collect(), is_secure }
    }

    /// Whether the server may be asked under a name.
    fn is_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let name = name(&host);
        let is_address = name.parse::<Ipv4Addr>().is_ok()
            || name.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok();
        is_address
            || name == "localhost"
            || name.ends_with(".localhost")
            || self.hosts.iter().any(|known| known == ANY || known == name || *known == host)
    }

    fn site(&self, origin: Option<&str>, host: Option<&str>) -> Site {
        let Some(origin) = origin.map(str::to_ascii_lowercase) else { return Site::Own };
        let is_here = host.is_some_and(|host| {
            let host = host.to_ascii_lowercase();
            plain(&origin) == plain(&format!("{}://{host}", scheme(&origin)))
        });
        if is_here || plain(&origin) == plain(&self.own) {
            Site::Own
        } else if self.origins.iter().any(|known| known == ANY || plain(known) == plain(&origin)) {
            Site::Allowed
        } else {
            Site::Foreign
        }
    }
}

/// `https://host.example` of a base URL.
fn origin_of(base: &str) -> String {
    let (scheme, rest) = base.split_once("://").unwrap_or(("http", base));
    let authority = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{authority}").to_ascii_lowercase()
}

fn scheme(origin: &str) -> &str {
    origin.split_once("://").map_or("", |(scheme, _)| scheme)
}

fn authority(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, authority)| authority)
}

/// A site without the port that its scheme has anyway.
fn plain(origin: &str) -> &str {
    match scheme(origin) {
        "http" => origin.strip_suffix(":80").unwrap_or(origin),
        "https" => origin.strip_suffix(":443").unwrap_or(origin),
        _ => origin,
    }
}

/// A host without its port, and without the dot that a whole name may end in.
fn name(host: &str) -> &str {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty() => name,
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name)
}

/// Lets through who may ask, and adds the headers that every reply has.
pub(super) async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let shield = request.app_data::<web::Data<Shield>>().cloned();
    let origin = text(Head::of(request.request()), &header::ORIGIN).map(ToOwned::to_owned);
    // Without the header there is no browser; one that is not text is nobody's name.
    let has_origin = request.headers().contains_key(header::ORIGIN);
    let host = text(Head::of(request.request()), &header::HOST).map(ToOwned::to_owned);
    let target = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let is_health = request.path().contains("/health/");
    let (mut site, mut refused) = (Site::Own, None);
    let is_secure = shield.as_ref().is_some_and(|shield| shield.is_secure);
    let peer = request.peer_addr().filter(|_| !is_health);
    let house = request.app_data::<web::Data<House>>();
    let rate = house.and_then(|house| peer.map(|peer| house.rate.of_address(peer.ip())));
    if let Some(shield) = &shield {
        let named = host.iter().chain(&target);
        let stranger = named.into_iter().find(|host| !shield.is_host(host));
        site = match has_origin && origin.is_none() {
            true => Site::Foreign,
            false => shield.site(origin.as_deref(), host.as_deref()),
        };
        if site == Site::Foreign
            && let Some(open) = opened(&request, origin.as_deref()).await
        {
            site = open;
        }
        refused = match (stranger, site) {
            (Some(_), _) if !is_health => Some(foreign_host()),
            (_, Site::Foreign) => Some(foreign_site()),
            _ => None,
        };
    }
    let refused = rate.and_then(Result::err).or(refused);
    let mut response = match refused {
        Some(failure) => {
            let reply = answer::refused(Head::of(request.request()), &failure);
            request.into_response(reply).map_into_right_body()
        }
        None if site == Site::Allowed && is_preflight(&request) => {
            request.into_response(preflight()).map_into_right_body()
        }
        None => next.call(request).await?.map_into_left_body(),
    };
    let headers = response.headers_mut();
    if site == Site::Allowed {
        allow(headers, origin.as_deref());
    }
    always(headers);
    if is_secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    Ok(response)
}

/// What a request of a foreign page means where an authorization server is built in: its pages are asked
/// by any site, since an app begins there, what clients are told is for all, and what needs a token may
/// be asked by the pages of registered apps.
async fn opened(request: &ServiceRequest, origin: Option<&str>) -> Option<Site> {
    let house = request.app_data::<web::Data<House>>()?;
    let sites = house.sites.as_ref()?;
    let reach = oauth::reach(request.request(), house)?;
    match reach {
        Reach::Browser => Some(Site::Own),
        Reach::Anybody => Some(Site::Allowed),
        Reach::Apps => {
            let engine = request.app_data::<web::Data<Engine>>()?;
            match sites.has(engine, &origin?.to_ascii_lowercase()).await {
                Ok(is_one) => is_one.then_some(Site::Allowed),
                Err(error) => {
                    tracing::error!(cause = causes(&error), "the sites of apps cannot be read");
                    None
                }
            }
        }
    }
}

/// Whether a browser asks what a page may ask.
fn is_preflight(request: &ServiceRequest) -> bool {
    *request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST, PUT, PATCH, DELETE",
        ))
        .insert_header((
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Accept, Accept-Language, Authorization, Content-Encoding, Content-Type, If-Match, \
             Idempotency-Key, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, \
             X-Provenance, X-Request-Id, X-Security-Context",
        ))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}

/// What a page may read that was let through.
fn allow(headers: &mut HeaderMap, origin: Option<&str>) {
    if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(
            "Content-Location, ETag, Last-Modified, Link, Location, Retry-After, X-Mebe-Warnings, \
             X-Progress, X-Request-Id, X-Security-Context",
        ),
    );
}

/// Headers of every reply; a page has a policy of its own.
fn always(headers: &mut HeaderMap) {
    const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    for (name, value) in [
        // Records of people are kept by nobody on the way.
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        // Pages have their own: a form of theirs tells where it comes from.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::VARY, "Accept, Accept-Encoding, Accept-Language, Origin, Prefer"),
    ] {
        if name == header::VARY || !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
}

fn foreign_host() -> Failure {
    Kind::Forbidden.because(
        "Máy chủ không mang tên này (tiêu đề Host). Nếu đúng là tên của nó, hãy thêm vào cài đặt allowed_hosts.",
        "This server does not go by this name (header Host). If it should, add the name to the setting allowed_hosts.",
    )
}

fn foreign_site() -> Failure {
    Kind::Forbidden.because(
        "Trang web của nơi khác không được gửi yêu cầu tới máy chủ này (tiêu đề Origin). Nếu được phép, hãy thêm trang ấy vào cài đặt allowed_origins.",
        "Pages of other sites may not send requests to this server (header Origin). If this one may, add it to the setting allowed_origins.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shield(hosts: &[&str], origins: &[&str]) -> Shield {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        Shield::new(("https://mebe.example/a/fhir", false), &owned(hosts), &owned(origins))
    }

    #[test]
    fn a_name_that_is_nobodys_to_lend_is_the_servers() {
        let shield = shield(&["db.internal", "mebe:8080"], &[]);
        for host in [
            "127.0.0.1:8080",
            "127.0.0.1",
            "[::1]:8080",
            "192.168.1.7",
            "localhost:8080",
            "LOCALHOST.",
            "x.localhost",
            "mebe.example",
            "Mebe.Example:443",
            "db.internal:1",
            "mebe:8080",
        ] {
            assert!(shield.is_host(host), "{host}");
        }
        for host in
            ["evil.example", "mebe.example.evil", "127.0.0.1.evil.example", "mebe:9", "", "127.1x"]
        {
            assert!(!shield.is_host(host), "{host}");
        }
        assert!(super::tests::shield(&["*"], &[]).is_host("evil.example"));
    }

    #[test]
    fn a_page_of_another_site_is_foreign() {
        let shield = shield(&[], &["https://app.example", "null"]);
        let site = |origin| shield.site(Some(origin), Some("127.0.0.1:8080"));
        assert_eq!(shield.site(None, None), Site::Own);
        for origin in ["http://127.0.0.1:8080", "https://mebe.example", "https://mebe.example:443"]
        {
            assert_eq!(site(origin), Site::Own, "{origin}");
        }
        for origin in ["https://app.example", "HTTPS://APP.example:443", "null"] {
            assert_eq!(site(origin), Site::Allowed, "{origin}");
        }
        for origin in [
            "http://127.0.0.1:3000",
            "http://127.0.0.1",
            "http://mebe.example",
            "https://app.example.evil",
            "https://evil.example",
            "",
        ] {
            assert_eq!(site(origin), Site::Foreign, "{origin}");
        }
    }
}
