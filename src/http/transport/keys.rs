//! The certificate of the server, its key, and whose certificates of clients count. They are read again on
//! SIGHUP and when the files change, so that a renewal needs no restart; what cannot be read then leaves
//! those of before.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

/// Names of files that the settings have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Certificates of those who vouch for systems.
    pub client_ca: Option<PathBuf>,
}

/// Why there is no TLS.
#[derive(Debug, Error)]
pub enum KeysError {
    #[error("không đọc được {0} / cannot be read: {1}")]
    Pem(PathBuf, String),
    #[error("{0} không có chứng chỉ nào / has no certificate")]
    Empty(PathBuf),
    #[error("khóa và chứng chỉ không dùng được / the key and the certificate cannot be used: {0}")]
    Unfit(String),
}

/// What TLS is spoken with now.
#[derive(Debug)]
pub struct Keys {
    files: Files,
    config: RwLock<Arc<ServerConfig>>,
    stamp: RwLock<Vec<Option<(SystemTime, u64)>>>,
}

impl Keys {
    /// Reads them; whoever starts hears of faults.
    pub fn read(files: Files) -> Result<Self, KeysError> {
        let stamp = RwLock::new(stamp(&files));
        let config = RwLock::new(Arc::new(config(&files)?));
        Ok(Self { files, config, stamp })
    }

    /// Reads them again.
    pub fn reload(&self) -> Result<(), KeysError> {
        *self.stamp.write().unwrap_or_else(PoisonError::into_inner) = stamp(&self.files);
        let renewed = Arc::new(config(&self.files)?);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }

    /// Whether a file is another than when they were read.
    pub fn is_changed(&self) -> bool {
        *self.stamp.read().unwrap_or_else(PoisonError::into_inner) != stamp(&self.files)
    }

    /// Begins TLS with a client.
    pub(in crate::http) fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&config))
    }
}

/// When files were written, and how long they are.
fn stamp(files: &Files) -> Vec<Option<(SystemTime, u64)>> {
    let all = [Some(&files.certificate), Some(&files.key), files.client_ca.as_ref()];
    let of = |path: &PathBuf| {
        let about = std::fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len()))
    };
    all.into_iter().flatten().map(of).collect()
}

fn config(files: &Files) -> Result<ServerConfig, KeysError> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let unfit = |error: String| KeysError::Unfit(error);
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unfit(error.to_string()))?;
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|error| unfit(error.to_string()))?;
            }
            // People come without one; whether a system did is asked when its token is seen.
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()
                .map_err(|error| unfit(error.to_string()))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| KeysError::Pem(files.key.clone(), error.to_string()))?;
    let mut config = builder
        .with_single_cert(certificates(&files.certificate)?, key)
        .map_err(|error| unfit(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, KeysError> {
    let fault = |error: rustls::pki_types::pem::Error| {
        KeysError::Pem(path.to_path_buf(), error.to_string())
    };
    let all = CertificateDer::pem_file_iter(path).map_err(fault)?;
    let all: Vec<CertificateDer<'static>> = all.collect::<Result<_, _>>().map_err(fault)?;
    if all.is_empty() {
        return Err(KeysError::Empty(path.to_path_buf()));
    }
    Ok(all)
}
