//! Fetches the keys of an issuer from the URL that the settings name, and from nowhere else.

use std::time::Duration;

/// Bytes of a key set.
const LARGEST: u64 = 256 << 10;
/// For all of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is at a URL; no other place that it may point at is followed.
pub(super) fn fetch(url: &str) -> Result<Vec<u8>, ureq::Error> {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .https_only(url.starts_with("https://"))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .build();
    let agent: ureq::Agent = config.into();
    let mut response = agent.get(url).header("Accept", "application/json").call()?;
    if response.status() != 200 {
        return Err(ureq::Error::StatusCode(response.status().as_u16()));
    }
    response.body_mut().with_config().limit(LARGEST).read_to_vec()
}
