//! Version read, <https://hl7.org/fhir/R4/http.html#vread>.

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::store::row::{Op, Stored};

use super::read::{provided, unknown};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// Returns one version of a resource; a version that is a deletion is gone.
pub async fn vread(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
    version: &str,
) -> Result<Stored, Failure> {
    let number = version.parse().ok().filter(|number: &i64| number.to_string() == version);
    let found = match number {
        Some(number) => ctx.rows().version(kind, id, number).await?,
        None => None,
    };
    match found {
        Some(stored) if stored.op == Op::Deleted => Err(Kind::Gone.because(
            format!("Phiên bản {version} của {kind}/{id} là một lần xóa."),
            format!("Version {version} of {kind}/{id} is a deletion."),
        )),
        Some(stored) => Ok(stored),
        None if ctx.rows().current(kind, id).await?.is_none() => {
            let provided = provided(ctx, kind, id).await?;
            let is_it = |one: &Stored| Some(one.version) == number;
            match provided {
                Some(one) if is_it(&one) => Ok(one),
                Some(_) => Err(no_version(kind, id, version)),
                None => Err(unknown(kind, id)),
            }
        }
        None => Err(no_version(kind, id, version)),
    }
}

fn no_version(kind: ResourceKind, id: &ResourceId, version: &str) -> Failure {
    Kind::NotFound.because(
        format!("{kind}/{id} không có phiên bản {version}."),
        format!("{kind}/{id} has no version {version}."),
    )
}
