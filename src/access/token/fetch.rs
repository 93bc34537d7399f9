//! Asks an issuer at the URLs that the settings name, and nowhere else: for its keys, and what it says of
//! a token.

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

/// Somebody who asks at one URL; no other place that it may point at is followed.
fn agent(url: &str) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .https_only(url.starts_with("https://"))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .build();
    config.into()
}

/// What is at a URL.
pub fn fetch(url: &str) -> Result<Fetched, ureq::Error> {
    read(agent(url).get(url).header("Accept", "application/json").call()?)
}

/// What is said of a token to a client, <https://www.rfc-editor.org/rfc/rfc7662#section-2.1>.
pub(super) fn ask(url: &str, authorization: &str, token: &str) -> Result<Vec<u8>, ureq::Error> {
    let request = agent(url)
        .post(url)
        .header("Accept", "application/json")
        .header("Authorization", authorization);
    let form = [("token", token), ("token_type_hint", "access_token")];
    read(request.send_form(form)?).map(|fetched| fetched.bytes)
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Result<Fetched, ureq::Error> {
    if response.status() != 200 {
        return Err(ureq::Error::StatusCode(response.status().as_u16()));
    }
    let kept = response.headers().get("cache-control").and_then(|kept| kept.to_str().ok());
    let kept = kept.map(str::to_owned);
    let bytes = response.body_mut().with_config().limit(LARGEST).read_to_vec()?;
    Ok(Fetched { bytes, kept })
}
