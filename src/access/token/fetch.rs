//! Fetches the keys of an issuer from the URL that the settings name, and from nowhere else.

use std::time::Duration;

/// Bytes of a key set.
const LARGEST: u64 = 256 << 10;
/// For all of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was fetched.
#[derive(Debug)]
pub struct Fetched {
    pub bytes: Vec<u8>,
    /// `Cache-Control`, as it came.
    pub kept: Option<String>,
}

/// What is at a URL; no other place that it may point at is followed.
pub fn fetch(url: &str) -> Result<Fetched, ureq::Error> {
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
    let kept = response.headers().get("cache-control").and_then(|kept| kept.to_str().ok());
    let kept = kept.map(str::to_owned);
    let bytes = response.body_mut().with_config().limit(LARGEST).read_to_vec()?;
    Ok(Fetched { bytes, kept })
}
