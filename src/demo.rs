//! The sample families of `examples/families`, embedded, and how they get into a database.

use serde_json::Value;

use crate::criteria::access::Reason;
use crate::fhir::id::ResourceId;
use crate::fhir::json;
use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::entries;
use crate::interaction::engine::{Ctx, Engine};
use crate::interaction::failure::Failure;

/// The Bundles, in the order in which they are loaded: facilities first.
#[rustfmt::skip]
pub const FAMILIES: [(&str, &str); 16] = [
    (FACILITIES, include_str!("../examples/families/00-facilities.json")),
    ("01-first-pregnancy-full-antenatal-care.json", include_str!("../examples/families/01-first-pregnancy-full-antenatal-care.json")),
    ("02-twins.json", include_str!("../examples/families/02-twins.json")),
    ("03-stillbirth.json", include_str!("../examples/families/03-stillbirth.json")),
    ("04-preterm-kangaroo-care.json", include_str!("../examples/families/04-preterm-kangaroo-care.json")),
    ("05-hepatitis-b-positive-mother.json", include_str!("../examples/families/05-hepatitis-b-positive-mother.json")),
    ("06-pre-eclampsia-referral.json", include_str!("../examples/families/06-pre-eclampsia-referral.json")),
    ("07-stunting-follow-up.json", include_str!("../examples/families/07-stunting-follow-up.json")),
    ("08-vaccine-catch-up.json", include_str!("../examples/families/08-vaccine-catch-up.json")),
    ("09-gestational-diabetes.json", include_str!("../examples/families/09-gestational-diabetes.json")),
    ("10-ongoing-second-trimester.json", include_str!("../examples/families/10-ongoing-second-trimester.json")),
    ("11-home-birth-late-registration.json", include_str!("../examples/families/11-home-birth-late-registration.json")),
    ("12-teenage-mother.json", include_str!("../examples/families/12-teenage-mother.json")),
    ("13-older-multipara-para-history.json", include_str!("../examples/families/13-older-multipara-para-history.json")),
    ("14-low-birth-weight-newborn-screening.json", include_str!("../examples/families/14-low-birth-weight-newborn-screening.json")),
    ("15-three-pregnancies-2022-2026.json", include_str!("../examples/families/15-three-pregnancies-2022-2026.json")),
];

/// The one Bundle that is no family: where they go and who looks after them.
const FACILITIES: &str = "00-facilities.json";

/// Loads the Bundles whose first resource is not there yet; how many families were loaded.
pub async fn load(engine: &Engine) -> Result<usize, Failure> {
    let ctx = engine.begin_for(Reason::Examples);
    let mut loaded = 0;
    for (name, text) in FAMILIES {
        let family = json::parse(text.as_bytes())
            .map_err(|issue| crate::interaction::failure::Kind::Malformed.with(vec![issue]))?;
        if !is_loaded(&ctx, &family).await? {
            entries::run(&ctx, family).await?;
            loaded += usize::from(name != FACILITIES);
        }
    }
    Ok(loaded)
}

async fn is_loaded(ctx: &Ctx<'_>, family: &Value) -> Result<bool, Failure> {
    let first = |key: &str| family.pointer("/entry/0/resource")?.get(key)?.as_str();
    let target = first("resourceType").and_then(ResourceKind::parse);
    let target = target.zip(first("id").and_then(ResourceId::parse));
    match target {
        Some((kind, id)) => Ok(ctx.rows().current(kind, &id).await?.is_some()),
        None => Ok(false),
    }
}
