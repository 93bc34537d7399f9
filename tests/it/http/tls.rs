//! TLS: what is said over it, certificates that are renewed, and those of systems.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::harness::backend::{Backend, Database};
use crate::harness::server::Server;
use crate::harness::token;

const GRANTS: &str = r#"
[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "admin"
role = "administrator"

[[grant]]
client = "his"
role = "vendor"
communes = ["00004"]
"#;

fn key(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/harness/keys/tls").join(name)
}

/// A server whose certificate is a copy in its folder.
async fn server(more: &[(&str, &str)]) -> Server {
    let database = Database::create(Backend::Sqlite).expect("SQLite is always here");
    let folder = database.folder.path().to_owned();
    renew(&database, "server");
    let file = |name: &str| folder.join(name).display().to_string();
    let (certificate, key) = (file("tls.pem"), file("tls.key"));
    let mut settings = vec![("tls_certificate", certificate.as_str()), ("tls_key", key.as_str())];
    settings.extend_from_slice(more);
    let controlled = token::settings(&database, GRANTS, "");
    settings.extend(controlled.iter().map(|(name, value)| (*name, value.as_str())));
    Server::start_on(database, &settings).await
}

/// Puts another certificate and its key in place.
fn renew(database: &Database, name: &str) {
    for end in ["key", "pem"] {
        let copy = database.folder.path().join(format!("tls.{end}"));
        std::fs::copy(key(&format!("{name}.{end}")), copy).expect("a copy");
    }
}

struct Heard {
    text: String,
    certificate: Vec<u8>,
}

/// Asks for a path, as a client with a certificate or without.
async fn ask(
    server: &Server,
    (path, token): (&str, Option<&str>),
    client: Option<&str>,
) -> std::io::Result<Heard> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(key("ca.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match client {
        None => config.with_no_client_auth(),
        Some(name) => {
            let certificate = CertificateDer::from_pem_file(key(&format!("{name}.pem"))).unwrap();
            let key = PrivateKeyDer::from_pem_file(key(&format!("{name}.key"))).unwrap();
            config.with_client_auth_cert(vec![certificate], key).unwrap()
        }
    };
    let stream = TcpStream::connect(("127.0.0.1", server.port())).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let token = token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{token}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).await?;
    let certificate = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    Ok(Heard { text: String::from_utf8_lossy(&heard).into_owned(), certificate })
}

#[tokio::test]
async fn everything_is_said_over_tls_with_the_headers_of_a_safe_site() {
    let server = server(&[]).await;
    let heard = ask(&server, ("/fhir/metadata", None), None).await.unwrap();
    let (head, body) = heard.text.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    for header in [
        "strict-transport-security: max-age=31536000",
        "x-content-type-options: nosniff",
        "x-frame-options: deny",
        "referrer-policy: no-referrer",
        "content-security-policy: ",
    ] {
        assert!(head.contains(header), "{header}: {head}");
    }
    assert!(!head.contains("\nserver:") && !head.contains("x-powered-by"), "{head}");
    assert!(body.contains(&format!("https://127.0.0.1:{}/fhir", server.port())), "the base URL");
    // Who does not begin TLS gets no answer.
    let mut plain = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
    plain.write_all(b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut heard = Vec::new();
    let _reset = plain.read_to_end(&mut heard).await;
    assert!(!String::from_utf8_lossy(&heard).contains("HTTP/1.1"), "{heard:?}");
}

#[tokio::test]
async fn a_renewed_certificate_needs_no_restart() {
    let server = server(&[]).await;
    let first = ask(&server, ("/health/live", None), None).await.unwrap().certificate;
    // A fault leaves what there was.
    std::fs::write(server.database.folder.path().join("tls.pem"), "no certificate").unwrap();
    server.signal("HUP");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(ask(&server, ("/health/live", None), None).await.unwrap().certificate, first);
    renew(&server.database, "renewed");
    server.signal("HUP");
    let mut others = 0;
    for _ in 0..100 {
        let now = ask(&server, ("/health/live", None), None).await.unwrap().certificate;
        if now != first {
            others += 1;
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(others, 1, "{}", server.log());
    // Without a signal too.
    renew(&server.database, "server");
    for _ in 0..100 {
        if ask(&server, ("/health/live", None), None).await.unwrap().certificate == first {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the certificate was not read again:\n{}", server.log());
}

#[tokio::test]
async fn systems_show_a_certificate_where_they_have_to() {
    let ca = key("ca.pem").display().to_string();
    let server = server(&[("tls_client_ca", &ca)]).await;
    let (system, person) = (
        token::of_system("his", "system/Patient.rs"),
        token::token("admin", "user/Organization.rs"),
    );
    let status = async |path: &str, token: &str, client: Option<&str>| {
        let heard = ask(&server, (path, Some(token)), client).await.unwrap();
        heard.text.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(status("/fhir/Organization", &person, None).await, "200");
    assert_eq!(status("/fhir/Patient", &system, None).await, "403");
    assert_eq!(status("/fhir/Patient", &system, Some("client")).await, "200");
    // Somebody else vouches for this one.
    assert!(ask(&server, ("/fhir/Patient", Some(&system)), Some("stranger")).await.is_err());
}

#[test]
fn keys_that_are_none_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let run = |certificate: PathBuf, key: PathBuf| {
        let mut command = crate::harness::server::mebe();
        command
            .env("MEBE_BIND", "127.0.0.1:0")
            .env("MEBE_TLS_CERTIFICATE", certificate)
            .env("MEBE_TLS_KEY", key)
            .args(["serve", "--database"])
            .arg(format!("sqlite:{}", folder.path().join("x.db").display()));
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (certificate, private) in [("ca.pem", "server.key"), ("none.pem", "server.key")] {
        let (is_fine, said) = run(key(certificate), key(private));
        assert!(!is_fine && said.contains("tls_certificate"), "{said}");
    }
}
