//! What a record says by itself, without the records around it.

use serde_json::Value;

use super::concept::has_local;
use super::topic::{
    DUE, DUE_BY_CONCEPTION, DUE_BY_LAST_PERIOD, DUE_BY_OVULATION, DUE_BY_ULTRASOUND, DUE_OTHERWISE,
    LAST_PERIOD, first_of,
};

/// Whether an episode is a pregnancy.
pub fn is_pregnancy(episode: &Value) -> bool {
    let types = episode.get("type").and_then(Value::as_array);
    types
        .into_iter()
        .flatten()
        .any(|kind| has_local(Some(kind), "mch-episode-type", &["pregnancy"]))
}

/// What an Observation says of when a pregnancy began or will end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mch) enum Dating {
    LastPeriod,
    DueByLastPeriod,
    DueByUltrasound,
    DueByConception,
    DueByOvulation,
    DueOtherwise,
    Due,
}

/// How an Observation dates a pregnancy, if it does.
pub(in crate::mch) fn dating(observation: &Value) -> Option<Dating> {
    let kinds = [
        (&LAST_PERIOD, Dating::LastPeriod),
        (&DUE_BY_LAST_PERIOD, Dating::DueByLastPeriod),
        (&DUE_BY_ULTRASOUND, Dating::DueByUltrasound),
        (&DUE_BY_CONCEPTION, Dating::DueByConception),
        (&DUE_BY_OVULATION, Dating::DueByOvulation),
        (&DUE_OTHERWISE, Dating::DueOtherwise),
        (&DUE, Dating::Due),
    ];
    first_of(observation, &kinds)
}

/// Whether a resource says something that is meant to be true.
pub fn is_counted(resource: &Value) -> bool {
    let status = resource.get("status").and_then(Value::as_str);
    !matches!(status, Some("entered-in-error" | "cancelled"))
}

/// Whether a `RelatedPerson` is a mother.
pub(super) fn is_hers(related: &Value) -> bool {
    let kinds = related.get("relationship").and_then(Value::as_array);
    kinds.into_iter().flatten().any(|kind| {
        super::concept::codings(Some(kind))
            .any(|(_, code)| matches!(code, "MTH" | "NMTH" | "GESTM"))
    })
}
