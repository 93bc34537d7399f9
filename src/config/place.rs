//! Where things are that settings name: the server, files, the zone.

use std::path::Path;

use crate::fhir::date::Zone;

use super::settings::Settings;

impl Settings {
    /// Where clients reach the server, without a slash at the end.
    pub fn base(&self) -> String {
        match self.base_url.trim_end_matches('/') {
            "" if self.tls_certificate.is_empty() => format!("http://{}/fhir", self.bind),
            "" => format!("https://{}/fhir", self.bind),
            base => base.to_owned(),
        }
    }

    /// Takes the names of files that belong to the settings as relative to their folder.
    pub fn resolve(&mut self, folder: &Path) {
        let issuers = self
            .issuer
            .iter_mut()
            .flat_map(|issuer| [issuer.jwks_file.as_mut(), issuer.client_secret_file.as_mut()]);
        let files = issuers.flatten();
        let own = [
            &mut self.access_file,
            &mut self.tls_certificate,
            &mut self.tls_key,
            &mut self.tls_client_ca,
        ];
        for name in files.chain(own).filter(|name| !name.is_empty()) {
            *name = folder.join(&*name).to_string_lossy().into_owned();
        }
    }

    /// The zone of dates and times that name none.
    pub fn zone(&self) -> Zone {
        Zone::parse(&self.time_zone).unwrap_or_default()
    }
}
