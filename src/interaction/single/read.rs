//! Read interaction, <https://hl7.org/fhir/R4/http.html#read>.

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::store::row::{Op, Stored};

use crate::interaction::engine::{Ctx, Engine, Prefer};
use crate::interaction::failure::{Failure, Kind};

/// Returns the current version of a resource: what is stored, or what comes with the server.
pub async fn read(ctx: &Ctx<'_>, kind: ResourceKind, id: &ResourceId) -> Result<Stored, Failure> {
    match ctx.rows().current(kind, id).await? {
        Some(stored) if stored.op == Op::Deleted => {
            provided(ctx, kind, id).await?.ok_or_else(|| gone(kind, id))
        }
        Some(stored) => Ok(stored),
        None => provided(ctx, kind, id).await?.ok_or_else(|| unknown(kind, id)),
    }
}

/// What comes with the server under an id, if it may be read.
pub(in crate::interaction) async fn provided(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
) -> Result<Option<Stored>, Failure> {
    match ctx.engine.served.read(kind, id) {
        Some(stored) if ctx.rows().shows(&stored).await? => Ok(Some(stored)),
        _ => Ok(None),
    }
}

/// The resource was deleted.
pub(super) fn gone(kind: ResourceKind, id: &ResourceId) -> Failure {
    Kind::Gone.because(
        format!("{kind}/{id} đã bị xóa. Các phiên bản cũ vẫn xem được ở {kind}/{id}/_history."),
        format!("{kind}/{id} was deleted. Its old versions are at {kind}/{id}/_history."),
    )
}

/// There never was such a resource.
pub(in crate::interaction) fn unknown(kind: ResourceKind, id: &ResourceId) -> Failure {
    Kind::NotFound
        .because(format!("Không tìm thấy {kind}/{id}."), format!("{kind}/{id} is not known."))
}

/// The id of a sample mother, when she is here.
pub async fn sample(engine: &Engine, id: &str) -> Option<String> {
    let id = ResourceId::parse(id)?;
    let found = read(&engine.begin(Prefer::default()), ResourceKind::PATIENT, &id).await.ok()?;
    Some(found.id.to_string())
}
